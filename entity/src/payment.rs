//! Payments of customers.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{Currency, OrgId, PaymentId, UserId};

text_enum! {
    /// Who takes the money.
    pub enum PayProvider {
        /// `PayPal`.
        Paypal = "paypal",
    }
}

text_enum! {
    /// Of which of a provider's worlds a payment is.
    pub enum PayMode {
        /// Real money.
        Live = "live",
        /// The provider's own world for trying things.
        Sandbox = "sandbox",
        /// Our simulation; never in production.
        Simulated = "simulated",
    }
}

text_enum! {
    /// How far a payment is.
    pub enum PaymentState {
        /// Its order at the provider is being made.
        New = "new",
        /// The payer may approve it.
        Open = "open",
        /// The payer approved it.
        Approved = "approved",
        /// The money is being taken.
        Capturing = "capturing",
        /// The money is in the wallet.
        Credited = "credited",
        /// The provider examines it.
        Pending = "pending",
        /// Nothing came of the last attempt.
        Declined = "declined",
        /// Money came that does not fit what was asked for.
        Mismatch = "mismatch",
        /// Its time is over.
        Expired = "expired",
    }
}

/// A row of `payment`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    /// Names it; also at the provider.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    /// Whose wallet it fills.
    pub org_id: OrgId,
    /// Who asked for it.
    pub actor_id: UserId,
    /// Who takes the money.
    pub provider: PayProvider,
    /// Of which of the provider's worlds it is.
    pub mode: PayMode,
    /// What was asked for, in micro-units.
    pub amount_micros: i64,
    /// The currency that was asked for.
    pub currency: Currency,
    /// How far it is.
    pub state: PaymentState,
    /// Names the request that takes the money.
    pub attempt: i32,
    /// How many attempts were declined.
    pub declines: i32,
    /// The provider's id of its order.
    pub order_id: Option<String>,
    /// Where the payer approves it.
    pub approve_url: Option<String>,
    /// The provider's id of the account that the order pays to.
    pub payee: Option<String>,
    /// Why nothing came of it, in a word.
    pub failure: Option<String>,
    /// When the customer left it; by business time.
    pub cancelled_at: Option<DateTimeUtc>,
    /// When the money was first asked for in this attempt; by business time.
    pub capture_began_at: Option<DateTimeUtc>,
    /// Rises whenever something may have happened.
    pub rings: i32,
    /// How often it was looked at without a ring.
    pub looks: i32,
    /// When it is looked at next; by business time.
    pub look_at: Option<DateTimeUtc>,
    /// When it was asked for; by business time.
    pub created_at: DateTimeUtc,
    /// When its order was made; by business time.
    pub opened_at: Option<DateTimeUtc>,
    /// Until when it can be approved; by business time.
    pub expires_at: DateTimeUtc,
    /// When it was decided; by business time.
    pub ended_at: Option<DateTimeUtc>,
}
no_relations!();
