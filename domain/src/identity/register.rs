//! Registration: user, organisation, wallet, welcome mail and session in one transaction.

use chrono::{DateTime, Utc};
use entity::mail_token::MailTokenKind;
use entity::{OrgId, UserId, org_member, org_member::OrgRole, user::Role};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, Set};
use secrecy::SecretString;

use super::session::{self, Holder};
use super::{Client, Grant, Presented};
use crate::activity::{self, Event};
use crate::error::{Error, FieldError, Result, violates};
use crate::mail::{Mail, token};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, ledger, text};

/// What a new user enters.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Where they read mail, and what they sign in with.
    pub email: String,
    /// 12 to 256 characters.
    pub password: SecretString,
    /// How they are addressed, 1 to 100 characters.
    pub name: String,
    /// Their organisation's name; their own name when left out.
    pub organisation: Option<String>,
}

/// A registration that passed every check, with the password hashed.
struct Checked {
    email: String,
    password_hash: String,
    name: String,
    org_name: String,
}

/// Registers a user with an organisation and an empty wallet, sends a welcome, and signs them in. The session that the
/// request presented ends.
///
/// # Errors
/// Field errors, and `email_taken`.
pub async fn register(ctx: &Ctx, new: Registration, presented: &Presented, client: &Client) -> Result<Grant> {
    let new = check(ctx, new).await?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    session::end(&tx, presented, now, "Signed out by registering again").await?;
    let (user, _) = insert(ctx, &tx, new, Role::User, now).await?;
    let holder = Holder { user, role: Role::User, epoch: 0, amr: &["pwd"] };
    let grant = session::open(ctx, &tx, holder, client, now).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Creates a user of any role, as [`register`] does but without signing them in. For the command line.
///
/// # Errors
/// Field errors, and `email_taken`.
pub async fn create_user(ctx: &Ctx, new: Registration, role: Role) -> Result<(UserId, OrgId)> {
    let new = check(ctx, new).await?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let created = insert(ctx, &tx, new, role, now).await?;
    tx.commit().await?;
    Ok(created)
}

/// Hashing takes a tenth of a second, so it is done before the transaction begins.
async fn check(ctx: &Ctx, new: Registration) -> Result<Checked> {
    let email = text::email("/email", &new.email)?;
    let name = text::line("/name", &new.name, 1, 100)?;
    let org_name = match new.organisation.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(organisation) => text::line("/organisation", organisation, 1, 100)?,
        None => name.clone(),
    };
    let password_hash = ctx.hasher.accept("/password", &new.password, &[&email, &name, &org_name]).await?;
    Ok(Checked { email, password_hash, name, org_name })
}

async fn insert(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    new: Checked,
    role: Role,
    now: DateTime<Utc>,
) -> Result<(UserId, OrgId)> {
    let (user, email): (UserId, _) = (ctx.chance.id(now), new.email);
    let row = entity::user::ActiveModel {
        id: Set(user),
        email: Set(email.clone()),
        password_hash: Set(new.password_hash),
        name: Set(new.name),
        role: Set(role),
        token_epoch: Set(0),
        epoch_changed_at: Set(now),
        created_at: Set(now),
        deleted_at: Set(None),
        email_verified_at: Set(None),
        disabled_at: Set(None),
        locale: Set("en".to_owned()),
        time_zone: Set("UTC".to_owned()),
    };
    row.insert(tx).await.map_err(|error| email_taken(error.into()))?;
    let org = insert_org(ctx, tx, &new.org_name, user, now).await?;
    let token = token::issue(ctx, tx, MailTokenKind::Verify, &email, Some(user)).await?;
    let welcome = NewJob::new(Job::SendMail { mail: Mail::Welcome { user, token: Some(token) } });
    work::enqueue(ctx, tx, welcome.org(org).actor(user)).await?;
    let event = Event::new("auth.register", EventStatus::Success, "Account created").org(org).actor(user);
    activity::record(tx, event.entity("user", user)).await?;
    Ok((user, org))
}

/// Turns the database's refusal of a second user with one address into words.
pub(super) fn email_taken(error: Error) -> Error {
    let refusal = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<DbErr>());
    if !refusal.is_some_and(|refusal| violates(refusal, "app_user_email")) {
        return error;
    }
    let mut taken = Error::conflict(
        "email_taken",
        "An account with this address exists already. Sign in instead, or use another address.",
    );
    taken
        .fields
        .push(FieldError { pointer: "/email".into(), detail: "an account with this address exists already".into() });
    taken
}

async fn insert_org(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    name: &str,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<OrgId> {
    let org: OrgId = ctx.chance.id(now);
    let row = entity::org::ActiveModel {
        id: Set(org),
        name: Set(name.to_owned()),
        vps_quota: Set(ctx.vps_quota),
        created_at: Set(now),
        deleted_at: Set(None),
    };
    row.insert(tx).await?;
    let member = org_member::ActiveModel {
        org_id: Set(org),
        user_id: Set(user),
        created_at: Set(now),
        role: Set(OrgRole::Owner),
        invited_by: Set(None),
    };
    member.insert(tx).await?;
    ledger::open_wallet(tx, org).await?;
    Ok(org)
}
