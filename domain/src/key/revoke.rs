//! Revoking a key.

use chrono::{DateTime, Utc};
use entity::{ApiKeyId, UserId};
use sea_orm::ConnectionTrait;

use super::make::event;
use super::view::{self, KeyView};
use crate::access::{self, Perm};
use crate::activity::{self, NAME};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// Ends a key of the member's own; those who may see everybody's end any of the organisation's. Processes refuse it
/// within five seconds. A key that has ended stays as it is.
///
/// # Errors
/// `not_found` also for another's key.
pub async fn revoke(ctx: &Ctx, actor: &Actor, key: ApiKeyId) -> Result<()> {
    let tx = ctx.begin().await?;
    let org = access::confirm(&tx, actor, Perm::KeysOwn).await?;
    let found = view::one(&tx, org, key).await?;
    if Some(found.user_id) != actor.user() && actor.may(Perm::KeysAll).is_err() {
        return Err(Error::not_found("API key"));
    }
    let now = ctx.clock.now(&tx).await?;
    end(&tx, actor, &found, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a key in the caller's transaction, and says whether it was alive.
pub(super) async fn end(tx: &impl ConnectionTrait, actor: &Actor, key: &KeyView, now: DateTime<Utc>) -> Result<bool> {
    let ended = set_revoked(key.id, now, actor.user()).exec(tx).await? == 1;
    if ended {
        activity::record(tx, event("key.revoke", format!("Revoked the API key {NAME}"), actor, key)).await?;
    }
    Ok(ended)
}

/// Ends every key of a user, whose account was another's until now.
pub(crate) async fn end_all_of(tx: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<()> {
    end_keys_of(user, now).exec(tx).await?;
    Ok(())
}

db::statement! {
    fn end_keys_of(user: UserId, now: DateTime<Utc>) =
        "update api_key set revoked_at = $2 where user_id = $1 and revoked_at is null";

    fn set_revoked(key: ApiKeyId, now: DateTime<Utc>, by: Option<UserId>) =
        "update api_key set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null";
}
