//! Money that goes back.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{CaptureId, Currency, OrgId, PaymentId, RefundId, UserId};

text_enum! {
    /// Where money goes back to.
    pub enum RefundTo {
        /// To who paid it.
        Payer = "payer",
        /// To the wallet.
        Wallet = "wallet",
    }
}

text_enum! {
    /// Who took money back.
    pub enum RefundOrigin {
        /// We gave it.
        Ours = "ours",
        /// It was given on the provider's own pages.
        Provider = "provider",
        /// The provider or the payer's bank took it.
        Reversal = "reversal",
    }
}

text_enum! {
    /// What became of a refund.
    pub enum RefundState {
        /// The provider was not asked yet, or did not answer yet.
        Asked = "asked",
        /// The provider works on it.
        Pending = "pending",
        /// The money went back.
        Done = "done",
        /// The money did not go back.
        Failed = "failed",
    }
}

/// A row of `payment_refund`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_refund")]
pub struct Model {
    /// Names it; also at the provider.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    /// The payment that it is about.
    pub payment_id: PaymentId,
    /// The capture that it is of; none where it went to the wallet.
    pub capture_id: Option<CaptureId>,
    /// Whose money it was.
    pub org_id: OrgId,
    /// Where it goes.
    pub destination: RefundTo,
    /// Who took it.
    pub origin: RefundOrigin,
    /// What became of it.
    pub state: RefundState,
    /// How much, in micro-units.
    pub amount_micros: i64,
    /// Its currency.
    pub currency: Currency,
    /// What of the fee came back to us, in micro-units; negative for what it cost us.
    pub fee_micros: i64,
    /// The provider's id; unique.
    pub provider_ref: Option<String>,
    /// Why it failed, in a word.
    pub failure: Option<String>,
    /// The administrator who asked for it; none for the command line and the provider.
    pub asked_by: Option<UserId>,
    /// Why, in the administrator's words.
    pub reason: String,
    /// When it was asked for, or was learned of; by business time.
    pub created_at: DateTimeUtc,
    /// When it was decided; by business time.
    pub ended_at: Option<DateTimeUtc>,
}
no_relations!();
