//! Characters that documents needed and no font had.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{InvoiceId, UserId};

text_enum! {
    /// What became of a character that no font had.
    pub enum GlyphState {
        /// No font has it, and administrators are told.
        Missing = "missing",
        /// A font has it by now.
        Found = "found",
        /// An administrator knows of it.
        Dismissed = "dismissed",
    }
}

/// A row of `missing_glyph`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "missing_glyph")]
pub struct Model {
    /// The character.
    #[sea_orm(primary_key, auto_increment = false)]
    pub glyph: String,
    /// What became of it.
    pub state: GlyphState,
    /// The first document that was printed without it, since it is missing.
    pub invoice_id: InvoiceId,
    /// How many documents that are.
    pub documents: i64,
    /// By business time.
    pub noticed_at: DateTimeUtc,
    /// When a font had it, or an administrator knew of it; by business time.
    pub ended_at: Option<DateTimeUtc>,
    /// That administrator; none for the operator.
    pub dismissed_by: Option<UserId>,
}
no_relations!();
