//! Random operations on the ledger from many clients at once, cut off at any await, their connections killed, and
//! every cause played again until its outcome is known.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use domain::billing;
use domain::idempotency::IdempotencyKey;
use domain::ledger::{self, Cause, Order};
use domain::rating::{Price, Rule};
use domain::work::Job;
use domain::{Actor, Ctx, Currency, ErrorKind, JobId, Money, OrgId, UserId, VpsId, db};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use testkit::TestApp;
use url::Url;
use uuid::Uuid;

use super::{CLIENTS, at_rest, enqueue, figure, verified, wide};
use crate::story::Story;

/// Organisations whose wallets they fight over.
const ORGS: i64 = 16;
/// Servers of each, charged by ticks at the same time.
const SERVERS: i64 = 3;
/// One operation in so many is cut off.
const CUT: u32 = 10;
/// How often some connections are killed.
const KILL_EVERY: Duration = Duration::from_millis(250);

/// What became of things, as the clients were told.
#[derive(Debug, Default)]
struct Told {
    credited: HashMap<OrgId, i64>,
    credits: i64,
    held: i64,
    ended: i64,
    refused: i64,
    cut: i64,
    broken: i64,
}

/// What an order set aside, until a client ends it.
#[derive(Clone, Debug)]
struct Held {
    org: OrgId,
    order: Order,
}

struct Fight {
    ctx: Ctx,
    orgs: Vec<OrgId>,
    admin: UserId,
    /// Servers that nobody ordered yet.
    ordered: Mutex<HashMap<OrgId, Vec<VpsId>>>,
    left: AtomicUsize,
    held: Mutex<Vec<Held>>,
    told: Mutex<Told>,
}

pub(super) async fn play(story: &mut Story, operations: usize) -> Result<()> {
    let app = TestApp::start().await;
    let name = format!("{operations} random operations on the ledger from {CLIENTS} clients, cut off and killed");
    let began = std::time::Instant::now();
    let fight = story.step(&name, Box::pin(fought(&app, operations))).await?;
    let seconds = began.elapsed().as_secs_f64();
    let told = fight.told.into_inner().expect("no client panicked");
    Story::figure(&format!(
        "{} credits, {} holds, {} ends of holds, {} refusals; {} cut off, {} lost their connection; {:.0}/s",
        told.credits,
        told.held,
        told.ended,
        told.refused,
        told.cut,
        told.broken,
        f64::from(u32::try_from(operations)?) / seconds
    ));
    story.step("what the clients were told is what is booked", agrees(&app, &told)).await?;
    let checked =
        story.step("the ledger verifies: sums, balances, causes, hours, chains", Box::pin(verified(&app))).await?;
    Story::figure(&format!("{checked} things checked, 0 wrong"));
    Ok(())
}

async fn fought(app: &TestApp, operations: usize) -> Result<Fight> {
    let spare = i64::try_from(operations)? / ORGS / 2 + 8;
    let orgs = testkit::seed::running_servers(&app.ctx, ORGS, SERVERS + spare).await?;
    let ordered = ordered(app).await?;
    let fight = Fight {
        ctx: wide(app, 24).await?,
        admin: UserId(orgs.first().context("an organisation")?.0),
        orgs,
        ordered: Mutex::new(ordered),
        left: AtomicUsize::new(operations),
        held: Mutex::default(),
        told: Mutex::default(),
    };
    let killer = tokio::spawn(kill(app.database().superuser_url()));
    let clients = futures::future::try_join_all((0..CLIENTS).map(|client| work(&fight, client as u64)));
    // Meanwhile the hours pass, each tick twice.
    let begin = app.ctx.clock.now(&app.ctx.db).await?;
    let hours = async {
        let (mut hour, mut asked) = (0, 0);
        while fight.left.load(Ordering::Relaxed) > 0 {
            hour += 1;
            for _ in 0..2 {
                // Its connection may be killed too; a later tick charges the hour then.
                let tick = begin + TimeDelta::hours(hour);
                asked += u32::from(enqueue(app, Job::ChargeUsage { tick }).await.is_ok());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        asked
    };
    let (ticks, clients) = tokio::join!(hours, Box::pin(clients));
    clients?;
    if killer.is_finished() {
        killer.await??;
    } else {
        killer.abort();
    }
    ensure!(ticks > 0, "no tick was asked for");
    at_rest(app).await?;
    Ok(fight)
}

/// Kills some of the connections, again and again, those of the product too.
async fn kill(superuser: Url) -> Result<()> {
    const SOME: &str = "
        select count(pg_terminate_backend(pid))
        from (select pid from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid() and usename <> current_user
              order by random() limit 2) as few";
    let db = testkit::database::connect(&superuser).await?;
    loop {
        tokio::time::sleep(KILL_EVERY).await;
        db::scalar::<i64>(&db, db::sql(SOME, [])).await?;
    }
}

async fn work(fight: &Fight, client: u64) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(client);
    let taken = || fight.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    while taken() {
        let org = fight.orgs[rng.random_range(0..fight.orgs.len())];
        match rng.random_range(0..10) {
            0..2 => credit(fight, &mut rng, org).await?,
            2..6 => hold(fight, &mut rng, org).await?,
            _ => end(fight, &mut rng).await?,
        }
    }
    Ok(())
}

/// Plays an operation until its outcome is known, as a job would: what was cut off or lost its connection may have
/// been done or not.
async fn outcome<T>(
    fight: &Fight,
    rng: &mut StdRng,
    mut play: impl AsyncFnMut() -> domain::Result<T>,
) -> Result<domain::Result<T>> {
    for _ in 0..1_000 {
        let limit = if rng.random_ratio(1, CUT) {
            Duration::from_micros(rng.random_range(0..8_000))
        } else {
            Duration::from_mins(2)
        };
        match tokio::time::timeout(limit, play()).await {
            Err(_) => fight.told.lock().expect("no client panicked").cut += 1,
            Ok(Err(error)) if matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable) => {
                fight.told.lock().expect("no client panicked").broken += 1;
            }
            Ok(known) => return Ok(known),
        }
    }
    anyhow::bail!("its outcome is not known after 1000 tries")
}

async fn credit(fight: &Fight, rng: &mut StdRng, org: OrgId) -> Result<()> {
    let micros = rng.random_range(1..=2_000_000);
    let key = IdempotencyKey::new(&Uuid::from_bytes(rng.random()).to_string(), "POST /credit", Vec::new())?;
    let (actor, amount) = (Actor::OnBehalf(fight.admin), Money { micros, currency: Currency::USD });
    let given =
        outcome(fight, rng, async || domain::credit::give(&fight.ctx, &actor, org, amount, "a proof", &key).await);
    given.await??;
    let mut told = fight.told.lock().expect("no client panicked");
    told.credits += 1;
    *told.credited.entry(org).or_default() += micros;
    Ok(())
}

async fn hold(fight: &Fight, rng: &mut StdRng, org: OrgId) -> Result<()> {
    let vps = fight.ordered.lock().expect("no client panicked").get_mut(&org).and_then(Vec::pop);
    let Some(vps) = vps else { return Ok(()) };
    let order = Order {
        job: JobId::from(Uuid::from_bytes(rng.random())),
        vps,
        micros: rng.random_range(1..=3_000_000),
        impersonator: None,
    };
    let held = outcome(fight, rng, async || {
        let tx = fight.ctx.begin().await?;
        let at = fight.ctx.clock.now(&tx).await?;
        ledger::hold(&tx, Cause { org, job: None, at }, &order).await?;
        tx.commit().await?;
        Ok(())
    });
    let held = held.await?;
    let mut told = fight.told.lock().expect("no client panicked");
    match held {
        Ok(()) => {
            told.held += 1;
            fight.held.lock().expect("no client panicked").push(Held { org, order });
        }
        Err(error) if error.kind == ErrorKind::PaymentRequired => told.refused += 1,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Ends a hold, whichever client made it: as earned or given back, often both at the same time and more than once.
async fn end(fight: &Fight, rng: &mut StdRng) -> Result<()> {
    let found = {
        let mut held = fight.held.lock().expect("no client panicked");
        match held.len() {
            0 => return Ok(()),
            len => {
                let place = rng.random_range(0..len);
                // One in four stays for another client, who ends it too.
                if rng.random_ratio(1, 4) { held[place].clone() } else { held.swap_remove(place) }
            }
        }
    };
    let earned = rng.random_bool(0.5);
    let ended = outcome(fight, rng, async || {
        let tx = fight.ctx.begin().await?;
        let cause = Cause { org: found.org, job: None, at: fight.ctx.clock.now(&tx).await? };
        if earned {
            // Its hours begin after the play, so that the ticks leave the price alone.
            let (price, begins) = (hourly(found.order.micros), cause.at + TimeDelta::days(3_650));
            match billing::open_segment(&fight.ctx, &tx, cause, &found.order, (price, None), begins).await {
                // It ended before: as earned, or given back.
                Err(error) if error.code == "hold_missing" => {}
                opened => opened?,
            }
        } else {
            ledger::release(&tx, cause, &found.order).await?;
        }
        tx.commit().await?;
        Ok(())
    });
    ended.await??;
    fight.told.lock().expect("no client panicked").ended += 1;
    Ok(())
}

/// A price whose first hour costs this.
const fn hourly(micros: i64) -> Price {
    Price { month_micros: micros * 730, rule: Rule::UNCAPPED }
}

/// Takes the segments of all servers but the first few of each organisation: they are there to be ordered.
async fn ordered(app: &TestApp) -> Result<HashMap<OrgId, Vec<VpsId>>> {
    const FREE: &str = "
        with free as (
          delete from usage_segment s
          using vps v
          where v.id = s.vps_id and substring(v.label from '[0-9]+$')::int > $1
          returning s.org_id, s.vps_id)
        select org_id, array_agg(vps_id) as servers from free group by org_id";
    let free: Vec<Free> = db::all(&app.ctx.db, db::sql(FREE, [SERVERS.into()])).await?;
    Ok(free.into_iter().map(|row| (OrgId(row.org_id), row.servers.into_iter().map(VpsId).collect())).collect())
}

#[derive(sea_orm::FromQueryResult)]
struct Free {
    org_id: Uuid,
    servers: Vec<Uuid>,
}

/// The clients' own count beside the journals: each acknowledged cause is there once, and nothing else is.
async fn agrees(app: &TestApp, told: &Told) -> Result<()> {
    let credits: i64 = figure(app, "select count(*) from journal where idem_key like 'adjust:%'").await?;
    ensure!(credits == told.credits, "{credits} credits are booked, {} were acknowledged", told.credits);
    let holds: i64 = figure(app, "select count(*) from journal where kind = 'hold'").await?;
    ensure!(holds == told.held, "{holds} holds are booked, {} were acknowledged", told.held);
    let twice: i64 = figure(
        app,
        "select count(*)
         from (select from journal where kind in ('capture', 'release')
               group by split_part(idem_key, ':', 2) having count(*) > 1) more",
    )
    .await?;
    ensure!(twice == 0, "{twice} holds ended twice");
    let below: i64 = figure(
        app,
        "select count(*) from account
         where org_id is not null and (kind in ('wallet', 'hold') and balance_micros < 0
               or kind = 'receivable' and balance_micros > 0)",
    )
    .await?;
    ensure!(below == 0, "{below} accounts are on the wrong side of zero");
    for (org, micros) in &told.credited {
        let sql =
            "select coalesce(sum(p.amount_micros), 0)::bigint from posting p join journal j on j.id = p.journal_id
                   join account a on a.id = p.account_id
                   where j.org_id = $1 and j.idem_key like 'adjust:%' and a.kind = 'wallet'";
        let booked: i64 = db::scalar(&app.ctx.db, db::sql(sql, [(*org).into()])).await?.context("a sum")?;
        ensure!(booked == *micros, "{booked} micro-units of credit are booked for {org}, {micros} were acknowledged");
    }
    Ok(())
}
