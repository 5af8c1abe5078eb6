//! Reading and changing users.

use chrono::{DateTime, Utc};
use entity::{SessionId, UserId, user::Role};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use super::register::{Registration, create_user};
use super::session;
use super::sessions::end_all;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, Proof, db, text};

db::row! {
    /// Who is signed in.
    #[derive(Clone, Debug)]
    pub struct Me {
        /// The user.
        pub user_id: UserId,
        /// Their e-mail address, in lower case.
        pub email: String,
        /// How they are addressed, 1 to 100 characters.
        pub name: String,
        /// What they may do on the platform.
        pub role: Role,
        /// Whether they showed that they read mail at the address.
        pub email_verified: bool,
        /// A BCP 47 tag.
        pub locale: String,
        /// An IANA name.
        pub time_zone: String,
        /// When this session's holder last proved who they are with all that they have enrolled; none for a key.
        pub verified_at: Option<DateTime<Utc>>,
    }
}

db::row! {
    /// A user whom the operator named.
    pub(super) struct Known {
        pub(super) id: UserId,
        role: Role,
    }
}

db::row! {
    /// What a user's password must not begin with.
    struct About {
        email: String,
        name: String,
    }
}

/// The signed-in user.
///
/// # Errors
/// `unauthenticated` when the user no longer exists or may not sign in.
pub async fn me(ctx: &Ctx, actor: &Actor) -> Result<Me> {
    let person = actor.person().ok_or_else(Error::unauthenticated)?;
    let session = match person.proof {
        Proof::Session(session) => Some(session),
        Proof::Key(_) => None,
    };
    select_me(person.user, session).one(&ctx.db).await?.ok_or_else(Error::unauthenticated)
}

/// Creates an administrator with an organisation of their own. For the command line.
///
/// # Errors
/// Field errors, and `email_taken`.
pub async fn create_admin(ctx: &Ctx, email: &str, name: &str, password: SecretString) -> Result<UserId> {
    let new =
        Registration { email: email.to_owned(), password, name: name.to_owned(), organisation: None, invitation: None };
    Ok(create_user(ctx, new, Role::Admin).await?.0)
}

/// What became of a request to change a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// Whose role it is.
    pub user: UserId,
    /// Whether it changed: otherwise they had it, or lacked it, already.
    pub changed: bool,
    /// Administrators that there are now.
    pub admins: i64,
}

/// Gives a user the administrator's role. Their access tokens are void within seconds; their sessions continue and have
/// the role from the next renewal on.
///
/// # Errors
/// `not_found`.
pub async fn promote(ctx: &Ctx, email: &str) -> Result<RoleChange> {
    change_role(ctx, email, Role::Admin, |role| role != Role::Admin).await
}

/// Takes the administrator's role from a user, who then acts for their own organisation alone. Their access tokens are
/// void within seconds; their sessions continue without the role.
///
/// # Errors
/// `not_found`.
pub async fn demote(ctx: &Ctx, email: &str) -> Result<RoleChange> {
    change_role(ctx, email, Role::User, |role| role == Role::Admin).await
}

async fn change_role(ctx: &Ctx, email: &str, to: Role, applies: impl Fn(Role) -> bool) -> Result<RoleChange> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let Known { id: user, role } = known(&tx, email).await?;
    let changed = applies(role);
    if changed {
        set_role(user, to).exec(&tx).await?;
        session::bump_epoch(&tx, user, now).await?;
        let (event, words) = match to {
            Role::Admin => ("auth.promote", "Became an administrator"),
            Role::User | Role::Readonly => ("auth.demote", "Is no longer an administrator"),
        };
        note(&tx, user, event, words).await?;
    }
    let admins = count_admins().only(&tx).await?;
    tx.commit().await?;
    Ok(RoleChange { user, changed, admins })
}

/// Sets a user's password and ends all their sessions.
///
/// # Errors
/// `not_found`; a field error when the password is refused.
pub async fn set_password(ctx: &Ctx, email: &str, new: &SecretString) -> Result<UserId> {
    let Known { id: user, .. } = known(&ctx.db, email).await?;
    let about = select_about(user).only(&ctx.db).await?;
    let hash = ctx.hasher.accept("/password", new, &[&about.email, &about.name]).await?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    // Sessions are locked before their user, as renewals do. A sign-in in progress holds the user: what it opened is
    // found by the second look.
    end_all(&tx, user, now).await?;
    replace_password(user, hash).exec(&tx).await?;
    end_all(&tx, user, now).await?;
    session::bump_epoch(&tx, user, now).await?;
    note(&tx, user, "auth.password_set", "Password set by the operator; all sessions ended").await?;
    tx.commit().await?;
    Ok(user)
}

/// The user with this address, in any of its spellings. For the command line.
///
/// # Errors
/// `not_found`.
pub async fn find(ctx: &Ctx, email: &str) -> Result<UserId> {
    Ok(known(&ctx.db, email).await?.id)
}

/// The user with this address, in any of its spellings.
async fn known(db: &impl ConnectionTrait, email: &str) -> Result<Known> {
    let address = text::canonical_email(email);
    let former = text::former_email(email);
    let found = select_known(address.as_deref().unwrap_or(&former), &former).one(db).await?;
    found.ok_or_else(|| Error::not_found("user"))
}

/// API processes hear of it and refuse the user's old tokens at once.
async fn note(tx: &impl ConnectionTrait, user: UserId, event: &'static str, words: &str) -> Result<()> {
    activity::record(tx, Event::new(event, EventStatus::Warning, words).entity("user", user)).await
}

db::statement! {
    fn select_me(user: UserId, session: Option<SessionId>) -> Me = file "select_me.sql";

    fn select_known(email: &str, former: &str) -> Known =
        "select id, role from app_user where email in ($1, $2) and deleted_at is null
         order by email = $1 desc limit 1";

    fn select_about(user: UserId) -> About = "select email, name from app_user where id = $1";

    fn set_role(user: UserId, role: Role) = "update app_user set role = $2 where id = $1";

    fn count_admins() -> i64 = "select count(*) from app_user where role = 'admin' and deleted_at is null";

    fn replace_password(user: UserId, hash: String) = "update app_user set password_hash = $2 where id = $1";
}
