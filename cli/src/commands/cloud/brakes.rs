//! `skypanel cloud brakes`: what waits for an administrator, and what it costs.

use api::routes::admin::clouds::CloudBrakes;
use api::wire::json_of;
use domain::cloud::{self, HeldFinding};
use domain::{Actor, CloudId, Ctx, Money};

use crate::args::operator::Output;
use crate::commands::output::{self, dash};

const COLUMNS: [&str; 6] = ["finding", "kind", "held", "machine", "label", "an hour"];

/// Shows it.
pub async fn show(ctx: &Ctx, output: Output, id: CloudId) -> anyhow::Result<()> {
    let brakes = cloud::brakes(ctx, &Actor::Operator, id).await?;
    if output.json {
        output::json(&json_of(&CloudBrakes::from(brakes)));
        return Ok(());
    }
    if let Some(other) = &brakes.other_account {
        say!("The token belongs to another account: {other}. Nothing is compared.");
    }
    if let Some(words) = &brakes.epoch_held {
        say!("{words} Machines that no server owns are not deleted.");
    }
    output::rows(COLUMNS, brakes.held.iter().map(row));
    say!(
        "servers that would be lost bring {} an hour; machines that would be deleted cost {}",
        Money::usd(brakes.lost_hour_micros).rate(),
        Money::usd(brakes.orphan_hour_micros).rate()
    );
    Ok(())
}

fn row(held: &HeldFinding) -> [String; 6] {
    [
        held.id.to_string(),
        held.kind.to_string(),
        held.held.to_string(),
        held.provider_ref.clone(),
        held.label.clone(),
        held.hour_micros.map_or_else(dash, |micros| Money::usd(micros).rate()),
    ]
}
