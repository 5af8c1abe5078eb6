//! Writes the statements that one order sends as a script of pgbench, read from the server's own log.

mod log;
mod script;

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use domain::{TypedId as _, db};
use sea_orm::{ConnectionTrait as _, FromQueryResult};
use serde_json::json;
use testkit::client::Client;
use testkit::stack::Stack;

use self::log::Log;
use self::script::Names;
use super::{KEY, is_of_live_events};
use crate::customers::Customers;
use crate::{SETTINGS, Scale};

/// What the order is called, and the key that it is sent under: names that stand in the log but nowhere else.
const LABEL: &str = "captured-order";
const IDEMPOTENCY_KEY: &str = "captured-order-000000000001";

/// Everything that the order made, by the names that a script gives it.
const MADE: &str = "
select v.id as vps, v.org_id as org, v.plan_id as plan, v.cloud_id as cloud, v.provider_label, j.id as job,
       (select id from journal where job_id = j.id) as journal
from vps v
join job j on j.target_id = v.id
where v.label = $1";

#[derive(FromQueryResult)]
struct Made {
    vps: uuid::Uuid,
    org: uuid::Uuid,
    plan: uuid::Uuid,
    cloud: uuid::Uuid,
    provider_label: String,
    job: uuid::Uuid,
    journal: i64,
}

/// Places an order through the API of a fresh installation, and writes what it sent to `file`.
///
/// # Errors
/// When the order is refused, the log can't be read, or a parameter comes from nowhere that a script knows.
pub async fn write_statements(file: &Path) -> Result<()> {
    let mut stack = Stack::servers(false, 0, &SETTINGS).await?;
    let customers = Customers::of(&stack, Scale { servers: (1, 0), ..Scale::small() }).await?;
    let owner = testkit::database::connect(&stack.database.superuser_url()).await?;
    let database = stack.database.url.path().trim_start_matches('/');
    owner.execute_unprepared(&format!("alter database {database} set log_statement = 'all'")).await?;
    stack.start_role("api", &["api"])?;
    stack.await_ready().await?;
    let (_, token) = customers.first()?;
    let client = stack.anonymous().with_token(&token);
    let plan: Option<uuid::Uuid> = db::scalar(&customers.ctx.db, db::sql("select id from plan", [])).await?;
    let plan = domain::PlanId(plan.context("a plan")?).to_string();
    // The first order of a process reads what later ones remember.
    place(&client, &plan, "an-earlier-order", "an-earlier-order-0001").await?;
    let log = Log::open()?;
    place(&client, &plan, LABEL, IDEMPOTENCY_KEY).await?;
    let mut sent = log.statements(IDEMPOTENCY_KEY)?;
    sent.retain(|one| !is_of_live_events(&one.text));
    let made: Option<Made> = db::one(&customers.ctx.db, db::sql(MADE, [LABEL.into()])).await?;
    let script = script::write(&sent, &names(&made.context("the order's rows")?))?;
    std::fs::write(file, script).with_context(|| format!("writing {}", file.display()))?;
    println!("{} statements of an order were written to {}", sent.len(), file.display());
    Ok(())
}

async fn place(client: &Client, plan: &str, label: &str, key: &str) -> Result<()> {
    let body = json!({
        "plan_id": plan, "region": "us-east", "image": "debian12", "label": label, "ssh_public_key": KEY,
    });
    let reply = client.post_once("/api/vps", &body, key).await?;
    ensure!(reply.status == 202, "the order was refused: {} {}", reply.status, reply.body);
    Ok(())
}

fn names(made: &Made) -> Names {
    let mut names = Names::default();
    names.know("org", &made.org);
    names.know("vps", &made.vps);
    names.know("job", &made.job);
    names.know("plan", &made.plan);
    names.know("cloud", &made.cloud);
    names.know("provider_label", &made.provider_label);
    names.know("vps_suffix", &domain::VpsId(made.vps).suffix());
    names.know("job_suffix", &domain::JobId(made.job).suffix());
    names.know("label", &LABEL);
    names.know("key", &IDEMPOTENCY_KEY);
    names.returned("journal_id", &made.journal, "insert into journal");
    names
}
