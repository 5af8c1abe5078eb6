//! `skypanel credit`.

use api::routes::admin::credits::{CreditLimit, CreditRequest};
use api::wire::{Paged, json_of};
use domain::page::PageRequest;
use domain::{Actor, Currency, Money, credit};
use runtime::settings::Source;

use super::output::{self, time};
use crate::args::money::Credits;
use crate::args::operator::Output;
use crate::wiring::{Purpose, ready_ctx};

/// Shows what waits for a second administrator, and changes above which amount credit does.
pub async fn run(source: &Source, output: Output, what: Credits) -> anyhow::Result<()> {
    let (ctx, actor) = (ready_ctx(source, Purpose::Work).await?, Actor::Operator);
    match what {
        Credits::Limit { amount } => {
            let limit = match amount {
                Some(amount) => credit::set_four_eyes(&ctx, &actor, Money::parse(&amount, Currency::USD)?).await?,
                None => credit::four_eyes(&ctx, &actor).await?,
            };
            if output.json {
                output::json(&json_of(&CreditLimit::from(limit)));
            } else {
                let admins = limit.admins;
                say!("Credit above {} takes two administrators; there are {admins}.", Money::usd(limit.limit_micros));
            }
        }
        Credits::Waiting { rows } => {
            let request = PageRequest { cursor: rows.cursor, limit: rows.limit };
            let found = credit::requests(&ctx, &actor, None, true, &request).await?;
            if output.json {
                output::json(&json_of(&Paged::of(found, CreditRequest::from)));
                return Ok(());
            }
            let row = |row: &credit::CreditRequest| {
                [
                    Money::usd(row.amount_micros).to_string(),
                    row.org_id.to_string(),
                    row.asked_by_name.clone(),
                    time(row.expires_at),
                    row.reason.clone(),
                ]
            };
            output::rows(["credit", "organisation", "asked by", "until", "reason"], found.items.iter().map(row));
            output::more(found.next.as_deref());
        }
    }
    Ok(())
}
