//! How many requests were let through and refused: rows that may be erased.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// What a limit is about.
    pub enum RateTier {
        /// Requests without a session, by address.
        Anonymous = "anonymous",
        /// Requests of a user's session.
        User = "user",
        /// Requests of an administrator's session.
        Admin = "admin",
        /// Requests with an API key.
        Key = "key",
        /// Attempts to sign in; those that fail count.
        Login = "login",
        /// Registrations, by address.
        Registration = "registration",
        /// Mails that a stranger can cause, by the address that they go to.
        Mail = "mail",
        /// Payments that are begun, by address.
        Payment = "payment",
        /// Promo codes that do not count, by user and by address.
        Promo = "promo",
    }
}

/// A row of `rate_minute`: what one sender sent within a minute.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_minute")]
pub struct Model {
    /// The minute's begin; by business time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub at: DateTimeUtc,
    /// What it counted against.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tier: RateTier,
    /// A user's or a key's UUID, or an address; empty for all the others of the minute together.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Requests that were let through.
    pub allowed: i64,
    /// Requests that were refused.
    pub refused: i64,
}
no_relations!();
