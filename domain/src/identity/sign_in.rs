//! Signing in: an e-mail address and a password become a session.

use chrono::{DateTime, Utc};
use entity::{UserId, user::Role};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use super::session::{self, Holder};
use super::{Client, Grant, Presented, Proof};
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::factor::{self, SecondFactor};
use crate::{Ctx, EventStatus, db, text};

/// What a password that is right comes to.
#[derive(Debug)]
pub enum SignIn {
    /// A session.
    Done(Box<Grant>),
    /// A second factor is still to come.
    Second(SecondFactor),
}

db::row! {
    /// What a sign-in is checked against.
    struct Checked {
        id: UserId,
        email: String,
        password_hash: Option<String>,
    }
}

db::row! {
    /// A user whose password is still the one that was checked.
    struct Confirmed {
        role: Role,
        token_epoch: i32,
        disabled: bool,
        now: DateTime<Utc>,
    }
}

/// Checks an e-mail address and a password, and opens a session: the one that the request presented ends. Who has a
/// second factor is asked for it instead, and nothing else happens.
///
/// # Errors
/// `bad_credentials` alike for an unknown address and a wrong password; `account_disabled`.
pub async fn authenticate(
    ctx: &Ctx,
    email: &str,
    password: &SecretString,
    presented: &Presented,
    client: &Client,
) -> Result<SignIn> {
    let address = text::canonical_email(email);
    let found = match &address {
        Some(address) => select_sign_in(address, &text::former_email(email)).one(&ctx.db).await?,
        None => None,
    };
    let stored = found.as_ref().and_then(|found| found.password_hash.clone());
    let proof = ctx.hasher.verify(password, stored.clone()).await?;
    let found = found.filter(|_| proof != Proof::Wrong).ok_or_else(bad_credentials)?;
    let stored = stored.ok_or_else(bad_credentials)?;
    let renewed_hash = if proof == Proof::Outdated { Some(ctx.hasher.hash(password).await?) } else { None };

    let tx = ctx.begin().await?;
    let user = found.id;
    if presented.any() && !factor::enrolled(ctx, &tx, user).await?.any() {
        let now = ctx.clock.now(&tx).await?;
        session::end(&tx, presented, now, "Signed out by signing in again").await?;
    }
    // The password may have been changed while it was checked: then it opens nothing.
    let confirmed = confirm_password(user, &stored).one(&tx).await?.ok_or_else(bad_credentials)?;
    if confirmed.disabled {
        return Err(disabled());
    }
    let now = confirmed.now;
    ctx.clock.told(now);
    if let Some(hash) = renewed_hash {
        replace_hash(user, hash).exec(&tx).await?;
    }
    if let Some(address) = address.filter(|address| *address != found.email) {
        replace_email(user, address).exec(&tx).await?;
    }
    // Asked under the user's lock: a factor may have been added meanwhile.
    let enrolled = factor::enrolled(ctx, &tx, user).await?;
    let outcome = if enrolled.any() {
        SignIn::Second(factor::ask_second_factor(ctx, &tx, user, &enrolled, factor::First::Password, now).await?)
    } else {
        let holder = Holder { user, role: confirmed.role, epoch: confirmed.token_epoch, amr: factor::BY_PASSWORD };
        SignIn::Done(Box::new(open(ctx, &tx, holder, client, now).await?))
    };
    tx.commit().await?;
    Ok(outcome)
}

pub(super) async fn open(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    holder: Holder,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Grant> {
    let event = Event::new("auth.login", EventStatus::Info, "Signed in").actor(holder.user);
    activity::record(tx, event.entity("user", holder.user)).await?;
    session::open(ctx, tx, holder, client, now).await
}

/// What a person hears who signs in rightly and may not: nobody else hears it.
pub(super) fn disabled() -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "account_disabled",
        "This account is disabled. Ask support why, and to enable it again.",
    )
}

fn bad_credentials() -> Error {
    Error::new(
        ErrorKind::Unauthenticated,
        "bad_credentials",
        "The e-mail address or the password is wrong. Check both and try again.",
    )
}

db::statement! {
    /// A user whose address was stored before addresses had a canonical form is found by it as it was typed then.
    fn select_sign_in(email: &str, former: &str) -> Checked = file "select_sign_in.sql";

    fn confirm_password(user: UserId, hash: &str) -> Confirmed =
        "select role, token_epoch, disabled_at is not null as disabled, business_now() as now from app_user
         where id = $1 and password_hash = $2 and deleted_at is null
         for no key update";

    fn replace_hash(user: UserId, hash: String) = "update app_user set password_hash = $2 where id = $1";

    fn replace_email(user: UserId, email: String) =
        "update app_user set email = $2
         where id = $1 and not exists (select from app_user where email = $2 and deleted_at is null)";
}
