//! What operators type: the ledger and documents.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use domain::ledger::verify::HeldHead;
use domain::{CloudId, InvoiceFormat, InvoiceId, InvoiceKind, OrgId, PromoId, SupplierForm, SupplierInvoiceId};

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
    /// Write off what an organisation owes, or a part of it: it need not be paid any more.
    WriteOff {
        /// The organisation's id.
        org: OrgId,
        /// How much in USD, such as 12.50.
        amount: String,
        /// The reason, which is recorded.
        #[arg(long)]
        reason: String,
        /// Only show what it would write and mean.
        #[arg(long)]
        dry_run: bool,
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

/// Credit that is given and not paid.
#[derive(Debug, Subcommand)]
pub enum Credits {
    /// Show above which amount credit takes two administrators, or change it.
    Limit {
        /// The new limit in USD, such as 250.
        amount: Option<String>,
    },
    /// List credit that waits for a second administrator.
    Waiting {
        /// Which part of the list.
        #[command(flatten)]
        rows: Rows,
    },
}

/// Promo codes.
#[derive(Debug, Subcommand)]
pub enum Promos {
    /// List them with how often each was used, the newest first.
    List {
        /// Which part of the list.
        #[command(flatten)]
        rows: Rows,
    },
    /// Make one.
    Make {
        /// The code: 6 to 32 letters, digits and hyphens.
        code: String,
        /// What each use gives in USD, such as 5.
        amount: String,
        /// How many organisations may use it.
        #[arg(long)]
        uses: i32,
        /// Until when, such as 2027-01-01T00:00:00Z; without an end when left out.
        #[arg(long)]
        until: Option<DateTime<Utc>>,
    },
    /// End one: what it gave stays given.
    End {
        /// Its id.
        id: PromoId,
    },
}

/// Suppliers' invoices.
#[derive(Debug, Subcommand)]
pub enum Suppliers {
    /// List them with what was charged for their servers, the newest first.
    List {
        /// Which part of the list.
        #[command(flatten)]
        rows: Rows,
    },
    /// Import one; the same document again changes nothing.
    Import {
        /// The cloud's id.
        cloud: CloudId,
        /// The supplier's number of it.
        number: String,
        /// The document.
        file: PathBuf,
        /// How it is written: csv (`machine_id,from,to,amount`), linode (the items as Linode's API answers them) or
        /// digitalocean (the items as `DigitalOcean`'s API answers them, JSON or CSV).
        #[arg(long, default_value = "csv")]
        form: SupplierForm,
    },
    /// Show one, machine by machine.
    Show {
        /// Its id.
        id: SupplierInvoiceId,
    },
    /// Show below which margin an invoice is told of, or change it.
    Margin {
        /// The new margin in percent.
        percent: Option<u8>,
    },
}
