//! What operators type: the ledger and documents.

use clap::Subcommand;
use domain::ledger::verify::HeldHead;
use domain::{InvoiceFormat, InvoiceId, InvoiceKind, OrgId};

use super::operator::Rows;

/// The ledger.
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Prove it: balances, causes, hours, the chain of hashes, invoice numbers; ends with 1 where a promise is broken.
    Verify {
        /// A head that a customer holds, as their document says it: `org_…:<entry>:<hash>`; may be repeated.
        #[arg(long)]
        head: Vec<HeldHead>,
    },
    /// Show the balances of an organisation's accounts, or of all accounts together.
    Balance {
        /// Whose.
        #[arg(long)]
        org: Option<OrgId>,
    },
    /// List journals, the newest first.
    Journal {
        /// Only those of this organisation.
        #[arg(long)]
        org: Option<OrgId>,
        /// How many, 1 to 1,000.
        #[arg(long, default_value_t = 20)]
        limit: i64,
        /// Only those before the journal of this number.
        #[arg(long)]
        before: Option<i64>,
    },
}

/// Receipts, invoices and credit notes.
#[derive(Debug, Subcommand)]
pub enum Invoices {
    /// List them, the newest first.
    List {
        /// Only those of this organisation.
        #[arg(long)]
        org: Option<OrgId>,
        /// Only those of this kind: receipt, invoice or `credit_note`.
        #[arg(long)]
        kind: Option<InvoiceKind>,
        /// Which part of the list.
        #[command(flatten)]
        rows: Rows,
    },
    /// Issue an organisation's invoice of a month that has ended; once, however often it is asked for.
    Issue {
        /// The organisation's id.
        org: OrgId,
        /// The month, such as 2026-10.
        month: String,
    },
    /// Show one, or write one of its forms to standard output.
    Show {
        /// Its id.
        id: InvoiceId,
        /// Write this form instead: html, xml or pdf.
        #[arg(long)]
        form: Option<InvoiceFormat>,
    },
}
