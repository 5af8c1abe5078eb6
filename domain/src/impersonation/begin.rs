//! Going into a user's place.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{ImpersonationId, OrgId, SessionId, UserId, session, user::Role};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};

use super::end_of;
use crate::access::{self, Membership};
use crate::activity::{self, Event};
use crate::actor::Proof;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::session::add_token;
use crate::identity::{Client, Grant, Impersonation};
use crate::mail::{self, Mail};
use crate::{Actor, Ctx, EventStatus, db, text};

/// How long a stay lasts at most, renewals included.
pub const MAX_STAY: TimeDelta = TimeDelta::minutes(30);

/// What an administrator asks for who goes into a user's place.
#[derive(Clone, Debug)]
pub struct Visit {
    /// In whose place.
    pub user: UserId,
    /// The only organisation to be seen; all of the user's when none is named.
    pub org: Option<OrgId>,
    /// Why: 3 to 500 characters.
    pub reason: String,
    /// Whether things may be changed.
    pub writes: bool,
    /// Whether the user gets a mail; their organisations' activity says it either way.
    pub mailed: bool,
}

db::row! {
    /// The administrator's own session.
    struct Own {
        token_epoch: i32,
        amr: Vec<String>,
        verified_at: Option<DateTime<Utc>>,
        expires_at: DateTime<Utc>,
    }
}

db::row! {
    /// The user whose place is asked for.
    struct Host {
        role: Role,
        token_epoch: i32,
        disabled: bool,
    }
}

/// Opens a session of the user's for an administrator, who proved lately who they are. Their own session stays, and a
/// former stay of theirs ends. The user's organisations see it in their activity.
///
/// # Errors
/// A field error without a reason; `not_found`; `forbidden` for oneself, another administrator, a disabled user, and
/// for those who are in another's place already; `step_up_required`.
pub async fn begin(ctx: &Ctx, actor: &Actor, visit: &Visit, client: &Client) -> Result<Grant> {
    actor.admin()?;
    let person = actor.person().ok_or_else(Error::forbidden)?;
    let (Proof::Session(own_id), None) = (person.proof, person.impersonator) else {
        return Err(Error::forbidden());
    };
    let reason = text::line("/reason", &visit.reason, 3, 500)?;
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    end_of(&tx, person.user, now).await?;
    let own = lock_own(own_id, person.user, now).one(&tx).await?.ok_or_else(Error::forbidden)?;
    let host = share_host(visit.user).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    admit(person.user, visit.user, &host)?;
    let mut memberships = access::memberships(&tx, visit.user).await?;
    if let Some(only) = visit.org {
        memberships.retain(|place| place.org_id == only);
        if memberships.is_empty() {
            return Err(Error::not_found("organisation"));
        }
    }
    let until = (now + MAX_STAY).min(own.expires_at);
    let stay = Impersonation {
        id: ctx.chance.id(now),
        by: person.user,
        writes: visit.writes,
        epoch: own.token_epoch,
        parent: own_id,
        parent_until: own.expires_at,
    };
    insert_stay(stay.id, stay.by, visit.user, own_id, stay.epoch, visit.org, visit.writes, reason.clone(), now, until)
        .exec(&tx)
        .await?;
    let session = open(ctx, &tx, (visit.user, &stay, &own), client, (now, until)).await?;
    let refresh_token = add_token(ctx, &tx, session, now).await?;
    tell(&tx, &stay, visit.user, &memberships, &reason).await?;
    if visit.mailed {
        mail::send(ctx, &tx, Mail::Impersonation { user: visit.user, stay: stay.id }).await?;
    }
    tx.commit().await?;
    Ok(Grant {
        user: visit.user,
        role: host.role,
        memberships,
        epoch: host.token_epoch,
        session,
        amr: own.amr,
        verified_at: own.verified_at,
        impersonation: Some(stay),
        expires_at: until,
        refresh_token,
    })
}

/// Whose place nobody takes.
fn admit(admin: UserId, user: UserId, host: &Host) -> Result<()> {
    let refuse = |words: &str| Err(Error::new(ErrorKind::Forbidden, "forbidden", words));
    if admin == user {
        return refuse("You are this user. Nothing was changed.");
    }
    if host.role == Role::Admin {
        return refuse("Nobody acts in an administrator's place. Nothing was changed.");
    }
    if host.disabled {
        return refuse("This account is disabled: nobody acts in its place. Enable it first. Nothing was changed.");
    }
    Ok(())
}

/// The user's session. The proof that it stands on is the administrator's.
async fn open(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    (user, stay, own): (UserId, &Impersonation, &Own),
    client: &Client,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<SessionId> {
    let id: SessionId = ctx.chance.id(now);
    let row = session::ActiveModel {
        id: Set(id),
        user_id: Set(user),
        created_at: Set(now),
        expires_at: Set(until),
        revoked_at: Set(None),
        ip: Set(client.ip.map(|ip| ip.to_string())),
        user_agent: Set(client.agent()),
        successor_sealed: Set(None),
        successor_until: Set(None),
        amr: Set(own.amr.clone()),
        verified_at: Set(own.verified_at),
        seen_at: Set(now),
        impersonator_id: Set(Some(stay.by)),
        impersonation_id: Set(Some(stay.id)),
    };
    row.insert(tx).await?;
    Ok(id)
}

/// Each organisation that can be seen now hears of it; a user without one does.
async fn tell(
    tx: &impl ConnectionTrait,
    stay: &Impersonation,
    user: UserId,
    memberships: &[Membership],
    reason: &str,
) -> Result<()> {
    let words = if stay.writes {
        "Support entered this account in its user's place and may change things"
    } else {
        "Support entered this account in its user's place, to look only"
    };
    let orgs: Vec<Option<OrgId>> = memberships.iter().map(|place| Some(place.org_id)).collect();
    for org in if orgs.is_empty() { vec![None] } else { orgs } {
        let event = Event::new("impersonation.begin", EventStatus::Warning, words).org(org);
        let event = event.actor(stay.by).impersonator(stay.by).entity("user", user).reason(reason);
        activity::record(tx, event).await?;
    }
    Ok(())
}

db::statement! {
    /// An administrator's own living session, locked: they are nobody's guest.
    fn lock_own(id: SessionId, user: UserId, now: DateTime<Utc>) -> Own = file "lock_own.sql";

    fn share_host(user: UserId) -> Host =
        "select role, token_epoch, disabled_at is not null as disabled from app_user
         where id = $1 and deleted_at is null for share";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_stay(
        id: ImpersonationId,
        admin: UserId,
        user: UserId,
        parent: SessionId,
        admin_epoch: i32,
        org: Option<OrgId>,
        writes: bool,
        reason: String,
        began_at: DateTime<Utc>,
        until_at: DateTime<Utc>,
    ) =
        "insert into impersonation
         (id, admin_id, user_id, parent_id, admin_epoch, org_id, writes, reason, began_at, until_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
}
