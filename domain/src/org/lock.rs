//! The organisation's lock, and what an actor may do under it.

use entity::org_member::OrgRole;
use entity::user::Role;
use entity::{OrgId, UserId};
use sea_orm::ConnectionTrait;

use crate::access::{self, perms_of, role_in};
use crate::error::{Error, ErrorKind, Result};
use crate::{Actor, Ctx, Perm, db};

db::row! {
    /// An organisation whose members and invitations nobody else changes until the transaction ends.
    pub(super) struct Locked {
        pub(super) name: String,
        pub(super) member_quota: i32,
    }
}

/// Locks a living organisation. It is the first lock of a transaction: who waits for it holds nothing.
pub(super) async fn lock(tx: &impl ConnectionTrait, org: OrgId) -> Result<Locked> {
    lock_org(org).one(tx).await?.ok_or_else(|| Error::not_found("organisation"))
}

/// Locks an organisation if it lives, for those who leave several.
pub(crate) async fn lock_living(tx: &impl ConnectionTrait, org: OrgId) -> Result<()> {
    lock_org(org).one(tx).await?;
    Ok(())
}

/// The role of an actor who may change members, as it is now, under the organisation's lock.
pub(super) async fn steward(tx: &impl ConnectionTrait, actor: &Actor) -> Result<(OrgId, OrgRole)> {
    let org = access::confirm(tx, actor, Perm::MembersWrite).await?;
    let user = actor.user().ok_or_else(Error::forbidden)?;
    let role = role_in(tx, user, org).await?.ok_or_else(|| Error::not_found("organisation"))?;
    Ok((org, role))
}

/// Nobody gives or takes what they lack: an actor with role `mine` handles these roles. Owners are made and unmade by
/// owners alone, who proved lately who they are.
pub(super) async fn may_handle(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    mine: OrgRole,
    roles: &[OrgRole],
) -> Result<()> {
    if roles.contains(&OrgRole::Owner) {
        access::confirm(tx, actor, Perm::OwnersWrite).await?;
        return access::verified(ctx, tx, actor).await;
    }
    if roles.iter().all(|role| reaches(mine, *role)) {
        return Ok(());
    }
    let words = "You can't give or take a role that may do more than yours. Ask an owner. Nothing was changed.";
    Err(Error::new(ErrorKind::Forbidden, "forbidden", words))
}

/// Whether a member with the first role may do all that the second one may.
pub(super) fn reaches(mine: OrgRole, other: OrgRole) -> bool {
    perms_of(other).within(perms_of(mine))
}

/// Refuses to leave an organisation without an owner who can sign in. The organisation is locked.
pub(crate) async fn keep_an_owner(tx: &impl ConnectionTrait, org: OrgId, besides: UserId) -> Result<()> {
    if count_owners(org, besides).only(tx).await? > 0 {
        return Ok(());
    }
    Err(Error::conflict(
        "last_owner",
        "An organisation keeps at least one owner. Make another member an owner first, or delete the organisation. \
         Nothing was changed.",
    ))
}

db::row! {
    /// A user in what concerns their own memberships.
    pub(super) struct Themself {
        pub(super) email: String,
        pub(super) verified: bool,
        pub(super) role: Role,
    }
}

/// The user behind an actor who changes where they themselves belong. Whom the platform lets only read changes nothing.
pub(super) async fn themself(tx: &impl ConnectionTrait, actor: &Actor) -> Result<(UserId, Themself)> {
    let user = actor.own()?;
    if actor.impersonator().is_some() {
        return Err(Error::forbidden());
    }
    let found = select_self(user).one(tx).await?.ok_or_else(Error::unauthenticated)?;
    if found.role == Role::Readonly { Err(reads_only()) } else { Ok((user, found)) }
}

/// The answer to whom the platform lets only read, in what takes no role of an organisation.
fn reads_only() -> Error {
    let words = "Your account may look, and change nothing but how you sign in. Ask support if you need more.";
    Error::new(ErrorKind::Forbidden, "reads_only", words)
}

/// Refuses those who did not show yet that they read mail at their address.
pub(super) fn email_unverified() -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "email_unverified",
        "Confirm your e-mail address first: open the link that we sent you. Nothing was changed.",
    )
}

db::statement! {
    fn lock_org(org: OrgId) -> Locked =
        "select name, member_quota from org where id = $1 and deleted_at is null for no key update";

    fn count_owners(org: OrgId, besides: UserId) -> i64 =
        "select count(*) from org_member m join app_user u on u.id = m.user_id
         where m.org_id = $1 and m.user_id <> $2 and m.role = 'owner'
           and coalesce(u.deleted_at, u.disabled_at) is null";

    fn select_self(user: UserId) -> Themself =
        "select email, email_verified_at is not null as verified, role from app_user
         where id = $1 and deleted_at is null and disabled_at is null";
}
