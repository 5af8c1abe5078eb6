//! Random histories of servers and their backups, charged by ticks at irregular instants, beside the closed form.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use domain::ledger::NextPrice;
use domain::rating::{BackupFrequency, Price, Rule, backup_month_micros};
use domain::work::Job;
use domain::{Ctx, JobId, VpsId, db};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use testkit::TestApp;
use uuid::Uuid;

use super::closed_form::{self, History, Priced};
use super::{at_rest, enqueue, figure, verified, wide};
use crate::story::Story;

/// Servers of an organisation.
const EACH: i64 = 50;
/// One server in so many is resized, and one in so many deleted, between two ticks.
const CHANGED: usize = 25;
/// Of a hundred servers, so many have backups.
const BACKED_UP: u32 = 25;

/// Seconds in an hour.
const HOUR: i64 = 3_600;

/// Whose history: a server's own or its backups'.
type Key = (Uuid, &'static str);

pub(super) async fn play(story: &mut Story, count: usize, ticks: usize) -> Result<()> {
    let app = TestApp::start().await;
    let mut rng = StdRng::seed_from_u64(20_261_130);
    let mut histories =
        story.step(&format!("{count} servers and backups begin"), Box::pin(begun(&app, &mut rng, count))).await?;
    let name = format!("{ticks} irregular ticks, some twice; one server in {CHANGED} resized, one deleted");
    let last = story.step(&name, Box::pin(lived(&app, &mut rng, &mut histories, ticks))).await?;
    let Charged { hours, micros, free } = story
        .step("each is charged by the closed form, to the micro-unit", Box::pin(equal(&app, &histories, last)))
        .await?;
    Story::figure(&format!(
        "{} histories, {hours} hours, {micros} micro-units: 0 differ; {free} free hours not written yet",
        histories.len()
    ));
    let checked = story.step("the ledger verifies", Box::pin(verified(&app))).await?;
    Story::figure(&format!("{checked} things checked, 0 wrong"));
    Ok(())
}

fn first_instant() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2027, 1, 25, 0, 0, 0).single().unwrap_or_default()
}

fn random_price(rng: &mut StdRng) -> Priced {
    let month_micros = match rng.random_range(0..5) {
        0 => rng.random_range(0..1_000),
        1 => rng.random_range(1..100) * 1_000_000,
        2 => rng.random_range(1..100_000_000_000),
        _ => rng.random_range(1..50_000_000),
    };
    // Short months reach their cap within days; the rule is the same.
    let hours_per_month = [24, 100, 672, 730][rng.random_range(0..4)];
    Priced { month_micros, hours_per_month, capped: rng.random_bool(0.8), minimum_s: random_minimum(rng) }
}

/// One price in three is by the second.
fn random_minimum(rng: &mut StdRng) -> Option<i64> {
    rng.random_bool(1.0 / 3.0).then(|| [1, 60, rng.random_range(1..=HOUR)][rng.random_range(0..3)])
}

/// The minimum as rows have it.
fn minimum_s(price: &Priced) -> Option<i32> {
    price.minimum_s.and_then(|minimum_s| i32::try_from(minimum_s).ok())
}

/// Servers and backups with random beginnings and prices; they were never charged.
async fn begun(app: &TestApp, rng: &mut StdRng, count: usize) -> Result<HashMap<Key, History>> {
    let orgs = i64::try_from(count)? / (EACH * i64::from(100 + BACKED_UP) / 100) + 1;
    let ctx = wide(app, 4).await?;
    testkit::seed::running_servers(&ctx, orgs, EACH).await?;
    let servers: Vec<Uuid> =
        db::scalar(&ctx.db, db::sql("select array_agg(vps_id) from usage_segment", [])).await?.context("servers")?;
    let mut histories = HashMap::new();
    for server in servers {
        let started_at = first_instant() + TimeDelta::microseconds(rng.random_range(0..6 * 86_400_000_000));
        let price = random_price(rng);
        let prices = vec![(started_at, price)];
        histories.insert((server, "vps"), History { started_at, prices, ended_at: None });
        if rng.random_ratio(BACKED_UP, 100) {
            let frequency = if rng.random_bool(0.5) { BackupFrequency::Weekly } else { BackupFrequency::Daily };
            let started_at = started_at + TimeDelta::microseconds(rng.random_range(0..3 * 86_400_000_000));
            let weekly = price.month_micros / 5;
            // Half as much again for daily ones, said once more in our own words.
            let month_micros = if frequency == BackupFrequency::Daily { weekly + weekly / 2 } else { weekly };
            ensure!(month_micros == backup_month_micros(weekly, frequency), "the price of backups");
            let prices = vec![(started_at, Priced { month_micros, ..price })];
            histories.insert((server, "backup"), History { started_at, prices, ended_at: None });
        }
    }
    store(&ctx, &histories).await?;
    Ok(histories)
}

async fn store(ctx: &Ctx, histories: &HashMap<Key, History>) -> Result<()> {
    const INSERT: &str = "
        insert into usage_segment (
          id, vps_id, org_id, kind, month_micros, hours_per_month, capped, started_at, minimum_s)
        select gen_random_uuid(), v.id, v.org_id, x.kind, x.month, x.hours, x.capped, x.at, nullif(x.minimum, 0)
        from unnest($1::uuid[], $2::text[], $3::bigint[], $4::int[], $5::boolean[], $6::timestamptz[], $7::int[])
               as x (vps, kind, month, hours, capped, at, minimum)
        join vps v on v.id = x.vps";
    let all: Vec<_> = histories.iter().map(|((vps, kind), history)| (*vps, *kind, history.prices[0])).collect();
    let tx = ctx.begin().await?;
    db::exec(&tx, db::sql("delete from usage_segment", [])).await?;
    let values: [sea_orm::Value; 7] = [
        all.iter().map(|row| row.0).collect::<Vec<_>>().into(),
        all.iter().map(|row| row.1.to_owned()).collect::<Vec<_>>().into(),
        all.iter().map(|row| row.2.1.month_micros).collect::<Vec<_>>().into(),
        all.iter().map(|row| row.2.1.hours_per_month).collect::<Vec<_>>().into(),
        all.iter().map(|row| row.2.1.capped).collect::<Vec<_>>().into(),
        all.iter().map(|row| row.2.0).collect::<Vec<_>>().into(),
        all.iter().map(|row| minimum_s(&row.2.1).unwrap_or(0)).collect::<Vec<_>>().into(),
    ];
    db::exec(&tx, db::sql(INSERT, values)).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets time pass in steps of minutes to days. Returns the last tick.
async fn lived(
    app: &TestApp,
    rng: &mut StdRng,
    histories: &mut HashMap<Key, History>,
    ticks: usize,
) -> Result<DateTime<Utc>> {
    let ctx = wide(app, 8).await?;
    let mut changed: Vec<Uuid> = histories.keys().filter(|(_, kind)| *kind == "vps").map(|(vps, _)| *vps).collect();
    changed.sort_unstable();
    changed.shuffle(rng);
    let part = changed.len() / CHANGED;
    let deleted = changed.split_off(changed.len() - part);
    changed.truncate(part);
    let mut at = first_instant();
    for tick in 0..ticks {
        let until = at
            + TimeDelta::seconds(match rng.random_range(0..4) {
                0 => rng.random_range(60..7_200),
                1 => rng.random_range(3_600..86_400),
                _ => rng.random_range(7_200..43_200),
            });
        let share = |all: &[Uuid]| all.iter().skip(tick).step_by(ticks).copied().collect::<Vec<_>>();
        for vps in share(&changed) {
            let when = between(rng, at, until);
            resized(&ctx, rng, histories, vps, when).await?;
        }
        for vps in share(&deleted) {
            let when = between(rng, at, until);
            ended(&ctx, histories, vps, when).await?;
        }
        enqueue(app, Job::ChargeUsage { tick: until }).await?;
        if rng.random_bool(0.3) {
            enqueue(app, Job::ChargeUsage { tick: until }).await?;
        }
        at_rest(app).await?;
        at = until;
    }
    Ok(at)
}

fn between(rng: &mut StdRng, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
    from + TimeDelta::microseconds(rng.random_range(0..(to - from).num_microseconds().unwrap_or(1).max(1)))
}

/// Another price: from the next hour that begins, or from the second. The unit may change, too.
async fn resized(
    ctx: &Ctx,
    rng: &mut StdRng,
    histories: &mut HashMap<Key, History>,
    vps: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    let Some(history) = histories.get_mut(&(vps, "vps")) else { return Ok(()) };
    if history.started_at >= at {
        return Ok(());
    }
    let before = history.prices[0].1;
    let to = Priced { month_micros: rng.random_range(1..80_000_000), minimum_s: random_minimum(rng), ..before };
    let rule = Rule::of(to.hours_per_month, to.capped, minimum_s(&to));
    let price =
        NextPrice { price: Price { month_micros: to.month_micros, rule }, version: None, list_micros: to.month_micros };
    let tx = ctx.begin().await?;
    domain::billing::change_price(ctx, &tx, VpsId::from(vps), price, at, JobId::from(Uuid::nil())).await?;
    tx.commit().await?;
    history.prices.push((at, to));
    Ok(())
}

async fn ended(ctx: &Ctx, histories: &mut HashMap<Key, History>, vps: Uuid, at: DateTime<Utc>) -> Result<()> {
    let Some(history) = histories.get_mut(&(vps, "vps")) else { return Ok(()) };
    if history.started_at >= at {
        return Ok(());
    }
    let tx = ctx.begin().await?;
    domain::billing::close_segment(ctx, &tx, VpsId::from(vps), at, JobId::from(Uuid::nil())).await?;
    tx.commit().await?;
    history.ended_at = Some(at);
    Ok(())
}

#[derive(sea_orm::FromQueryResult)]
struct Billed {
    vps_id: Uuid,
    kind: String,
    hours: i64,
    micros: i64,
    lines: i64,
    line_micros: i64,
}

/// What was charged in all.
struct Charged {
    hours: i64,
    micros: i64,
    free: i64,
}

/// Every history beside its rows.
async fn equal(app: &TestApp, histories: &HashMap<Key, History>, last: DateTime<Utc>) -> Result<Charged> {
    const BILLED: &str = "
        select s.vps_id, s.kind, sum(s.billed_hours)::bigint as hours, sum(s.billed_micros)::bigint as micros,
               coalesce(sum(l.lines), 0)::bigint as lines, coalesce(sum(l.micros), 0)::bigint as line_micros
        from usage_segment s
        left join (select segment_id, count(*) as lines, sum(micros) as micros from usage_line group by 1) l
          on l.segment_id = s.id
        group by 1, 2";
    let ctx = wide(app, 2).await?;
    let (mut hours, mut micros, mut free, mut seen) = (0, 0, 0, 0);
    for billed in db::all::<Billed>(&ctx.db, db::sql(BILLED, [])).await? {
        let kind = if billed.kind == "vps" { "vps" } else { "backup" };
        let history = histories.get(&(billed.vps_id, kind)).context("a history")?;
        let wanted = closed_form::due(history, last);
        let is = (billed.hours, billed.micros);
        let lines = (billed.lines, billed.line_micros);
        // Hours that cost nothing are written with the next one that does, so the last of them may be missing.
        let right = is == lines && is.1 == wanted.1 && is.0 <= wanted.0;
        ensure!(right, "{is:?} by {lines:?} lines, not {wanted:?}: {history:?} at {last}");
        free += wanted.0 - is.0;
        (hours, micros, seen) = (hours + is.0, micros + is.1, seen + 1);
    }
    ensure!(seen == histories.len(), "{seen} of {} were charged", histories.len());
    let twice: i64 = figure(
        app,
        "select count(*)
         from (select from usage_segment s join usage_line l on l.segment_id = s.id
               group by s.vps_id, s.kind, s.started_at + make_interval(hours => l.hour_no) having count(*) > 1) more",
    )
    .await?;
    ensure!(twice == 0, "{twice} hours of the clock were charged twice");
    Ok(Charged { hours, micros, free })
}
