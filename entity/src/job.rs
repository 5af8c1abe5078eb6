//! Jobs: units of work for the workers.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;
use crate::{CloudId, JobId, OrgId, UserId};

text_enum! {
    /// Where a job is in its life.
    pub enum JobState {
        /// Due, and not begun.
        Queued = "queued",
        /// Held by a worker under a lease.
        Running = "running",
        /// Waits for something slow until its next check; holds no worker.
        Waiting = "waiting",
        /// Failed temporarily, to be tried again.
        Retry = "retry",
        /// Done.
        Succeeded = "succeeded",
        /// Ended, with its effects undone.
        Failed = "failed",
        /// Ended because a user asked for it, with its effects undone.
        Cancelled = "cancelled",
        /// Needs attention from an operator.
        Stuck = "stuck",
    }
}

text_enum! {
    /// The pool of workers that takes a job.
    pub enum Queue {
        /// Creates servers.
        Provision = "provision",
        /// Switches and deletes servers.
        Power = "power",
        /// Charges hours.
        Billing = "billing",
        /// Sends mail.
        Mail = "mail",
        /// Checks tokens, reads catalogs, watches clouds, tidies, and acts on many jobs.
        Upkeep = "upkeep",
    }
}

/// The row of a job: `job_archive` has the columns of `job`, so that rows move by `insert … select *`.
macro_rules! job_row {
    ($(#[$meta:meta])* $table:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = $table)]
        pub struct Model {
            /// Version 7: it begins with the instant of the request.
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: JobId,
            /// The organisation that it works for; none for the platform's own.
            pub org_id: Option<OrgId>,
            /// Who asked for it; none for the platform itself.
            pub actor_id: Option<UserId>,
            /// The administrator who asked in that user's place.
            pub impersonator_id: Option<UserId>,
            /// What it does, such as `vps.provision`; a newer build may have written one that this one does not know.
            pub kind: String,
            /// The pool that takes it.
            pub queue: Queue,
            /// 1 is interactive, 9 is bulk.
            pub priority: i16,
            /// The noun that it works on, such as `vps`.
            pub target_type: Option<String>,
            /// That one's id; set together with the noun.
            pub target_id: Option<Uuid>,
            /// At most one open job holds a key, such as `vps:<id>`.
            pub exclusive_key: Option<String>,
            /// Ids only, never data.
            #[sea_orm(column_type = "JsonBinary")]
            pub params: Json,
            /// Final states never change.
            pub state: JobState,
            /// The step that comes next, from 0.
            pub step: i16,
            /// What earlier steps learnt.
            #[sea_orm(column_type = "JsonBinary")]
            pub step_data: Json,
            /// Percent and words for people.
            #[sea_orm(column_type = "JsonBinary")]
            pub progress: Option<Json>,
            /// How often it failed temporarily; lost leases do not count.
            pub attempts: i32,
            /// After so many it fails for good.
            pub max_attempts: i32,
            /// How often its lease lapsed; 3 make it stuck.
            pub crashes: i32,
            /// Not before this; by `PostgreSQL`'s own clock.
            pub run_at: DateTimeUtc,
            /// After this it is ended; by `PostgreSQL`'s own clock.
            pub deadline_at: DateTimeUtc,
            /// How often it was rung.
            pub dispatch: i32,
            /// When it was last rung; none when it must be rung again.
            pub dispatched_at: Option<DateTimeUtc>,
            /// The fence: rises with each claim.
            pub lease_token: i64,
            /// The worker that holds it, as `worker.id`.
            pub lease_owner: Option<String>,
            /// Set exactly while it runs; by `PostgreSQL`'s own clock.
            pub lease_until: Option<DateTimeUtc>,
            /// It ends before its next step.
            pub cancel_requested: bool,
            /// What it found out.
            #[sea_orm(column_type = "JsonBinary")]
            pub result: Option<Json>,
            /// The class of its last failure, as one word.
            pub error_code: Option<String>,
            /// Its last failure: words for the customer, words for the administrator, the provider's request.
            #[sea_orm(column_type = "JsonBinary")]
            pub error: Option<Json>,
            /// The ended job that this one repeats; at most one does.
            pub retry_of: Option<JobId>,
            /// The W3C trace of the request.
            pub traceparent: Option<String>,
            /// By `PostgreSQL`'s own clock.
            pub created_at: DateTimeUtc,
            /// Set exactly in a final state; by `PostgreSQL`'s own clock.
            pub finished_at: Option<DateTimeUtc>,
            /// The cloud that it speaks to: it may be paused, and bounds how many run.
            pub cloud_id: Option<CloudId>,
            /// When it was first claimed.
            pub started_at: Option<DateTimeUtc>,
            /// When it was last claimed.
            pub claimed_at: Option<DateTimeUtc>,
            /// Milliseconds that workers held it, without the claim in progress.
            pub run_ms: i64,
            /// When an operator set it aside.
            pub discarded_at: Option<DateTimeUtc>,
            /// What a watch saw of its machine since it began to wait; told once, to the next claim.
            #[sea_orm(column_type = "JsonBinary")]
            pub news: Option<Json>,
        }
        $crate::table::no_relations!();
    };
}
pub(crate) use job_row;

job_row! {
    /// A row of `job`.
    "job"
}
