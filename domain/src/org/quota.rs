//! How much an organisation has, and may have.

use entity::OrgId;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::lock::lock;
use super::members::MAX_MEMBERS;
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::{Actor, Ctx, EventStatus, db, text};

/// What a new organisation may have, besides servers.
#[derive(Clone, Copy, Debug)]
pub struct DefaultQuotas {
    /// vCPUs of all its servers.
    pub vcpus: i32,
    /// Their memory in MiB.
    pub memory_mib: i32,
    /// Their storage in GiB.
    pub storage_gib: i32,
    /// Members.
    pub members: i32,
    /// API keys of all members.
    pub keys: i32,
}

impl Default for DefaultQuotas {
    fn default() -> Self {
        Self { vcpus: 100, memory_mib: 524_288, storage_gib: 10_240, members: 25, keys: 50 }
    }
}

db::row! {
    /// What an organisation has (`used`), and may have at most.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the parts of `DefaultQuotas`, which says what they are")]
    pub struct Quotas {
        pub servers_used: i64,
        pub servers_most: i32,
        pub vcpus_used: i64,
        pub vcpus_most: i32,
        pub memory_mib_used: i64,
        pub memory_mib_most: i32,
        pub storage_gib_used: i64,
        pub storage_gib_most: i32,
        pub members_used: i64,
        pub members_most: i32,
        pub keys_used: i64,
        pub keys_most: i32,
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Servers that were neither deleted nor failed to be created.
    Servers,
    /// Their vCPUs.
    Vcpus,
    /// Their memory.
    Memory,
    /// Their storage.
    Storage,
    /// Members.
    Members,
    /// API keys.
    Keys,
}

/// What an order adds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) vcpus: i32,
    pub(crate) memory_mib: i32,
    pub(crate) storage_gib: i32,
}

/// What an administrator gives; what is left out stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the parts of `DefaultQuotas`, which says what they are")]
pub struct QuotaChange {
    pub servers: Option<i32>,
    pub vcpus: Option<i32>,
    pub memory_mib: Option<i32>,
    pub storage_gib: Option<i32>,
    pub members: Option<i32>,
    pub keys: Option<i32>,
}

/// What an organisation has, and may have.
///
/// # Errors
/// `not_found`.
pub async fn of(db: &impl ConnectionTrait, org: OrgId) -> Result<Quotas> {
    select_quotas(org).one(db).await?.ok_or_else(|| Error::not_found("organisation"))
}

/// The same for an administrator.
///
/// # Errors
/// `not_found`; `forbidden`.
pub async fn of_customer(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Quotas> {
    actor.admin()?;
    of(&ctx.db, org).await
}

/// Changes what an organisation may have; for administrators. What it has beyond stays, and nothing is added to it.
///
/// # Errors
/// Field errors; `not_found`; `forbidden`.
pub async fn change(ctx: &Ctx, actor: &Actor, org: OrgId, change: QuotaChange, reason: &str) -> Result<Quotas> {
    actor.admin()?;
    let reason = text::line("/reason", reason, 3, 500)?;
    check(change)?;
    let tx = ctx.begin().await?;
    lock(&tx, org).await?;
    let QuotaChange { servers, vcpus, memory_mib, storage_gib, members, keys } = change;
    update_quotas(org, servers, vcpus, memory_mib, storage_gib, members, keys).exec(&tx).await?;
    let event = Event::new("org.quota", EventStatus::Info, "Quotas changed").org(org).by(actor).entity("org", org);
    let now = json!({
        "reason": reason, "servers": servers, "vcpus": vcpus, "memory_mib": memory_mib,
        "storage_gib": storage_gib, "members": members, "keys": keys,
    });
    activity::record(&tx, event.metadata(now)).await?;
    let quotas = of(&tx, org).await?;
    tx.commit().await?;
    Ok(quotas)
}

/// Gives an organisation what a new one may have; for administrators. What it has beyond stays.
///
/// # Errors
/// As [`change`].
pub async fn reset(ctx: &Ctx, actor: &Actor, org: OrgId, reason: &str) -> Result<Quotas> {
    let DefaultQuotas { vcpus, memory_mib, storage_gib, members, keys } = ctx.quotas;
    let new = QuotaChange {
        servers: Some(ctx.vps_quota),
        vcpus: Some(vcpus),
        memory_mib: Some(memory_mib),
        storage_gib: Some(storage_gib),
        members: Some(members),
        keys: Some(keys),
    };
    change(ctx, actor, org, new, reason).await
}

fn check(change: QuotaChange) -> Result<()> {
    let most_members = i32::try_from(MAX_MEMBERS).unwrap_or(i32::MAX);
    let within = |pointer: &str, value: Option<i32>, least: i32, most: i32| match value {
        Some(value) if !(least..=most).contains(&value) => {
            Err(Error::field(pointer, format!("use a number from {least} to {most}")))
        }
        _ => Ok(()),
    };
    within("/servers", change.servers, 0, 100_000)?;
    within("/vcpus", change.vcpus, 0, 10_000_000)?;
    within("/memory_mib", change.memory_mib, 0, 2_000_000_000)?;
    within("/storage_gib", change.storage_gib, 0, 2_000_000_000)?;
    within("/members", change.members, 1, most_members)?;
    within("/keys", change.keys, 0, 1_000)?;
    if change == QuotaChange::default() {
        return Err(Error::invalid("Say which quota shall be different. Nothing was changed."));
    }
    Ok(())
}

/// Why an order was refused that found no room, by the quotas of its transaction.
pub(crate) async fn refused(tx: &impl ConnectionTrait, org: OrgId, wanted: Wanted) -> Result<Error> {
    let quotas = of(tx, org).await?;
    let Wanted { vcpus, memory_mib, storage_gib } = wanted;
    let lines = [
        (Resource::Servers, quotas.servers_used, 1, quotas.servers_most),
        (Resource::Vcpus, quotas.vcpus_used, vcpus, quotas.vcpus_most),
        (Resource::Memory, quotas.memory_mib_used, memory_mib, quotas.memory_mib_most),
        (Resource::Storage, quotas.storage_gib_used, storage_gib, quotas.storage_gib_most),
    ];
    let beyond = lines.into_iter().find(|(_, used, more, most)| used + i64::from(*more) > i64::from(*most));
    let (resource, _, _, most) = beyond.unwrap_or(lines[0]);
    Ok(reached(resource, most))
}

/// What is answered to who wants more than `most` of something.
#[must_use]
pub fn reached(resource: Resource, most: i32) -> Error {
    let (may_have, room) = match resource {
        Resource::Servers => (format!("{most} servers"), "Delete one that you no longer need"),
        Resource::Vcpus => (format!("{most} vCPUs"), "Choose a smaller plan, delete a server"),
        Resource::Memory => (format!("{} GiB of memory", most / 1_024), "Choose a smaller plan, delete a server"),
        Resource::Storage => (format!("{most} GiB of storage"), "Choose a smaller plan, delete a server"),
        Resource::Members => (format!("{most} members"), "Remove one"),
        Resource::Keys => (format!("{most} API keys"), "Revoke one that you no longer need"),
    };
    let words = format!(
        "Your organisation may have {may_have}, and this would be more. {room}, or ask support for a higher quota. \
         Nothing was changed."
    );
    Error::new(ErrorKind::Forbidden, "quota_reached", words)
}

db::statement! {
    fn select_quotas(org: OrgId) -> Quotas = file "select_quotas.sql";

    fn update_quotas(
        org: OrgId,
        servers: Option<i32>,
        vcpus: Option<i32>,
        memory_mib: Option<i32>,
        storage_gib: Option<i32>,
        members: Option<i32>,
        keys: Option<i32>,
    ) = file "update_quotas.sql";
}
