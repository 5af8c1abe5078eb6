//! `skypanel org`.

use api::routes::admin::customer_billing::TaxNumber;
use api::routes::orgs::history::BillingVersion;
use api::routes::orgs::model::Quotas;
use api::routes::orgs::security::OrgSecurity;
use api::wire::{Paged, json_of};
use domain::org::{self, OrgLine, ProfileVersion, QuotaChange, quota};
use domain::page::PageRequest;
use domain::{Actor, AnyId, Ctx, tax, user};
use runtime::settings::Source;
use serde_json::json;

use super::output::{self, dash, on_record, time};
use super::user::find as find_user;
use crate::args::operator::{Orgs, Output, Rows};
use crate::args::people::QuotaOptions;
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
        Orgs::Billing { id, rows } => billing(&ctx, id, rows, output).await?,
        Orgs::Create { name, owner } => {
            let owner = find_user(&ctx, &Actor::Operator, &owner).await?;
            let made = user::create_organisation(&ctx, &Actor::Operator, owner, &name).await?;
            show(&ctx, AnyId(made.0), output).await?;
        }
        Orgs::Quota { id, default: true, reason, .. } => {
            let found = org::find(&ctx, &Actor::Operator, id).await?;
            quota::reset(&ctx, &Actor::Operator, found.id, &on_record(&reason)).await?;
            show(&ctx, id, output).await?;
        }
        Orgs::Quota { id, quotas, default: false, reason } => {
            let QuotaOptions { vps, vcpus, memory_mib, storage_gib, members, keys } = quotas;
            let found = org::find(&ctx, &Actor::Operator, id).await?;
            let change = QuotaChange { servers: vps, vcpus, memory_mib, storage_gib, members, keys };
            quota::change(&ctx, &Actor::Operator, found.id, change, &on_record(&reason)).await?;
            show(&ctx, id, output).await?;
        }
        Orgs::LiftNetworks { id, reason } => {
            let found = org::find(&ctx, &Actor::Operator, id).await?;
            org::lift_networks(&ctx, &Actor::Operator, found.id, &on_record(&reason)).await?;
            show(&ctx, id, output).await?;
        }
    }
    Ok(())
}

async fn show(ctx: &Ctx, id: AnyId, output: Output) -> anyhow::Result<()> {
    let found = org::find(ctx, &Actor::Operator, id).await?;
    let quotas = quota::of_customer(ctx, &Actor::Operator, found.id).await?;
    let security = org::security_of_customer(ctx, &Actor::Operator, found.id).await?;
    if output.json {
        let mut shown = line(&found);
        shown["quotas"] = json_of(&Quotas::from(quotas));
        shown["security"] = json_of(&OrgSecurity::from(security));
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
    let networks = if security.ip_allow.is_empty() { "any".to_owned() } else { security.ip_allow.join(", ") };
    let factor = if security.require_mfa { "required" } else { "not required" };
    output::rows(
        ["security", ""],
        [["second factor", factor], ["networks", &networks]].map(|row| row.map(str::to_owned)),
    );
    Ok(())
}

/// The VAT ID with its confirmation, and what the organisation said of itself before.
async fn billing(ctx: &Ctx, id: AnyId, rows: Rows, output: Output) -> anyhow::Result<()> {
    let actor = Actor::Operator;
    let found = org::find(ctx, &actor, id).await?;
    let tax_id = tax::tax_id(ctx, &actor, found.id).await?;
    let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
    let versions = org::profile_history_of_customer(ctx, &actor, found.id, &request).await?;
    if output.json {
        let history = Paged::of(versions, |version| BillingVersion::of(version, &ctx.vault));
        output::json(&json!({ "tax_id": json_of(&TaxNumber::from(tax_id)), "history": json_of(&history) }));
        return Ok(());
    }
    let number = tax_id.tax_id.clone().unwrap_or_else(dash);
    let last = tax_id.confirmed.as_ref();
    let row = [
        number,
        tax_id.state.as_str().to_owned(),
        last.map_or_else(dash, |last| last.what.tax_id.clone()),
        last.map_or_else(dash, |last| format!("{} of {}", last.what.reference, last.what.confirmed_on)),
        last.map_or_else(dash, |last| last.confirmed_by_name.clone().unwrap_or_else(|| "the operator".to_owned())),
        last.map_or_else(dash, |last| time(last.noted_at)),
    ];
    output::rows(["VAT ID", "is", "confirmed", "answer", "noted by", "at"], [row]);
    let row = |version: &ProfileVersion| {
        [
            time(version.changed_at),
            version.changed_by_name.clone().unwrap_or_else(dash),
            version.changed.join(" "),
            version.documents.to_string(),
        ]
    };
    output::rows(["changed", "by", "what", "documents"], versions.items.iter().map(row));
    output::more(versions.next.as_deref());
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
