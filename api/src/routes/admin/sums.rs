//! What the business earned, what it cost, and what is still owed.

use domain::idempotency::IdempotencyKey;
use domain::sums::{self, By, Of};
use domain::{CloudId, OrgId, PlanId};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::quote::{OrQuote, would};
use crate::routes::statement::StatementEntry;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Done, Id, Key, Money, Quoted, Time, Vocabulary};

impl Vocabulary for By {
    const NAME: &'static str = "RevenueBy";
    const ABOUT: &'static str = "What revenue is grouped by.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// What was charged for some hours, and what they cost.
#[derive(Debug, Object)]
pub struct RevenueSums {
    /// What customers were charged, without tax that is added.
    revenue: Money,
    /// What the providers ask for it by their price list.
    cost: Money,
    /// The first less the second.
    margin: Money,
    /// The margin in hundredths of a percent of the revenue; null without revenue.
    margin_bp: Option<i64>,
    /// What of the revenue has no known cost: it is counted as margin.
    unknown: Money,
    /// Hours of servers.
    hours: i64,
}

impl RevenueSums {
    fn of(revenue: i64, cost: i64, unknown: i64, hours: i64) -> Self {
        let margin = revenue - cost;
        let share = i128::from(margin) * 10_000;
        Self {
            revenue: Money::usd(revenue),
            cost: Money::usd(cost),
            margin: Money::usd(margin),
            margin_bp: (revenue > 0).then(|| i64::try_from(share / i128::from(revenue)).unwrap_or(i64::MIN)),
            unknown: Money::usd(unknown),
            hours,
        }
    }
}

/// A month.
#[derive(Debug, Object)]
pub struct RevenueMonth {
    /// When it begins (UTC).
    month: Time,
    /// Its figures.
    sums: RevenueSums,
}

/// A cloud, a plan or a customer.
#[derive(Debug, Object)]
pub struct RevenueRow {
    /// Its id.
    #[oai(validator(max_length = 64))]
    id: String,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Its figures over all the months.
    sums: RevenueSums,
}

/// What was earned.
#[derive(Debug, Object)]
pub struct Revenue {
    /// Each month, the earliest first; the last is in progress.
    #[oai(validator(max_items = 36))]
    months: Vec<RevenueMonth>,
    /// All months together.
    total: RevenueSums,
    /// Clouds, plans or customers, those with the most revenue first; 500 at most.
    #[oai(validator(max_items = 500))]
    rows: Vec<RevenueRow>,
}

/// An amount by age.
#[derive(Debug, Object)]
pub struct Aged {
    /// All of it.
    total: Money,
    /// Up to 30 days old.
    to_30: Money,
    /// 31 to 60 days old.
    to_60: Money,
    /// 61 to 90 days old.
    to_90: Money,
    /// Older.
    over_90: Money,
}

impl From<sums::Aged> for Aged {
    fn from(aged: sums::Aged) -> Self {
        Self {
            total: Money::usd(aged.total),
            to_30: Money::usd(aged.to_30),
            to_60: Money::usd(aged.to_60),
            to_90: Money::usd(aged.to_90),
            over_90: Money::usd(aged.over_90),
        }
    }
}

/// A customer who owes something.
#[derive(Debug, Object)]
pub struct Debtor {
    /// Who.
    org_id: Id<OrgId>,
    /// The organisation's name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// How much, by age.
    owed: Aged,
    /// Since when the oldest of it is owed.
    since: Time,
}

/// What is owed to us, by age: what is paid pays the oldest first.
#[derive(Debug, Object)]
pub struct Receivables {
    /// By all customers together.
    owed: Aged,
    /// By the payment provider: what it took and did not pay out.
    clearing: Aged,
    /// What arrived and fits nothing.
    unallocated: Aged,
    /// Customers who owe, those who owe the most first; 500 at most.
    #[oai(validator(max_items = 500))]
    debtors: Vec<Debtor>,
}

/// A debt to write off.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct WriteOffDebt {
    /// How much: at most what is owed.
    amount: Money,
    /// The reason, which is recorded.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// A debt that was written off.
#[derive(Debug, Object)]
pub struct WrittenOff {
    /// Its entry on the statement.
    entry: StatementEntry,
    /// What is still owed.
    owed: Money,
}

/// Why a debt is not written off.
pub struct WriteOffProblems;

impl Problems for WriteOffProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "idempotency_key_reused"), (409, "two_needed")];
}

/// Operations on sums.
pub struct SumsApi;

#[OpenApi]
impl SumsApi {
    /// Read revenue, cost and margin
    ///
    /// By calendar month (UTC), and by cloud, plan or customer; from the hours that were charged, and the providers'
    /// prices that were kept with them.
    #[oai(path = "/api/admin/billing/revenue", method = "get", operation_id = "getRevenue", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one argument a parameter")]
    async fn revenue(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// How many months, the one in progress included; 12 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "36")))]
        months: Query<Option<u32>>,
        /// What the rows are; `cloud` when left out.
        by: Query<Option<Choice<By>>>,
        /// Only servers of this cloud.
        cloud: Query<Option<Id<CloudId>>>,
        /// Only servers of this plan.
        plan: Query<Option<Id<PlanId>>>,
        /// Only servers of this customer.
        org: Query<Option<Id<OrgId>>>,
    ) -> Done<Revenue> {
        let by = by.0.map(|by| by.0).unwrap_or_default();
        let of = Of { cloud: cloud.0.map(|id| id.0), plan: plan.0.map(|id| id.0), org: org.0.map(|id| id.0) };
        let found = sums::revenue(&app.ctx, &admin.actor(), months.0.unwrap_or(12), by, of).await?;
        let sum = |of: fn(&sums::MonthSums) -> i64| found.months.iter().map(of).sum::<i64>();
        let total = RevenueSums::of(
            sum(|m| m.revenue_micros),
            sum(|m| m.cost_micros),
            sum(|m| m.unknown_micros),
            sum(|m| m.hours),
        );
        let month = |m: &sums::MonthSums| RevenueMonth {
            month: m.month.into(),
            sums: RevenueSums::of(m.revenue_micros, m.cost_micros, m.unknown_micros, m.hours),
        };
        let row = |r: sums::RevenueRow| RevenueRow {
            id: named(by, r.id),
            name: r.name,
            sums: RevenueSums::of(r.revenue_micros, r.cost_micros, r.unknown_micros, r.hours),
        };
        Ok(Answer::new(Revenue {
            months: found.months.iter().map(month).collect(),
            total,
            rows: found.rows.into_iter().map(row).collect(),
        }))
    }

    /// Read what is owed
    ///
    /// By customers and by the payment provider, by age.
    #[oai(path = "/api/admin/billing/receivables", method = "get", operation_id = "getReceivables", tag = "Tag::Admin")]
    async fn receivables(&self, admin: Admin, app: Data<&Shared>) -> Done<Receivables> {
        let found = sums::receivables(&app.ctx, &admin.actor()).await?;
        let debtor = |d: sums::Debtor| Debtor {
            org_id: Id(d.org_id),
            name: d.name,
            since: d.since.into(),
            owed: sums::Aged { total: d.total, to_30: d.to_30, to_60: d.to_60, to_90: d.to_90, over_90: d.over_90 }
                .into(),
        };
        Ok(Answer::new(Receivables {
            owed: found.owed.into(),
            clearing: found.clearing.into(),
            unallocated: found.unallocated.into(),
            debtors: found.debtors.into_iter().map(debtor).collect(),
        }))
    }

    /// Write off a debt
    ///
    /// It need not be paid any more. Where there are two administrators, the operator writes off what is beyond the
    /// limit of credit. The same key with the same body writes it off once. With `dry_run` the response is 200 with the
    /// quote, which needs no key.
    #[oai(
        path = "/api/admin/customers/:org/write-off",
        method = "post",
        operation_id = "writeOffDebt",
        tag = "Tag::Admin"
    )]
    async fn write_off(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// A key that the client creates for this, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<WriteOffDebt>,
    ) -> OrQuote<WrittenOff, 201, WriteOffProblems> {
        let (actor, amount, reason) = (admin.actor(), body.0.amount.0, &body.0.reason);
        if dry_run.0 == Some(true) {
            return would(sums::quote_write_off(&app.ctx, &actor, org.0.0, amount, reason).await?);
        }
        // The organisation is part of the address, so it is part of what the key is for.
        let request = format!("{} {}", org.0.0, body.0.to_json_string());
        let key = IdempotencyKey::new(
            idempotency_key.0.as_ref().map_or("", |key| &key.0),
            "POST /api/admin/customers/{org}/write-off",
            request.into_bytes(),
        )?;
        let done = sums::write_off(&app.ctx, &actor, org.0.0, amount, reason, Some(&key)).await?;
        let entry = StatementEntry::of(&done.entry, &app.ctx.vault);
        Ok(Quoted::Did(Answer::new(WrittenOff { entry, owed: Money(done.owed) })))
    }
}

/// The id of a row, as its kind writes it.
fn named(by: By, id: Uuid) -> String {
    match by {
        By::Cloud => CloudId(id).to_string(),
        By::Plan => PlanId(id).to_string(),
        By::Org => OrgId(id).to_string(),
    }
}
