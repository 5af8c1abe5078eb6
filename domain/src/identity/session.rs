//! Sessions: opaque refresh tokens, hashed at rest and rotated at each use.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{OrgId, SessionId, UserId, refresh_token, session, user::Role};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};
use secrecy::{ExposeSecret, SecretString};

use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::vault::token_hash;
use crate::{Ctx, EventStatus, db};

/// How long a refresh token lives.
pub const REFRESH_TTL: Duration = Duration::from_hours(7 * 24);

/// The client behind a request, for the session's record.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The address, as far as the proxies in front are trusted.
    pub ip: Option<std::net::IpAddr>,
    /// The browser's or program's name for itself.
    pub user_agent: Option<String>,
}

/// What a signed-in user holds.
#[derive(Debug)]
pub struct Grant {
    /// The user.
    pub user: UserId,
    /// The organisation that they act for.
    pub org: OrgId,
    /// Their role.
    pub role: Role,
    /// The epoch that access tokens must carry.
    pub epoch: i32,
    /// Their session.
    pub session: SessionId,
    /// The refresh token, which is given once and stored as a hash.
    pub refresh_token: SecretString,
}

db::row! {
    /// Access tokens of this user issued under an earlier epoch are void.
    #[derive(Clone, Copy, Debug)]
    pub struct RevokedBefore {
        /// The user.
        pub user_id: UserId,
        /// The lowest epoch that is still valid.
        pub epoch: i32,
    }
}

db::row! {
    /// What a sign-in is checked against.
    struct SignIn {
        id: UserId,
        password_hash: String,
        role: Role,
        token_epoch: i32,
        org_id: OrgId,
    }
}

db::row! {
    /// A refresh token that came back, with its session and its user.
    struct Presented {
        session_id: SessionId,
        user_id: UserId,
        org_id: OrgId,
        role: Role,
        token_epoch: i32,
        used_at: Option<DateTime<Utc>>,
        successor: Option<Vec<u8>>,
        successor_used: Option<bool>,
        alive: bool,
    }
}

/// Checks an e-mail address and a password, and opens a session.
///
/// # Errors
/// `bad_credentials` alike for an unknown address and a wrong password.
pub async fn authenticate(ctx: &Ctx, email: &str, password: &SecretString, client: &Client) -> Result<Grant> {
    let found = select_sign_in(&email.trim().to_lowercase().replace('\0', "")).one(&ctx.db).await?;
    let stored = found.as_ref().map(|found| found.password_hash.clone());
    let right = ctx.hasher.verify(password, stored).await?;
    let Some(found) = found.filter(|_| right) else {
        return Err(Error::new(
            ErrorKind::Unauthenticated,
            "bad_credentials",
            "The e-mail address or the password is wrong. Check both and try again.",
        ));
    };
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let holder = Holder { user: found.id, org: found.org_id, role: found.role, epoch: found.token_epoch };
    let grant = open(ctx, &tx, holder, client, now).await?;
    activity::record(
        &tx,
        Event::new("auth.login", EventStatus::Info, "Signed in")
            .org(found.org_id)
            .actor(found.id)
            .entity("user", found.id),
    )
    .await?;
    tx.commit().await?;
    Ok(grant)
}

/// Whom a session is for.
pub(super) struct Holder {
    pub(super) user: UserId,
    pub(super) org: OrgId,
    pub(super) role: Role,
    pub(super) epoch: i32,
}

/// Opens a session in the caller's transaction, for a user who just proved who they are.
pub(super) async fn open(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    holder: Holder,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Grant> {
    let Holder { user, org, role, epoch } = holder;
    let session: SessionId = ctx.chance.id(now);
    let user_agent =
        client.user_agent.as_ref().map(|agent| agent.chars().filter(|c| !c.is_control()).take(400).collect::<String>());
    let expires_at = now + TimeDelta::seconds(i64::try_from(REFRESH_TTL.as_secs()).unwrap_or(0));
    let row = session::ActiveModel {
        id: Set(session),
        user_id: Set(user),
        org_id: Set(org),
        created_at: Set(now),
        expires_at: Set(expires_at),
        revoked_at: Set(None),
        ip: Set(client.ip.map(|ip| ip.to_string())),
        user_agent: Set(user_agent),
    };
    row.insert(tx).await?;
    let refresh_token = add_token(ctx, tx, session, now).await?;
    Ok(Grant { user, org, role, epoch, session, refresh_token })
}

async fn add_token(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<SecretString> {
    let token = URL_SAFE_NO_PAD.encode(ctx.chance.bytes::<32>());
    let row = refresh_token::ActiveModel {
        hash: Set(token_hash(&token)),
        session_id: Set(session),
        created_at: Set(now),
        used_at: Set(None),
        successor: Set(None),
    };
    row.insert(tx).await?;
    Ok(SecretString::from(token))
}

/// Exchanges a refresh token for the next. Using a token twice revokes the whole session, unless
/// its successor was never used: then the answer was lost on the way, and a new one is given.
///
/// # Errors
/// `unauthenticated` when the token is unknown, expired, revoked, or was used before.
pub async fn refresh(ctx: &Ctx, token: &SecretString) -> Result<Grant> {
    let hash = token_hash(token.expose_secret());
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let presented = select_presented(hash.clone(), now).one(&tx).await?;
    let Some(presented) = presented.filter(|presented| presented.alive) else {
        return Err(Error::unauthenticated());
    };
    if presented.used_at.is_some() && presented.successor_used != Some(false) {
        revoke(&tx, presented.session_id, now).await?;
        bump_epoch(&tx, presented.user_id, now).await?;
        activity::record(
            &tx,
            Event::new(
                "auth.refresh_reused",
                EventStatus::Warning,
                "A used session token came back; the session was ended",
            )
            .org(presented.org_id)
            .actor(presented.user_id)
            .entity("user", presented.user_id),
        )
        .await?;
        tx.commit().await?;
        return Err(Error::unauthenticated());
    }
    if let Some(unused) = presented.successor {
        delete_token(unused).exec(&tx).await?;
    }
    let next = add_token(ctx, &tx, presented.session_id, now).await?;
    mark_used(hash, now, token_hash(next.expose_secret())).exec(&tx).await?;
    tx.commit().await?;
    Ok(Grant {
        user: presented.user_id,
        org: presented.org_id,
        role: presented.role,
        epoch: presented.token_epoch,
        session: presented.session_id,
        refresh_token: next,
    })
}

/// Ends the session that the refresh token belongs to. Access tokens are void at once; the user's
/// other sessions get new ones by themselves. An unknown token is no error.
///
/// # Errors
/// When the database does not answer.
pub async fn log_out(ctx: &Ctx, token: &SecretString) -> Result<()> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let found = select_session_of(token_hash(token.expose_secret())).one(&tx).await?;
    if let Some(ended) = found {
        revoke(&tx, ended.id, now).await?;
        bump_epoch(&tx, ended.user_id, now).await?;
        let event = Event::new("auth.logout", EventStatus::Info, "Signed out").org(ended.org_id).actor(ended.user_id);
        activity::record(&tx, event.entity("user", ended.user_id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

db::row! {
    /// A session that is signed out of.
    struct Ended {
        id: SessionId,
        user_id: UserId,
        org_id: OrgId,
    }
}

async fn revoke(tx: &impl ConnectionTrait, session: SessionId, now: DateTime<Utc>) -> Result<()> {
    revoke_session(session, now).exec(tx).await?;
    Ok(())
}

/// Voids every access token of the user.
pub(super) async fn bump_epoch(tx: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<()> {
    raise_epoch(user, now).exec(tx).await?;
    Ok(())
}

/// The users whose epoch rose lately: what an API process must know to refuse their old tokens.
///
/// # Errors
/// When the database does not answer.
pub async fn revocations(ctx: &Ctx, token_ttl: Duration) -> Result<Vec<RevokedBefore>> {
    select_revocations(token_ttl.as_secs_f64() + 60.0).all(&ctx.db).await
}

db::statement! {
    /// A user of several organisations signs in to the one that they joined first.
    fn select_sign_in(email: &str) -> SignIn = file "select_sign_in.sql";

    fn select_presented(hash: Vec<u8>, now: DateTime<Utc>) -> Presented = file "select_presented.sql";

    fn delete_token(hash: Vec<u8>) = "delete from refresh_token where hash = $1";

    fn mark_used(hash: Vec<u8>, now: DateTime<Utc>, successor: Vec<u8>) =
        "update refresh_token set used_at = coalesce(used_at, $2), successor = $3 where hash = $1";

    fn select_session_of(hash: Vec<u8>) -> Ended =
        "select s.id, s.user_id, s.org_id from refresh_token t join session s on s.id = t.session_id
         where t.hash = $1 and s.revoked_at is null";

    fn revoke_session(id: SessionId, now: DateTime<Utc>) =
        "update session set revoked_at = coalesce(revoked_at, $2) where id = $1";

    fn raise_epoch(user: UserId, now: DateTime<Utc>) =
        "update app_user set token_epoch = token_epoch + 1, epoch_changed_at = $2 where id = $1";

    fn select_revocations(within_s: f64) -> RevokedBefore =
        "select id as user_id, token_epoch as epoch from app_user
         where token_epoch > 0 and epoch_changed_at > business_now() - make_interval(secs => $1)";
}
