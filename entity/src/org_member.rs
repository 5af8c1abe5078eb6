//! Who belongs to which organisation.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{OrgId, UserId};

text_enum! {
    /// What a member may do in the organisation; `domain::access` says what that is.
    pub enum OrgRole {
        /// Everything, also what can't be undone.
        Owner = "owner",
        /// Everything but owners, security and the end of the organisation.
        Admin = "admin",
        /// Orders and uses servers.
        Member = "member",
        /// Pays, and sees.
        Billing = "billing",
        /// Sees, and changes nothing.
        Readonly = "readonly",
    }
}

/// A row of `org_member`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org_member")]
pub struct Model {
    /// References `org`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org_id: OrgId,
    /// References `app_user`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// When the user joined; by business time.
    pub created_at: DateTimeUtc,
    /// What they may do.
    pub role: OrgRole,
    /// Who invited them; none for the one who made the organisation.
    pub invited_by: Option<UserId>,
}
no_relations!();
