//! What an organisation limits itself to, and what it was told about its wallet.

use domain::prepaid::{self, LimitsChange};
use domain::{FundsEnd, NoticeId, NoticeKind};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::auth::may;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id, Money, Paged, Time, Word, page};

/// What an organisation limits itself to.
#[derive(Debug, Object)]
pub struct SpendLimits {
    /// The most that a calendar month (UTC) may cost by its orders; null without a limit.
    month_cap: Option<Money>,
    /// The most that all servers may cost in an hour; null without a limit.
    hour_cap: Option<Money>,
    /// Charged for hours of this month.
    spent_this_month: Money,
    /// What happens when funds end: an administrator decides it.
    funds_end: Word<FundsEnd>,
    /// Hours from the stop of servers to their deletion, where they are stopped.
    ladder_hours: i32,
}

impl From<prepaid::Limits> for SpendLimits {
    fn from(found: prepaid::Limits) -> Self {
        Self {
            month_cap: found.month_cap_micros.map(Money::usd),
            hour_cap: found.hour_cap_micros.map(Money::usd),
            spent_this_month: Money::usd(found.spent_micros),
            funds_end: Word(found.funds_end),
            ladder_hours: found.ladder_hours,
        }
    }
}

/// New limits; what is left out has none.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct SetSpendLimits {
    /// The most that a calendar month (UTC) may cost by its orders.
    month_cap: Option<Money>,
    /// The most that all servers may cost in an hour.
    hour_cap: Option<Money>,
}

/// What an organisation was told about its wallet.
#[derive(Debug, Object)]
pub struct WalletNotice {
    /// Its id.
    id: Id<NoticeId>,
    /// What it said.
    kind: Word<NoticeKind>,
    /// When.
    at: Time,
}

/// Operations on limits of spending.
pub struct LimitsApi;

#[OpenApi]
impl LimitsApi {
    /// Read the limits of spending
    ///
    /// With what this month has cost so far.
    #[oai(path = "/api/wallet/limits", method = "get", operation_id = "getSpendLimits", tag = "Tag::Wallet")]
    async fn get(&self, member: may::WalletRead, app: Data<&Shared>) -> Done<SpendLimits> {
        Ok(Answer::new(prepaid::limits(&app.ctx, &member.actor()).await?.into()))
    }

    /// Set the limits of spending
    ///
    /// An order that would go beyond one is refused with 402 `spend_cap_reached`: the month is counted to its end, with
    /// all servers running. Servers that run continue whatever the limits are.
    #[oai(path = "/api/wallet/limits", method = "put", operation_id = "setSpendLimits", tag = "Tag::Wallet")]
    async fn set(
        &self,
        member: may::BillingWrite,
        app: Data<&Shared>,
        body: Body<SetSpendLimits>,
    ) -> Done<SpendLimits> {
        let SetSpendLimits { month_cap, hour_cap } = body.0;
        let change = LimitsChange { month_cap: month_cap.map(|cap| cap.0), hour_cap: hour_cap.map(|cap| cap.0) };
        Ok(Answer::new(prepaid::set_limits(&app.ctx, &member.actor(), change).await?.into()))
    }

    /// List notices about the wallet
    ///
    /// What was sent when it lasted for less than 72, 24 and 1 hours, when it was empty, and when limits were reached;
    /// the newest first.
    #[oai(path = "/api/wallet/notices", method = "get", operation_id = "listWalletNotices", tag = "Tag::Wallet")]
    async fn notices(
        &self,
        member: may::WalletRead,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<WalletNotice>> {
        let found = prepaid::notices(&app.ctx, &member.actor(), &page(cursor.0, limit.0)).await?;
        let turn = |row: prepaid::Notice| WalletNotice { id: Id(row.id), kind: Word(row.kind), at: row.at.into() };
        Ok(Answer::new(Paged::of(found, turn)))
    }
}
