//! People who can sign in.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// What a user may do on the platform, besides what they may in their organisations.
    pub enum Role {
        /// Runs the panel: every customer, every job, every price.
        Admin = "admin",
        /// Nothing more than their organisations let them.
        User = "user",
        /// Sees what their organisations have, and changes nothing but their own account.
        Readonly = "readonly",
    }
}

text_enum! {
    /// Whether a user can sign in, as people are told it.
    pub enum UserState {
        /// They can.
        Active = "active",
        /// They can, and did not yet show that they read mail at their address.
        Unverified = "unverified",
        /// They can't, until an administrator enables them.
        Disabled = "disabled",
        /// They never can again.
        Deleted = "deleted",
    }
}

/// A row of `app_user`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "app_user")]
pub struct Model {
    /// Never used again, not even after a deletion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// At most 254 characters, in lower case; unique among users that are not deleted.
    pub email: String,
    /// An argon2id hash in PHC form; none for who came by an issuer of identities and has chosen none.
    pub password_hash: Option<String>,
    /// How mails address the user: 1 to 100 characters.
    pub name: String,
    /// Counts in every organisation that the user belongs to.
    pub role: Role,
    /// Access tokens with a lower epoch are refused.
    pub token_epoch: i32,
    /// When the epoch last rose; by business time.
    pub epoch_changed_at: DateTimeUtc,
    /// When the user registered; by business time.
    pub created_at: DateTimeUtc,
    /// Set for deleted users: the row stays.
    pub deleted_at: Option<DateTimeUtc>,
    /// When they showed that they read mail at the address; by business time.
    pub email_verified_at: Option<DateTimeUtc>,
    /// Since when they may not sign in; by business time.
    pub disabled_at: Option<DateTimeUtc>,
    /// A BCP 47 tag, such as `en` or `pt-BR`.
    pub locale: String,
    /// An IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    /// When nothing of the person was left but the id; by business time.
    pub erased_at: Option<DateTimeUtc>,
}
no_relations!();
