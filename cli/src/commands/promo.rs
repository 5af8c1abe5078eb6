//! `skypanel promo`.

use api::routes::admin::promos::Promo as Wire;
use api::wire::{Paged, json_of};
use domain::page::PageRequest;
use domain::promo::{self, NewPromo, Promo};
use domain::{Actor, Currency, Money};
use runtime::settings::Source;

use super::output::{self, time_or_dash};
use crate::args::money::Promos;
use crate::args::operator::Output;
use crate::wiring::{Purpose, ready_ctx};

/// Makes, ends and lists promo codes.
pub async fn run(source: &Source, output: Output, what: Promos) -> anyhow::Result<()> {
    let (ctx, actor) = (ready_ctx(source, Purpose::Work).await?, Actor::Operator);
    let one = match what {
        Promos::List { rows } => {
            let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
            let found = promo::list(&ctx, &actor, &request).await?;
            if output.json {
                output::json(&json_of(&Paged::of(found, Wire::from)));
            } else {
                table(&found.items);
                output::more(found.next.as_deref());
            }
            return Ok(());
        }
        Promos::Make { code, amount, uses, until } => {
            let amount = Money::parse(&amount, Currency::USD)?;
            promo::create(&ctx, &actor, &NewPromo { code, amount, max_uses: uses, expires_at: until }).await?
        }
        Promos::End { id } => promo::end(&ctx, &actor, id).await?,
    };
    if output.json {
        output::json(&json_of(&Wire::from(one)));
    } else {
        table(std::slice::from_ref(&one));
    }
    Ok(())
}

fn table(promos: &[Promo]) {
    let row = |promo: &Promo| {
        [
            promo.code.clone(),
            Money::usd(promo.amount_micros).to_string(),
            format!("{} of {}", promo.uses, promo.max_uses),
            time_or_dash(promo.expires_at),
            if promo.counts { "yes" } else { "no" }.to_owned(),
            promo.id.to_string(),
        ]
    };
    output::rows(["code", "gives", "used", "until", "counts", ""], promos.iter().map(row));
}
