//! Where a user belongs, and as what.

use entity::org_member::OrgRole;
use entity::{OrgId, UserId};
use sea_orm::ConnectionTrait;

use crate::db;
use crate::error::Result;

/// Memberships that one reading gives at most; a user has no more.
pub const MAX_MEMBERSHIPS: i64 = 1_000;

db::row! {
    /// A place in an organisation.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Membership {
        /// The organisation.
        pub org_id: OrgId,
        /// Its name, 1 to 100 characters.
        pub org_name: String,
        /// What the user may do there.
        pub role: OrgRole,
    }
}

/// Where a user belongs, in the order of joining.
///
/// # Errors
/// When the database does not answer.
pub async fn memberships(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Membership>> {
    select_memberships(user, MAX_MEMBERSHIPS).all(db).await
}

/// The user's role in an organisation; none for those who are no member.
///
/// # Errors
/// When the database does not answer.
pub async fn role_in(db: &impl ConnectionTrait, user: UserId, org: OrgId) -> Result<Option<OrgRole>> {
    select_role(user, org).one(db).await
}

db::statement! {
    fn select_memberships(user: UserId, limit: i64) -> Membership = file "select_memberships.sql";

    fn select_role(user: UserId, org: OrgId) -> OrgRole =
        "select m.role from org_member m join org o on o.id = m.org_id
         where m.user_id = $1 and m.org_id = $2 and o.deleted_at is null";
}
