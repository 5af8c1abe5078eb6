//! Asking again, in the transaction that acts: what a token says may be ten minutes old.

use entity::org_member::OrgRole;
use entity::{OrgId, UserId, user::Role};
use sea_orm::ConnectionTrait;

use super::{Limits, Perm};
use crate::actor::{Actor, Person, Proof, forbidden};
use crate::error::{Error, Result};
use crate::{db, key};

db::row! {
    /// A membership as it is now.
    struct Now {
        role: OrgRole,
        platform_role: Role,
    }
}

/// The organisation, if the actor is still a member of it who may do this. The membership is locked until the
/// transaction ends, so that nobody is removed in the middle of an act. For what concerns money, members and keys.
///
/// # Errors
/// `forbidden`; `not_found` when they are no member any more; `unauthenticated` when their key has ended.
pub async fn confirm(tx: &impl ConnectionTrait, actor: &Actor, perm: Perm) -> Result<OrgId> {
    let org = actor.may(perm)?;
    let user = actor.user().ok_or_else(Error::forbidden)?;
    if let Some(Person { proof: Proof::Key(key), .. }) = actor.person()
        && !key::lives(tx, key).await?
    {
        return Err(Error::unauthenticated());
    }
    let now = lock_membership(org, user).one(tx).await?.ok_or_else(|| Error::not_found("organisation"))?;
    let limits = Limits { reads_only: now.platform_role == Role::Readonly, ..Limits::default() };
    if limits.apply(now.role).has(perm) { Ok(org) } else { Err(forbidden(perm)) }
}

db::statement! {
    fn lock_membership(org: OrgId, user: UserId) -> Now = file "lock_membership.sql";
}
