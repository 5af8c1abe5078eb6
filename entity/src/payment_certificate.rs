//! Certificates that messages of payment providers are signed with.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;

/// A row of `payment_certificate`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_certificate")]
pub struct Model {
    /// Where it was fetched.
    #[sea_orm(primary_key, auto_increment = false)]
    pub url: String,
    /// The certificate with its chain, as PEM.
    pub pem: Vec<u8>,
    /// When; by business time.
    pub fetched_at: DateTimeUtc,
}
no_relations!();
