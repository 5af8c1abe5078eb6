//! `skypanel org`.

use api::routes::orgs::model::Quotas;
use api::wire::json_of;
use domain::org::{self, OrgLine, QuotaChange, quota};
use domain::{Actor, AnyId, Ctx};
use runtime::settings::Source;
use serde_json::json;

use super::output::{self, dash, on_record, time};
use crate::args::operator::{Orgs, Output};
use crate::wiring::{Purpose, ready_ctx};

/// Shows organisations, and changes what they may have.
pub async fn run(source: &Source, output: Output, what: Option<Orgs>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what.unwrap_or(Orgs::List { search: None, limit: 20 }) {
        Orgs::List { search, limit } => {
            let found = org::list(&ctx, &Actor::Operator, search.as_deref(), limit).await?;
            if output.json {
                output::json(&json!({ "items": found.iter().map(line).collect::<Vec<_>>() }));
            } else {
                table(&found);
            }
        }
        Orgs::Show { id } => show(&ctx, id, output).await?,
        Orgs::Quota { id, vps, vcpus, memory_mib, storage_gib, members, keys, reason } => {
            let found = org::find(&ctx, &Actor::Operator, id).await?;
            let change = QuotaChange { servers: vps, vcpus, memory_mib, storage_gib, members, keys };
            quota::change(&ctx, &Actor::Operator, found.id, change, &on_record(&reason)).await?;
            show(&ctx, id, output).await?;
        }
    }
    Ok(())
}

async fn show(ctx: &Ctx, id: AnyId, output: Output) -> anyhow::Result<()> {
    let found = org::find(ctx, &Actor::Operator, id).await?;
    let quotas = quota::of_customer(ctx, &Actor::Operator, found.id).await?;
    if output.json {
        let mut shown = line(&found);
        shown["quotas"] = json_of(&Quotas::from(quotas));
        output::json(&shown);
        return Ok(());
    }
    table(std::slice::from_ref(&found));
    let row = |name: &str, used: i64, most: i32| [name.to_owned(), used.to_string(), most.to_string()];
    let rows = [
        row("servers", quotas.servers_used, quotas.servers_most),
        row("vCPUs", quotas.vcpus_used, quotas.vcpus_most),
        row("memory, MiB", quotas.memory_mib_used, quotas.memory_mib_most),
        row("storage, GiB", quotas.storage_gib_used, quotas.storage_gib_most),
        row("members", quotas.members_used, quotas.members_most),
        row("API keys", quotas.keys_used, quotas.keys_most),
    ];
    output::rows(["quota", "used", "limit"], rows);
    Ok(())
}

fn line(org: &OrgLine) -> serde_json::Value {
    json!({
        "id": org.id, "name": org.name, "owner": org.owner, "members": org.members, "servers": org.servers,
        "servers_limit": org.servers_most, "created_at": org.created_at,
    })
}

fn table(orgs: &[OrgLine]) {
    let row = |org: &OrgLine| {
        [
            org.id.to_string(),
            org.name.clone(),
            org.owner.clone().unwrap_or_else(dash),
            org.members.to_string(),
            format!("{} of {}", org.servers, org.servers_most),
            time(org.created_at),
        ]
    };
    output::rows(["id", "name", "owner", "members", "servers", "created"], orgs.iter().map(row));
}
