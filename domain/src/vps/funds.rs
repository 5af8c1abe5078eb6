//! What happens to an organisation's servers when funds end, and when they come again: by the platform itself, so no
//! person is on record.

use entity::vps::{Desired, PowerAction, VpsStatus};
use entity::{OrgId, VpsId};
use sea_orm::ConnectionTrait;

use super::locked::lock;
use super::status::VpsEvent;
use crate::activity::{self, Event, NAME};
use crate::error::Result;
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db};

/// Servers that are looked at by one run at most; the next one takes the rest.
const MAX_SERVERS: i64 = 500;

/// Shuts down all servers that run. One that another job works on is left for the next time. Returns those.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn stop_all(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId) -> Result<Vec<VpsId>> {
    let running = select_in(org, vec![VpsStatus::Running], MAX_SERVERS).all(tx).await?;
    switch(ctx, tx, org, &running, PowerAction::Shutdown).await
}

/// Boots those of these servers that are stopped.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn start_again(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId, which: &[VpsId]) -> Result<()> {
    let stopped = select_in(org, vec![VpsStatus::Running, VpsStatus::Stopped], MAX_SERVERS).all(tx).await?;
    let which: Vec<VpsId> = stopped.into_iter().filter(|vps| which.contains(vps)).collect();
    switch(ctx, tx, org, &which, PowerAction::Boot).await?;
    Ok(())
}

async fn switch(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    org: OrgId,
    which: &[VpsId],
    action: PowerAction,
) -> Result<Vec<VpsId>> {
    let (desired, event, words) = match action {
        PowerAction::Shutdown => (Desired::Stopped, "vps.shutdown", "is being shut down, because funds ended"),
        _ => (Desired::Running, "vps.boot", "is being booted, because funds arrived"),
    };
    let mut switched = Vec::new();
    for vps in which.iter().copied() {
        let new = NewJob::new(Job::PowerVps { vps, action }).org(org);
        let jobs = work::enqueue_many(ctx, tx, &[new]).await?;
        let Some(job) = jobs.first() else { continue };
        set_desired(vps, desired).exec(tx).await?;
        let event = Event::new(event, EventStatus::Warning, format!("{NAME} {words}")).org(org);
        activity::record(tx, event.entity("vps", vps).job(*job)).await?;
        switched.push(vps);
    }
    Ok(switched)
}

/// Deletes all servers, whatever else is in progress on them. Returns how many still exist.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn delete_all(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId) -> Result<i64> {
    for vps in select_undeleted(org, MAX_SERVERS).all(tx).await? {
        work::supersede(tx, org, vps).await?;
        lock(tx, vps).await?.step(tx, VpsEvent::DeleteRequested).await?;
        let jobs = work::enqueue_many(ctx, tx, &[NewJob::new(Job::DeleteVps { vps }).org(org)]).await?;
        let words = format!("{NAME} is being deleted, because funds ended");
        let event = Event::new("vps.delete", EventStatus::Warning, words).org(org).entity("vps", vps);
        activity::record(
            tx,
            match jobs.first() {
                Some(job) => event.job(*job),
                None => event,
            },
        )
        .await?;
    }
    count_undeleted(org).only(tx).await
}

db::statement! {
    fn select_in(org: OrgId, statuses: Vec<VpsStatus>, limit: i64) -> VpsId =
        "select id from vps_live where org_id = $1 and status = any($2) order by id limit $3";

    fn select_undeleted(org: OrgId, limit: i64) -> VpsId =
        "select id from vps_live where org_id = $1 and status <> 'deleting' order by id limit $2";

    fn count_undeleted(org: OrgId) -> i64 = "select count(*) from vps_live where org_id = $1";

    fn set_desired(vps: VpsId, desired: Desired) = "update vps set desired = $2 where id = $1";
}
