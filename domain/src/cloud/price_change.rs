//! Prices that a provider changed, and sizes that it no longer sells: told to administrators before anybody orders at
//! the new price, because the price list changes in the same transaction.

use entity::{CloudId, Money, PlanId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use crate::activity::{self, Event};
use crate::error::Result;
use crate::mail::Mail;
use crate::queue::Claim;
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db};

db::row! {
    /// A price of a month before and after a sync, in micro-units; none where the size is not sold.
    #[derive(Clone, Debug)]
    struct PriceChange {
        id: PlanId,
        name: String,
        /// None for the size's own price.
        region: Option<String>,
        before_micros: Option<i64>,
        after_micros: Option<i64>,
    }
}

impl PriceChange {
    fn words(&self) -> String {
        let (name, place) = (&self.name, self.region.as_ref().map(|id| format!(" in {id}")).unwrap_or_default());
        let usd = |micros| Money::usd(micros).exact();
        match (self.before_micros, self.after_micros) {
            (Some(_), None) => format!("The provider no longer sells the size of the plan {name}: it can't be ordered"),
            (None, _) => format!("The provider sells the size of the plan {name} again"),
            (Some(before), Some(after)) => format!(
                "What the plan {name} costs at the provider in a month{place} changed from {} to {}; its price for \
                 customers changed with it",
                usd(before),
                usd(after)
            ),
        }
    }
}

/// Records what a sync is about to change for plans, and writes to each administrator if it is anything.
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    claim: &Claim,
    cloud: CloudId,
    (types, offers): (&Json, &Json),
) -> Result<()> {
    let changes = price_changes(cloud, types.clone(), offers.clone()).all(tx).await?;
    // One event a plan: its own price, or the first region, with all of them beside it.
    for plan in changes.chunk_by(|one, next| one.id == next.id) {
        let Some(first) = plan.first() else { continue };
        let all: Vec<Json> = plan
            .iter()
            .map(|one| json!({ "region": one.region, "before": one.before_micros, "after": one.after_micros }))
            .collect();
        let more = match plan.iter().filter(|one| one.region.is_some()).count() {
            regions if first.region.is_some() && regions > 1 => format!(", and in {} more regions", regions - 1),
            regions if first.region.is_none() && regions > 0 => format!(", and in {regions} regions besides"),
            _ => String::new(),
        };
        let event = Event::new("plan.cost", EventStatus::Warning, format!("{}{more}", first.words()))
            .entity("plan", first.id)
            .job(claim.id)
            .metadata(json!({ "months_micros": all }));
        activity::record(tx, event).await?;
    }
    if changes.is_empty() {
        return Ok(());
    }
    let mail = |user| NewJob::new(Job::SendMail { mail: Mail::PlanCosts { user } });
    let mails: Vec<NewJob> = select_admins().all(tx).await?.into_iter().map(mail).collect();
    work::enqueue_many(ctx, tx, &mails).await?;
    Ok(())
}

db::statement! {
    fn price_changes(cloud: CloudId, types: Json, offers: Json) -> PriceChange = file "price_changes.sql";

    fn select_admins() -> UserId = "select id from app_user where role = 'admin' and deleted_at is null";
}
