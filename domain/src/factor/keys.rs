//! Passkeys in the database: checking answers, and the list.

use chrono::{DateTime, Utc};
use entity::security_event::SecurityKind;
use entity::{PasskeyId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use super::passkey::{self, Allowed, Asked};
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::Mail;
use crate::security::{self, Refusal};
use crate::{Ctx, EventStatus, db, mail};

/// The most passkeys of a user.
pub const MAX_PASSKEYS: i64 = 20;

db::row! {
    /// A passkey as its owner sees it.
    #[derive(Clone, Debug)]
    pub struct PasskeyView {
        /// Ours.
        pub id: PasskeyId,
        /// The owner's name for it.
        pub name: String,
        /// The host that it was made for.
        pub host: String,
        /// When it was added; by business time.
        pub created_at: DateTime<Utc>,
        /// When it last signed its user in, or showed who they are; by business time.
        pub last_used_at: Option<DateTime<Utc>>,
    }
}

db::row! {
    /// A passkey with its key.
    struct Stored {
        id: PasskeyId,
        user_id: UserId,
        data: Json,
        rp_id: String,
    }
}

db::row! {
    struct Named {
        cred_id: Vec<u8>,
        transports: Vec<String>,
    }
}

/// Why an answer is refused.
#[derive(Debug)]
pub(super) enum Refused {
    NotTaken(String),
    Changed,
    Copied,
    /// It was made for another address of the panel.
    Elsewhere(String),
}

impl Refused {
    /// The answer, of the given kind.
    pub(super) fn error(self, kind: ErrorKind) -> Error {
        match self {
            Self::NotTaken(cause) => {
                let words = "This passkey was not accepted. Try again, or use another way.";
                let mut error = Error::new(kind, "passkey_refused", words);
                error.cause = Some(cause.into());
                error
            }
            Self::Changed => Error::new(
                kind,
                "passkey_changed",
                "This passkey is not what it was when it was added, as happens on some phones once they are backed \
                 up. Use another way, then remove it and add it again.",
            ),
            Self::Copied => Error::new(
                kind,
                "passkey_copied",
                "This passkey may exist twice, so it was not accepted. Use another way, then remove it. We noted what \
                 happened and wrote you a mail.",
            ),
            Self::Elsewhere(host) => Error::new(
                kind,
                "passkey_elsewhere",
                format!("This passkey was made for {host}, and works nowhere else. Use another way."),
            ),
        }
    }
}

/// A passkey that answered.
pub(super) struct Answered {
    pub(super) user: UserId,
}

/// Checks what a browser answered, and notes the passkey's use. With `of`, only that user's passkeys count. The
/// transaction must be committed whatever comes of it.
pub(super) async fn check(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    state: Json,
    answer: &Json,
    of: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<Result<Answered, Refused>> {
    let refused = |why: &str| Ok(Err(Refused::NotTaken(why.to_owned())));
    let Some(claimed) = passkey::claimed(answer) else { return refused("not an assertion") };
    let Some(stored) = lock_passkey(claimed.cred_id).one(tx).await? else { return refused("an unknown passkey") };
    if of.or(claimed.user) != Some(stored.user_id) || claimed.user.is_some_and(|user| user != stored.user_id) {
        return refused("another user's passkey");
    }
    if ctx.passkeys.host().ok() != Some(stored.rp_id.as_str()) {
        return Ok(Err(Refused::Elsewhere(stored.rp_id)));
    }
    match ctx.passkeys.check(state, answer, stored.data)? {
        Ok(data) => {
            note_use(stored.id, data, now).exec(tx).await?;
            Ok(Ok(Answered { user: stored.user_id }))
        }
        Err(passkey::Refused::NotTaken(cause)) => Ok(Err(Refused::NotTaken(cause))),
        Err(passkey::Refused::Changed) => Ok(Err(Refused::Changed)),
        Err(passkey::Refused::Copied) => {
            alert(ctx, tx, stored.user_id, stored.id).await?;
            Ok(Err(Refused::Copied))
        }
    }
}

/// The counter did not rise: the passkey is kept, and its owner and the operator hear of it.
async fn alert(ctx: &Ctx, tx: &impl ConnectionTrait, user: UserId, passkey: PasskeyId) -> Result<()> {
    let words = "A passkey was refused: its counter says that a copy of it may exist";
    let event = Event::new("auth.passkey_copied", EventStatus::Warning, words).entity("user", user);
    activity::record(tx, event.metadata(json!({ "passkey_id": passkey }))).await?;
    let refusal = Refusal { kind: SecurityKind::PasskeyCopied, user: Some(user), email: None, ip: None };
    security::record(ctx, tx, &[(refusal, 1)]).await?;
    mail::send(ctx, tx, Mail::PasskeyCopied { user, session: None }).await?;
    Ok(())
}

/// Asks for an answer of one of a user's passkeys that work at this address; none when they have none.
pub(super) async fn ask_one_of(ctx: &Ctx, db: &impl ConnectionTrait, user: UserId) -> Result<Option<Asked>> {
    let Ok(host) = ctx.passkeys.host() else { return Ok(None) };
    let named = select_named(user, host).all(db).await?;
    if named.is_empty() {
        return Ok(None);
    }
    let allowed: Vec<Allowed> =
        named.into_iter().map(|Named { cred_id, transports }| Allowed { cred_id, transports }).collect();
    ctx.passkeys.ask(&allowed).map(Some)
}

/// A user's passkeys, the newest first.
pub(super) async fn list(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<PasskeyView>> {
    select_passkeys(user, MAX_PASSKEYS).all(db).await
}

/// The ids by which devices know a user's passkeys.
pub(super) async fn cred_ids(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Vec<u8>>> {
    select_cred_ids(user).all(db).await
}

db::statement! {
    fn lock_passkey(cred_id: Vec<u8>) -> Stored =
        "select id, user_id, data, rp_id from passkey where cred_id = $1 for update";

    fn note_use(id: PasskeyId, data: Json, now: DateTime<Utc>) =
        "update passkey set data = $2, last_used_at = $3 where id = $1";

    fn select_named(user: UserId, host: &str) -> Named =
        "select cred_id, transports from passkey where user_id = $1 and rp_id = $2 order by id";

    fn select_passkeys(user: UserId, limit: i64) -> PasskeyView =
        "select id, name, rp_id as host, created_at, last_used_at from passkey
         where user_id = $1 order by id desc limit $2";

    fn select_cred_ids(user: UserId) -> Vec<u8> = "select cred_id from passkey where user_id = $1";
}
