//! Reading servers, their jobs and what they cost.

use domain::billing::MonthCost;
use domain::vps::{self, VpsFilter};
use domain::{VpsId, VpsStatus};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::model::Vps;
use crate::auth::may;
use crate::routes::Tag;
use crate::routes::jobs::Job;
use crate::state::Shared;
use crate::wire::{Answer, Choice, Done, Id, Money, Paged, Time, page};

/// What a server costs, and what deleting it would mean.
#[derive(Debug, Object)]
pub struct VpsQuote {
    /// Its price of an hour.
    hourly: Money,
    /// Its price of a month.
    monthly: Money,
    /// Charged for hours since the start of the month (UTC).
    spent_this_month: Money,
    /// Charged since it was created.
    spent_total: Money,
    /// What the organisation's other servers cost together in an hour.
    rate_after_delete: Money,
    /// How long the balance would last without it, in seconds; null without other servers.
    runway_after_delete_s: Option<i64>,
    /// Its next charge; null while it is not charged.
    next_charge: Option<NextCharge>,
    /// What each month (UTC) has cost, the newest first; at most two years of them.
    #[oai(validator(max_items = 24))]
    months: Vec<VpsMonth>,
}

/// The next charge of a server.
#[derive(Debug, Object)]
pub struct NextCharge {
    /// When it is charged.
    at: Time,
    /// How much it will be, if its price stays.
    amount: Money,
}

/// What a server cost in one month.
#[derive(Debug, Object)]
pub struct VpsMonth {
    /// The month (UTC), as `2026-11`.
    #[oai(validator(min_length = 7, max_length = 7))]
    month: String,
    /// Hours that began in it and were charged.
    hours: i64,
    /// How many seconds of them: fewer where the last hour was charged by the second.
    seconds: i64,
    /// What they cost.
    amount: Money,
}

impl From<MonthCost> for VpsMonth {
    fn from(cost: MonthCost) -> Self {
        Self { month: cost.month, hours: cost.hours, seconds: cost.seconds, amount: Money::usd(cost.micros) }
    }
}

/// The operations that read servers.
pub struct ReadApi;

#[OpenApi]
impl ReadApi {
    /// List servers
    ///
    /// The organisation's servers, the newest first. Deleted ones are left out.
    #[oai(path = "/api/vps", method = "get", operation_id = "listVps", tag = "Tag::Vps")]
    #[expect(clippy::too_many_arguments, reason = "one argument a parameter")]
    async fn list(
        &self,
        member: may::VpsRead,
        app: Data<&Shared>,
        /// Only servers in this status.
        status: Query<Option<Choice<VpsStatus>>>,
        /// Only servers with this text in their name or at the start of their address.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Only servers with this tag.
        #[oai(validator(max_length = 32))]
        tag: Query<Option<String>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many servers, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Vps>> {
        let filter = VpsFilter { status: status.0.map(|status| status.0), q: q.0, tag: tag.0 };
        let found = vps::list(&app.ctx, &member.actor(), &filter, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Vps::from)))
    }

    /// Read a server
    ///
    /// A deleted server can still be read by its id.
    #[oai(path = "/api/vps/:id", method = "get", operation_id = "getVps", tag = "Tag::Vps")]
    async fn get(
        &self,
        member: may::VpsRead,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
    ) -> Done<Vps> {
        Ok(Answer::new(vps::get(&app.ctx, &member.actor(), id.0.0).await?.into()))
    }

    /// List a server's jobs
    ///
    /// The jobs that worked on it, the newest first, each with its steps.
    #[oai(path = "/api/vps/:id/jobs", method = "get", operation_id = "listVpsJobs", tag = "Tag::Vps")]
    async fn jobs(
        &self,
        member: may::VpsRead,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many jobs, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Job>> {
        // The rules know no jobs of another organisation's server; its address must not exist either.
        vps::get(&app.ctx, &member.actor(), id.0.0).await?;
        let found = domain::work::for_vps(&app.ctx, &member.actor(), id.0.0, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Job::from)))
    }

    /// Quote a server
    ///
    /// What it costs, what it has cost so far, and what deleting it would mean for the wallet.
    #[oai(path = "/api/vps/:id/quote", method = "get", operation_id = "quoteVps", tag = "Tag::Vps")]
    async fn quote(
        &self,
        member: may::VpsRead,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
    ) -> Done<VpsQuote> {
        let cost = vps::cost(&app.ctx, &member.actor(), id.0.0).await?;
        Ok(Answer::new(VpsQuote {
            hourly: Money::usd(cost.hour_micros),
            monthly: Money::usd(cost.vps.month_micros),
            spent_this_month: Money::usd(cost.vps.spent_month_micros),
            spent_total: Money::usd(cost.vps.spent_micros),
            rate_after_delete: Money::usd(cost.rate_after_delete_micros),
            runway_after_delete_s: cost.runway_after_delete_s,
            next_charge: cost
                .next_charge
                .map(|next| NextCharge { at: next.at.into(), amount: Money::usd(next.micros) }),
            months: cost.months.into_iter().map(VpsMonth::from).collect(),
        }))
    }
}
