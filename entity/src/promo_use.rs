//! Who used promo codes; append-only.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{OrgId, PromoId, UserId};

/// A row of `promo_use`: an organisation uses a code once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "promo_use")]
pub struct Model {
    /// References `promo_code`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_id: PromoId,
    /// References `org`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: OrgId,
    /// The member who typed it.
    pub used_by: UserId,
    /// The movement of money.
    pub journal_id: i64,
    /// By business time.
    pub used_at: DateTimeUtc,
}
no_relations!();
