//! SkyPanel's tables as sea-orm entities, and the types that their columns hold.
//!
//! Invariant: no behaviour lives here. An entity mirrors its table in `migration` column for
//! column; a type here can be built only from a value that its column accepts.

mod id;
mod interval;
mod money;
mod sql_type;
mod table;
mod text_enum;

pub mod account;
pub mod act_reason;
pub mod activity;
pub mod api_key;
pub mod billing_profile;
pub mod billing_setting;
pub mod chain_head;
pub mod challenge;
pub mod charge_chunk;
pub mod charge_run;
pub mod clock_offset;
pub mod cloud;
pub mod cloud_budget;
pub mod cloud_finding;
pub mod cloud_image;
pub mod cloud_offer;
pub mod cloud_region;
pub mod cloud_sight;
pub mod cloud_type;
pub mod credit_request;
pub mod data_export;
pub mod dispute;
pub mod erasure;
pub mod factor_guess;
pub mod factor_reset;
pub mod idempotency_key;
pub mod impersonation;
pub mod invitation;
pub mod invoice;
pub mod invoice_file;
pub mod invoice_series;
pub mod job;
pub mod job_archive;
pub mod job_bulk;
pub mod job_stat;
pub mod job_step;
pub mod job_step_archive;
pub mod journal;
pub mod journal_link;
pub mod journal_pending;
pub mod journal_reason;
pub mod ladder;
pub mod mail_token;
pub mod missing_glyph;
pub mod org;
pub mod org_member;
pub mod org_note;
pub mod org_profile;
pub mod passkey;
pub mod payment;
pub mod payment_capture;
pub mod payment_certificate;
pub mod payment_event;
pub mod payment_pace;
pub mod payment_refund;
pub mod payment_report;
pub mod plan;
pub mod plan_price;
pub mod platform;
pub mod posting;
pub mod price_move;
pub mod price_override;
pub mod promo_code;
pub mod promo_use;
pub mod provider_call;
pub mod queue_control;
pub mod rate_minute;
pub mod rate_override;
pub mod recovery_code;
pub mod refresh_token;
pub mod schedule;
pub mod schedule_tick;
pub mod security_event;
pub mod session;
pub mod setup_mark;
pub mod supplier_invoice;
pub mod supplier_line;
pub mod tax_confirmation;
pub mod tax_rule;
pub mod totp;
pub mod usage_line;
pub mod usage_segment;
pub mod user;
pub mod user_identity;
pub mod vps;
pub mod vps_secret;
pub mod wallet_forecast;
pub mod wallet_notice;
pub mod wallet_policy;
pub mod worker;

pub use id::{
    AnyId, ApiKeyId, BulkId, CaptureId, ChallengeId, CloudId, CreditRequestId, DataExportId, DisputeId, ErasureId,
    FindingId, IdError, IdentityId, ImpersonationId, InvitationId, InvoiceId, JobId, LadderId, MailTokenId, MoveId,
    NoteId, NoticeId, OrgId, OverrideId, PasskeyId, PaymentId, PlanId, PromoId, RefundId, SegmentId, SessionId,
    SupplierInvoiceId, TaxRuleId, TypedId, UserId, VpsId, wire_id,
};
pub use interval::Interval;
pub use money::{Currency, Money, MoneyError};
pub use sql_type::{PgType, Scalar, SqlType};
