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
pub mod credit;
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
pub mod invoice;
pub mod key;
pub mod ledger;
pub mod mail;
pub mod oidc;
pub mod org;
pub mod org_note;
pub mod overview;
pub mod page;
pub mod payment;
pub mod prepaid;
pub mod promo;
pub mod queue;
pub mod rate;
pub mod rating;
pub mod schedule;
pub mod search;
pub mod security;
pub mod setup;
pub mod sums;
pub mod supplier;
pub mod tax;
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
pub use ctx::{Ctx, CtxOptions, NewFunds, SampleCloud, WorkLimits};
pub use entity::{
    AnyId, ApiKeyId, BulkId, CaptureId, ChallengeId, CloudId, CreditRequestId, Currency, DataExportId, DisputeId,
    ErasureId, FindingId, IdError, IdentityId, ImpersonationId, InvitationId, InvoiceId, JobId, LadderId, MailTokenId,
    Money, MoneyError, MoveId, NoteId, NoticeId, OrgId, OverrideId, PasskeyId, PaymentId, PlanId, PromoId, RefundId,
    SegmentId, SessionId, SupplierInvoiceId, TaxRuleId, TypedId, UserId, VpsId,
    account::AccountKind,
    activity::EventStatus,
    billing_setting::{BusinessBy, PriceMode},
    cloud::{CloudStatus, PausedBy, Provider},
    cloud_finding::{FindingKind, HeldBy},
    credit_request::CreditState,
    dispute::DisputeState,
    invitation::InvitationState,
    invoice::InvoiceKind,
    invoice_file::InvoiceFormat,
    job::{JobState, Queue},
    job_bulk::BulkAction,
    job_step::StepPhase,
    journal::JournalKind,
    ladder::LadderOutcome,
    mail_token::MailTokenKind,
    org::OrgState,
    org_member::OrgRole,
    payment::{PayMode, PaymentState},
    payment_capture::{CaptureState, Mismatch},
    payment_event::PayEventState,
    payment_refund::{RefundOrigin, RefundState, RefundTo},
    rate_minute::RateTier,
    security_event::SecurityKind,
    setup_mark::SetupMark,
    supplier_invoice::SupplierForm,
    tax_rule::{BuyerKind, TaxCategory},
    user::{Role, UserState},
    vps::{Desired, PowerAction, VpsAction, VpsStatus},
    wallet_notice::NoticeKind,
    wallet_policy::FundsEnd,
    wire_id,
    worker::WorkerState,
};
pub use error::{Error, ErrorKind, FieldError, Result};
