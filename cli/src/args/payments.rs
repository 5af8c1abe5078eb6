//! What operators type about payments.

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::{OrgId, PaymentId, PaymentState, RefundTo};

use super::operator::Rows;

/// Payments.
#[derive(Debug, Subcommand)]
pub enum Payments {
    /// List payments, the newest first.
    List {
        /// Only those of this organisation.
        #[arg(long)]
        org: Option<OrgId>,
        /// Only those that are so far.
        #[arg(long, value_parser = states())]
        state: Option<PaymentState>,
        /// Which part.
        #[command(flatten)]
        rows: Rows,
    },
    /// Write all payments to standard output, the newest first.
    Export {
        /// Only those of this organisation.
        #[arg(long)]
        org: Option<OrgId>,
        /// Only those that are so far.
        #[arg(long, value_parser = states())]
        state: Option<PaymentState>,
        /// How: csv, or ndjson (a JSON object a line).
        #[arg(long, default_value = "csv", value_parser = ["csv", "ndjson"])]
        form: String,
    },
    /// Show a payment with what it took, what went back, and what may go back now.
    Show {
        /// Its id.
        id: PaymentId,
    },
    /// Ask the provider now how a payment stands; a worker does it.
    Settle {
        /// Its id.
        id: PaymentId,
    },
    /// Give money back: to the payer what was paid and not spent, to the wallet what was charged.
    Refund {
        /// The payment's id.
        id: PaymentId,
        /// How much, such as 12.50.
        amount: String,
        /// Its currency.
        #[arg(long, default_value = "USD")]
        currency: domain::Currency,
        /// To whom.
        #[arg(long, default_value = "payer", value_parser = destinations())]
        to: RefundTo,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
        /// Only show what it would write and mean.
        #[arg(long)]
        dry_run: bool,
    },
}

fn states() -> impl TypedValueParser<Value = PaymentState> {
    PossibleValuesParser::new(PaymentState::ALL.iter().map(|state| state.as_str())).try_map(|word| word.parse())
}

fn destinations() -> impl TypedValueParser<Value = RefundTo> {
    PossibleValuesParser::new(RefundTo::ALL.iter().map(|to| to.as_str())).try_map(|word| word.parse())
}
