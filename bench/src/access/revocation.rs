//! How soon people are refused whose session ended, who were removed, or whose key was revoked: by each of three
//! processes, and on an open stream.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Ctx, OrgId, db};
use futures::future::try_join_all;
use serde_json::json;
use testkit::Client;
use testkit::fixture::{PASSWORD, register};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::processes::{Process, Processes};
use crate::load::percentile;
use crate::{Row, Scale};

/// API processes that must all refuse.
const PROCESSES: usize = 3;
/// How soon 99 of 100 must be refused.
const BAR: Duration = Duration::from_secs(5);
/// Who is not refused by then never is.
const LIMIT: Duration = Duration::from_secs(15);
/// How often a process is asked.
const ASK: Duration = Duration::from_millis(20);

/// Who ends what others have.
const OWNER: &str = "owner@example.com";
/// Whom it happens to.
const MEMBER: &str = "member@example.com";

/// Measures the end of a session, of a membership and of a key.
///
/// # Errors
/// When one is not refused.
pub async fn measure(processes: &mut Processes, ctx: &Ctx, scale: Scale) -> Result<Vec<Row>> {
    let started = processes.api(PROCESSES, &[]).await?;
    let ground = Ground::prepare(&started, ctx).await?;
    let mut times: [Vec<Duration>; 4] = Default::default();
    for round in 0..scale.probes.div_ceil(5) {
        // Between two readings of what ended as well as right after one.
        tokio::time::sleep(Duration::from_millis(u64::from(round * 377 % 1_000))).await;
        let [rest, live, removed, revoked] = &mut times;
        ground.session_ends(rest, live).await?;
        ground.member_is_removed(removed).await?;
        ground.key_is_revoked(revoked).await?;
    }
    processes.end(&started).await?;
    let [rest, live, removed, revoked] = &mut times;
    Ok(vec![
        row("session ended to refusal, REST", rest),
        row("session ended to refusal, live stream", live),
        row("member removed to refusal", removed),
        row("key revoked to refusal", revoked),
    ])
}

/// Two people and the organisation of the first.
struct Ground<'a> {
    processes: &'a [Process],
    ctx: &'a Ctx,
    org: String,
}

impl<'a> Ground<'a> {
    async fn prepare(processes: &'a [Process], ctx: &'a Ctx) -> Result<Self> {
        let first = processes.first().context("a process")?.anonymous();
        let (_, org) = register(&first, OWNER).await?;
        register(&first, MEMBER).await?;
        Ok(Self { processes, ctx, org })
    }

    async fn signed_in(&self, email: &str) -> Result<Client> {
        let first = self.processes.first().context("a process")?;
        Ok(first.anonymous().sign_in(email, PASSWORD).await?.for_org(&self.org))
    }

    async fn session_ends(&self, rest: &mut Vec<Duration>, live: &mut Vec<Duration>) -> Result<()> {
        let client = self.signed_in(OWNER).await?;
        let mut streams = Vec::new();
        for process in self.processes {
            streams.push(stream(process, &client).await?);
        }
        let ended = client.post("/api/auth/logout", &json!({})).await?;
        ensure!(ended.status == 204, "signing out: {} {}", ended.status, ended.body);
        let since = Instant::now();
        let closed = try_join_all(streams.into_iter().map(|stream| closed(stream, since)));
        let (mut refused, mut closed) = tokio::try_join!(self.refused(&client, since), closed)?;
        rest.append(&mut refused);
        live.append(&mut closed);
        Ok(())
    }

    async fn member_is_removed(&self, times: &mut Vec<Duration>) -> Result<()> {
        // Without an invitation, whose mail would need a worker.
        let joined = "insert into org_member (org_id, user_id, role, created_at)
                      select $1, id, 'member', business_now() from app_user where email = $2";
        let org: OrgId = self.org.parse()?;
        db::exec(&self.ctx.db, db::sql(joined, [org.0.into(), MEMBER.into()])).await?;
        let (owner, member) = (self.signed_in(OWNER).await?, self.signed_in(MEMBER).await?);
        let id = member.get("/api/auth/me").await?.text("/user/id");
        let removed = owner.delete(&format!("/api/orgs/{}/members/{id}", self.org), None).await?;
        ensure!(removed.status == 204, "removing: {} {}", removed.status, removed.body);
        times.append(&mut self.refused(&member, Instant::now()).await?);
        Ok(())
    }

    async fn key_is_revoked(&self, times: &mut Vec<Duration>) -> Result<()> {
        let owner = self.signed_in(OWNER).await?;
        let now: Option<DateTime<Utc>> = db::scalar(&self.ctx.db, db::sql("select business_now()", [])).await?;
        let expires_at = now.context("the time")? + TimeDelta::days(1);
        let new = json!({ "name": "bench", "scopes": ["vps:read"], "expires_at": expires_at });
        let made = owner.post("/api/keys", &new).await?;
        ensure!(made.status == 201, "making a key: {} {}", made.status, made.body);
        let program = owner.with_token(&made.text("/text"));
        for process in self.processes {
            let known = ask(process, &program).await?;
            ensure!(known == 200, "a key that lives: {known}");
        }
        let revoked = owner.delete(&format!("/api/keys/{}", made.text("/api_key/id")), None).await?;
        ensure!(revoked.status == 204, "revoking: {} {}", revoked.status, revoked.body);
        times.append(&mut self.refused(&program, Instant::now()).await?);
        Ok(())
    }

    /// How long each process took to refuse them.
    async fn refused(&self, client: &Client, since: Instant) -> Result<Vec<Duration>> {
        try_join_all(self.processes.iter().map(|process| refused(process, client, since))).await
    }
}

fn row(what: &str, times: &mut [Duration]) -> Row {
    times.sort_unstable();
    let (half, most) = (percentile(times, 0.5), percentile(times, 0.99));
    Row {
        what: format!("{what}, {PROCESSES} processes"),
        measured: format!(
            "p50 {:.0} ms, p99 {:.0} ms of {}",
            half.as_secs_f64() * 1000.0,
            most.as_secs_f64() * 1000.0,
            times.len()
        ),
        bar: format!("p99 < {} s", BAR.as_secs()),
        reached: most < BAR,
        cpu: String::new(),
    }
}

async fn refused(process: &Process, client: &Client, since: Instant) -> Result<Duration> {
    loop {
        if ask(process, client).await? == 401 {
            return Ok(since.elapsed());
        }
        ensure!(since.elapsed() < LIMIT, "{} answers after {LIMIT:?}", process.name);
        tokio::time::sleep(ASK).await;
    }
}

/// The status of the answer: they are known, or not.
async fn ask(process: &Process, client: &Client) -> Result<u16> {
    let reply = client.at(&format!("http://{}", process.host)).get("/api/vps").await?;
    ensure!([200, 401].contains(&reply.status.as_u16()), "{} {}", reply.status, reply.body);
    Ok(reply.status.as_u16())
}

/// An open stream of live events.
async fn stream(process: &Process, client: &Client) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(&process.host).await?;
    let token = client.token().context("signed in")?;
    let head = format!("GET /api/notifications/stream HTTP/1.1\r\nhost: {}\r\n", process.host);
    stream.write_all(format!("{head}authorization: Bearer {token}\r\n\r\n").as_bytes()).await?;
    let mut buffer = [0; 4096];
    let length = timeout(LIMIT, stream.read(&mut buffer)).await??;
    let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
    ensure!(answer.starts_with("HTTP/1.1 200"), "the stream begins with {answer}");
    Ok(stream)
}

/// Reads a stream to its end.
async fn closed(mut stream: TcpStream, since: Instant) -> Result<Duration> {
    let mut buffer = [0; 4096];
    let mut tail = Vec::new();
    loop {
        let read = timeout(LIMIT, stream.read(&mut buffer)).await.context("the stream does not end")?;
        let length = read.unwrap_or(0);
        tail.extend_from_slice(&buffer[..length]);
        // The last chunk of a chunked answer: the stream is over, and the connection stays.
        if length == 0 || tail.ends_with(b"0\r\n\r\n") {
            return Ok(since.elapsed());
        }
        ensure!(since.elapsed() < LIMIT, "the stream does not end");
    }
}
