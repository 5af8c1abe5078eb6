//! What an organisation says of itself, for invoices.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, UserId};

/// A row of `org_profile`: personal data, which can be erased. An organisation without one has said nothing yet.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_profile")]
pub struct Model {
    /// References `org`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: OrgId,
    /// An address that begins with `https://` or `http://`.
    pub website: Option<String>,
    /// Street and number, in up to three lines.
    pub address_lines: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
    /// Two capitals of ISO 3166-1.
    pub country: Option<String>,
    /// A number for taxes, as it is written on invoices.
    pub tax_id: Option<String>,
    /// Whom invoices are addressed to.
    pub billing_name: Option<String>,
    /// Where they read mail, in its canonical form.
    pub billing_email: Option<String>,
    /// By business time.
    pub updated_at: DateTimeUtc,
    /// The user who changed it last; none for an erasure, and where it is not known.
    pub changed_by: Option<UserId>,
}
no_relations!();
