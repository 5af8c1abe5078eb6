//! What a wallet will have paid, by the function that charges it: live balance, runway, and when it is empty.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{OrgId, VpsId};
use sea_orm::ConnectionTrait;

use crate::error::{Error, Result};
use crate::rating::{self, Levy, Open, Price, Rule, Stretch};
use crate::{Ctx, db, tax};

/// A wallet and everything that is charged to it, as they are at a moment.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The moment, in business time.
    pub now: DateTime<Utc>,
    /// What the wallet holds: what was posted.
    pub balance_micros: i64,
    /// What is owed, as a positive figure.
    pub owed_micros: i64,
    vps: Vec<VpsId>,
    open: Vec<Open>,
    levy: Levy,
}

db::row! {
    /// A wallet, and a segment in progress if there is one: read by one statement, so that they belong together.
    struct OpenRow {
        wallet: i64,
        receivable: i64,
        now: DateTime<Utc>,
        vps_id: Option<VpsId>,
        month_micros: Option<i64>,
        hours_per_month: Option<i32>,
        capped: Option<bool>,
        minimum_s: Option<i32>,
        started_at: Option<DateTime<Utc>>,
        base_micros: Option<i64>,
        cap_micros: Option<i64>,
        billed_hours: Option<i32>,
        billed_micros: Option<i64>,
    }
}

impl OpenRow {
    fn open(&self) -> Option<(VpsId, Open)> {
        let rule = Rule::of(self.hours_per_month?, self.capped?, self.minimum_s);
        let stretch = Stretch {
            started_at: self.started_at?,
            price: Price { month_micros: self.month_micros?, rule },
            base_micros: self.base_micros?,
            cap_micros: self.cap_micros,
        };
        let (billed_hours, billed_micros) = (i64::from(self.billed_hours?), self.billed_micros?);
        Some((self.vps_id?, Open { stretch, billed_hours, billed_micros, ends_at: None }))
    }
}

impl Forecast {
    /// An organisation's, now.
    ///
    /// # Errors
    /// `not_found` when it has no wallet.
    pub async fn of(ctx: &Ctx, org: OrgId) -> Result<Self> {
        Self::read(&ctx.db, org).await
    }

    /// The same by a connection, such as a transaction's that holds the wallet's lock.
    pub(crate) async fn read(db: &impl ConnectionTrait, org: OrgId) -> Result<Self> {
        let levy = tax::levy_of(db, org).await?;
        Self::under(db, org, levy).await
    }

    /// The same where the tax that it owes is known, as when many are read.
    pub(crate) async fn under(db: &impl ConnectionTrait, org: OrgId, levy: Levy) -> Result<Self> {
        let rows = select_forecast(org).all(db).await?;
        let first = rows.first().ok_or_else(|| Error::not_found("organisation"))?;
        let (vps, open) = rows.iter().filter_map(OpenRow::open).unzip();
        Ok(Self { now: first.now, balance_micros: first.wallet, owed_micros: -first.receivable, vps, open, levy })
    }

    /// What has begun and is not charged yet, in micro-units, with the tax that is added: as everything here that is
    /// compared with a balance.
    #[must_use]
    pub fn due_micros(&self) -> i64 {
        rating::due_micros(&self.open, &self.levy, self.now)
    }

    /// The live balance: what was posted, less what is due; below zero when that is more.
    #[must_use]
    pub fn live_micros(&self) -> i64 {
        self.balance_micros - self.due_micros() - self.owed_micros
    }

    /// When the wallet can't pay the next hour; none while nothing is charged, or within ten years.
    #[must_use]
    pub fn zero_at(&self) -> Option<DateTime<Utc>> {
        rating::zero_at(&self.open, &self.levy, self.balance_micros - self.owed_micros, self.now)
    }

    /// The same for what the wallet holds beyond a reserve.
    pub(crate) fn spent_at(&self, reserve_micros: i64) -> Option<DateTime<Utc>> {
        let balance = self.balance_micros - self.owed_micros - reserve_micros;
        rating::zero_at(&self.open, &self.levy, balance, self.now)
    }

    /// What all servers will have cost beyond what was charged, once every hour before an instant began.
    pub(crate) fn due_before(&self, at: DateTime<Utc>) -> i64 {
        rating::due_micros(&self.open, &self.levy, at)
    }

    /// Servers that are charged.
    pub(crate) fn servers(&self) -> usize {
        self.vps.len()
    }

    /// How long the wallet lasts, in seconds.
    #[must_use]
    pub fn runway_s(&self) -> Option<i64> {
        self.zero_at().map(|at| (at - self.now).num_seconds().max(0))
    }

    /// When the live balance changes next by itself.
    #[must_use]
    pub fn changes_at(&self) -> Option<DateTime<Utc>> {
        rating::next_change(&self.open, self.now)
    }

    /// What all servers cost in an hour at their rates, as the page's prices are, in micro-units, rounded down.
    #[must_use]
    pub fn hour_micros(&self) -> i64 {
        // One that ends is followed by another, which counts.
        self.open.iter().filter(|open| open.ends_at.is_none()).map(|open| open.stretch.price.hour_micros()).sum()
    }

    /// What an amount takes from the wallet now: with its tax where that is added, rounded up.
    #[must_use]
    pub fn with_tax(&self, micros: i64) -> i64 {
        self.levy.with_tax(micros, self.now)
    }

    /// The tax that the organisation owes on hours.
    #[must_use]
    pub fn levy(&self) -> &Levy {
        &self.levy
    }

    /// What an order of this price sets aside now: the first hour, with the tax that is added.
    #[must_use]
    pub fn first_micros(&self, price: Price) -> i64 {
        let first = price.hour_micros();
        first + self.levy.added_to(first, self.now)
    }

    /// What the hours cost in full that servers by the second are in, with the tax that is added: they are not charged
    /// yet, and no order may take what they need.
    #[must_use]
    pub fn running_micros(&self) -> i64 {
        let open = self.open.iter().map(|open| open.stretch.price).filter(|price| price.rule.by_second());
        let price = open.map(|price| price.hour_micros() + 1).sum();
        price + self.levy.added_to(price, self.now)
    }

    /// As it would be with a server more, whose first hour is paid.
    #[must_use]
    pub fn with_order(mut self, price: Price) -> Self {
        self.balance_micros -= self.first_micros(price);
        self.with_server(price)
    }

    /// As it would be with a server more, whose first hour is set aside already. By the second that goes back when the
    /// server runs.
    #[must_use]
    pub fn with_server(mut self, price: Price) -> Self {
        let stretch = Stretch::first(self.now, price);
        let (billed_hours, billed_micros) = if price.rule.by_second() {
            self.balance_micros += self.first_micros(price);
            (0, 0)
        } else {
            (1, price.hour_micros())
        };
        self.open.push(Open { stretch, billed_hours, billed_micros, ends_at: None });
        self
    }

    /// As it was before postings that moved so much to the wallet, and to what it owes.
    pub(super) fn less(mut self, wallet_micros: i64, receivable_micros: i64) -> Self {
        self.balance_micros -= wallet_micros;
        self.owed_micros += receivable_micros;
        self
    }

    /// As it would be with these servers at these prices, from their first hour that begins at or after an instant and
    /// is not charged yet.
    #[must_use]
    pub fn with_prices(mut self, prices: &HashMap<VpsId, Price>, from: DateTime<Utc>) -> Self {
        let mut next = Vec::new();
        for (vps, open) in self.vps.iter().zip(&mut self.open) {
            if let Some(price) = prices.get(vps) {
                let (_, stretch) = open.stretch.followed_by(*price, from, open.billed_hours);
                open.ends_at = Some(stretch.started_at);
                next.push((*vps, Open { stretch, billed_hours: 0, billed_micros: 0, ends_at: None }));
            }
        }
        for (vps, open) in next {
            self.vps.push(vps);
            self.open.push(open);
        }
        self
    }

    /// As it would be without a server.
    #[must_use]
    pub fn without(mut self, vps: VpsId) -> Self {
        let kept: Vec<_> = self.vps.iter().map(|id| *id != vps).collect();
        let mut keep = kept.iter();
        self.open.retain(|_| keep.next().copied().unwrap_or(true));
        self.vps.retain(|id| *id != vps);
        self
    }
}

db::statement! {
    fn select_forecast(org: OrgId) -> OpenRow = file "select_forecast.sql";
}
