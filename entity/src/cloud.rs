//! Clouds: connected accounts of suppliers.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::table::no_relations;
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
    /// Also in the place under which the token is sealed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CloudId,
    /// Whose API it speaks.
    pub provider: Provider,
    /// 1 to 100 characters, chosen by an administrator; customers never see it.
    pub name: String,
    /// The base URL when it is not the provider's own; at most 300 characters.
    pub endpoint: Option<String>,
    /// The API token, sealed for this row.
    pub token_sealed: Vec<u8>,
    /// The token's last four characters.
    pub token_hint: String,
    /// As of the last validation.
    pub status: CloudStatus,
    /// Why the token was refused, in words for an administrator.
    pub status_detail: Option<String>,
    /// Whether plans of this cloud are sold.
    pub active: bool,
    /// The e-mail address that the provider has for the owner of the token.
    pub email: Option<String>,
    /// When its types, regions and images were last read; by business time.
    pub synced_at: Option<DateTimeUtc>,
    /// When it was connected; by business time.
    pub created_at: DateTimeUtc,
    /// Set for removed clouds: the row stays.
    pub deleted_at: Option<DateTimeUtc>,
    /// In the operator's words, or the platform's.
    pub paused_reason: Option<String>,
    /// Set while it is paused: none of its jobs begins; by `PostgreSQL`'s own clock.
    pub paused_at: Option<DateTimeUtc>,
    /// Set exactly while it is paused.
    pub paused_by: Option<PausedBy>,
    /// The provider's own id of the account, kept since the first validation; at most 100 characters.
    pub account_id: Option<String>,
    /// The id of another account that a token showed since; none while they are the same.
    pub account_seen: Option<String>,
    /// The token is a new one that no validation has accepted yet: only the validation asks with it.
    pub token_unchecked: bool,
    /// The mark that Redis and some machines carry too; none until the first comparison that finds a machine.
    pub epoch: Option<Uuid>,
    /// The mark that is being put in its place.
    pub epoch_next: Option<Uuid>,
    /// `database_place()` when the mark was written.
    pub epoch_place: Option<String>,
    /// When the mark was written; by business time.
    pub epoch_at: Option<DateTimeUtc>,
    /// The provider's ids of the machines that carry the mark.
    pub epoch_bearers: Vec<String>,
    /// The marks before it, the latest first; at most 100.
    pub epoch_past: Vec<Uuid>,
    /// Why the marks do not fit, in words for an administrator; none while they do.
    pub epoch_held: Option<String>,
    /// Set by an administrator who trusts this database although its marks do not fit, until new ones are written.
    pub epoch_trusted: bool,
}
no_relations!();
