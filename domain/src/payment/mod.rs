//! Payments: what a customer pays, from the click to the balance, and what goes back.
//!
//! One job settles a payment, and it alone: a page, a message of the provider and the passing of time only
//! [`ring`](state) it. It asks the provider, and books what is there in one transaction, each capture and each refund
//! by its own cause, so that no number of rings in any order books anything twice.
//!
//! Invariants: what a message says is never believed, it only says where to look. A completed capture is always booked,
//! whatever became of its payment by then: what does not fit waits for an administrator.

mod act;
mod admin;
mod book;
mod create;
mod dispute;
mod event;
mod export;
mod inbox;
mod limits;
mod new_funds;
mod open;
mod pace;
mod poll;
mod read;
mod refund;
mod refunding;
mod report;
mod row;
mod settle;
mod state;
mod told;

pub mod signature;

pub use act::{cancel, returned, settle_now};
pub use admin::{NewPayout, Unallocated, allocate, payout, quote_allocation, unallocated};
pub use book::{Booked, book};
pub use create::{NewPayment, create, quote};
pub use dispute::{DisputeView, disputes};
pub use export::{admin_export, export};
pub(crate) use inbox::forget;
pub use inbox::{ListedEvent, Message, Taken, Unknown, keep_certificate, list_since, listed, receive, unknown};
pub use limits::{MAX_MICROS, MIN_MICROS, Offer, PRESETS_MICROS, offer};
pub(crate) use new_funds::may_order;
pub use open::{Opening, not_opened, opened, opening};
pub use pace::{Turn, pause, turn};
pub use poll::ring_due;
pub use read::{AdminFilter, CaptureView, PaymentView, PublicState, RefundView, admin_get, admin_list, get, list};
pub(crate) use read::{mailed, mailed_refund};
pub use refund::{NewRefund, ask, quote_refund};
pub use refunding::{Refunding, refund_answered, refund_refused, refunding};
pub use report::{Reported, compared, report};
pub use settle::{
    OrderState, Plan, Seen, SeenCapture, SeenDispute, SeenOrder, SeenRefund, ToldRefund, again, begin_capture, plan,
    refused,
};
pub use state::{Clockwork, Happened, next_look};
