//! Receipts, monthly invoices and credit notes (ADR 41): issued by a job, numbered without gaps, frozen as a snapshot,
//! and drawn from it once.
//!
//! Money moves before its document and never waits for it: whatever credits a wallet with money calls [`receipt`] in
//! its transaction, which enqueues a job. The hourly run issues what such a job should have and did not. Locks are
//! taken in the order wallet, chain, series; the series' row is locked last, for as short as can be.

mod amounts;
mod credit_note;
mod export;
mod files;
mod glyphs;
mod issue;
mod monthly;
mod parties;
mod read;
mod store;

pub use credit_note::{Refund, credit, quote_credit};
pub use export::{UsageHour, invoices, proofs, usage};
pub use files::{Files, save, snapshot};
pub(crate) use glyphs::{Gap, gaps};
pub use glyphs::{count_missing, dismiss as dismiss_glyphs, found as glyphs_found, sought as glyphs_sought};
pub use issue::{Issue, Issued, issue_one, issue_some, order};
pub(crate) use read::mailed;
pub use read::{Detail, File, InvoiceRow, admin_file, admin_get, all, file, get, list};

use entity::{JobId, OrgId};
use sea_orm::ConnectionTrait;

use crate::Ctx;
use crate::error::Result;
use crate::work::{self, Job, NewJob};

/// What the installation says of itself on documents: joined by jobs, which know it from the settings.
#[derive(Clone, Debug)]
pub struct Office {
    /// The company's name, where the billing settings name none.
    pub company: String,
    /// Where a chain can be verified.
    pub verify_url: String,
    /// The brand's colour, as its hue in degrees.
    pub hue: u16,
}

/// Enqueues the receipt of money that arrived, in the transaction in which `journal` credited it: nothing leaves when
/// that one is taken back. The document is issued by a job after the commit, once for each journal, however often it is
/// asked for.
///
/// # Errors
/// When the database refuses it.
pub(crate) async fn receipt(ctx: &Ctx, tx: &impl ConnectionTrait, org: OrgId, journal: i64) -> Result<JobId> {
    let what = Issue::Receipt { journal };
    work::enqueue(ctx, tx, NewJob::new(Job::IssueInvoice { what }).org(org)).await
}
