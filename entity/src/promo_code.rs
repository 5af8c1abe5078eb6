//! Codes that give credit.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{PromoId, UserId};

/// A row of `promo_code`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "promo_code")]
pub struct Model {
    /// Part of the cause of each use.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PromoId,
    /// Capitals, digits and hyphens, 6 to 32; unique.
    pub code: String,
    /// What it gives, in micro-units of USD.
    pub amount_micros: i64,
    /// How many organisations may use it.
    pub max_uses: i32,
    /// How many did.
    pub uses: i32,
    /// Until when it counts; by business time.
    pub expires_at: Option<DateTimeUtc>,
    /// Set once an administrator ended it.
    pub ended_at: Option<DateTimeUtc>,
    /// Who made it; none for the operator.
    pub created_by: Option<UserId>,
    /// By business time.
    pub created_at: DateTimeUtc,
}
no_relations!();
