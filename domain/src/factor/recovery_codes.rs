//! Giving out recovery codes.

use chrono::{DateTime, Utc};
use entity::UserId;
use secrecy::SecretString;

use super::{own_session, recovery, rule};
use crate::access;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::{Actor, Ctx, EventStatus, db, mail};

/// Makes new recovery codes, which are shown once; those before are void.
///
/// # Errors
/// `step_up_required`; `no_factor` when there is nothing that they could stand for.
pub async fn make_recovery_codes(ctx: &Ctx, actor: &Actor) -> Result<Vec<SecretString>> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    if !rule::enrolled(ctx, &tx, user).await?.any() {
        return Err(Error::conflict(
            "no_factor",
            "Add an authenticator app or a passkey first: recovery codes stand in for those.",
        ));
    }
    let now = ctx.clock.now(&tx).await?;
    let codes = recovery::codes(&ctx.chance);
    let hashes: Vec<Vec<u8>> = codes.iter().filter_map(recovery::hash).collect();
    // Two requests at once: the later one's codes are those that count.
    lock_user(user).one(&tx).await?.ok_or_else(Error::unauthenticated)?;
    delete_codes(user).exec(&tx).await?;
    insert_codes(user, hashes, now).exec(&tx).await?;
    let event = Event::new("auth.recovery_codes_made", EventStatus::Warning, "New recovery codes made").by(actor);
    activity::record(&tx, event.entity("user", user)).await?;
    mail::send(ctx, &tx, Mail::RecoveryCodesCreated { user, session: Some(session) }).await?;
    tx.commit().await?;
    Ok(codes)
}

db::statement! {
    fn lock_user(user: UserId) -> UserId = "select id from app_user where id = $1 for no key update";

    fn delete_codes(user: UserId) = "delete from recovery_code where user_id = $1";

    fn insert_codes(user: UserId, hashes: Vec<Vec<u8>>, now: DateTime<Utc>) =
        "insert into recovery_code (user_id, hash, created_at) select $1, hash, $3 from unnest($2::bytea[]) as hash";
}
