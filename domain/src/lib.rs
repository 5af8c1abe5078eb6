//! SkyPanel's rules: every use case, every decision and every line of SQL.
//!
//! Invariant: nothing leaves the process from here. A use case writes rows and jobs in one
//! transaction; whatever must reach another computer does so later, from `jobs`.

pub mod access;
pub mod activity;
pub mod actor;
pub mod billing;
pub mod catalog;
pub mod chance;
pub mod clock;
pub mod cloud;
mod ctx;
pub mod customer;
pub mod data_export;
pub mod db;
pub mod erasure;
pub mod error;
pub mod factor;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod impersonation;
pub mod key;
pub mod ledger;
pub mod mail;
pub mod oidc;
pub mod org;
pub mod org_note;
pub mod overview;
pub mod page;
pub mod queue;
pub mod rate;
pub mod schedule;
pub mod search;
pub mod security;
pub mod setup;
pub mod text;
pub mod tidy;
pub mod trace;
pub mod user;
pub mod vault;
pub mod vps;
pub mod work;
pub mod worker;

pub use access::{Perm, Perms};
pub use actor::{Actor, Person, Proof};
pub use ctx::{Ctx, CtxOptions, SampleCloud, WorkLimits};
pub use entity::{
    AnyId, ApiKeyId, BulkId, ChallengeId, CloudId, Currency, DataExportId, ErasureId, FindingId, IdError, IdentityId,
    ImpersonationId, InvitationId, JobId, MailTokenId, Money, MoneyError, NoteId, OrgId, PasskeyId, PlanId, SegmentId,
    SessionId, TypedId, UserId, VpsId,
    activity::EventStatus,
    cloud::{CloudStatus, PausedBy, Provider},
    cloud_finding::{FindingKind, HeldBy},
    invitation::InvitationState,
    job::{JobState, Queue},
    job_bulk::BulkAction,
    job_step::StepPhase,
    journal::JournalKind,
    mail_token::MailTokenKind,
    org_member::OrgRole,
    rate_minute::RateTier,
    security_event::SecurityKind,
    setup_mark::SetupMark,
    user::{Role, UserState},
    vps::{Desired, PowerAction, VpsAction, VpsStatus},
    worker::WorkerState,
};
pub use error::{Error, ErrorKind, FieldError, Result};
