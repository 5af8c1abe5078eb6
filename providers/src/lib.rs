//! The door to other companies' computers, behind our own types.
//!
//! [`CloudProvider`] is what a job sees of a cloud; [`linode`](ProviderKind::Linode) is the first to
//! implement it. [`SmtpMailer`] sends mail. [`Oidc`] asks an issuer of identities who a person
//! is. [`PaymentProvider`] takes money from customers; [`Connections::paypal`] is the first of them.
//! This crate is the only one that speaks HTTP as a client, and the only one that speaks SMTP; it knows
//! nothing of jobs, tables or money accounts, so it may be called from anywhere that can wait.
//!
//! Invariant: a call that may have taken effect although its answer was lost is never reported as
//! a plain failure. It is [`ErrorClass::Unknown`], and nothing in here repeats it by itself.

mod cloud;
mod connections;
mod error;
mod http;
mod linode;
mod meter;
mod oidc;
mod payment;
mod paypal;
mod smtp;

pub use cloud::{
    Answered, Catalog, CloudIdentity, CloudImage, CloudOffer, CloudPrice, CloudProvider, CloudRegion, CloudType,
    CreateInstance, Instance, InstanceState, ProviderKind, RestartProgress, TakenRestart,
};
pub use connections::Connections;
pub use error::{ErrorClass, OrderInput, ProviderError, code};
pub use meter::{Budget, Call, CallClass, Meter, RateLimit};
pub use oidc::{Oidc, OidcError, OidcPerson, OidcQuestion, OidcSettings};
pub use payment::{
    Capture, CaptureState, Captured, Dispute, DisputeState, ListedEvent, NewOrder, NewRefund, OrderState, PayAmount,
    PayIdentity, PayOrder, PaymentProvider, Refund, RefundState, ReportRow,
};
pub use paypal::{PAYPAL_GAP, PaypalMode, PaypalSettings};
pub use smtp::{Mail, MailError, SmtpMailer, SmtpSettings, SmtpTls};
