//! Reading stays: the one behind a request, and those in a user's place.

use chrono::{DateTime, Utc};
use entity::{ImpersonationId, UserId};
use sea_orm::ConnectionTrait;

use crate::db;
use crate::error::Result;

db::row! {
    /// The stay behind a request.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Stay {
        /// The administrator.
        pub admin_id: UserId,
        /// Their name.
        pub admin_name: String,
        /// Whether they may change things.
        pub writes: bool,
        /// When it ends.
        pub until_at: DateTime<Utc>,
    }
}

db::row! {
    /// A stay in a user's place, as administrators read it.
    #[derive(Clone, Debug)]
    pub struct StayRow {
        /// The stay.
        pub id: ImpersonationId,
        /// The administrator.
        pub admin_id: UserId,
        /// Their name.
        pub admin_name: String,
        /// Whether they could change things.
        pub writes: bool,
        /// Why, unless it was erased.
        pub reason: Option<String>,
        /// When it began.
        pub began_at: DateTime<Utc>,
        /// When it ended, or will at the latest.
        pub until_at: DateTime<Utc>,
        /// Whether it has ended.
        pub over: bool,
    }
}

/// The stay of this id.
///
/// # Errors
/// When the database does not answer.
pub async fn stay(db: &impl ConnectionTrait, id: ImpersonationId) -> Result<Option<Stay>> {
    select_stay(id).one(db).await
}

/// The newest stays in a user's place.
///
/// # Errors
/// When the database does not answer.
pub async fn of_user(db: &impl ConnectionTrait, user: UserId, limit: i64) -> Result<Vec<StayRow>> {
    select_stays(user, limit).all(db).await
}

db::statement! {
    fn select_stay(id: ImpersonationId) -> Stay =
        "select i.admin_id, a.name as admin_name, i.writes, i.until_at
         from impersonation i join app_user a on a.id = i.admin_id where i.id = $1";

    fn select_stays(user: UserId, limit: i64) -> StayRow = file "select_stays.sql";
}
