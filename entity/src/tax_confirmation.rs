//! What administrators confirmed of customers' numbers for tax.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, UserId};

/// A row of `tax_confirmation`: the last one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_confirmation")]
pub struct Model {
    /// References `org`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: OrgId,
    /// The number that was confirmed; another one is not.
    pub tax_id: String,
    /// What the tax office answered with.
    pub reference: String,
    /// When it answered.
    pub confirmed_on: Date,
    /// The administrator; none for the operator.
    pub confirmed_by: Option<UserId>,
    /// By business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
