//! A server's row under this transaction's lock: the only way to change its status.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use entity::vps::{self, Desired, VpsStatus};
use entity::{JobId, OrgId, VpsId};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _, Select};

use super::status::{VpsEvent, next};
use crate::billing::cumulative_micros;
use crate::db;
use crate::error::{Error, Result};
use crate::ledger::{NextPrice, Order};
use crate::rating::{Price, Rule};

/// A server whose row is locked until the transaction ends. Only [`lock`] and [`lock_mine`] return one, and only
/// [`LockedVps::step`] changes it.
#[derive(Debug)]
pub(super) struct LockedVps(vps::Model);

impl Deref for LockedVps {
    type Target = vps::Model;

    fn deref(&self) -> &vps::Model {
        &self.0
    }
}

/// Locks a server, a deleted one too.
///
/// # Errors
/// `not_found`.
pub(super) async fn lock(tx: &impl ConnectionTrait, vps: VpsId) -> Result<LockedVps> {
    select_locked(tx, vps::Entity::find_by_id(vps)).await
}

/// Locks a server of the organisation that is not deleted.
///
/// # Errors
/// `not_found`, for servers of others too.
pub(super) async fn lock_mine(tx: &impl ConnectionTrait, org: OrgId, vps: VpsId) -> Result<LockedVps> {
    let mine = vps::Entity::find_by_id(vps).filter(vps::Column::OrgId.eq(org)).filter(vps::Column::DeletedAt.is_null());
    select_locked(tx, mine).await
}

async fn select_locked(tx: &impl ConnectionTrait, which: Select<vps::Entity>) -> Result<LockedVps> {
    which.lock_exclusive().one(tx).await?.map(LockedVps).ok_or_else(|| Error::not_found("server"))
}

impl LockedVps {
    /// Writes that an event happened: the status after it, and the columns that belong to it. Returns the row as it is
    /// now. Nothing is written when the event changes nothing.
    ///
    /// # Errors
    /// As the table of `status.rs` says.
    pub(super) async fn step(self, tx: &impl ConnectionTrait, event: VpsEvent<'_>) -> Result<Self> {
        let mut row = after(&self.0, event)?;
        let told = matches!(event, VpsEvent::SeenRunning | VpsEvent::SeenStopped | VpsEvent::SeenOutside { .. });
        if row != self.0 || told {
            row.last_seen_at = write_step(
                row.id,
                row.status,
                row.desired,
                row.status_before_delete,
                row.failure.clone(),
                row.provider_ref.clone(),
                row.ipv4.clone(),
                row.ipv6.clone(),
                row.started_at,
                row.deleted_at,
                told,
            )
            .only(tx)
            .await?;
        }
        Ok(Self(row))
    }

    /// The price of its order with its rule, and the version that it is.
    pub(super) fn price(&self) -> (Price, Option<i32>) {
        let rule = Rule::of(self.hours_per_month, self.capped, self.minimum_s);
        (Price { month_micros: self.month_micros, rule }, self.price_version)
    }

    /// The same as a price that follows itself.
    pub(super) fn same_price(&self) -> NextPrice {
        let (price, version) = self.price();
        NextPrice { price, version, list_micros: self.list_month_micros.unwrap_or(self.month_micros) }
    }

    /// The order of this server, with its first hour's price, as the ledger sets it aside for a job.
    pub(super) fn order(&self, job: JobId) -> Order {
        let micros = cumulative_micros(self.month_micros, self.hours_per_month, 1);
        Order { job, vps: self.id, micros, impersonator: None }
    }
}

/// The row after an event.
fn after(row: &vps::Model, event: VpsEvent<'_>) -> Result<vps::Model> {
    let mut after = row.clone();
    after.status = next(row.status, row.status_before_delete, event)?;
    match event {
        VpsEvent::Begun | VpsEvent::SeenRunning | VpsEvent::SeenStopped | VpsEvent::SeenMissing => {}
        VpsEvent::Started { at } => {
            after.started_at = row.started_at.or(Some(at));
            after.failure = None;
        }
        VpsEvent::OrderFailed { words } => {
            after.failure = Some(words.to_owned());
            (after.provider_ref, after.ipv4, after.ipv6) = (None, None, None);
        }
        VpsEvent::Reopened => after.failure = None,
        VpsEvent::DeleteRequested => {
            after.desired = Desired::Deleted;
            after.status_before_delete = Some(row.status);
        }
        VpsEvent::DeletionCancelled => {
            // The deletion ended whatever job was to change it: what it is now is what it shall be.
            after.desired = if after.status == VpsStatus::Stopped { Desired::Stopped } else { Desired::Running };
            after.status_before_delete = None;
        }
        VpsEvent::SeenOutside { on } => {
            let (status, desired) =
                if on { (VpsStatus::Running, Desired::Running) } else { (VpsStatus::Stopped, Desired::Stopped) };
            if row.status == VpsStatus::Deleting {
                after.status_before_delete = Some(status);
            } else {
                after.desired = desired;
            }
        }
        VpsEvent::SeenGone { at } => {
            after.deleted_at = Some(at);
            after.status_before_delete = None;
        }
    }
    Ok(after)
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn write_step(
        id: VpsId,
        status: VpsStatus,
        desired: Desired,
        status_before_delete: Option<VpsStatus>,
        failure: Option<String>,
        provider_ref: Option<String>,
        ipv4: Option<String>,
        ipv6: Option<String>,
        started_at: Option<DateTime<Utc>>,
        deleted_at: Option<DateTime<Utc>>,
        told_by_provider: bool,
    ) -> Option<DateTime<Utc>> = file "write_step.sql";
}

#[cfg(test)]
mod tests {
    use entity::{CloudId, PlanId};
    use uuid::Uuid;

    use super::*;

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn server(status: VpsStatus) -> vps::Model {
        let id = Uuid::nil();
        vps::Model {
            id: VpsId(id),
            org_id: OrgId(id),
            cloud_id: CloudId(id),
            provider_label: "sp-1".into(),
            provider_ref: Some("7".into()),
            label: "web-1".into(),
            status,
            desired: Desired::Running,
            plan_id: PlanId(id),
            plan_name: "Nano".into(),
            type_id: "nano".into(),
            vcpus: 1,
            memory_mib: 1_024,
            disk_gib: 25,
            transfer_gb: 1_000,
            month_micros: 6_000_000,
            cost_month_micros: 5_000_000,
            hours_per_month: 730,
            region_id: "here".into(),
            image_id: "linux".into(),
            ssh_public_key: None,
            ipv4: Some("192.0.2.1".into()),
            ipv6: None,
            failure: Some("an earlier try failed".into()),
            created_by: None,
            created_at: AT,
            started_at: None,
            last_seen_at: None,
            deleted_at: None,
            status_before_delete: None,
            failure_field: None,
            tags: Vec::new(),
            notes: String::new(),
            capped: true,
            price_version: None,
            list_month_micros: None,
            minimum_s: None,
        }
    }

    #[test]
    fn a_start_is_told_once() {
        let started = after(&server(VpsStatus::Provisioning), VpsEvent::Started { at: AT }).unwrap();
        assert_eq!((started.status, started.started_at, started.failure), (VpsStatus::Running, Some(AT), None));
    }

    #[test]
    fn nothing_at_the_provider_is_left_of_a_failed_order() {
        let failed = after(&server(VpsStatus::Provisioning), VpsEvent::OrderFailed { words: "no room" }).unwrap();
        assert_eq!(failed.failure.as_deref(), Some("no room"));
        assert_eq!((failed.provider_ref, failed.ipv4), (None, None));
    }

    #[test]
    fn what_was_switched_elsewhere_is_what_it_shall_be() {
        let off = after(&server(VpsStatus::Running), VpsEvent::SeenOutside { on: false }).unwrap();
        assert_eq!((off.status, off.desired), (VpsStatus::Stopped, Desired::Stopped));
        let found = after(&server(VpsStatus::Lost), VpsEvent::SeenOutside { on: true }).unwrap();
        assert_eq!((found.status, found.desired), (VpsStatus::Running, Desired::Running));
        let deleting = after(&server(VpsStatus::Lost), VpsEvent::DeleteRequested).unwrap();
        let found = after(&deleting, VpsEvent::SeenOutside { on: false }).unwrap();
        assert_eq!((found.status, found.desired), (VpsStatus::Deleting, Desired::Deleted));
        assert_eq!(found.status_before_delete, Some(VpsStatus::Stopped), "its hours are charged again from then on");
    }

    #[test]
    fn a_deletion_stores_what_a_cancelled_one_gives_back() {
        for (status, desired) in [
            (VpsStatus::Running, Desired::Running),
            (VpsStatus::Stopped, Desired::Stopped),
            (VpsStatus::Lost, Desired::Running),
        ] {
            let deleting = after(&server(status), VpsEvent::DeleteRequested).unwrap();
            assert_eq!((deleting.status, deleting.desired), (VpsStatus::Deleting, Desired::Deleted));
            assert_eq!(deleting.status_before_delete, Some(status));
            let kept = after(&deleting, VpsEvent::DeletionCancelled).unwrap();
            assert_eq!(kept, vps::Model { desired, ..server(status) });
            let deleted = after(&deleting, VpsEvent::SeenGone { at: AT }).unwrap();
            assert_eq!((deleted.status_before_delete, deleted.deleted_at), (None, Some(AT)));
        }
    }
}
