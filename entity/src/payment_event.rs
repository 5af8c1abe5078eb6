//! Messages of payment providers.

use sea_orm::entity::prelude::*;

use crate::PaymentId;
use crate::payment::PayProvider;
use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// What became of a message.
    pub enum PayEventState {
        /// Its certificate is not known yet.
        Unverified = "unverified",
        /// It is the provider's.
        Verified = "verified",
        /// It is not the provider's.
        Rejected = "rejected",
        /// It rang what it is about.
        Done = "done",
        /// It is about nothing that we know.
        Parked = "parked",
    }
}

/// A row of `payment_event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_event")]
pub struct Model {
    /// Who sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: PayProvider,
    /// The provider's id of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: String,
    /// What became of it.
    pub state: PayEventState,
    /// What it tells of, in the provider's word.
    pub kind: String,
    /// The payment that it is about.
    pub payment_id: Option<PaymentId>,
    /// The provider's id of a refund that it tells of.
    pub refund_ref: Option<String>,
    /// Where its certificate is; none for what was found in the provider's list.
    pub cert_url: Option<String>,
    /// The headers that its signature covers.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub headers: Option<Json>,
    /// The message, byte for byte, for thirty days.
    pub raw: Option<Vec<u8>>,
    /// How often its certificate was fetched in vain.
    pub attempts: i32,
    /// Why it was rejected.
    pub failure: Option<String>,
    /// When it came; by business time.
    pub received_at: DateTimeUtc,
    /// When it was decided; by business time.
    pub done_at: Option<DateTimeUtc>,
}
no_relations!();
