//! Young money: a payment may be taken back for months, and is most often in the first days.

use chrono::{DateTime, TimeDelta, Utc};
use entity::OrgId;
use sea_orm::ConnectionTrait;

use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, NewFunds, db};

db::row! {
    struct Young {
        first_at: Option<DateTime<Utc>>,
        servers: i64,
    }
}

/// Lets an order pass unless its organisation's first payment is too young for one more server. The wallet is locked,
/// so orders are judged one after the other. Who never paid has what an administrator gave, and is not bound.
///
/// # Errors
/// `new_funds_limit`.
pub(crate) async fn may_order(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId, now: DateTime<Utc>) -> Result<()> {
    let Some(NewFunds { days, servers }) = ctx.limits.new_funds else { return Ok(()) };
    let young = select_young(org).only(tx).await?;
    let bound = young.first_at.is_some_and(|at| now < at + TimeDelta::days(i64::from(days)));
    if !bound || young.servers < i64::from(servers) {
        return Ok(());
    }
    let words = format!(
        "Until its first payment is {days} days old, an organisation may have {servers} servers. Nothing was ordered. \
         Write to support if you need more before.",
    );
    Err(Error::new(ErrorKind::Forbidden, "new_funds_limit", words))
}

db::statement! {
    fn select_young(org: OrgId) -> Young =
        "select (select min(captured_at) from payment_capture where org_id = $1 and journal_id is not null) as first_at,
           (select count(*) from vps_live where org_id = $1) as servers";
}
