//! When the payment provider may be asked again; one for all workers.

use sea_orm::entity::prelude::*;

use crate::payment::PayProvider;
use crate::table::no_relations;

/// A row of `payment_pace`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_pace")]
pub struct Model {
    /// Which provider.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: PayProvider,
    /// Nobody's turn is before this; by `PostgreSQL`'s own clock.
    pub free_at: DateTimeUtc,
}
no_relations!();
