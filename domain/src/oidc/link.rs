//! Identities of an account: linked and unlinked by who is signed in there.

use chrono::{DateTime, Utc};
use entity::{IdentityId, SessionId, UserId};
use sea_orm::ConnectionTrait;

use super::begin::own_session;
use super::{Named, sign_in};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::mail::{self, Mail};
use crate::{Actor, Ctx, EventStatus, access, db, identity};

/// Identities that an account has at most.
pub const MAX_IDENTITIES: i64 = 10;

db::row! {
    /// An identity as its owner sees it.
    #[derive(Clone, Debug)]
    pub struct IdentityView {
        /// Its id.
        pub id: IdentityId,
        /// The issuer exactly as its tokens name it.
        pub issuer: String,
        /// The address that the issuer said last.
        pub email: Option<String>,
        /// By business time.
        pub created_at: DateTime<Utc>,
        /// When it last signed the owner in; by business time.
        pub last_used_at: DateTime<Utc>,
    }
}

/// The actor's identities, the oldest first.
///
/// # Errors
/// `forbidden` for all but a user themself.
pub async fn identities(ctx: &Ctx, actor: &Actor) -> Result<Vec<IdentityView>> {
    select_identities(actor.own()?, MAX_IDENTITIES).all(&ctx.db).await
}

/// Links whom the issuer named to the account of the session that asked for it. The user's other sessions end, and they
/// hear of it by mail.
///
/// # Errors
/// `unauthenticated` when the session has ended meanwhile; `identity_taken`; `too_many_identities`.
pub async fn link(ctx: &Ctx, named: &Named, user: UserId, session: SessionId) -> Result<()> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    lives(&tx, user, session, now).await?;
    // Before the identity: sessions are locked before their user, and the user before their identities.
    identity::end_others(&tx, user, Some(session), now).await?;
    if sign_in::holder_in(&tx, named).await?.is_some() {
        return Err(sign_in::linked_elsewhere());
    }
    if count_identities(user).only(&tx).await? >= MAX_IDENTITIES {
        return Err(Error::conflict(
            "too_many_identities",
            format!("An account has at most {MAX_IDENTITIES} of these. Unlink one that you no longer use."),
        ));
    }
    sign_in::add(ctx, &tx, named, user, now).await?;
    mail::send(ctx, &tx, Mail::IdentityLinked { user, session: Some(session) }).await?;
    tx.commit().await?;
    Ok(())
}

/// Unlinks one of the actor's identities. Their other sessions end. The last way to sign in stays: a password, or
/// another identity, must be left.
///
/// # Errors
/// `step_up_required`; `not_found`; `last_way`.
pub async fn unlink(ctx: &Ctx, actor: &Actor, id: IdentityId) -> Result<()> {
    let (user, session) = own_session(actor)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    // This locks the user, so that of two at the same time the second sees what the first left.
    identity::end_others(&tx, user, Some(session), now).await?;
    if delete_identity(id, user).exec(&tx).await? == 0 {
        return Err(Error::not_found("way to sign in"));
    }
    if !identity::has_password(&tx, user).await? && !super::is_known(ctx, &tx, user).await? {
        return Err(Error::conflict(
            "last_way",
            "This is the only way in which you can sign in. Choose a password first: have a link sent to you by \
             \"Forgot the password\". Nothing was changed.",
        ));
    }
    let event = Event::new("auth.identity_unlinked", EventStatus::Warning, "A way to sign in unlinked").by(actor);
    activity::record(&tx, event.entity("user", user)).await?;
    mail::send(ctx, &tx, Mail::IdentityUnlinked { user, session: Some(session) }).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets the session pass for which the browser left, if it still is its user's own.
pub(super) async fn lives(
    tx: &impl ConnectionTrait,
    user: UserId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<()> {
    lock_session(session, user, now).one(tx).await?.map(|_: SessionId| ()).ok_or_else(Error::unauthenticated)
}

db::statement! {
    fn select_identities(user: UserId, limit: i64) -> IdentityView =
        "select id, issuer, email, created_at, last_used_at from user_identity
         where user_id = $1 order by id limit $2";

    fn count_identities(user: UserId) -> i64 = "select count(*) from user_identity where user_id = $1";

    fn delete_identity(id: IdentityId, user: UserId) = "delete from user_identity where id = $1 and user_id = $2";

    fn lock_session(session: SessionId, user: UserId, now: DateTime<Utc>) -> SessionId = file "lock_session.sql";
}
