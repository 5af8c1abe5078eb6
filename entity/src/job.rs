//! Jobs, their steps and the event log.

use crate::text_enum::text_enum;

text_enum! {
    /// Where a job is in its life.
    pub enum JobState {
        /// Due, and not begun.
        Queued = "queued",
        /// Held by a worker under a lease.
        Running = "running",
        /// Between two looks at something slow; holds no worker.
        Waiting = "waiting",
        /// Failed in passing, to be tried again.
        Retry = "retry",
        /// Done.
        Succeeded = "succeeded",
        /// Ended, with its effects undone.
        Failed = "failed",
        /// Ended on somebody's word.
        Cancelled = "cancelled",
        /// Needs a person.
        Stuck = "stuck",
    }
}

text_enum! {
    /// The pool of workers that takes a job.
    pub enum Queue {
        /// Making servers.
        Provision = "provision",
        /// Power and deletion.
        Power = "power",
        /// Hourly charges.
        Billing = "billing",
        /// Mail.
        Mail = "mail",
        /// Looking after things: tokens, catalogs, looks at providers, tidying, bulk work.
        Upkeep = "upkeep",
    }
}

text_enum! {
    /// What happened to a step of a job.
    pub enum StepPhase {
        /// About to be done; committed before anything leaves.
        Intent = "intent",
        /// Done.
        Done = "done",
        /// Failed.
        Failed = "failed",
    }
}

text_enum! {
    /// What an admin has done to many jobs at once.
    pub enum BulkAction {
        /// Let each run again.
        Retry = "retry",
        /// End each.
        Cancel = "cancel",
        /// Put each aside.
        Discard = "discard",
    }
}

text_enum! {
    /// What a worker process is doing, or is to do.
    pub enum WorkerState {
        /// It takes jobs.
        Running = "running",
        /// It takes none, and waits.
        Quiet = "quiet",
        /// It takes none, lets its jobs finish, and ends.
        Stopping = "stopping",
    }
}

text_enum! {
    /// How an event reads.
    pub enum EventStatus {
        /// For the record.
        Info = "info",
        /// Something worked.
        Success = "success",
        /// Something wants attention.
        Warning = "warning",
        /// Something failed.
        Error = "error",
    }
}

/// A unit of work.
pub mod work {
    use super::{JobState, Queue};
    use crate::{CloudId, JobId, OrgId, UserId};
    use sea_orm::entity::prelude::*;

    /// A row of `job`.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "job")]
    pub struct Model {
        /// The job's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: JobId,
        /// The organisation that it works for; none for the platform's own.
        pub org_id: Option<OrgId>,
        /// Who asked for it; none for the platform itself.
        pub actor_id: Option<UserId>,
        /// The admin who asked in that person's place, if one did.
        pub impersonator_id: Option<UserId>,
        /// What it does, as `domain::jobs::Job` names it.
        pub kind: String,
        /// The pool that takes it.
        pub queue: Queue,
        /// 1 is interactive, 9 is bulk.
        pub priority: i16,
        /// What kind of thing it works on.
        pub target_type: Option<String>,
        /// Which one.
        pub target_id: Option<Uuid>,
        /// The cloud that it speaks to.
        pub cloud_id: Option<CloudId>,
        /// At most one open job holds a key.
        pub exclusive_key: Option<String>,
        /// Ids only.
        #[sea_orm(column_type = "JsonBinary")]
        pub params: Json,
        /// Where it is in its life.
        pub state: JobState,
        /// The step that comes next.
        pub step: i16,
        /// What earlier steps learnt.
        #[sea_orm(column_type = "JsonBinary")]
        pub step_data: Json,
        /// Percent and words for people.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub progress: Option<Json>,
        /// How often it failed in passing.
        pub attempts: i32,
        /// After so many it fails for good.
        pub max_attempts: i32,
        /// How often a worker vanished while holding it.
        pub crashes: i32,
        /// Not before this; `PostgreSQL`'s own clock.
        pub run_at: DateTimeUtc,
        /// After this it is ended; `PostgreSQL`'s own clock.
        pub deadline_at: DateTimeUtc,
        /// How often it was rung.
        pub dispatch: i32,
        /// When it was last rung; none when it must be rung anew.
        pub dispatched_at: Option<DateTimeUtc>,
        /// The fence: rises with each claim.
        pub lease_token: i64,
        /// The worker that holds it.
        pub lease_owner: Option<String>,
        /// Until when; `PostgreSQL`'s own clock.
        pub lease_until: Option<DateTimeUtc>,
        /// Somebody asked it to end.
        pub cancel_requested: bool,
        /// What it found out.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub result: Option<Json>,
        /// The class of its last failure.
        pub error_code: Option<String>,
        /// Its last failure: words for the customer, words for the admin, the provider's request.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub error: Option<Json>,
        /// The failed job that this one takes up again.
        pub retry_of: Option<JobId>,
        /// The W3C trace that asked for it.
        pub traceparent: Option<String>,
        /// When it was asked for.
        pub created_at: DateTimeUtc,
        /// When it ended, if so.
        pub finished_at: Option<DateTimeUtc>,
        /// When it was first begun.
        pub started_at: Option<DateTimeUtc>,
        /// When it was last claimed.
        pub claimed_at: Option<DateTimeUtc>,
        /// Milliseconds that workers held it, claims that still run left out.
        pub run_ms: i64,
        /// When an operator put it aside.
        pub discarded_at: Option<DateTimeUtc>,
        /// What a watch of its cloud saw since it was last claimed.
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub news: Option<Json>,
    }
    /// None: joins are written out where they are needed.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
