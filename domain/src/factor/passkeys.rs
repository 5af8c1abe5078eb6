//! Adding, naming and removing passkeys.

use entity::challenge::ChallengeKind;
use entity::{ChallengeId, PasskeyId, UserId, passkey};
use sea_orm::{ActiveModelTrait as _, Set};
use serde_json::{Value as Json, json};

use super::challenge::{self, New};
use super::passkey::Refused;
use super::sign_in::AskedPasskey;
use super::{
    MAX_PASSKEYS, PasskeyView, end_other_sessions, keys, mail_verified, own_session, rule, step_up, tidy_codes,
};
use crate::access;
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result, violates};
use crate::mail::Mail;
use crate::{Actor, Ctx, EventStatus, db, mail, text};

db::row! {
    struct Known {
        email: String,
        name: String,
    }
}

/// Asks the browser for a new passkey.
///
/// # Errors
/// `step_up_required`; `email_unverified`; `passkeys_not_offered`; `too_many_passkeys`.
pub async fn begin_passkey(ctx: &Ctx, actor: &Actor) -> Result<AskedPasskey> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    mail_verified(&tx, user).await?;
    let now = ctx.clock.now(&tx).await?;
    let known = keys::cred_ids(&tx, user).await?;
    if i64::try_from(known.len()).is_ok_and(|count| count >= MAX_PASSKEYS) {
        return Err(too_many());
    }
    let who = select_known(user).only(&tx).await?;
    let asked = ctx.passkeys.ask_to_make(user, &who.email, &who.name, known)?;
    let kind = ChallengeKind::PasskeySetup;
    let new = New { user: Some(user), session: Some(session), state: Some(asked.state), ..New::of(kind) };
    let (id, expires_at) = challenge::ask(ctx, &tx, new, now).await?;
    tx.commit().await?;
    Ok(AskedPasskey { id, options: asked.options, expires_at })
}

/// Adds the passkey that the browser made. The challenge is spent whatever comes of it; the user's other sessions end.
///
/// # Errors
/// `challenge_over`; `passkey_refused`; `passkey_known`; `too_many_passkeys`; a field error for the name.
pub async fn add_passkey(ctx: &Ctx, actor: &Actor, id: ChallengeId, answer: &Json, name: &str) -> Result<PasskeyView> {
    let (user, session) = own_session(actor)?;
    let name = text::line("/name", name, 1, 100)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let taken = challenge::take(&tx, id, ChallengeKind::PasskeySetup, Some(session), now).await?;
    let state = taken.state.filter(|_| taken.user_id == Some(user)).ok_or_else(challenge::over)?;
    let made = match ctx.passkeys.made(state, answer)? {
        Ok(made) => made,
        Err(refused) => {
            tx.commit().await?;
            return Err(not_made(&refused));
        }
    };
    // Their locks: sessions before their user, whose passkeys are then counted by one at a time.
    step_up::note(&tx, session, rule::BY_PASSKEY, now).await?;
    end_other_sessions(&tx, user, session, now).await?;
    if count(user).only(&tx).await? >= MAX_PASSKEYS {
        return Err(too_many());
    }
    let host = ctx.passkeys.host().map_err(|why| Error::conflict("passkeys_not_offered", why.words()))?;
    let row = passkey::ActiveModel {
        id: Set(ctx.chance.id(now)),
        user_id: Set(user),
        cred_id: Set(made.cred_id),
        data: Set(made.data),
        transports: Set(made.transports),
        rp_id: Set(host.to_owned()),
        name: Set(name),
        created_at: Set(now),
        last_used_at: Set(None),
    };
    let row = row
        .insert(&tx)
        .await
        .map_err(|error| if violates(&error, "passkey_cred_id") { known_already() } else { error.into() })?;
    let event = Event::new("auth.passkey_added", EventStatus::Warning, "Passkey added").by(actor);
    activity::record(&tx, event.entity("user", user).metadata(json!({ "passkey_id": row.id }))).await?;
    mail::send(ctx, &tx, Mail::FactorAdded { user, session: Some(session) }).await?;
    tx.commit().await?;
    Ok(PasskeyView { id: row.id, name: row.name, host: row.rp_id, created_at: now, last_used_at: None })
}

/// Gives a passkey another name.
///
/// # Errors
/// A field error for the name; `not_found`.
pub async fn rename_passkey(ctx: &Ctx, actor: &Actor, id: PasskeyId, name: &str) -> Result<PasskeyView> {
    let user = actor.own()?;
    let name = text::line("/name", name, 1, 100)?;
    update_name(id, user, name).one(&ctx.db).await?.ok_or_else(|| Error::not_found("passkey"))
}

/// Removes a passkey. The user's other sessions end. Without another factor the recovery codes go too.
///
/// # Errors
/// `step_up_required`; `not_found`.
pub async fn remove_passkey(ctx: &Ctx, actor: &Actor, id: PasskeyId) -> Result<()> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    if delete_passkey(id, user).exec(&tx).await? == 0 {
        return Err(Error::not_found("passkey"));
    }
    tidy_codes(ctx, &tx, user).await?;
    end_other_sessions(&tx, user, session, now).await?;
    let event = Event::new("auth.passkey_removed", EventStatus::Warning, "Passkey removed").by(actor);
    activity::record(&tx, event.entity("user", user).metadata(json!({ "passkey_id": id }))).await?;
    mail::send(ctx, &tx, Mail::FactorRemoved { user, session: Some(session) }).await?;
    tx.commit().await?;
    Ok(())
}

fn not_made(refused: &Refused) -> Error {
    let words = "The browser's new passkey was not accepted, and nothing was added. Try again.";
    let mut error = Error::new(ErrorKind::Invalid, "passkey_refused", words);
    error.cause = Some(format!("{refused:?}").into());
    error
}

fn too_many() -> Error {
    let words = format!("You have {MAX_PASSKEYS} passkeys, which is as many as there may be. Remove one first.");
    Error::conflict("too_many_passkeys", words)
}

fn known_already() -> Error {
    Error::conflict("passkey_known", "This passkey is known already. Nothing was added.")
}

db::statement! {
    fn select_known(user: UserId) -> Known = "select email, name from app_user where id = $1";

    fn count(user: UserId) -> i64 = "select count(*) from passkey where user_id = $1";

    fn update_name(id: PasskeyId, user: UserId, name: String) -> PasskeyView =
        "update passkey set name = $3 where id = $1 and user_id = $2
         returning id, name, rp_id as host, created_at, last_used_at";

    fn delete_passkey(id: PasskeyId, user: UserId) = "delete from passkey where id = $1 and user_id = $2";
}
