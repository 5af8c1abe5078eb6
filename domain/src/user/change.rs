//! Disabling and enabling users, their role on the platform, and ending their sessions. Each ends or limits what the
//! user's tokens open within seconds, because their epoch rises in the same transaction.

use chrono::{DateTime, Utc};
use entity::user::Role;
use entity::{SessionId, UserId};
use sea_orm::ConnectionTrait;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::identity::session::bump_epoch;
use crate::identity::{end_all, end_one};
use crate::{Actor, Ctx, EventStatus, access, db, text};

db::row! {
    /// A user who is about to be changed, locked.
    struct Known {
        role: Role,
        disabled: bool,
    }
}

/// Why: 3 to 500 characters, kept beside the event.
fn reason(text: &str) -> Result<String> {
    text::line("/reason", text, 3, 500)
}

/// Ends all sessions of a user, who cannot sign in again until [`enable`]. Their keys are void meanwhile. One who is
/// disabled already stays as they are.
///
/// # Errors
/// A field error without a reason; `not_found`; `own_account`; `last_admin`; `step_up_required`; `forbidden` for
/// others than administrators.
pub async fn disable(ctx: &Ctx, actor: &Actor, user: UserId, why: &str) -> Result<()> {
    actor.admin()?;
    let why = reason(why)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    let (known, admins) = lock(&tx, user, now).await?;
    if known.role == Role::Admin || actor.user() == Some(user) {
        keep(actor, user, &admins)?;
    }
    if !known.disabled {
        set_disabled(user, Some(now)).exec(&tx).await?;
        bump_epoch(&tx, user, now).await?;
        let event = Event::new("user.disable", EventStatus::Warning, "The account was disabled; all sessions ended");
        activity::record(&tx, event.by(actor).entity("user", user).reason(why)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Lets a user sign in again.
///
/// # Errors
/// A field error without a reason; `not_found`; `forbidden` for others than administrators.
pub async fn enable(ctx: &Ctx, actor: &Actor, user: UserId, why: &str) -> Result<()> {
    actor.admin()?;
    let why = reason(why)?;
    let tx = ctx.begin().await?;
    let known = lock_user(user).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    if known.disabled {
        set_disabled(user, None).exec(&tx).await?;
        let event = Event::new("user.enable", EventStatus::Info, "The account was enabled");
        activity::record(&tx, event.by(actor).entity("user", user).reason(why)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Makes a user one who uses the panel, or one who only reads; takes the administrator's role away. Administrators are
/// named by the operator alone, as the owner of the tables (ADR 21).
///
/// # Errors
/// A field error without a reason; `named_by_operator`; `not_found`; `own_account`; `last_admin`; `step_up_required`;
/// `forbidden` for others than administrators.
pub async fn set_role(ctx: &Ctx, actor: &Actor, user: UserId, role: Role, why: &str) -> Result<()> {
    actor.admin()?;
    if role == Role::Admin {
        return Err(Error::conflict(
            "named_by_operator",
            "Administrators are named by the operator, at the command line: skypanel admin promote. Nothing was \
             changed.",
        ));
    }
    let why = reason(why)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    let admins = lock_admins().all(&tx).await?;
    let known = lock_user(user).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    if known.role != role {
        if known.role == Role::Admin {
            keep(actor, user, &admins)?;
        }
        set_role_of(user, role).exec(&tx).await?;
        bump_epoch(&tx, user, now).await?;
        let words = match role {
            Role::Readonly => "May only read from now on",
            Role::User | Role::Admin => "Is an ordinary user from now on",
        };
        let event = Event::new("user.role", EventStatus::Warning, words);
        activity::record(&tx, event.by(actor).entity("user", user).reason(why)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Ends all sessions of a user, who may sign in again.
///
/// # Errors
/// A field error without a reason; `not_found`; `forbidden` for others than administrators.
pub async fn end_sessions(ctx: &Ctx, actor: &Actor, user: UserId, why: &str) -> Result<()> {
    actor.admin()?;
    let why = reason(why)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    lock(&tx, user, now).await?;
    bump_epoch(&tx, user, now).await?;
    let event = Event::new("user.sessions", EventStatus::Warning, "All sessions were ended by an administrator");
    activity::record(&tx, event.by(actor).entity("user", user).reason(why)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends one session of a user, who may sign in again.
///
/// # Errors
/// A field error without a reason; `not_found`; `forbidden` for others than administrators.
pub async fn end_session(ctx: &Ctx, actor: &Actor, user: UserId, session: SessionId, why: &str) -> Result<()> {
    actor.admin()?;
    let why = reason(why)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    end_one(&tx, user, session, now).await?;
    let event = Event::new("user.session", EventStatus::Warning, "A session was ended by an administrator");
    activity::record(&tx, event.by(actor).entity("user", user).reason(why)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends the sessions and locks the user, and all administrators before them. Sessions are locked before their user, as
/// a change of the password does; a sign-in in progress holds the user, and what it opened is found by the second look.
async fn lock(tx: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<(Known, Vec<UserId>)> {
    end_all(tx, user, now).await?;
    let admins = lock_admins().all(tx).await?;
    let known = lock_user(user).one(tx).await?.ok_or_else(|| Error::not_found("user"))?;
    end_all(tx, user, now).await?;
    Ok((known, admins))
}

/// Nobody locks themself out, and nobody the last administrator who can sign in.
fn keep(actor: &Actor, user: UserId, admins: &[UserId]) -> Result<()> {
    if actor.user() == Some(user) {
        let words = "This is your own account. Ask another administrator. Nothing was changed.";
        return Err(Error::conflict("own_account", words));
    }
    if admins.iter().all(|admin| *admin == user) {
        let words = "This is the last administrator who can sign in. Name another first. Nothing was changed.";
        return Err(Error::conflict("last_admin", words));
    }
    Ok(())
}

db::statement! {
    fn lock_user(user: UserId) -> Known =
        "select role, disabled_at is not null as disabled from app_user
         where id = $1 and deleted_at is null for no key update";

    /// The administrators who can sign in, locked: two who are taken away at once are counted one after the other.
    fn lock_admins() -> UserId =
        "select id from app_user where role = 'admin' and deleted_at is null and disabled_at is null
         order by id for no key update";

    fn set_disabled(user: UserId, at: Option<DateTime<Utc>>) = "update app_user set disabled_at = $2 where id = $1";

    fn set_role_of(user: UserId, role: Role) = "update app_user set role = $2 where id = $1";
}
