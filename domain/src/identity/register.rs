//! Registration: user, organisation and wallet in one transaction.

use entity::{OrgId, UserId, identity::Role};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use secrecy::SecretString;

use super::password;
use crate::activity::{self, Event};
use crate::error::{Error, Result, violates};
use crate::work::{self, Job, MailKind, NewJob};
use crate::{Ctx, EventStatus, db, ledger, text};

/// What a newcomer tells us.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Where to reach them, and what they sign in with.
    pub email: String,
    /// Their password.
    pub password: SecretString,
    /// Their name.
    pub name: String,
    /// Their organisation's name; their own name when left out.
    pub organisation: Option<String>,
    /// What they may do.
    pub role: Role,
}

/// Makes a user with an organisation and an empty wallet, and sends a welcome.
///
/// # Errors
/// Field errors, and `email_taken`.
pub async fn register(ctx: &Ctx, new: Registration) -> Result<(UserId, OrgId)> {
    let email = text::email("/email", &new.email)?;
    let name = text::line("/name", &new.name, 1, 100)?;
    let org_name = match new.organisation.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(organisation) => text::line("/organisation", organisation, 1, 100)?,
        None => name.clone(),
    };
    password::check("/password", &new.password, &email)?;
    let password_hash = ctx.hasher.hash(&new.password).await?;

    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let user: UserId = ctx.chance.id(now);
    let org: OrgId = ctx.chance.id(now);
    let row = entity::identity::user::ActiveModel {
        id: Set(user),
        email: Set(email),
        password_hash: Set(password_hash),
        name: Set(name),
        role: Set(new.role),
        token_epoch: Set(0),
        epoch_changed_at: Set(now),
        created_at: Set(now),
        deleted_at: Set(None),
    };
    row.insert(&tx).await.map_err(|error| {
        if violates(&error, "app_user_email") {
            let mut taken = Error::conflict(
                "email_taken",
                "There is an account with this address already. Sign in instead, or use another address.",
            );
            taken.fields.push(crate::FieldError {
                pointer: "/email".into(),
                detail: "this address has an account already".into(),
            });
            taken
        } else {
            error.into()
        }
    })?;
    insert_org(ctx, &tx, org, &org_name, user, now).await?;
    work::enqueue(
        ctx,
        &tx,
        NewJob::new(Job::SendMail { mail: MailKind::Welcome, user, vps: None }).org(org).actor(user),
    )
    .await?;
    activity::record(
        &tx,
        Event::new("auth.register", EventStatus::Success, "Account created").org(org).actor(user).entity("user", user),
    )
    .await?;
    tx.commit().await?;
    Ok((user, org))
}

async fn insert_org(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    org: OrgId,
    name: &str,
    user: UserId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let row = entity::identity::org::ActiveModel {
        id: Set(org),
        name: Set(name.to_owned()),
        vps_quota: Set(ctx.vps_quota),
        created_at: Set(now),
        deleted_at: Set(None),
    };
    row.insert(tx).await?;
    insert_member(org, user, now).exec(tx).await?;
    ledger::open_wallet(tx, org).await
}

db::statement! {
    fn insert_member(org: OrgId, user: UserId, now: chrono::DateTime<chrono::Utc>) =
        "insert into org_member (org_id, user_id, created_at) values ($1, $2, $3)";
}
