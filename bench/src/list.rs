//! The request that every page begins with: `GET /api/vps` beside pgbench running the same query.

use std::time::Duration;

use anyhow::{Result, ensure};
use domain::{Ctx, db};
use sea_orm::ConnectionTrait as _;
use testkit::database::connect;
use testkit::stack::Stack;
use uuid::Uuid;

use crate::cpu::Cpu;
use crate::customers::{Customers, address};
use crate::load::load;
use crate::pgbench::{Length, Run, pgbench};
use crate::rounds::{Pairs, in_turn};
use crate::{CONNECTIONS, Row, Scale};

/// Servers on the page.
const ROWS: i64 = 20;
/// What must be reached of pgbench's rate.
const BAR: f64 = 0.3;

/// Fills the organisation's list up to [`ROWS`] with copies of its servers.
const FILL: &str = "
insert into vps
select (jsonb_populate_record(v, jsonb_build_object(
    'id', gen_random_uuid(),
    'label', v.label || '-' || n,
    'provider_label', gen_random_uuid()::text,
    'provider_ref', null))).*
from vps v, generate_series(1, $2) n
where v.id = (select id from vps where org_id = $1 limit 1)";

/// Measures the list of one organisation.
///
/// # Errors
/// When a request is not answered as it should be.
pub async fn measure(stack: &Stack, scale: Scale) -> Result<Row> {
    let customers = Customers::of(stack, scale).await?;
    let (org, bearer) = customers.first()?;
    fill(&customers.ctx, org).await?;
    connect(&stack.database.owner_url).await?.execute_unprepared("analyze").await?;
    let host = address(stack);
    let request =
        format!("GET /api/vps?limit={ROWS} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {bearer}\r\n\r\n");
    let script = query(org);
    let (mut rates, mut slowest) = (Pairs::default(), Pairs::default());
    let before = Cpu::read(stack);
    for round in 0..scale.rounds {
        let make = request.clone();
        let ours = async {
            let time = Duration::from_secs(scale.seconds);
            let load = load(&host, CONNECTIONS as usize, time, 200, move |_| make.clone().into_bytes()).await?;
            ensure!(load.wrong == 0, "{} wrong answers, such as {:?}", load.wrong, load.first_wrong);
            Ok(load)
        };
        let run = Run { script: &script, variables: &[], clients: CONNECTIONS, length: Length::Seconds(scale.seconds) };
        let (ours, bare) = in_turn(round, ours, pgbench(&stack.database.url, &run)).await?;
        rates.push(ours.rate, bare.rate);
        slowest.push(ours.percentile(0.99).as_secs_f64(), bare.percentile(0.99).as_secs_f64());
    }
    Ok(Row {
        what: format!("GET /api/vps, {ROWS} rows, {CONNECTIONS} connections"),
        measured: format!(
            "{:.0}/s, p99 {:.1} ms; pgbench {:.0}/s, p99 {:.1} ms: {}",
            rates.ours(),
            slowest.ours() * 1000.0,
            rates.theirs(),
            slowest.theirs() * 1000.0,
            rates.said(),
        ),
        bar: format!(">= {BAR} of pgbench's rate"),
        reached: rates.ratio() >= BAR,
        cpu: Cpu::read(stack).since(&before).to_string(),
    })
}

async fn fill(ctx: &Ctx, org: Uuid) -> Result<()> {
    let have: Option<i64> =
        db::scalar(&ctx.db, db::sql("select count(*) from vps where org_id = $1", [org.into()])).await?;
    let missing = (ROWS - have.unwrap_or(0)).max(0);
    db::exec(&ctx.db, db::sql(FILL, [org.into(), missing.into()])).await?;
    Ok(())
}

/// The statement behind the list, with the values that this request has.
fn query(org: Uuid) -> String {
    let query = domain::vps::list_sql()
        .replace("$1", &format!("'{org}'::uuid"))
        .replace("$2", "null")
        .replace("$3", "null")
        .replace("$4", "null")
        .replace("$5", &(ROWS + 1).to_string())
        .replace("$6", "null");
    format!("{query};\n")
}
