//! Telling makers that a key ends soon.

use entity::{ApiKeyId, UserId};
use sea_orm::ConnectionTrait;

use crate::error::Result;
use crate::mail::{self, Mail};
use crate::{Ctx, db};

/// Keys of one run at most; the next run tells of the rest.
const BATCH: i64 = 1_000;

db::row! {
    struct Ending {
        id: ApiKeyId,
        user_id: UserId,
    }
}

/// Tells the makers of keys that end within 14 days, in the caller's transaction and once a key: its row says so. Keys
/// that were made for less time, that have a successor, or whose maker left are nobody's worry.
///
/// # Errors
/// When the database does not answer.
pub async fn warn_of_expiry(ctx: &Ctx, tx: &impl ConnectionTrait) -> Result<()> {
    for Ending { id, user_id } in mark_warned(BATCH).all(tx).await? {
        mail::send(ctx, tx, Mail::KeyExpiring { user: user_id, key: id }).await?;
    }
    Ok(())
}

db::statement! {
    fn mark_warned(limit: i64) -> Ending = file "mark_warned.sql";
}
