//! Who belongs to an organisation.

use chrono::{DateTime, Utc};
use entity::org_member::OrgRole;
use entity::{OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::lock::{keep_an_owner, lock, may_handle, steward, themself};
use crate::access::role_in;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::identity::bump_epoch;
use crate::{Actor, Ctx, EventStatus, Perm, db};

/// The most members that are listed, and that a quota can be.
pub const MAX_MEMBERS: i64 = 1_000;

db::row! {
    /// A member as the others see them.
    #[derive(Clone, Debug)]
    pub struct Member {
        /// The user.
        pub id: UserId,
        /// Their address.
        pub email: String,
        /// Their name.
        pub name: String,
        /// What they may do.
        pub role: OrgRole,
        /// When they joined.
        pub joined_at: DateTime<Utc>,
        /// When one of their sessions was last renewed or used.
        pub seen_at: Option<DateTime<Utc>>,
        /// The name of the one who invited them.
        pub invited_by: Option<String>,
        /// Whether the platform lets them sign in.
        pub disabled: bool,
        /// Whether they have a second factor; only for those who may change members.
        pub second_factor: Option<bool>,
    }
}

/// The members of the actor's organisation, in the order of joining.
///
/// # Errors
/// `forbidden`.
pub async fn members(ctx: &Ctx, actor: &Actor) -> Result<Vec<Member>> {
    let org = actor.may(Perm::MembersRead)?;
    let mut members = select_members(org, None, MAX_MEMBERS).all(&ctx.db).await?;
    if actor.may(Perm::MembersWrite).is_err() {
        for member in &mut members {
            member.second_factor = None;
        }
    }
    Ok(members)
}

/// Gives a member another role. Their access tokens are void within seconds.
///
/// # Errors
/// `not_found`; `forbidden` for what is beyond the actor's own role; `step_up_required` where an owner is made or
/// unmade; `last_owner`.
pub async fn change_role(ctx: &Ctx, actor: &Actor, user: UserId, role: OrgRole) -> Result<Member> {
    let org = actor.may(Perm::MembersWrite)?;
    let tx = ctx.begin().await?;
    lock(&tx, org).await?;
    let (_, mine) = steward(&tx, actor).await?;
    let was = role_in(&tx, user, org).await?.ok_or_else(no_member)?;
    if was != role {
        may_handle(ctx, &tx, actor, mine, &[was, role]).await?;
        if was == OrgRole::Owner {
            keep_an_owner(&tx, org, user).await?;
        }
        let now = ctx.clock.now(&tx).await?;
        update_role(org, user, role).exec(&tx).await?;
        bump_epoch(&tx, user, now).await?;
        let event = Event::new("member.role", EventStatus::Info, format!("A member’s role is now {role}"));
        let event = event.org(org).by(actor).entity("user", user);
        activity::record(&tx, event.metadata(json!({ "from": was, "to": role }))).await?;
    }
    let member = select_members(org, Some(user), 1).one(&tx).await?.ok_or_else(no_member)?;
    tx.commit().await?;
    Ok(member)
}

/// Removes a member. Their access tokens are void within seconds; what they ordered stays the organisation's.
///
/// # Errors
/// As [`change_role`].
pub async fn remove(ctx: &Ctx, actor: &Actor, user: UserId) -> Result<()> {
    let org = actor.may(Perm::MembersWrite)?;
    let tx = ctx.begin().await?;
    lock(&tx, org).await?;
    let (_, mine) = steward(&tx, actor).await?;
    let was = role_in(&tx, user, org).await?.ok_or_else(no_member)?;
    may_handle(ctx, &tx, actor, mine, &[was]).await?;
    part(ctx, &tx, org, user, was).await?;
    let event = Event::new("member.remove", EventStatus::Warning, "A member was removed").org(org).by(actor);
    activity::record(&tx, event.entity("user", user).metadata(json!({ "role": was }))).await?;
    tx.commit().await?;
    Ok(())
}

/// Leaves an organisation.
///
/// # Errors
/// `not_found` for those who don't belong to it; `last_owner`.
pub async fn leave(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<()> {
    let stranger = || Error::not_found("organisation");
    let tx = ctx.begin().await?;
    let user = actor.own()?;
    role_in(&tx, user, org).await?.ok_or_else(stranger)?;
    themself(&tx, actor).await?;
    lock(&tx, org).await?;
    let was = role_in(&tx, user, org).await?.ok_or_else(stranger)?;
    part(ctx, &tx, org, user, was).await?;
    let event = Event::new("member.leave", EventStatus::Warning, "A member left").org(org).by(actor);
    activity::record(&tx, event.entity("user", user).metadata(json!({ "role": was }))).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a membership. The organisation is locked.
async fn part(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId, user: UserId, was: OrgRole) -> Result<()> {
    if was == OrgRole::Owner {
        keep_an_owner(tx, org, user).await?;
    }
    let now = ctx.clock.now(tx).await?;
    delete_member(org, user).exec(tx).await?;
    bump_epoch(tx, user, now).await
}

fn no_member() -> Error {
    Error::not_found("member")
}

db::statement! {
    fn select_members(org: OrgId, user: Option<UserId>, limit: i64) -> Member = file "select_members.sql";

    fn update_role(org: OrgId, user: UserId, role: OrgRole) =
        "update org_member set role = $3 where org_id = $1 and user_id = $2";

    fn delete_member(org: OrgId, user: UserId) = "delete from org_member where org_id = $1 and user_id = $2";
}
