//! What customers owe and what the payment provider holds, by age: what is paid pays the oldest first.

use chrono::{DateTime, Utc};
use entity::OrgId;

use crate::error::Result;
use crate::{Actor, Ctx, db};

/// The most debtors of one answer: those who owe the most.
const MAX_DEBTORS: i64 = 500;

db::row! {
    /// An amount by age, in micro-units.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Aged {
        /// All of it.
        pub total: i64,
        /// Up to 30 days old.
        pub to_30: i64,
        /// 31 to 60 days old.
        pub to_60: i64,
        /// 61 to 90 days old.
        pub to_90: i64,
        /// Older.
        pub over_90: i64,
    }
}

db::row! {
    /// A customer who owes something, in micro-units.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Debtor {
        /// Who.
        pub org_id: OrgId,
        /// The organisation's name.
        pub name: String,
        /// All of it.
        pub total: i64,
        /// Up to 30 days old.
        pub to_30: i64,
        /// 31 to 60 days old.
        pub to_60: i64,
        /// 61 to 90 days old.
        pub to_90: i64,
        /// Older.
        pub over_90: i64,
        /// Since when the oldest of it is owed.
        pub since: DateTime<Utc>,
    }
}

/// What is owed to us.
#[derive(Clone, Debug)]
pub struct Receivables {
    /// By all customers together.
    pub owed: Aged,
    /// By the payment provider: what it took and did not pay out.
    pub clearing: Aged,
    /// What arrived and fits nothing.
    pub unallocated: Aged,
    /// Customers who owe, those who owe the most first; 500 at most.
    pub debtors: Vec<Debtor>,
}

/// What is owed to us by age, and by whom.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn receivables(ctx: &Ctx, actor: &Actor) -> Result<Receivables> {
    actor.admin()?;
    let now = ctx.clock.now(&ctx.db).await?;
    Ok(Receivables {
        owed: select_owed(now).only(&ctx.db).await?,
        clearing: select_ours("paypal_clearing", -1, now).only(&ctx.db).await?,
        unallocated: select_ours("unallocated", 1, now).only(&ctx.db).await?,
        debtors: select_debtors(now, MAX_DEBTORS).all(&ctx.db).await?,
    })
}

db::statement! {
    fn select_owed(now: DateTime<Utc>) -> Aged =
        file "open_debts.sql",
        "select",
        file "aged_columns.sql",
        "from open o";

    fn select_debtors(now: DateTime<Utc>, limit: i64) -> Debtor =
        file "open_debts.sql",
        "select o.org_id, g.name, min(o.at) as since,",
        file "aged_columns.sql",
        "from open o join org g on g.id = o.org_id group by o.org_id, g.name order by 4 desc, 1 limit $2";

    /// What one of our accounts has, by the age of what came: `sign` is 1 where coming is positive.
    fn select_ours(kind: &str, sign: i64, now: DateTime<Utc>) -> Aged =
        file "select_ours.sql",
        file "aged_columns.sql",
        "from o";
}
