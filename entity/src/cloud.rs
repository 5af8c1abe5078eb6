//! Clouds: connected accounts of suppliers.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::text_enum::text_enum;

text_enum! {
    /// A kind of supplier that SkyPanel resells.
    pub enum Provider {
        /// Linode, API version 4.
        Linode = "linode",
    }
}

text_enum! {
    /// What the last validation of a cloud's token said.
    pub enum CloudStatus {
        /// Not validated yet.
        Pending = "pending",
        /// The provider accepted the token.
        Valid = "valid",
        /// The provider refused the token.
        Invalid = "invalid",
    }
}

text_enum! {
    /// Who paused a cloud.
    pub enum PausedBy {
        /// An administrator; only an administrator resumes it.
        Operator = "operator",
        /// The platform, because the provider refused the token; a token that works resumes it.
        Platform = "platform",
    }
}

/// A row of `cloud`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud")]
pub struct Model {
    /// The cloud's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CloudId,
    /// Whose API it speaks.
    pub provider: Provider,
    /// The name an admin gave it.
    pub name: String,
    /// The base URL when it is not the provider's own.
    pub endpoint: Option<String>,
    /// The API token, sealed under this row's name.
    pub token_sealed: Vec<u8>,
    /// The token's last four characters.
    pub token_hint: String,
    /// What the last validation said.
    pub status: CloudStatus,
    /// Words for an admin about the status.
    pub status_detail: Option<String>,
    /// Whether plans of this cloud are sold.
    pub active: bool,
    /// The e-mail address that the provider has for its owner.
    pub email: Option<String>,
    /// When its catalog was last read.
    pub synced_at: Option<DateTimeUtc>,
    /// When it was connected.
    pub created_at: DateTimeUtc,
    /// When it was removed, if so.
    pub deleted_at: Option<DateTimeUtc>,
    /// Why it is paused, if it is: in the operator's words, or a code of ours.
    pub paused_reason: Option<String>,
    /// Since when it is paused.
    pub paused_at: Option<DateTimeUtc>,
    /// Who paused it; set exactly while it is paused.
    pub paused_by: Option<PausedBy>,
}
/// None: joins are written out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
