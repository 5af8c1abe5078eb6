//! The mail to the former address, which is kept sealed until it was sent.

use chrono::{DateTime, Utc};
use entity::{ErasureId, Money, OrgId, UserId};
use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret as _;

use crate::error::Result;
use crate::{Ctx, db};

/// What the mail says, and to whom.
pub(crate) struct ErasedLetter {
    pub(crate) to: String,
    pub(crate) done_at: DateTime<Utc>,
    /// Organisations that ended with the person and still hold money.
    pub(crate) left: Vec<(String, Money)>,
}

db::row! {
    struct Waiting {
        user_id: UserId,
        done_at: DateTime<Utc>,
        email_sealed: Vec<u8>,
    }
}

db::row! {
    struct Left {
        org_id: OrgId,
        micros: i64,
    }
}

/// The mail of an erasure that is done; none when it was sent, or its address was forgotten.
pub(crate) async fn letter(ctx: &Ctx, erasure: ErasureId) -> Result<Option<ErasedLetter>> {
    let Some(row) = select_waiting(erasure).one(&ctx.db).await? else { return Ok(None) };
    let to = ctx.vault.open(&place(erasure), &row.email_sealed)?.expose_secret().to_owned();
    let left = select_left(row.user_id).all(&ctx.db).await?;
    let left = left.into_iter().map(|left| (left.org_id.to_string(), Money::usd(left.micros))).collect();
    Ok(Some(ErasedLetter { to, done_at: row.done_at, left }))
}

/// Forgets the address: the mail was sent.
pub(crate) async fn sent(db: &impl ConnectionTrait, erasure: ErasureId) -> Result<()> {
    forget(erasure).exec(db).await?;
    Ok(())
}

/// Where the address is sealed.
pub(super) fn place(erasure: ErasureId) -> String {
    format!("erasure:{erasure}:email_sealed")
}

db::statement! {
    fn select_waiting(erasure: ErasureId) -> Waiting =
        "select user_id, done_at, email_sealed from erasure
         where id = $1 and done_at is not null and email_sealed is not null";

    fn select_left(user: UserId) -> Left =
        "select o.id as org_id, a.balance_micros as micros from org o
         join account a on a.org_id = o.id and a.kind = 'wallet' and a.currency = 'USD'
         where o.closed_with = $1 and a.balance_micros > 0 order by o.id";

    fn forget(erasure: ErasureId) = "update erasure set email_sealed = null where id = $1";
}
