//! Leaving a user's place: by oneself, because the time is over, or with the administrator's own session.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{ImpersonationId, OrgId, SessionId, UserId};
use sea_orm::ConnectionTrait;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::identity::Grant;
use crate::identity::renew::resume;
use crate::identity::session::Ended;
use crate::{Ctx, EventStatus, db};

/// For how long another tab may follow the one that went back first.
const GRACE: TimeDelta = TimeDelta::seconds(30);

db::row! {
    /// A stay that is over from now on.
    struct Over {
        id: ImpersonationId,
        admin_id: UserId,
        user_id: UserId,
        org_id: Option<OrgId>,
    }
}

db::row! {
    /// Where a stay leads back to.
    struct Back {
        parent_id: SessionId,
        returned_at: Option<DateTime<Utc>>,
    }
}

/// Ends the stay of this session and gives the administrator their own session again.
///
/// # Errors
/// `not_impersonating`; `unauthenticated` when their own session is over: the stay has ended all the same.
pub async fn exit(ctx: &Ctx, session: SessionId) -> Result<Grant> {
    let tx = ctx.begin().await?;
    let stay = lock_session(session).one(&tx).await?.flatten().ok_or_else(not_impersonating)?;
    let now = ctx.clock.now(&tx).await?;
    let grant = come_back(ctx, &tx, stay, now).await?;
    tx.commit().await?;
    grant.ok_or_else(Error::unauthenticated)
}

fn not_impersonating() -> Error {
    Error::conflict("not_impersonating", "You are in nobody else's place. Nothing was changed.")
}

/// Ends a stay, whose session the caller has locked, and gives the administrator their own session again; none when
/// that is over, or when they went back a while ago.
pub(crate) async fn come_back(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    stay: ImpersonationId,
    now: DateTime<Utc>,
) -> Result<Option<Grant>> {
    end(tx, vec![stay], now).await?;
    let back = lock_stay(stay).only(tx).await?;
    if back.returned_at.is_some_and(|at| now >= at + GRACE) {
        return Ok(None);
    }
    let grant = resume(ctx, tx, back.parent_id, now).await?;
    if grant.is_some() && back.returned_at.is_none() {
        set_returned(stay, now).exec(tx).await?;
    }
    Ok(grant)
}

/// Ends what remains of these stays: their sessions are void, and the organisations hear of it.
async fn end(tx: &impl ConnectionTrait, stays: Vec<ImpersonationId>, now: DateTime<Utc>) -> Result<()> {
    end_sessions(stays.clone(), now).exec(tx).await?;
    for over in end_stays(stays, now).all(tx).await? {
        let orgs = match over.org_id {
            Some(only) => vec![Some(only)],
            None => select_orgs(over.user_id).all(tx).await?.into_iter().map(Some).collect(),
        };
        for org in if orgs.is_empty() { vec![None] } else { orgs } {
            let event = Event::new("impersonation.end", EventStatus::Info, "Support left this account").org(org);
            let event = event.actor(over.admin_id).impersonator(over.admin_id).entity("user", over.user_id);
            activity::record(tx, event).await?;
        }
        tracing::info!(impersonation_id = %over.id, "an administrator left a user's place");
    }
    Ok(())
}

/// Ends every stay of an administrator, in the caller's transaction.
pub(crate) async fn end_of(tx: &impl ConnectionTrait, admin: UserId, now: DateTime<Utc>) -> Result<()> {
    let stays = select_open(admin).all(tx).await?;
    if stays.is_empty() { Ok(()) } else { end(tx, stays, now).await }
}

/// Of sessions that were ended, those in another's place: the stay ends, and with it the administrator's own session,
/// because those who sign out in a customer's place want to be signed out.
pub(crate) async fn end_with_parents(tx: &impl ConnectionTrait, ended: &[Ended], now: DateTime<Utc>) -> Result<()> {
    let stays: Vec<_> = ended.iter().filter_map(|ended| ended.impersonation_id).collect();
    if stays.is_empty() {
        return Ok(());
    }
    end(tx, stays.clone(), now).await?;
    for admin in end_parents(stays, now).all(tx).await? {
        let event = Event::new("auth.logout", EventStatus::Info, "Signed out").actor(admin);
        activity::record(tx, event.entity("user", admin)).await?;
    }
    Ok(())
}

db::statement! {
    fn lock_session(id: SessionId) -> Option<ImpersonationId> =
        "select impersonation_id from session where id = $1 for update";

    fn lock_stay(id: ImpersonationId) -> Back =
        "select parent_id, returned_at from impersonation where id = $1 for update";

    fn set_returned(id: ImpersonationId, now: DateTime<Utc>) =
        "update impersonation set returned_at = $2 where id = $1";

    fn end_sessions(stays: Vec<ImpersonationId>, now: DateTime<Utc>) =
        "update session set revoked_at = $2, successor_sealed = null, successor_until = null
         where impersonation_id = any($1) and revoked_at is null";

    fn end_stays(stays: Vec<ImpersonationId>, now: DateTime<Utc>) -> Over =
        "update impersonation set ended_at = least(until_at, $2) where id = any($1) and ended_at is null
         returning id, admin_id, user_id, org_id";

    fn end_parents(stays: Vec<ImpersonationId>, now: DateTime<Utc>) -> UserId =
        "update session set revoked_at = $2, successor_sealed = null, successor_until = null
         where revoked_at is null and id in (select parent_id from impersonation where id = any($1))
         returning user_id";

    fn select_open(admin: UserId) -> ImpersonationId =
        "select id from impersonation where admin_id = $1 and ended_at is null order by id";

    fn select_orgs(user: UserId) -> OrgId =
        "select o.id from org_member m join org o on o.id = m.org_id where m.user_id = $1 and o.deleted_at is null
         order by o.id limit 1000";
}
