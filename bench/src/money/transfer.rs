//! Transfers on the wallet of one organisation by many clients, beside pgbench with the same statements.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use domain::ledger::{self, Cause, Order};
use domain::{Ctx, JobId, OrgId, VpsId, db};
use uuid::Uuid;

use super::installation;
use crate::customers::ctx_with;
use crate::pgbench::{Length, Run, pgbench};
use crate::rounds::{Pairs, in_turn};
use crate::{Row, Scale};

/// Clients of the one wallet.
const CLIENTS: u32 = 64;
/// What must be reached of pgbench's rate.
const BAR: f64 = 0.7;

/// Measures both in alternating rounds.
///
/// # Errors
/// When a transfer is refused.
pub(super) async fn measure(scale: Scale) -> Result<Row> {
    let (stack, owner) = installation(2, 1).await?;
    let ctx = ctx_with(&stack, CLIENTS).await?;
    let orgs: Vec<Uuid> = db::scalar(&owner, db::sql("select array_agg(id) from org where name like 'seed %'", []))
        .await?
        .context("orgs")?;
    let (ours, theirs) = (OrgId(orgs[0]), orgs[1]);
    let script = script(theirs)?;
    let seconds = scale.seconds;
    let mut rates = Pairs::default();
    for round in 0..scale.rounds {
        let measured = in_turn(round, async { transferred(&ctx, ours, Duration::from_secs(seconds)).await }, async {
            let run = Run { script: &script, variables: &[], clients: CLIENTS, length: Length::Seconds(seconds) };
            Ok(pgbench(&stack.database.url, &run).await?.rate)
        });
        let (one, other) = measured.await?;
        rates.push(one, other);
    }
    Ok(Row {
        what: format!("transfers on one wallet, {CLIENTS} clients"),
        measured: format!("{:.0}/s; pgbench {:.0}/s: {}", rates.ours(), rates.theirs(), rates.said()),
        bar: format!(">= {BAR} of pgbench"),
        reached: rates.ratio() >= BAR,
        cpu: String::new(),
    })
}

/// Holds of a micro-unit each, as orders make them: how many a second.
async fn transferred(ctx: &Ctx, org: OrgId, time: Duration) -> Result<f64> {
    let (began, done) = (Instant::now(), AtomicU64::new(0));
    let client = async || {
        while began.elapsed() < time {
            let now = ctx.clock.estimate();
            let (job, vps): (JobId, VpsId) = (ctx.chance.id(now), ctx.chance.id(now));
            let order = Order { job, vps, micros: 1, impersonator: None };
            let tx = ctx.begin().await?;
            let at = ctx.clock.now(&tx).await?;
            ledger::hold(&tx, Cause { org, job: None, at }, &order).await?;
            tx.commit().await?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        anyhow::Ok(())
    };
    futures::future::try_join_all((0..CLIENTS).map(|_| client())).await?;
    #[expect(clippy::cast_precision_loss, reason = "a count of transfers")]
    let done = done.load(Ordering::Relaxed) as f64;
    Ok(done / began.elapsed().as_secs_f64())
}

/// The statements of [`transferred`], as the product registers them.
fn script(org: Uuid) -> Result<String> {
    let hold = db::entries().find(|entry| entry.function == "write_hold").context("write_hold is registered")?;
    let values = [
        "'hold:' || :client_id || ':' || :nonce".to_owned(),
        "'hold'".to_owned(),
        format!("'{org}'::uuid"),
        "null::uuid".to_owned(),
        "business_now()".to_owned(),
        "'{}'::jsonb".to_owned(),
        "array['wallet', 'hold']".to_owned(),
        "array[-1, 1]::bigint[]".to_owned(),
        "1".to_owned(),
        "0".to_owned(),
        "1".to_owned(),
    ];
    // The highest first: `$1` begins `$10` too.
    let text = (1..=values.len()).rev().fold(hold.text.to_owned(), |text, number| {
        text.replace(&format!("${number}"), &format!("({})", values[number - 1]))
    });
    // pgbench ends a statement at a semicolon alone, and knows no comments within one.
    let text: Vec<_> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    Ok(format!(
        "\\set nonce random(1, 9000000000000000)\nbegin;\nselect business_now();\n{};\ncommit;\n",
        text.join("\n")
    ))
}
