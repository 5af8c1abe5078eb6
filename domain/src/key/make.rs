//! Making a key.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{ApiKeyId, OrgId, UserId};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde_json::json;

use super::nets;
use super::text::KeyText;
use super::view::{self, KeyView};
use crate::access::{self, Perm, Perms, perms_of};
use crate::activity::{self, Event, NAME};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::{self, Mail};
use crate::{Actor, Ctx, EventStatus, Proof, db, text as input};

/// The longest that a key lives.
pub const MAX_LIFE: TimeDelta = TimeDelta::days(366);
/// The shortest.
const MIN_LIFE: TimeDelta = TimeDelta::minutes(5);

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What its maker calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Perm>,
    /// When it ends, by business time; a year from now at most.
    pub expires_at: DateTime<Utc>,
    /// From where it may be used, as a person writes networks; empty for anywhere.
    pub ip_allow: Vec<String>,
}

/// A key with its text, which is shown once.
#[derive(Debug)]
pub struct MadeKey {
    /// The key.
    pub key: KeyView,
    /// Its text.
    pub text: SecretString,
}

/// Makes a key of the member for the organisation. `from` is the address that they ask from.
///
/// # Errors
/// `forbidden` also for a scope that they lack, `step_up_required`, field errors, `own_address_missing`,
/// `too_many_keys`.
pub async fn make(ctx: &Ctx, actor: &Actor, new: NewKey, from: Option<IpAddr>) -> Result<MadeKey> {
    let name = input::line("/name", &new.name, 1, 100)?;
    let ip_allow = nets::read("/ip_allow", &new.ip_allow)?;
    let tx = ctx.begin().await?;
    let (org, user) = maker(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    check_expiry("/expires_at", new.expires_at, now)?;
    let scopes = Perms::of(&new.scopes);
    within(&tx, actor, org, user, scopes).await?;
    if !nets::admit(&ip_allow, from) {
        return Err(nets::own_address_missing(from, "the key could not be used from here", "No key was created."));
    }
    room(&tx, org).await?;
    let row = Row { org, user, name, scopes, ip_allow: nets::words(&ip_allow), expires_at: new.expires_at };
    let made = insert(ctx, &tx, row, now).await?;
    let said = format!("Created the API key {NAME}");
    activity::record(&tx, event("key.create", said, actor, &made.key)).await?;
    tell(ctx, &tx, actor, &made).await?;
    tx.commit().await?;
    Ok(made)
}

/// Tells the member by mail that a key exists in their name: if it was not them, they hear of it.
pub(super) async fn tell(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor, made: &MadeKey) -> Result<()> {
    let session = actor.person().and_then(|person| match person.proof {
        Proof::Session(session) => Some(session),
        Proof::Key(_) => None,
    });
    mail::send(ctx, tx, Mail::KeyCreated { user: made.key.user_id, key: made.key.id, session }).await?;
    Ok(())
}

/// The member who may make keys, as the rows say in this transaction, and who proved lately who they are. A key makes
/// no keys.
pub(super) async fn maker(ctx: &Ctx, tx: &impl ConnectionTrait, actor: &Actor) -> Result<(OrgId, UserId)> {
    let org = access::confirm(tx, actor, Perm::KeysMake).await?;
    access::verified(ctx, tx, actor).await?;
    Ok((org, actor.user().ok_or_else(Error::forbidden)?))
}

/// Nobody grants what they lack: by the role as it is now, and by what bounds this request.
async fn within(tx: &impl ConnectionTrait, actor: &Actor, org: OrgId, user: UserId, scopes: Perms) -> Result<()> {
    if scopes == Perms::NONE {
        return Err(Error::field("/scopes", "choose at least one"));
    }
    let own = own_rights(tx, actor, org, user).await?;
    match scopes.iter().find(|scope| !own.has(*scope)) {
        None => Ok(()),
        Some(scope) => Err(Error::new(
            ErrorKind::Forbidden,
            "forbidden",
            format!(
                "A key may do only what you may yourself, and you may not {} here. No key was created.",
                scope.words()
            ),
        )),
    }
}

/// What the member may give to a key.
pub(super) async fn own_rights(tx: &impl ConnectionTrait, actor: &Actor, org: OrgId, user: UserId) -> Result<Perms> {
    let role = access::role_in(tx, user, org).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let now = perms_of(role).and(Perms::that(Perm::scope));
    let request: Perms = Perms::that(|perm| actor.may(perm).is_ok());
    Ok(now.and(request))
}

pub(super) fn check_expiry(pointer: &str, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    if at < now + MIN_LIFE {
        return Err(Error::field(pointer, "choose a time that is still to come"));
    }
    if at > now + MAX_LIFE {
        return Err(Error::field(pointer, "choose a time within a year"));
    }
    Ok(())
}

/// Locks the organisation against other makers, and counts.
async fn room(tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    let most = lock_org(org).one(tx).await?.ok_or_else(|| Error::not_found("organisation"))?;
    if count_keys(org).only(tx).await? < i64::from(most) {
        return Ok(());
    }
    Err(Error::conflict(
        "too_many_keys",
        format!(
            "Your organisation has {most} API keys, and may have no more. Revoke one that is not used, or ask support \
             for more."
        ),
    ))
}

/// A row to be written.
pub(super) struct Row {
    pub(super) org: OrgId,
    pub(super) user: UserId,
    pub(super) name: String,
    pub(super) scopes: Perms,
    pub(super) ip_allow: Vec<String>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) async fn insert(ctx: &Ctx, tx: &impl ConnectionTrait, row: Row, now: DateTime<Utc>) -> Result<MadeKey> {
    let text = KeyText::new(&ctx.chance);
    let id: ApiKeyId = ctx.chance.id(now);
    let Row { org, user, name, scopes, ip_allow, expires_at } = row;
    let scopes: Vec<String> = scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    insert_key(id, org, user, &name, text.ident(), &text.hash(), &scopes, &ip_allow, now, expires_at).exec(tx).await?;
    Ok(MadeKey { key: view::one(tx, org, id).await?, text: text.secret() })
}

/// An event about a key, with what a reader of the record wants to know of it.
pub(super) fn event(name: &'static str, words: String, actor: &Actor, key: &KeyView) -> Event {
    Event::new(name, EventStatus::Info, words).org(key.org_id).by(actor).entity("key", key.id).metadata(json!({
        "ident": key.ident,
        "owner": key.user_id,
        "scopes": key.scopes,
        "networks": key.ip_allow.len(),
        "expires_at": key.expires_at,
    }))
}

db::statement! {
    /// Keys refer to the organisation, which this lock allows.
    /// How many keys it may have.
    fn lock_org(org: OrgId) -> i32 =
        "select key_quota from org where id = $1 and deleted_at is null for no key update";

    fn count_keys(org: OrgId) -> i64 =
        "select count(*) as count from api_key k join org_member m on m.org_id = k.org_id and m.user_id = k.user_id
         where k.org_id = $1 and k.revoked_at is null and k.successor_id is null and k.expires_at > business_now()";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_key(
        id: ApiKeyId,
        org: OrgId,
        user: UserId,
        name: &str,
        ident: &str,
        hash: &[u8],
        scopes: &[String],
        ip_allow: &[String],
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) = file "insert_key.sql";
}
