//! The two requests that matter: the list that every page begins with, and the order.

use std::time::Duration;

use anyhow::{Result, ensure};
use chrono::Utc;
use domain::identity::Grant;
use domain::{OrgId, Role};
use secrecy::SecretString;

use crate::Row;
use crate::cpu::Cpu;
use crate::load::load;
use crate::pgbench::pgbench;
use testkit::stack::{SECRET, Stack};

const CONNECTIONS: usize = 32;
const ROWS: i64 = 20;
const ORGS: i64 = 1_000;

/// An access token, as signing in would give: passwords of a thousand customers would take
/// minutes to hash.
#[expect(clippy::disallowed_methods, reason = "the API's processes read the same clock")]
fn token(org: uuid::Uuid) -> Result<String> {
    let grant = Grant {
        user: org.into(),
        org: OrgId(org),
        role: Role::User,
        epoch: 0,
        session: org.into(),
        refresh_token: SecretString::from(""),
    };
    Ok(api::auth::token::Tokens::new(&SecretString::from(SECRET)).issue(&grant, Utc::now())?)
}

async fn organisations(stack: &Stack) -> Result<Vec<uuid::Uuid>> {
    let ctx = crate::tick::ctx(stack).await?;
    let seeded: i64 =
        domain::db::scalar(&ctx.db, domain::db::sql("select count(*) from org where name like 'seed %'", []))
            .await?
            .unwrap_or(0);
    if seeded == 0 {
        testkit::seed::running_servers(&ctx, ORGS, ROWS / 2).await?;
    }
    let ids: Option<Vec<uuid::Uuid>> = domain::db::scalar(
        &ctx.db,
        domain::db::sql("select array_agg(id order by name) from org where name like 'seed %'", []),
    )
    .await?;
    Ok(ids.unwrap_or_default())
}

fn address(stack: &Stack) -> String {
    stack.base.trim_start_matches("http://").to_owned()
}

/// `GET /api/vps` of 20 rows beside pgbench running the same query.
///
/// # Errors
/// When a request is not answered as it should be.
pub async fn list(stack: &Stack, seconds: u64) -> Result<Row> {
    let org = organisations(stack).await?[0];
    let owner = testkit::database::connect(&stack.database.owner_url).await?;
    let ctx = crate::tick::ctx(stack).await?;
    let have: i64 =
        domain::db::scalar(&ctx.db, domain::db::sql("select count(*) from vps where org_id = $1", [org.into()]))
            .await?
            .unwrap_or(0);
    let more = "insert into vps select (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'label', v.label || '-more', 'provider_label', gen_random_uuid()::text, 'provider_ref', null))).* from vps v where org_id = $1 limit $2";
    domain::db::exec(&ctx.db, domain::db::sql(more, [org.into(), (ROWS - have).max(0).into()])).await?;
    sea_orm::ConnectionTrait::execute_unprepared(&owner, "analyze").await?;
    let bearer = token(org)?;
    let request =
        format!("GET /api/vps?limit=20 HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {bearer}\r\n\r\n", address(stack))
            .into_bytes();
    let before = Cpu::read(stack);
    let ours = load(&address(stack), CONNECTIONS, Duration::from_secs(seconds), 200, move |_| request.clone()).await?;
    let cpu = Cpu::read(stack).since(&before);
    ensure!(ours.wrong == 0, "{} wrong answers, such as {:?}", ours.wrong, ours.first_wrong);
    let query = domain::vps::list_sql()
        .replace("$1", &format!("'{org}'::uuid"))
        .replace("$2", "null")
        .replace("$3", "null")
        .replace("$4", "null")
        .replace("$5", "21");
    let bare = pgbench(&stack.database.url, &format!("{query};\n"), 32, seconds).await?;
    let ratio = ours.rate / bare.rate;
    Ok(Row {
        what: "GET /api/vps, 20 rows, 32 connections".into(),
        measured: format!(
            "{:.0}/s, p99 {:.1} ms, pgbench {:.0}/s: {ratio:.2}",
            ours.rate,
            ours.percentile(0.99).as_secs_f64() * 1000.0,
            bare.rate
        ),
        bar: ">= 0.3 of pgbench".into(),
        reached: ratio >= 0.3,
        cpu,
    })
}

/// `POST /api/vps` over 1,000 organisations beside pgbench running the same statements. The
/// workers are stopped: what is measured is the acceptance.
///
/// # Errors
/// When a request is not answered as it should be.
pub async fn order(stack: &mut Stack, seconds: u64) -> Result<Vec<Row>> {
    let orgs = organisations(stack).await?;
    for name in ["worker-1", "worker-2"] {
        if stack.pid(name).is_some() {
            stack.kill(name).await?;
        }
    }
    let ctx = crate::tick::ctx(stack).await?;
    let plan: uuid::Uuid =
        domain::db::scalar(&ctx.db, domain::db::sql("select id from plan limit 1", [])).await?.unwrap_or_default();
    let (host, plan_id) = (address(stack), domain::PlanId(plan).to_string());
    let tokens: Vec<String> = orgs.iter().map(|org| token(*org)).collect::<Result<_>>()?;
    let run = std::process::id();
    let before = Cpu::read(stack);
    let ours = load(&address(stack), CONNECTIONS, Duration::from_secs(seconds), 202, move |n| {
        let body = format!(r#"{{"plan_id":"{plan_id}","region":"us-east","image":"debian12","label":"order-{n}","ssh_public_key":"{KEY}"}}"#);
        let bearer = &tokens[n % tokens.len()];
        format!(
            "POST /api/vps HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {bearer}\r\nidempotency-key: bench-{run}-{n:012}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    })
    .await?;
    let cpu = Cpu::read(stack).since(&before);
    ensure!(ours.wrong == 0, "{} wrong answers, such as {:?}", ours.wrong, ours.first_wrong);
    let bare = pgbench(&stack.database.url, &order_script(), 32, seconds).await?;
    let (p99, ratio) = (ours.percentile(0.99), ours.rate / bare.rate);
    Ok(vec![
        Row {
            what: "POST /api/vps accepted, 32 connections: time".into(),
            measured: format!("p99 {:.1} ms", p99.as_secs_f64() * 1000.0),
            bar: "p99 < 100 ms".into(),
            reached: p99 < Duration::from_millis(100),
            cpu: String::new(),
        },
        Row {
            what: "POST /api/vps accepted, 32 connections: rate".into(),
            measured: format!("{:.0}/s, pgbench {:.0}/s: {ratio:.2}", ours.rate, bare.rate),
            bar: ">= 0.5 of pgbench".into(),
            reached: ratio >= 0.5,
            cpu,
        },
    ])
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKk3nVd9CQwGkRrvYq7Xg0lYJw5tV1dW0Zb3JzLx2QhH bench";

/// The statements of an order, one by one, as `domain::vps::create` sends them, with the reads of
/// the answer. The organisation is looked up first, which the API has in its token.
fn order_script() -> String {
    [
        "\\set n random(1, 1000)",
        "select id as org from org where name = 'seed ' || :n \\gset",
        "begin",
        "insert into idempotency_key (principal_id, key, route, request_mac, created_at, expires_at) select :org::uuid, gen_random_uuid()::text, 'vps.create', '\\x00', t.now, t.now + interval '72 h' from (select business_now() as now) t on conflict (principal_id, key) do nothing returning key as idem \\gset",
        "select p.id as plan, p.cloud_id as cloud, p.name, p.type_id, t.vcpus, t.memory_mib, t.disk_gib, t.transfer_gb, t.month_micros as cost, t.month_micros + p.markup_month_micros as month, business_now() as now from plan p join cloud a on a.id = p.cloud_id and a.active and a.deleted_at is null and a.status = 'valid' join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id left join cloud_region r on r.cloud_id = p.cloud_id and r.id = 'us-east' left join cloud_image i on i.cloud_id = p.cloud_id and i.slug = 'debian12' where p.active and p.deleted_at is null limit 1 \\gset",
        "select gen_random_uuid() as vps, gen_random_uuid() as job \\gset",
        "insert into job (id, org_id, actor_id, kind, queue, priority, target_type, target_id, exclusive_key, params, max_attempts, deadline_at) values (:job::uuid, :org::uuid, :org::uuid, 'vps.provision', 'bare', 1, 'vps', :vps::uuid, 'vps:' || :vps, '{}', 8, now() + interval '30 min') on conflict (exclusive_key) where state in ('queued', 'running', 'waiting', 'retry', 'stuck') do nothing",
        "select kind, balance_micros from account where org_id = :org::uuid and currency = 'USD' and kind in ('wallet', 'receivable') order by id for update",
        "insert into journal (idem_key, kind, org_id, job_id, effective_at, meta) values ('hold:' || :job, 'hold', :org::uuid, :job::uuid, now(), '{}') on conflict (idem_key) do nothing returning id as journal \\gset",
        "with moved as (update account set balance_micros = balance_micros - 8219, version = version + 1 where kind = 'wallet' and org_id = :org::uuid and currency = 'USD' returning id, balance_micros) insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after) select :journal::bigint, 1, id, :org::uuid, -8219, balance_micros from moved",
        "with moved as (update account set balance_micros = balance_micros + 8219, version = version + 1 where kind = 'hold' and org_id = :org::uuid and currency = 'USD' returning id, balance_micros) insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after) select :journal::bigint, 2, id, :org::uuid, 8219, balance_micros from moved",
        "select o.vps_quota - (select count(*) from vps v where v.org_id = o.id and v.deleted_at is null and v.status <> 'failed') from org o where o.id = :org::uuid",
        "insert into vps (id, org_id, cloud_id, provider_label, label, status, desired, plan_id, plan_name, type_id, vcpus, memory_mib, disk_gib, transfer_gb, month_micros, cost_month_micros, region_id, image_id, ssh_public_key, created_by, created_at) values (:vps::uuid, :org::uuid, :cloud::uuid, 'sp-' || :vps, 'bare-' || :vps, 'requested', 'running', :plan::uuid, 'Seed', 'g6-nanode-1', 1, 1024, 25, 1000, 6000000, 5000000, 'us-east', 'linode/debian12', 'ssh-ed25519 AAAA', :org::uuid, now()) returning id, org_id, label",
        "insert into activity (org_id, actor_id, event, status, entity_type, entity_id, job_id, message, metadata, created_at) values (:org::uuid, :org::uuid, 'vps.create', 'info', 'vps', :vps::uuid, :job::uuid, 'ordered', '{}', business_now())",
        "update idempotency_key set status = 200, body = '{}' where principal_id = :org::uuid and key = :idem",
        "commit",
    ]
    .join(";\n")
    .replace(" \\gset;", " \\gset")
    .replace("random(1, 1000);", "random(1, 1000)")
        + ";\n"
}
