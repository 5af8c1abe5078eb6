//! What the addressee of an invitation does with it. The token alone shows it and declines it; a membership takes a
//! user of the invited address, who reads mail there.

use chrono::{DateTime, Utc};
use entity::invitation::InvitationState;
use entity::org_member::{self, OrgRole};
use entity::{InvitationId, OrgId, UserId};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};
use serde_json::json;

use super::invite::may_invite;
use super::lock::{email_unverified, lock, themself};
use super::quota::{Resource, reached};
use crate::access::role_in;
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::bump_epoch;
use crate::vault::token_hash;
use crate::{Actor, Ctx, EventStatus, db};

db::row! {
    /// An invitation as its token shows it.
    #[derive(Clone, Debug)]
    pub struct Offer {
        /// Its id.
        pub id: InvitationId,
        /// The organisation.
        pub org_id: OrgId,
        /// The organisation's name.
        pub org_name: String,
        /// Whom it is for.
        pub email: String,
        /// What they become.
        pub role: OrgRole,
        /// What became of it.
        pub state: InvitationState,
        /// Until when it can be accepted.
        pub expires_at: DateTime<Utc>,
        /// The name of the one who invites.
        pub invited_by: String,
        /// Their id.
        pub inviter_id: UserId,
        /// What they may do by now; none when they no longer belong to the organisation.
        pub inviter_role: Option<OrgRole>,
        /// Whether a user of the invited address exists.
        pub has_account: bool,
    }
}

/// Where a user belongs from now on.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The organisation.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// What they may do there.
    pub role: OrgRole,
}

/// Shows an invitation to who holds its token. Nothing is spent.
///
/// # Errors
/// `not_found`; `invitation_expired`, `invitation_used`, `invitation_revoked`.
pub async fn look(ctx: &Ctx, token: &str) -> Result<Offer> {
    let now = ctx.clock.now(&ctx.db).await?;
    let offer = select_offer(token_hash(token)).one(&ctx.db).await?.ok_or_else(unknown)?;
    judge(&offer, now)?;
    Ok(offer)
}

/// Accepts an invitation: the actor becomes a member. Their access tokens are void within seconds, and the next ones
/// name the organisation.
///
/// # Errors
/// As [`look`]; `invitation_for_another`, which names nobody; `email_unverified`, `already_member`, `quota_reached`;
/// `forbidden` for those whom the platform lets only read.
pub async fn accept(ctx: &Ctx, actor: &Actor, token: &str) -> Result<Joined> {
    let tx = ctx.begin().await?;
    let (user, me) = themself(&tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    let offer = claim(&tx, token, now).await?;
    if offer.email != me.email {
        return Err(for_another());
    }
    if !me.verified {
        return Err(email_unverified());
    }
    let joined = admit(&tx, &offer, user, now).await?;
    bump_epoch(&tx, user, now).await?;
    let event = Event::new("member.join", EventStatus::Success, "A member joined").org(joined.org_id).by(actor);
    activity::record(&tx, event.entity("user", user).metadata(json!({ "role": joined.role }))).await?;
    tx.commit().await?;
    Ok(joined)
}

/// Declines an invitation, which its token alone can.
///
/// # Errors
/// As [`look`].
pub async fn decline(ctx: &Ctx, token: &str) -> Result<()> {
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let offer = claim(&tx, token, now).await?;
    end(offer.id, InvitationState::Declined, now, None).exec(&tx).await?;
    let event = Event::new("member.decline", EventStatus::Info, "An invitation was declined").org(offer.org_id);
    activity::record(&tx, event.entity("invitation", offer.id)).await?;
    tx.commit().await?;
    Ok(())
}

/// An invitation that can be accepted, under its organisation's lock.
pub(crate) async fn claim(tx: &impl ConnectionTrait, token: &str, now: DateTime<Utc>) -> Result<Offer> {
    let hash = token_hash(token);
    let org = select_org(hash.clone()).one(tx).await?.ok_or_else(unknown)?;
    lock(tx, org).await.map_err(|error| if error.kind == ErrorKind::NotFound { revoked() } else { error })?;
    let offer = select_offer(hash).one(tx).await?.ok_or_else(unknown)?;
    judge(&offer, now)?;
    Ok(offer)
}

/// Makes a user of the invited address a member. The organisation is locked.
pub(crate) async fn admit(
    tx: &impl ConnectionTrait,
    offer: &Offer,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Joined> {
    if role_in(tx, user, offer.org_id).await?.is_some() {
        let words = "You belong to this organisation already. Nothing was changed.";
        return Err(Error::conflict("already_member", words));
    }
    let (members, most) = (count_members(offer.org_id).only(tx).await?, select_quota(offer.org_id).only(tx).await?);
    if members >= i64::from(most) {
        return Err(reached(Resource::Members, most));
    }
    let member = org_member::ActiveModel {
        org_id: Set(offer.org_id),
        user_id: Set(user),
        created_at: Set(now),
        role: Set(offer.role),
        invited_by: Set(Some(offer.inviter_id)),
    };
    member.insert(tx).await?;
    end(offer.id, InvitationState::Accepted, now, Some(user)).exec(tx).await?;
    Ok(Joined { org_id: offer.org_id, org_name: offer.org_name.clone(), role: offer.role })
}

fn judge(offer: &Offer, now: DateTime<Utc>) -> Result<()> {
    let gone = |code, words| Err(Error::new(ErrorKind::Gone, code, words));
    match offer.state {
        InvitationState::Accepted => gone("invitation_used", "This invitation was accepted already."),
        InvitationState::Declined => gone("invitation_used", "This invitation was declined. Ask for a new one."),
        InvitationState::Revoked => Err(revoked()),
        InvitationState::Expired => Err(expired()),
        InvitationState::Pending if offer.expires_at <= now => Err(expired()),
        InvitationState::Pending if !offer.inviter_role.is_some_and(|role| may_invite(role, offer.role)) => {
            Err(revoked())
        }
        InvitationState::Pending => Ok(()),
    }
}

fn unknown() -> Error {
    Error::not_found("invitation")
}

fn expired() -> Error {
    let words = "This invitation has expired. Ask the one who invited you for a new one.";
    Error::new(ErrorKind::Gone, "invitation_expired", words)
}

fn revoked() -> Error {
    let words = "This invitation no longer counts: it was taken back, or a newer one was sent to you.";
    Error::new(ErrorKind::Gone, "invitation_revoked", words)
}

/// The answer to another address than the invited one.
pub(crate) fn for_another() -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "invitation_for_another",
        "This invitation is for another address. Sign in with the address at which you got it. Nothing was changed.",
    )
}

db::statement! {
    fn select_offer(token_hash: Vec<u8>) -> Offer = file "select_offer.sql";

    fn select_org(token_hash: Vec<u8>) -> OrgId = "select org_id from invitation where token_hash = $1";

    fn select_quota(org: OrgId) -> i32 = "select member_quota from org where id = $1";

    fn count_members(org: OrgId) -> i64 = "select count(*) from org_member where org_id = $1";

    fn end(id: InvitationId, state: InvitationState, now: DateTime<Utc>, by: Option<UserId>) =
        "update invitation set state = $2, ended_at = $3, accepted_by = $4, sealed = null where id = $1";
}
