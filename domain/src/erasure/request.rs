//! Asking for an erasure. What lets the person act ends in the same transaction: sessions, keys, memberships. The job
//! erases the rest.

use chrono::{DateTime, Utc};
use entity::org_member::OrgRole;
use entity::user::Role;
use entity::{ErasureId, JobId, OrgId, UserId};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

use super::letter::place;
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, EventStatus, access, db, identity, key, org, text};

/// An erasure that was asked for.
#[derive(Clone, Debug)]
pub struct Erasing {
    /// The job that erases.
    pub job: JobId,
    /// Organisations that ended with the person, because they had no other member.
    pub closed: Vec<OrgId>,
}

db::row! {
    /// The person, locked.
    struct Known {
        email: String,
        role: Role,
    }
}

db::row! {
    /// A place of the person's.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Place {
        org_id: OrgId,
        role: OrgRole,
        others: i64,
    }
}

/// Erases the actor, who typed their own e-mail address to confirm it. Organisations in which they are alone end with
/// them; `leave_balance` says that money left there may stay on the books until they ask for it.
///
/// # Errors
/// A field error for another address; `step_up_required`; `administrator`; `last_owner`, `org_has_servers`,
/// `org_has_money`, `in_debt` for an organisation of theirs; `forbidden` for all but a user themself.
pub async fn erase_self(ctx: &Ctx, actor: &Actor, email: &str, leave_balance: bool) -> Result<Erasing> {
    if actor.impersonator().is_some() {
        return Err(Error::forbidden());
    }
    let user = actor.own()?;
    let typed = text::canonical_email(email);
    begin(ctx, actor, user, Some((typed, email)), leave_balance, None).await
}

/// Erases a user who asked for it, for an administrator who says why.
///
/// # Errors
/// `not_found`; a field error without a reason; `own_account`; otherwise as [`erase_self`]; `forbidden` for others than
/// administrators.
pub async fn erase(ctx: &Ctx, actor: &Actor, user: UserId, why: &str, leave_balance: bool) -> Result<Erasing> {
    actor.admin()?;
    let why = text::line("/reason", why, 3, 500)?;
    if actor.user() == Some(user) {
        let words = "This is your own account. Ask another administrator. Nothing was changed.";
        return Err(Error::conflict("own_account", words));
    }
    begin(ctx, actor, user, None, leave_balance, Some(why)).await
}

async fn begin(
    ctx: &Ctx,
    actor: &Actor,
    user: UserId,
    typed: Option<(Option<String>, &str)>,
    leave_balance: bool,
    why: Option<String>,
) -> Result<Erasing> {
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    // Organisations first, in one order: two owners who are erased at once are counted one after the other.
    let seen = select_orgs(user).all(&tx).await?;
    for org in &seen {
        org::lock_living(&tx, *org).await?;
    }
    identity::end_all(&tx, user, now).await?;
    let person = lock_user(user).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    // A sign-in in progress held the user: what it opened is found by the second look.
    identity::end_all(&tx, user, now).await?;
    confirmed(&person, typed)?;
    if person.role == Role::Admin {
        let words = "An administrator can't be erased. Take the administrator's role away first. Nothing was changed.";
        return Err(Error::conflict("administrator", words));
    }
    let places = select_places(user).all(&tx).await?;
    if places.iter().any(|place| !seen.contains(&place.org_id)) {
        return Err(Error::busy());
    }
    let closed = leave(&tx, user, &places, leave_balance, now).await?;
    key::end_all_of(&tx, user, now).await?;
    set_deleted(user, now).exec(&tx).await?;
    identity::bump_epoch(&tx, user, now).await?;
    let erasure: ErasureId = ctx.chance.id(now);
    let sealed = ctx.vault.seal(&ctx.chance, &place(erasure), &SecretString::from(person.email))?;
    let job = work::enqueue(ctx, &tx, NewJob::new(Job::EraseUser { user }).by(actor)).await?;
    insert_erasure(erasure, user, actor.user().filter(|by| *by != user), job, now, sealed).exec(&tx).await?;
    let words = "The account was closed, and the person is being erased";
    let event = Event::new("user.erase", EventStatus::Warning, words).by(actor).entity("user", user).job(job);
    activity::record(&tx, event.reason(why.unwrap_or_default())).await?;
    tx.commit().await?;
    Ok(Erasing { job, closed })
}

/// Whether the person typed their own address; an administrator types none.
fn confirmed(person: &Known, typed: Option<(Option<String>, &str)>) -> Result<()> {
    let Some((canonical, written)) = typed else { return Ok(()) };
    if canonical.as_deref() == Some(&person.email) || text::former_email(written) == person.email {
        return Ok(());
    }
    Err(Error::field("/email", "write your e-mail address exactly as it is shown"))
}

/// Ends the person's memberships, and the organisations in which they are alone. All of these are locked.
async fn leave(
    tx: &impl ConnectionTrait,
    user: UserId,
    places: &[Place],
    leave_balance: bool,
    now: DateTime<Utc>,
) -> Result<Vec<OrgId>> {
    let mut closed = Vec::new();
    for place in places {
        if place.others > 0 {
            if place.role == OrgRole::Owner {
                org::keep_an_owner(tx, place.org_id, user).await?;
            }
            continue;
        }
        org::close_with(tx, place.org_id, user, leave_balance, now).await?;
        closed.push(place.org_id);
    }
    for place in places.iter().filter(|place| !closed.contains(&place.org_id)) {
        let event = Event::new("member.leave", EventStatus::Warning, "A member left").org(place.org_id).actor(user);
        activity::record(tx, event.entity("user", user).metadata(serde_json::json!({ "role": place.role }))).await?;
    }
    org::claim_ended(tx, user).await?;
    delete_places(user).exec(tx).await?;
    Ok(closed)
}

db::statement! {
    fn select_orgs(user: UserId) -> OrgId =
        "select m.org_id from org_member m join org o on o.id = m.org_id
         where m.user_id = $1 and o.deleted_at is null order by m.org_id";

    fn lock_user(user: UserId) -> Known =
        "select email, role from app_user where id = $1 and deleted_at is null for update";

    fn select_places(user: UserId) -> Place = file "select_places.sql";

    fn delete_places(user: UserId) = "delete from org_member where user_id = $1";

    fn set_deleted(user: UserId, now: DateTime<Utc>) = "update app_user set deleted_at = $2 where id = $1";

    fn insert_erasure(
        id: ErasureId,
        user: UserId,
        asked_by: Option<UserId>,
        job: JobId,
        now: DateTime<Utc>,
        sealed: Vec<u8>,
    ) = "insert into erasure (id, user_id, asked_by, job_id, created_at, email_sealed) values ($1, $2, $3, $4, $5, $6)";
}
