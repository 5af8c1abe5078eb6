//! Tokens of links in mails: 256 bits, kept as a hash, and sealed beside it until the mail was sent.
//!
//! Only a POST takes one, so a program that opens every link of a mail spends nothing. Which of unknown, used, replaced
//! and late a refused one is, no answer tells.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::mail_token::{self, MailTokenKind};
use entity::{MailTokenId, UserId};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Result};
use crate::vault::token_hash;
use crate::{Ctx, db};

/// For how long a link of each kind works.
#[must_use]
pub fn lifetime(kind: MailTokenKind) -> TimeDelta {
    match kind {
        MailTokenKind::Reset => TimeDelta::minutes(30),
        MailTokenKind::Verify | MailTokenKind::Change => TimeDelta::hours(24),
        MailTokenKind::Undo => TimeDelta::hours(72),
        MailTokenKind::Choose => TimeDelta::days(7),
    }
}

db::row! {
    /// A token that was just taken.
    #[derive(Clone, Debug)]
    pub(crate) struct Taken {
        /// What it does.
        pub(crate) kind: MailTokenKind,
        /// The address that its mail went to.
        pub(crate) email: String,
        /// Whose it is; none for a reset.
        pub(crate) user_id: Option<UserId>,
    }
}

db::row! {
    /// A token whose mail is about to be sent.
    pub(super) struct Waiting {
        pub(super) email: String,
        pub(super) sealed: Vec<u8>,
        pub(super) expires_at: DateTime<Utc>,
    }
}

/// Makes a token. The one before it dies: of the same user and kind, or for a reset of the same address. A change that
/// can be taken back keeps its way back, however often the address is changed after it.
pub(crate) async fn issue(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    kind: MailTokenKind,
    email: &str,
    user: Option<UserId>,
) -> Result<MailTokenId> {
    let now = ctx.clock.now(tx).await?;
    match (kind, user) {
        (MailTokenKind::Undo, _) => {}
        (_, Some(user)) => replace_of_user(user, kind, now).exec(tx).await.map(drop)?,
        (_, None) => replace_of_address(email, kind, now).exec(tx).await.map(drop)?,
    }
    let id: MailTokenId = ctx.chance.id(now);
    let token = SecretString::from(URL_SAFE_NO_PAD.encode(ctx.chance.bytes::<32>()));
    let row = mail_token::ActiveModel {
        id: Set(id),
        kind: Set(kind),
        email: Set(email.to_owned()),
        user_id: Set(user),
        token_hash: Set(token_hash(token.expose_secret())),
        sealed: Set(Some(ctx.vault.seal(&ctx.chance, &place(id), &token)?)),
        created_at: Set(now),
        expires_at: Set(now + lifetime(kind)),
        used_at: Set(None),
    };
    row.insert(tx).await?;
    Ok(id)
}

/// Whose address a living token of one of these kinds proves. Nothing is spent.
pub(crate) async fn look(ctx: &Ctx, kinds: &[MailTokenKind], token: &SecretString) -> Result<String> {
    let now = ctx.clock.now(&ctx.db).await?;
    let found = select_living(token_hash(token.expose_secret()), words(kinds), now).one(&ctx.db).await?;
    found.ok_or_else(Error::link_expired)
}

/// Spends a token of one of these kinds. Of many at the same time, one succeeds.
pub(crate) async fn take(
    tx: &impl ConnectionTrait,
    kinds: &[MailTokenKind],
    token: &SecretString,
    now: DateTime<Utc>,
) -> Result<Taken> {
    spend(token_hash(token.expose_secret()), words(kinds), now).one(tx).await?.ok_or_else(Error::link_expired)
}

/// Voids what mails promised a user and an address, but for ways back.
pub(crate) async fn void(tx: &impl ConnectionTrait, user: UserId, email: &str, now: DateTime<Utc>) -> Result<()> {
    void_pending(user, email, now).exec(tx).await?;
    Ok(())
}

/// Tokens of a kind that a user was sent within the last hour.
pub(crate) async fn sent_lately(
    tx: &impl ConnectionTrait,
    user: UserId,
    kind: MailTokenKind,
    now: DateTime<Utc>,
) -> Result<i64> {
    count_since(user, kind, now - TimeDelta::hours(1)).only(tx).await
}

/// A token whose mail is to be written; none when it was used, replaced or is late by now.
pub(super) async fn waiting(ctx: &Ctx, id: MailTokenId) -> Result<Option<(Waiting, SecretString)>> {
    let Some(row) = select_waiting(id).one(&ctx.db).await? else { return Ok(None) };
    let token = ctx.vault.open(&place(id), &row.sealed)?;
    Ok(Some((row, token)))
}

/// Erases a token whose mail was sent: its hash is enough from then on.
pub(super) async fn erase(ctx: &Ctx, id: MailTokenId) -> Result<()> {
    erase_sealed(id).exec(&ctx.db).await?;
    Ok(())
}

fn words(kinds: &[MailTokenKind]) -> Vec<String> {
    kinds.iter().map(|kind| kind.as_str().to_owned()).collect()
}

fn place(id: MailTokenId) -> String {
    format!("mail_token:{id}:sealed")
}

db::statement! {
    fn replace_of_user(user: UserId, kind: MailTokenKind, now: DateTime<Utc>) =
        "update mail_token set used_at = $3, sealed = null where user_id = $1 and kind = $2 and used_at is null";

    fn replace_of_address(email: &str, kind: MailTokenKind, now: DateTime<Utc>) =
        "update mail_token set used_at = $3, sealed = null where email = $1 and kind = $2 and used_at is null";

    fn select_living(hash: Vec<u8>, kinds: Vec<String>, now: DateTime<Utc>) -> String =
        "select email from mail_token
         where token_hash = $1 and kind = any($2) and used_at is null and expires_at > $3";

    fn spend(hash: Vec<u8>, kinds: Vec<String>, now: DateTime<Utc>) -> Taken =
        "update mail_token set used_at = $3, sealed = null
         where token_hash = $1 and kind = any($2) and used_at is null and expires_at > $3
         returning kind, email, user_id";

    fn void_pending(user: UserId, email: &str, now: DateTime<Utc>) =
        "update mail_token set used_at = $3, sealed = null
         where (user_id = $1 or email = $2) and kind <> 'undo' and used_at is null";

    fn count_since(user: UserId, kind: MailTokenKind, since: DateTime<Utc>) -> i64 =
        "select count(*) from mail_token where user_id = $1 and kind = $2 and created_at > $3";

    fn select_waiting(id: MailTokenId) -> Waiting =
        "select email, sealed, expires_at from mail_token
         where id = $1 and sealed is not null and used_at is null and expires_at > business_now()";

    fn erase_sealed(id: MailTokenId) = "update mail_token set sealed = null where id = $1";
}
