//! Signing in, 32 at once, beside bare threads that verify the same passwords.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use argon2::Argon2;
use argon2::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use domain::{Ctx, db};
use testkit::fixture::{PASSWORD, register};

use super::processes::{Process, Processes};
use crate::load::{Load, load, load_of_people, percentile};
use crate::rounds::{Pairs, in_turn};
use crate::{Row, Scale};

/// People who sign in at the same time.
const PEOPLE: usize = 32;
/// Bare threads of the yardstick.
const THREADS: usize = 2;
/// What must be reached of their rate.
const BAR: f64 = 0.8;
/// How long 99 of 100 questions whether the process is alive may take meanwhile.
const ALIVE: Duration = Duration::from_millis(50);

/// Measures both in alternating rounds. The limits on failures are those of an installation: nobody fails.
///
/// # Errors
/// When a person who is right is refused.
pub async fn measure(processes: &mut Processes, ctx: &Ctx, scale: Scale) -> Result<Row> {
    let login = [("RATE_LIMIT_LOGIN_MAX", "10"), ("RATE_LIMIT_LOGIN_WINDOW_MS", "60000")];
    let started = processes.api(1, &login).await?;
    let process = started.first().context("a process")?;
    let mut emails = Vec::new();
    for n in 0..PEOPLE {
        let email = format!("bench-{n}@example.com");
        register(&process.anonymous(), &email).await?;
        emails.push(email);
    }
    let sql = "select password_hash from app_user where email = $1";
    let stored: Option<String> = db::scalar(&ctx.db, db::sql(sql, [emails[0].as_str().into()])).await?;
    let (stored, time) = (stored.context("a password")?, Duration::from_secs(scale.seconds));
    let (mut rates, mut alive) = (Pairs::default(), Vec::new());
    for round in 0..scale.rounds {
        let ours = async {
            let (done, mut waited) = signing_in(process, &emails, time).await?;
            alive.append(&mut waited);
            Ok(done.rate)
        };
        let bare = async {
            let stored = stored.clone();
            tokio::task::spawn_blocking(move || verifying(&stored, time)).await?
        };
        let (ours, bare) = in_turn(round, ours, bare).await?;
        rates.push(ours, bare);
    }
    processes.end(&started).await?;
    alive.sort_unstable();
    let slowest = percentile(&alive, 0.99);
    Ok(Row {
        what: format!("sign-in, {PEOPLE} at once"),
        measured: format!(
            "{:.1}/s; {THREADS} bare threads {:.1}/s: {}; /livez p99 {:.1} ms; none refused",
            rates.ours(),
            rates.theirs(),
            rates.said(),
            slowest.as_secs_f64() * 1000.0
        ),
        bar: format!(">= {BAR} of the threads’ rate, /livez p99 < {} ms", ALIVE.as_millis()),
        reached: rates.ratio() >= BAR && slowest < ALIVE,
        cpu: String::new(),
    })
}

/// The pause between two questions whether the process is alive.
const ASKED: Duration = Duration::from_millis(25);

/// Everybody signs in again and again, while the process is asked whether it is alive.
async fn signing_in(process: &Process, emails: &[String], time: Duration) -> Result<(Load, Vec<Duration>)> {
    let (over, asked) = (Arc::new(AtomicBool::new(false)), process.clone());
    let ended = over.clone();
    let asking = tokio::spawn(async move {
        let mut waited = Vec::new();
        while !ended.load(Ordering::Relaxed) {
            let request = format!("GET /livez HTTP/1.1\r\nhost: {}\r\n\r\n", asked.host).into_bytes();
            let once = load(&asked.host, 1, Duration::ZERO, 200, move |_| request.clone()).await?;
            waited.extend(once.times);
            tokio::time::sleep(ASKED).await;
        }
        anyhow::Ok(waited)
    });
    let (host, emails) = (process.host.clone(), emails.to_vec());
    let make = move |n: usize| {
        let body = format!("{{\"email\":\"{}\",\"password\":\"{PASSWORD}\"}}", emails[n % PEOPLE]);
        let head = format!("POST /api/auth/login HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n");
        let length = body.len();
        format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
    };
    let done = load_of_people(&process.host, PEOPLE, time, 200, make).await;
    over.store(true, Ordering::Relaxed);
    let (done, waited) = (done?, asking.await??);
    ensure!(done.wrong == 0, "{} who were right were refused, such as {:?}", done.wrong, done.first_wrong);
    Ok((done, waited))
}

/// How many passwords bare threads verify in a second.
fn verifying(stored: &str, time: Duration) -> Result<f64> {
    let began = Instant::now();
    let count = std::thread::scope(|scope| {
        let verify = || {
            let hash = PasswordHash::new(stored).map_err(|error| anyhow::anyhow!("{error}"))?;
            let mut done = 0_u32;
            while began.elapsed() < time {
                let right = Argon2::default().verify_password(PASSWORD.as_bytes(), &hash);
                ensure!(right.is_ok(), "the password is right");
                done += 1;
            }
            Ok(done)
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(verify)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
            .sum::<Result<u32>>()
    })?;
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
