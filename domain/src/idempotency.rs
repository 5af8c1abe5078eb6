//! Idempotency keys: a second request with the same key and body gets the first one's answer and has no effect.

use std::time::Duration;

use entity::{OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::{Actor, Ctx, db};

/// How long an answer is stored for a repeated request.
const STORED_FOR: Duration = Duration::from_hours(72);

/// A key as the client sent it, with the request that it stands for.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// The client's key: 8 to 255 printable characters.
    pub key: String,
    /// The operation, so that a key can't be carried to another.
    pub route: &'static str,
    /// The request's body; only its keyed hash is stored.
    pub request: Vec<u8>,
}

/// What to do with a request that carries a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// It is the first with this key: continue, and store the answer with [`keep`].
    Fresh,
    /// The same request was granted before, and this was the answer.
    Answered(Json),
}

db::row! {
    struct StoredKey {
        route: String,
        request_mac: Vec<u8>,
        body: Option<Json>,
    }
}

db::statement! {
    fn insert_key(
        principal: UserId,
        key: &str,
        route: &str,
        mac: &[u8],
        stored_s: f64,
        body: Option<Json>,
        org: OrgId,
    ) =
        file "idempotency/insert_key.sql";

    fn select_key(principal: UserId, org: OrgId, key: &str) -> StoredKey =
        "select route, request_mac, body from idempotency_key where principal_id = $1 and org_id = $2 and key = $3";

    fn store_answer(principal: UserId, org: OrgId, key: &str, body: Json) =
        "update idempotency_key set status = 200, body = $4
         where principal_id = $1 and org_id = $2 and key = $3";
}

impl IdempotencyKey {
    /// Checks the form of a key.
    ///
    /// # Errors
    /// A field error when it is shorter than 8 or longer than 255 characters, or does not print.
    pub fn new(key: &str, route: &'static str, request: Vec<u8>) -> Result<Self> {
        if !(8..=255).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::field("/headers/Idempotency-Key", "send 8 to 255 printable characters, such as a UUID"));
        }
        Ok(Self { key: key.to_owned(), route, request })
    }
}

/// Claims the key in the caller's transaction, and stores the answer with [`keep`] once it is known. A second request
/// with the same key waits here
/// until the first commits or rolls back.
///
/// # Errors
/// `idempotency_key_reused` when the key came with another operation or body before; `unauthenticated` for actors that
/// are no user.
pub async fn begin(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor, key: &IdempotencyKey) -> Result<Begun> {
    claim(ctx, tx, actor, key, None).await
}

/// As [`begin`], with an answer that is known before: it counts once the transaction commits, and there is no
/// [`keep`].
///
/// # Errors
/// As [`begin`].
pub async fn begin_with(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    key: &IdempotencyKey,
    answer: Json,
) -> Result<Begun> {
    claim(ctx, tx, actor, key, Some(answer)).await
}

async fn claim(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    key: &IdempotencyKey,
    answer: Option<Json>,
) -> Result<Begun> {
    let (principal, org) = holder(actor)?;
    let mac = ctx.vault.fingerprint(&[key.route.as_bytes(), b"\0", &key.request].concat());
    let claimed =
        insert_key(principal, &key.key, key.route, &mac, STORED_FOR.as_secs_f64(), answer, org).exec(tx).await?;
    if claimed == 1 {
        return Ok(Begun::Fresh);
    }
    match select_key(principal, org, &key.key).one(tx).await? {
        Some(StoredKey { route, request_mac, body: Some(body) }) if route == key.route && request_mac == mac => {
            Ok(Begun::Answered(body))
        }
        _ => Err(Error::conflict(
            "idempotency_key_reused",
            "This Idempotency-Key was used for a different request. Use a new key for a new request.",
        )),
    }
}

/// Whose key it is: a user's, for one organisation, or for none, which is written as zeros.
fn holder(actor: &Actor) -> Result<(UserId, OrgId)> {
    let user = actor.user().ok_or_else(Error::unauthenticated)?;
    let org = match actor {
        Actor::Member { org, .. } => *org,
        _ => OrgId(Uuid::nil()),
    };
    Ok((user, org))
}

/// Stores the answer for 72 hours, in the same transaction as the effect.
///
/// # Errors
/// When the database refuses it.
pub async fn keep(tx: &impl ConnectionTrait, actor: &Actor, key: &IdempotencyKey, body: Json) -> Result<()> {
    let (principal, org) = holder(actor)?;
    store_answer(principal, org, &key.key, body).exec(tx).await?;
    Ok(())
}
