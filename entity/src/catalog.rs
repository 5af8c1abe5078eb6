//! Provider accounts, what they sell, and our plans on top.

use crate::text_enum::text_enum;

text_enum! {
    /// A cloud provider that SkyPanel resells.
    pub enum CloudKind {
        /// Linode, API version 4.
        Linode = "linode",
    }
}

text_enum! {
    /// What the last validation of an account's token said.
    pub enum AccountStatus {
        /// Not validated yet.
        Pending = "pending",
        /// The provider accepted the token.
        Valid = "valid",
        /// The provider refused the token.
        Invalid = "invalid",
    }
}

/// An account at a provider.
pub mod provider_account {
    use super::{AccountStatus, CloudKind};
    use crate::ProviderAccountId;
    use sea_orm::entity::prelude::*;

    /// A row of `provider_account`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "provider_account")]
    pub struct Model {
        /// The account's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ProviderAccountId,
        /// Whose API it speaks.
        pub kind: CloudKind,
        /// The name an admin gave it.
        pub name: String,
        /// The base URL when it is not the provider's own.
        pub endpoint: Option<String>,
        /// The API token, sealed under this row's name.
        pub token_sealed: Vec<u8>,
        /// The token's last four characters.
        pub token_hint: String,
        /// What the last validation said.
        pub status: AccountStatus,
        /// Words for an admin about the status.
        pub status_detail: Option<String>,
        /// Whether plans of this account are sold.
        pub active: bool,
        /// The e-mail address of the account at the provider.
        pub account_email: Option<String>,
        /// When its catalog was last read.
        pub synced_at: Option<DateTimeUtc>,
        /// When it was connected.
        pub created_at: DateTimeUtc,
        /// When it was removed, if so.
        pub deleted_at: Option<DateTimeUtc>,
        /// When a look at all its machines last began.
        pub looked_at: Option<DateTimeUtc>,
        /// Why it is paused, if it is: in the operator's words, or a code of ours.
        pub paused_reason: Option<String>,
        /// Since when it is paused.
        pub paused_at: Option<DateTimeUtc>,
    }
    /// None: joins are written out where they are needed.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
