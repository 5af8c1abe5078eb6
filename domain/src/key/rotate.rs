//! Replacing a key without a gap: the new one works at once, the old one for a while.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ApiKeyId;

use super::make::{self, MAX_LIFE, MadeKey, Row};
use super::view;
use crate::activity::{self, NAME};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// The longest that the old key works beside the new one.
pub const MAX_OVERLAP: TimeDelta = TimeDelta::days(7);

/// How a key is replaced.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// For how long the old key still works.
    pub overlap: TimeDelta,
    /// When the new one ends; after as long as the old one was given, when left out.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes the successor of a key of the member's own: same name, same networks, and of its scopes those that the member
/// still has.
///
/// # Errors
/// `not_found` also for another's key, `step_up_required`, `key_ended`, `key_rotated`, field errors.
pub async fn rotate(ctx: &Ctx, actor: &Actor, key: ApiKeyId, rotation: Rotation) -> Result<MadeKey> {
    if rotation.overlap < TimeDelta::zero() || rotation.overlap > MAX_OVERLAP {
        return Err(Error::field("/overlap_h", "choose at most 168 hours, which are seven days"));
    }
    let tx = ctx.begin().await?;
    let (org, user) = make::maker(ctx, &tx, actor).await?;
    lock_key(key).one(&tx).await?;
    let old = view::one(&tx, org, key).await?;
    if old.user_id != user {
        return Err(Error::not_found("API key"));
    }
    if !old.alive {
        return Err(Error::conflict(
            "key_ended",
            "This API key has ended already. Create a new one. Nothing was changed.",
        ));
    }
    if old.successor_id.is_some() {
        return Err(Error::conflict(
            "key_rotated",
            "This API key has a successor already. Rotate that one. Nothing was changed.",
        ));
    }
    let now = ctx.clock.now(&tx).await?;
    let life = (old.expires_at - old.created_at).min(MAX_LIFE);
    let expires_at = rotation.expires_at.unwrap_or(now + life);
    make::check_expiry("/expires_at", expires_at, now)?;
    let scopes = old.scopes().and(make::own_rights(&tx, actor, org, user).await?);
    if scopes == crate::Perms::NONE {
        return Err(Error::conflict("key_ended", "This API key may do nothing any more. Create a new one."));
    }
    let row = Row { org, user, name: old.name.clone(), scopes, ip_allow: old.ip_allow.clone(), expires_at };
    let made = make::insert(ctx, &tx, row, now).await?;
    set_successor(key, made.key.id, now + rotation.overlap).exec(&tx).await?;
    let said = format!("Rotated the API key {NAME}");
    activity::record(&tx, make::event("key.rotate", said, actor, &made.key)).await?;
    make::tell(ctx, &tx, actor, &made).await?;
    tx.commit().await?;
    Ok(made)
}

db::statement! {
    fn lock_key(key: ApiKeyId) -> ApiKeyId = "select id from api_key where id = $1 for update";

    fn set_successor(key: ApiKeyId, successor: ApiKeyId, until: DateTime<Utc>) =
        "update api_key set successor_id = $2, expires_at = least(expires_at, $3) where id = $1";
}
