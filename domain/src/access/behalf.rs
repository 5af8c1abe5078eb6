//! Asking again, when a job carries out what an administrator asked for: they may be none any more.

use entity::UserId;
use entity::user::Role;
use sea_orm::ConnectionTrait;

use crate::actor::Actor;
use crate::db;
use crate::error::{Error, ErrorKind, Result};

/// On whose authority a job acts that an administrator asked for, or the operator: the one who asked, if they still
/// are an administrator who can sign in. Their row is locked until the transaction ends, so that no one loses the role
/// in the middle of an act.
///
/// # Errors
/// `not_administrator`, with words for those who read the job.
pub async fn on_behalf(tx: &impl ConnectionTrait, asked_by: Option<UserId>) -> Result<Actor> {
    let Some(user) = asked_by else { return Ok(Actor::Operator) };
    match lock_role(user).one(tx).await? {
        Some(Role::Admin) => Ok(Actor::OnBehalf(user)),
        _ => Err(Error::new(
            ErrorKind::Forbidden,
            "not_administrator",
            "The administrator who asked for this is none any more, or can't sign in. What was changed before stays; \
             nothing more is changed. Another administrator may ask for the rest.",
        )),
    }
}

db::statement! {
    fn lock_role(user: UserId) -> Role =
        "select role from app_user where id = $1 and deleted_at is null and disabled_at is null for share";
}
