//! When wallets are empty.

use sea_orm::entity::prelude::*;

use crate::OrgId;
use crate::table::no_relations;

/// A row of `wallet_forecast`: one for each wallet.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wallet_forecast")]
pub struct Model {
    /// References `org`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: OrgId,
    /// When it can't pay the next hour, or has no more than its reserve; none while nothing is charged.
    pub zero_at: Option<DateTimeUtc>,
    /// Counts what moved the moment.
    pub moved: i64,
    /// The count at which it was computed.
    pub computed: i64,
    /// Grows when the wallet lasts for more than 80 hours again.
    pub episode: i32,
}
no_relations!();
