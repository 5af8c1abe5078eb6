//! The list of users.

use chrono::{DateTime, Utc};
use entity::user::{Role, UserState};
use entity::{AnyId, UserId};
use uuid::Uuid;

use crate::error::Result;
use crate::page::{Keyed, Order, Page, PageRequest};
use crate::{Actor, Ctx, db, text};

db::row! {
    /// A user as administrators see them in a list.
    #[derive(Clone, Debug)]
    pub struct UserRow {
        /// The user.
        pub id: UserId,
        /// Their e-mail address.
        pub email: String,
        /// How they are addressed.
        pub name: String,
        /// What they may do on the platform.
        pub role: Role,
        /// Whether they can sign in.
        pub state: UserState,
        /// In how many organisations they are.
        pub organisations: i64,
        /// When they registered.
        pub created_at: DateTime<Utc>,
        /// When one of their sessions was last opened or renewed by themself.
        pub seen_at: Option<DateTime<Utc>>,
        /// What the list is ordered by, beside the id.
        pub sort_key: String,
    }
}

/// What a list of users is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserSort {
    /// When they registered.
    #[default]
    Created,
    /// Their name.
    Name,
    /// Their e-mail address.
    Email,
    /// When they were last seen.
    Seen,
}

impl UserSort {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Created, Self::Name, Self::Email, Self::Seen];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Email => "email",
            Self::Seen => "seen",
        }
    }
}

/// Which users an administrator asks to see: those that fit everything that is said.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// With this text in the name or the address, or with this id.
    pub q: Option<String>,
    /// With this role on the platform.
    pub role: Option<Role>,
    /// In this state; all but the deleted ones when none is named.
    pub state: Option<UserState>,
}

/// The users that fit, the newest first when nothing else is said.
///
/// # Errors
/// When the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    filter: &UserFilter,
    (sort, order): (UserSort, Order),
    request: &PageRequest,
) -> Result<Page<UserRow>> {
    actor.admin()?;
    let after = request.after::<Keyed>()?;
    let (key, last) = after.map(|after| (after.key, after.id)).unzip();
    let q = filter.q.as_deref().map(|q| q.trim().replace('\0', "")).filter(|q| !q.is_empty());
    let id = q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0);
    let (q, limit) = (q.map(|q| text::like(&q)), request.fetch()?);
    let sort = sort.as_str();
    let rows = match order {
        Order::Desc => select_falling(last, q, id, limit, sort, key, filter.role, filter.state),
        Order::Asc => select_rising(last, q, id, limit, sort, key, filter.role, filter.state),
    };
    request.page(rows.all(&ctx.db).await?, |row: &UserRow| Keyed { key: row.sort_key.clone(), id: row.id.0 })
}

db::statement! {
    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_falling(
        last: Option<Uuid>,
        q: Option<String>,
        id: Option<Uuid>,
        limit: i64,
        sort: &str,
        key: Option<String>,
        role: Option<Role>,
        state: Option<UserState>,
    ) -> UserRow =
        file "users.sql",
        "where $1::uuid is null or (k.sort_key, k.id) < ($6::text, $1) order by k.sort_key desc, k.id desc limit $4";

    #[expect(clippy::too_many_arguments, reason = "one for each condition")]
    fn select_rising(
        last: Option<Uuid>,
        q: Option<String>,
        id: Option<Uuid>,
        limit: i64,
        sort: &str,
        key: Option<String>,
        role: Option<Role>,
        state: Option<UserState>,
    ) -> UserRow =
        file "users.sql",
        "where $1::uuid is null or (k.sort_key, k.id) > ($6::text, $1) order by k.sort_key, k.id limit $4";
}
