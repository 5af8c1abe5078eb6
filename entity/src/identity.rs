//! Users, organisations and sessions.

use crate::text_enum::text_enum;

text_enum! {
    /// What a user may do.
    pub enum Role {
        /// Runs the panel: every organisation, every job, every price.
        Admin = "admin",
        /// Orders and uses servers of their own organisation.
        User = "user",
        /// Sees what their organisation has and changes nothing.
        Readonly = "readonly",
    }
}

/// A person who can sign in.
pub mod user {
    use super::Role;
    use crate::UserId;
    use sea_orm::entity::prelude::*;

    /// A row of `app_user`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "app_user")]
    pub struct Model {
        /// The user's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UserId,
        /// Lower case; unique among users that are not deleted.
        pub email: String,
        /// An argon2id hash in PHC form.
        pub password_hash: String,
        /// The name to address the person by.
        pub name: String,
        /// What the user may do.
        pub role: Role,
        /// Access tokens with a lower epoch are refused.
        pub token_epoch: i32,
        /// When the epoch last rose.
        pub epoch_changed_at: DateTimeUtc,
        /// When the user registered.
        pub created_at: DateTimeUtc,
        /// When the user was deleted, if so.
        pub deleted_at: Option<DateTimeUtc>,
    }
    /// None: joins are written out where they are needed.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A tenant.
pub mod org {
    use crate::OrgId;
    use sea_orm::entity::prelude::*;

    /// A row of `org`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "org")]
    pub struct Model {
        /// The organisation's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OrgId,
        /// The name that its members gave it.
        pub name: String,
        /// How many servers it may have at once.
        pub vps_quota: i32,
        /// When it was made.
        pub created_at: DateTimeUtc,
        /// When it was deleted, if so.
        pub deleted_at: Option<DateTimeUtc>,
    }
    /// None: joins are written out where they are needed.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
