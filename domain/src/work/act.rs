//! What an administrator does to a job: retry, cancel, discard.

use entity::job::JobState;
use entity::vps::VpsAction;
use entity::{JobId, OrgId, UserId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::{Value as Json, json};

use super::enqueue::{NewJob, enqueue};
use super::kind::{Cancel, Kind, Subject, TakeUp};
use super::kinds::Job;
use super::verdict::{Action, Request, Standing, Verdict, verdict};
use crate::activity::{self, Event, NAME};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, cloud, db, queue, text, vps};

db::row! {
    /// A job's row, locked.
    struct Locked {
        id: JobId,
        org_id: Option<OrgId>,
        kind: String,
        params: Json,
        state: JobState,
        step: i16,
        lease_token: i64,
        cancel_requested: bool,
        discarded: bool,
        superseded: bool,
        taken_up: bool,
        password_gone: bool,
    }
}

impl Locked {
    fn standing(&self) -> Standing {
        Standing {
            kind: Kind::of(&self.kind),
            state: self.state,
            step: self.step,
            begun: self.lease_token > 0,
            cancel_requested: self.cancel_requested,
            discarded: self.discarded,
            taken_up: self.taken_up,
            superseded: self.superseded,
            archived: false,
            password_gone: self.password_gone,
        }
    }

    fn job(&self) -> Result<Job> {
        Job::from_row(&self.kind, &self.params).map_err(Error::internal)
    }
}

/// Lets a job run again. A stuck or waiting one continues where it was, or from an earlier step; a failed or cancelled
/// one is final, so a new job replaces it, and an order sets its money aside again. Returns the job that will run.
///
/// # Errors
/// `not_retryable` for jobs that run or succeeded, and whatever a new order would be refused for.
pub async fn retry(ctx: &Ctx, actor: &Actor, id: JobId, from_step: Option<i16>, reason: Option<&str>) -> Result<JobId> {
    act(ctx, actor, id, Request::Retry { from_step }, reason).await
}

/// Ends a job. One that never began ends at once; one that began is told to undo what it did.
///
/// # Errors
/// `not_cancellable` for jobs that ended, and for deletions and charges that began; `unknown_kind`.
pub async fn cancel(ctx: &Ctx, actor: &Actor, id: JobId, reason: Option<&str>) -> Result<()> {
    act(ctx, actor, id, Request::Cancel, reason).await.map(|_| ())
}

/// Sets a job aside: a final one no longer needs attention; a stuck one that left nothing at a provider ends as failed.
///
/// # Errors
/// `not_discardable` for jobs that are in progress, and for stuck ones that must be retried or cancelled because a
/// machine or money depends on them.
pub async fn discard(ctx: &Ctx, actor: &Actor, id: JobId, reason: Option<&str>) -> Result<()> {
    act(ctx, actor, id, Request::Discard, reason).await.map(|_| ())
}

async fn act(ctx: &Ctx, actor: &Actor, id: JobId, request: Request, reason: Option<&str>) -> Result<JobId> {
    let reason = reason.map(|reason| text::line("/reason", reason, 0, 500)).transpose()?;
    let tx = ctx.begin().await?;
    let next = act_in(ctx, &tx, actor, id, request, reason).await?;
    tx.commit().await?;
    Ok(next)
}

/// Grants or refuses a request in the caller's transaction. Returns the job that will run: a new one, where one took it
/// up.
///
/// # Errors
/// As the verdict says; `not_found`; `forbidden` for others than admins.
pub(super) async fn act_in(
    ctx: &Ctx,
    tx: &DatabaseTransaction,
    actor: &Actor,
    id: JobId,
    request: Request,
    reason: Option<String>,
) -> Result<JobId> {
    actor.admin()?;
    let row = lock_job(id).one(tx).await?.ok_or_else(|| Error::not_found("job"))?;
    let action = match verdict(&row.standing(), request) {
        Verdict::Act(action) => action,
        Verdict::Already => return Ok(id),
        Verdict::Refuse(refusal) => return Err(refusal.into()),
    };
    let next = match action {
        Action::TakeUp => take_up(ctx, tx, &row, actor.user()).await?,
        other => {
            change(ctx, tx, &row, other).await?;
            id
        }
    };
    if matches!(request, Request::Retry { .. }) {
        cloud::revalidate(ctx, tx, next, actor.user()).await?;
    }
    note(tx, &row, actor, request, reason).await?;
    Ok(next)
}

async fn change(ctx: &Ctx, tx: &DatabaseTransaction, row: &Locked, action: Action) -> Result<()> {
    match action {
        Action::Resume(from_step) => {
            resume_job(row.id, from_step).exec(tx).await?;
            queue::ring_all(tx).await
        }
        Action::AskToEnd => {
            ask_to_end(row.id).exec(tx).await?;
            queue::ring_all(tx).await
        }
        Action::EndNow => {
            end_now(row.id).exec(tx).await?;
            undo_unbegun(ctx, tx, row).await
        }
        Action::SetAside | Action::SetAsideAsFailed => {
            set_aside(row.id).exec(tx).await?;
            Ok(())
        }
        Action::TakeUp => Ok(()),
    }
}

async fn take_up(ctx: &Ctx, tx: &impl ConnectionTrait, row: &Locked, admin: Option<UserId>) -> Result<JobId> {
    let job = row.job()?;
    let next = enqueue(ctx, tx, NewJob::new(job).org(row.org_id).actor(admin).retry_of(row.id)).await?;
    match (job.kind().take_up, job.subject()) {
        (TakeUp::ReopensOrder, Some(Subject::Vps(vps))) => vps::reopen_order(ctx, tx, vps, next).await?,
        (TakeUp::NeedsServer, Some(Subject::Vps(vps))) => vps::require_alive(tx, vps).await?,
        (TakeUp::ReopensDeletion, Some(Subject::Vps(vps))) => vps::reopen_deletion(tx, vps).await?,
        _ => {}
    }
    Ok(next)
}

/// A job that no worker has begun ends: what its enqueuing brought about is undone.
async fn undo_unbegun(ctx: &Ctx, tx: &impl ConnectionTrait, row: &Locked) -> Result<()> {
    let job = row.job()?;
    match (job.kind().cancel, job.subject()) {
        (Cancel::TakesBackOrder, Some(Subject::Vps(vps))) => {
            let words = "The order was cancelled before it began. Nothing was charged.";
            vps::drop_order(ctx, tx, vps, row.id, words).await
        }
        (Cancel::KeepsServer, Some(Subject::Vps(vps))) => vps::cancel_deletion(tx, vps).await,
        _ => Ok(()),
    }
}

async fn note(
    tx: &impl ConnectionTrait,
    row: &Locked,
    actor: &Actor,
    request: Request,
    reason: Option<String>,
) -> Result<()> {
    let (event, did) = match request {
        Request::Retry { .. } => ("job.retry", "retried"),
        Request::Cancel => ("job.cancel", "cancelled"),
        Request::Discard => ("job.discard", "discarded"),
    };
    let job = row.job().ok();
    // A server's customer reads it: kinds of jobs are ours.
    let words = match job.and_then(|job| job.action().zip(job.subject())) {
        Some((action, Subject::Vps(_))) => {
            format!("Support {did} the {} of {NAME}", noun(action))
        }
        _ => format!("An administrator {did} a job ({})", row.kind),
    };
    let event = Event::new(event, EventStatus::Info, words)
        .org(row.org_id)
        .by(actor)
        .job(row.id)
        .metadata(json!({ "reason": reason }));
    let event = match job.and_then(|job| job.subject()) {
        Some(Subject::Vps(vps)) => event.entity("vps", vps),
        _ => event.entity("job", row.id),
    };
    activity::record(tx, event).await
}

fn noun(action: VpsAction) -> &'static str {
    match action {
        VpsAction::Create => "creation",
        VpsAction::Boot => "boot",
        VpsAction::Shutdown => "shutdown",
        VpsAction::Reboot => "reboot",
        VpsAction::Delete => "deletion",
    }
}

db::statement! {
    fn lock_job(id: JobId) -> Locked = file "lock_job.sql";

    fn resume_job(id: JobId, from_step: Option<i16>) = file "resume_job.sql";

    fn ask_to_end(id: JobId) = file "ask_to_end.sql";

    fn end_now(id: JobId) =
        "update job set state = 'cancelled', cancel_requested = true, finished_at = now(),
           lease_until = null, lease_owner = null
         where id = $1";

    fn set_aside(id: JobId) =
        "update job set discarded_at = now(), finished_at = coalesce(finished_at, now()),
           state = case when state = 'stuck' then 'failed' else state end
         where id = $1";
}
