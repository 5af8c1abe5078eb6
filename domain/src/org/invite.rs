//! Inviting people by their address.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::invitation::{self, InvitationState};
use entity::org_member::OrgRole;
use entity::{InvitationId, OrgId, UserId};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};
use secrecy::SecretString;
use serde_json::json;

use super::lock::{email_unverified, lock, may_handle, reaches, steward};
use super::quota::{Resource, reached};
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::{self, Mail};
use crate::vault::token_hash;
use crate::{Actor, Ctx, EventStatus, Perm, TypedId as _, db, text};

/// For how long an invitation can be accepted.
pub const INVITED_FOR: TimeDelta = TimeDelta::days(7);
/// Invitations of one organisation that are open at the same time.
pub const MAX_PENDING: i64 = 20;
/// Invitations that one address gets in a day, from all organisations together.
const MAX_A_DAY: i64 = 3;

db::row! {
    /// An invitation as members see it.
    #[derive(Clone, Debug)]
    pub struct Invitation {
        /// Its id.
        pub id: InvitationId,
        /// Whom it is for.
        pub email: String,
        /// What they become.
        pub role: OrgRole,
        /// Who invites.
        pub invited_by: String,
        /// When it was sent.
        pub created_at: DateTime<Utc>,
        /// Until when it can be accepted.
        pub expires_at: DateTime<Utc>,
        /// What became of it.
        pub state: InvitationState,
    }
}

/// The invitations of the actor's organisation that were neither accepted nor taken back, the newest first.
///
/// # Errors
/// `forbidden`.
pub async fn invitations(ctx: &Ctx, actor: &Actor) -> Result<Vec<Invitation>> {
    let org = actor.may(Perm::MembersRead)?;
    let now = ctx.clock.now(&ctx.db).await?;
    select_invitations(org, None, now).all(&ctx.db).await
}

/// Invites an address to the actor's organisation. An earlier invitation of the address ends. The mail leaves after the
/// commit.
///
/// # Errors
/// A field error; `already_member`, `too_many_invitations`, `rate_limited`, `quota_reached`, `email_unverified`;
/// `forbidden` for a role beyond one's own, `step_up_required` for an owner's.
pub async fn invite(ctx: &Ctx, actor: &Actor, email: &str, role: OrgRole) -> Result<Invitation> {
    let org = actor.may(Perm::MembersWrite)?;
    let email = text::email("/email", email)?;
    let tx = ctx.begin().await?;
    let quota = lock(&tx, org).await?.member_quota;
    let (_, mine) = steward(&tx, actor).await?;
    may_handle(ctx, &tx, actor, mine, &[role]).await?;
    let user = actor.user().ok_or_else(Error::forbidden)?;
    if !is_verified(user).only(&tx).await? {
        return Err(email_unverified());
    }
    let now = ctx.clock.now(&tx).await?;
    room(&tx, org, &email, quota, now).await?;
    let id: InvitationId = ctx.chance.id(now);
    let token = URL_SAFE_NO_PAD.encode(ctx.chance.bytes::<32>());
    let row = invitation::ActiveModel {
        id: Set(id),
        org_id: Set(org),
        email: Set(email),
        role: Set(role),
        token_hash: Set(token_hash(&token)),
        sealed: Set(Some(ctx.vault.seal(&ctx.chance, &place(id), &SecretString::from(token))?)),
        invited_by: Set(user),
        state: Set(InvitationState::Pending),
        created_at: Set(now),
        expires_at: Set(now + INVITED_FOR),
        ended_at: Set(None),
        accepted_by: Set(None),
    };
    row.insert(&tx).await?;
    mail::send(ctx, &tx, Mail::Invitation { invitation: id }).await?;
    let event = Event::new("member.invite", EventStatus::Info, format!("A new {role} was invited")).org(org).by(actor);
    activity::record(&tx, event.entity("invitation", id).metadata(json!({ "role": role }))).await?;
    let made = select_invitations(org, Some(id), now).one(&tx).await?;
    tx.commit().await?;
    made.ok_or_else(|| Error::not_found("invitation"))
}

/// Makes sure that one more invitation may be sent, after it ended the address's earlier one.
async fn room(tx: &impl ConnectionTrait, org: OrgId, email: &str, quota: i32, now: DateTime<Utc>) -> Result<()> {
    if is_member(org, email).only(tx).await? {
        let words = "A member with this address exists already. Change their role instead. Nothing was changed.";
        return Err(Error::conflict("already_member", words));
    }
    end_earlier(org, email, now).exec(tx).await?;
    let pending = count_pending(org, now).only(tx).await?;
    if pending >= MAX_PENDING {
        let words = format!("{MAX_PENDING} invitations are open, which is as many as may be. Take one back, or wait.");
        return Err(Error::conflict("too_many_invitations", words));
    }
    if count_members(org).only(tx).await? + pending >= i64::from(quota) {
        return Err(reached(Resource::Members, quota));
    }
    // Other organisations invite the same address at the same time.
    lock_address(email).exec(tx).await?;
    if count_sent(email, now - TimeDelta::days(1)).only(tx).await? >= MAX_A_DAY {
        let words = "This address got as many invitations today as one may. Try again tomorrow.";
        let error = Error::new(ErrorKind::RateLimited, "rate_limited", words);
        return Err(error.after(std::time::Duration::from_hours(24)));
    }
    Ok(())
}

/// Takes an invitation back: its token is dead.
///
/// # Errors
/// `not_found` for one that is not open; `forbidden`.
pub async fn revoke(ctx: &Ctx, actor: &Actor, id: InvitationId) -> Result<()> {
    let org = actor.may(Perm::MembersWrite)?;
    let tx = ctx.begin().await?;
    lock(&tx, org).await?;
    steward(&tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    if end_one(org, id, now).exec(&tx).await? == 0 {
        return Err(Error::not_found("invitation"));
    }
    let event = Event::new("member.uninvite", EventStatus::Info, "An invitation was taken back").org(org).by(actor);
    activity::record(&tx, event.entity("invitation", id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Where the token is sealed for.
fn place(id: InvitationId) -> String {
    format!("invitation:{}:sealed", id.uuid())
}

db::row! {
    struct Unsent {
        org_name: String,
        email: String,
        role: OrgRole,
        sealed: Vec<u8>,
        invited_by: String,
        inviter_role: OrgRole,
        expires_at: DateTime<Utc>,
    }
}

/// What the mail of an invitation says.
pub(crate) struct Letter {
    pub(crate) org: String,
    pub(crate) to: String,
    pub(crate) role: OrgRole,
    pub(crate) from: String,
    pub(crate) token: SecretString,
    pub(crate) expires_at: DateTime<Utc>,
}

/// An invitation as its mail tells it; none when nobody can accept it any more, also because the inviter lost the
/// right to invite since.
pub(crate) async fn letter(ctx: &Ctx, id: InvitationId) -> Result<Option<Letter>> {
    let now = ctx.clock.now(&ctx.db).await?;
    let found = select_sealed(id, now).one(&ctx.db).await?;
    let Some(found) = found.filter(|found| may_invite(found.inviter_role, found.role)) else {
        return Ok(None);
    };
    Ok(Some(Letter {
        org: found.org_name,
        to: found.email,
        role: found.role,
        from: found.invited_by,
        token: ctx.vault.open(&place(id), &found.sealed)?,
        expires_at: found.expires_at,
    }))
}

/// Forgets the token of an invitation whose mail was sent.
pub(crate) async fn sent(db: &impl ConnectionTrait, id: InvitationId) -> Result<()> {
    forget_token(id).exec(db).await?;
    Ok(())
}

/// Whether a member with the first role may invite one with the second.
pub(super) fn may_invite(mine: OrgRole, other: OrgRole) -> bool {
    crate::access::perms_of(mine).has(Perm::MembersWrite) && reaches(mine, other)
}

db::statement! {
    fn select_invitations(org: OrgId, id: Option<InvitationId>, now: DateTime<Utc>) -> Invitation =
        file "select_invitations.sql";

    fn is_verified(user: UserId) -> bool = "select email_verified_at is not null from app_user where id = $1";

    fn is_member(org: OrgId, email: &str) -> bool =
        "select exists (select from org_member m join app_user u on u.id = m.user_id
           where m.org_id = $1 and u.email = $2 and u.deleted_at is null)";

    fn end_earlier(org: OrgId, email: &str, now: DateTime<Utc>) = file "end_earlier.sql";

    fn end_one(org: OrgId, id: InvitationId, now: DateTime<Utc>) =
        "update invitation set state = 'revoked', ended_at = $3, sealed = null
         where org_id = $1 and id = $2 and state = 'pending'";

    fn count_pending(org: OrgId, now: DateTime<Utc>) -> i64 =
        "select count(*) from invitation where org_id = $1 and state = 'pending' and expires_at > $2";

    fn count_members(org: OrgId) -> i64 = "select count(*) from org_member where org_id = $1";

    fn count_sent(email: &str, since: DateTime<Utc>) -> i64 =
        "select count(*) from invitation where email = $1 and created_at > $2";

    fn lock_address(email: &str) = "select pg_advisory_xact_lock(hashtextextended('invitation ' || $1, 0))";

    fn select_sealed(id: InvitationId, now: DateTime<Utc>) -> Unsent = file "select_sealed.sql";

    fn forget_token(id: InvitationId) = "update invitation set sealed = null where id = $1";
}
