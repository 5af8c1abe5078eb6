//! Making an organisation.

use chrono::{DateTime, Utc};
use entity::org_member::OrgRole;
use entity::{OrgId, UserId, org_member};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, Set};

use super::lock::themself;
use super::view::{OrgView, read};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::identity::bump_epoch;
use crate::{Actor, Ctx, EventStatus, db, ledger, text};

/// Living organisations that one person made, at most.
pub const MAX_MADE: i64 = 20;

/// An organisation to write, with its first owner.
pub(crate) struct NewOrg<'a> {
    /// 1 to 100 characters, checked.
    pub(crate) name: &'a str,
    /// Its owner.
    pub(crate) owner: UserId,
}

/// Makes an organisation, whose owner the actor becomes.
///
/// # Errors
/// A field error; `too_many_organisations`; `forbidden` for those whom the platform lets only read.
pub async fn create(ctx: &Ctx, actor: &Actor, name: &str) -> Result<OrgView> {
    let name = text::line("/name", name, 1, 100)?;
    let tx = ctx.begin().await?;
    let (user, _) = themself(&tx, actor).await?;
    let now = ctx.clock.now(&tx).await?;
    // The epoch's row is the person's lock: what they make at the same time is counted one after the other.
    bump_epoch(&tx, user, now).await?;
    if count_made(user).only(&tx).await? >= MAX_MADE {
        let words =
            format!("You made {MAX_MADE} organisations, which is as many as one person may. Nothing was changed.");
        return Err(Error::conflict("too_many_organisations", words));
    }
    let org = insert(ctx, &tx, NewOrg { name: &name, owner: user }, now).await?;
    let event = Event::new("org.create", EventStatus::Success, "Organisation created").org(org).by(actor);
    activity::record(&tx, event.entity("org", org)).await?;
    let made = read(&tx, org).await?;
    tx.commit().await?;
    Ok(made)
}

/// Writes an organisation with its owner and an empty wallet.
pub(crate) async fn insert(ctx: &Ctx, tx: &impl ConnectionTrait, new: NewOrg<'_>, now: DateTime<Utc>) -> Result<OrgId> {
    let org: OrgId = ctx.chance.id(now);
    let row = entity::org::ActiveModel {
        id: Set(org),
        name: Set(new.name.to_owned()),
        vps_quota: Set(ctx.vps_quota),
        created_at: Set(now),
        deleted_at: Set(None),
        created_by: Set(Some(new.owner)),
        vcpu_quota: Set(ctx.quotas.vcpus),
        memory_quota_mib: Set(ctx.quotas.memory_mib),
        storage_quota_gib: Set(ctx.quotas.storage_gib),
        member_quota: Set(ctx.quotas.members),
        key_quota: Set(ctx.quotas.keys),
        require_mfa: Set(false),
        ip_allow: Set(Vec::new()),
        closed_with: Set(None),
    };
    row.insert(tx).await?;
    let member = org_member::ActiveModel {
        org_id: Set(org),
        user_id: Set(new.owner),
        created_at: Set(now),
        role: Set(OrgRole::Owner),
        invited_by: Set(None),
    };
    member.insert(tx).await?;
    ledger::open_wallet(tx, org).await?;
    Ok(org)
}

db::statement! {
    fn count_made(user: UserId) -> i64 = "select count(*) from org where created_by = $1 and deleted_at is null";
}
