//! `skypanel limits`.

use anyhow::Context as _;
use api::routes::admin::limits::{LimitFigures, RateOverride};
use api::wire::{List, json_of};
use domain::rate::{self, Change};
use domain::{Actor, Ctx, UserId, identity};
use runtime::settings::{Limits as Settings, Source};
use serde_json::json;

use super::output::{self, dash, on_record, time};
use crate::args::limits::{Expiry, Limits, Override};
use crate::args::operator::Output;
use crate::wiring::{Purpose, ready_ctx};

/// Shows request limits, and gives users their own.
pub async fn run(source: &Source, output: Output, what: Option<Limits>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what.unwrap_or(Limits::Show) {
        Limits::Show => show(&ctx, &Settings::load(source)?, output).await,
        Limits::Override(Override { user, max, window_s, expires, reason }) => {
            let user = user_called(&ctx, &user).await?;
            let expires_at = match expires {
                Expiry::At(at) => at,
                Expiry::After(time) => ctx.clock.now(&ctx.db).await? + time,
            };
            let change = Change { max, window_s, reason: on_record(&reason), expires_at };
            let written = rate::put(&ctx, &Actor::Operator, user, &change).await?;
            if output.json {
                output::json(&json_of(&RateOverride::from(written)));
            } else {
                overrides(&[written]);
            }
            Ok(())
        }
        Limits::Lift { user, reason } => {
            let user = user_called(&ctx, &user).await?;
            rate::lift(&ctx, &Actor::Operator, user, &on_record(&reason)).await?;
            if output.json {
                output::json(&json!({ "user": user, "lifted": true }));
            } else {
                say!("Lifted. The limit of their tier holds again, in every process within 30 seconds.");
            }
            Ok(())
        }
    }
}

async fn user_called(ctx: &Ctx, name: &str) -> anyhow::Result<UserId> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    identity::user_of(ctx, name).await?.with_context(|| format!("no user has the id or e-mail address {name}"))
}

async fn show(ctx: &Ctx, settings: &Settings, output: Output) -> anyhow::Result<()> {
    let standing = rate::overrides(ctx, &Actor::Operator).await?;
    if output.json {
        let figures = LimitFigures::read(ctx, &Actor::Operator, settings).await?;
        let overrides = List::of(standing, RateOverride::from);
        output::json(&json!({ "limits": json_of(&figures), "overrides": json_of(&overrides) }));
        return Ok(());
    }
    let minutes = rate::last_hour(ctx, &Actor::Operator).await?;
    let tiers = api::limits::tiers(settings).into_iter().map(|(tier, rate)| {
        let of = minutes.iter().filter(|minute| minute.tier == tier);
        let (allowed, refused) =
            of.fold((0, 0), |(allowed, refused), minute| (allowed + minute.allowed, refused + minute.refused));
        [
            tier.to_string(),
            rate.map_or_else(|| "no limit".to_owned(), |rate| rate.max.to_string()),
            rate.map_or_else(dash, |rate| output::span(rate.window.as_secs_f64())),
            allowed.to_string(),
            refused.to_string(),
        ]
    });
    output::rows(["tier", "requests", "in", "allowed in 1 h", "refused in 1 h"], tiers);
    say!("\nWho met the limits within the last hour, or sent most:");
    let keys = rate::top_keys(ctx, &Actor::Operator).await?;
    let row = |key: &rate::TopKey| {
        let who = key.user_email.clone().unwrap_or_else(|| key.key.clone());
        [key.tier.to_string(), who, key.allowed.to_string(), key.refused.to_string()]
    };
    output::rows(["tier", "sender", "allowed", "refused"], keys.iter().map(row));
    say!("\nUsers with a limit of their own:");
    overrides(&standing);
    Ok(())
}

fn overrides(standing: &[rate::Override]) {
    let row = |one: &rate::Override| {
        [
            one.user_email.clone(),
            one.max.to_string(),
            output::span(f64::from(one.window_s)),
            time(one.expires_at),
            one.reason.clone(),
        ]
    };
    output::rows(["user", "requests", "in", "expires", "reason"], standing.iter().map(row));
}
