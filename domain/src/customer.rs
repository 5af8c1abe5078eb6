//! Customers: organisations with their owner, their money and their servers in figures.

use chrono::{DateTime, Utc};
use entity::org::OrgState;
use entity::org_member::OrgRole;
use entity::user::UserState;
use entity::{AnyId, OrgId, UserId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Keyed, Order, Page, PageRequest};
use crate::{Actor, Ctx, db, text};

/// The most members that are listed.
const MAX_MEMBERS: i64 = 100;

db::row! {
    /// A customer as administrators see them.
    #[derive(Clone, Debug)]
    pub struct Customer {
        /// The organisation that buys.
        pub org_id: OrgId,
        /// The organisation's name.
        pub name: String,
        /// Whether it is used, and if not, why.
        pub state: OrgState,
        /// Its first member.
        pub owner_id: UserId,
        /// That member's address.
        pub owner_email: String,
        /// That member's name.
        pub owner_name: String,
        /// What can be spent, in micro-units.
        pub balance_micros: i64,
        /// What is owed, in micro-units; a positive figure.
        pub owed_micros: i64,
        /// Servers that are neither failed nor deleted.
        pub servers: i64,
        /// What its servers cost in an hour, in micro-units.
        pub hour_micros: i64,
        /// How full the fullest of its quotas is, in percent; above 100 where a quota was lowered.
        pub quota_percent: i32,
        /// When one of its members or of its keys was last seen; none if never.
        pub active_at: Option<DateTime<Utc>>,
        /// When it registered.
        pub created_at: DateTime<Utc>,
        /// What the list is ordered by, beside the id.
        pub sort_key: String,
    }
}

/// What a list of customers is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CustomerSort {
    /// When they registered.
    #[default]
    Created,
    /// Their organisation's name.
    Name,
    /// What they can spend.
    Balance,
    /// What they owe.
    Owed,
    /// How many servers they have.
    Servers,
    /// What those cost in an hour.
    Rate,
    /// How full the fullest of their quotas is.
    Quota,
    /// When they were last seen.
    Active,
}

impl CustomerSort {
    /// Every value.
    pub const ALL: &'static [Self] =
        &[Self::Created, Self::Name, Self::Balance, Self::Owed, Self::Servers, Self::Rate, Self::Quota, Self::Active];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Balance => "balance",
            Self::Owed => "owed",
            Self::Servers => "servers",
            Self::Rate => "rate",
            Self::Quota => "quota",
            Self::Active => "active",
        }
    }
}

/// Which customers an administrator asks to see: those that fit everything that is said.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// With this text in a name or an address, or with this id.
    pub q: Option<String>,
    /// In this state; all but the closed ones when none is named.
    pub state: Option<OrgState>,
}

/// The customers that fit, the newest first when nothing else is said.
///
/// # Errors
/// When the cursor is not one of ours; `forbidden` for others than administrators.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    filter: &CustomerFilter,
    (sort, order): (CustomerSort, Order),
    request: &PageRequest,
) -> Result<Page<Customer>> {
    actor.admin()?;
    let after = request.after::<Keyed>()?;
    let (key, last) = after.map(|after| (after.key, after.id)).unzip();
    let q = filter.q.as_deref().map(|q| q.trim().replace('\0', "")).filter(|q| !q.is_empty());
    let id = q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0);
    let (q, limit) = (q.map(|q| text::like(&q)), request.fetch()?);
    let rows = match (sort, order) {
        (CustomerSort::Created, Order::Desc) => select_newest(last, q, id, limit, filter.state),
        (_, Order::Desc) => select_falling(last, q, id, limit, filter.state, sort.as_str(), key),
        (_, Order::Asc) => select_rising(last, q, id, limit, filter.state, sort.as_str(), key),
    };
    let rows = rows.all(&ctx.db).await?;
    request.page(rows, |row: &Customer| Keyed { key: row.sort_key.clone(), id: row.org_id.0 })
}

/// One customer.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn get(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Customer> {
    actor.admin()?;
    select_one(org).one(&ctx.db).await?.ok_or_else(|| Error::not_found("customer"))
}

db::row! {
    /// A user of a customer.
    #[derive(Clone, Debug)]
    pub struct Member {
        /// The user.
        pub id: UserId,
        /// Their address.
        pub email: String,
        /// Their name.
        pub name: String,
        /// What they may do in the organisation.
        pub role: OrgRole,
        /// Whether they can sign in.
        pub state: UserState,
        /// When they joined.
        pub joined_at: DateTime<Utc>,
        /// When one of their sessions that still stand began; none while they are signed out.
        pub signed_in_at: Option<DateTime<Utc>>,
    }
}

/// The users of an organisation, the owner first; at most 100.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn members(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Vec<Member>> {
    let customer = get(ctx, actor, org).await?;
    select_members(customer.org_id, MAX_MEMBERS).all(&ctx.db).await
}

db::statement! {
    fn select_newest(
        last: Option<Uuid>,
        q: Option<String>,
        id: Option<Uuid>,
        limit: i64,
        state: Option<OrgState>,
    ) -> Customer =
        file "customer/customers.sql",
        file "customer/fits.sql",
        "and ($1::uuid is null or o.id < $1) order by o.id desc limit $4";

    fn select_falling(
        last: Option<Uuid>,
        q: Option<String>,
        id: Option<Uuid>,
        limit: i64,
        state: Option<OrgState>,
        sort: &str,
        key: Option<String>,
    ) -> Customer =
        file "customer/sorted.sql",
        file "customer/customers.sql",
        file "customer/fits.sql",
        file "customer/key.sql",
        "where $1::uuid is null or (k.sort_key, c.org_id) < ($7, $1) order by k.sort_key desc, c.org_id desc limit $4";

    fn select_rising(
        last: Option<Uuid>,
        q: Option<String>,
        id: Option<Uuid>,
        limit: i64,
        state: Option<OrgState>,
        sort: &str,
        key: Option<String>,
    ) -> Customer =
        file "customer/sorted.sql",
        file "customer/customers.sql",
        file "customer/fits.sql",
        file "customer/key.sql",
        "where $1::uuid is null or (k.sort_key, c.org_id) > ($7, $1) order by k.sort_key, c.org_id limit $4";

    fn select_one(org: OrgId) -> Customer =
        file "customer/customers.sql",
        "where o.deleted_at is null and o.id = $1";

    fn select_members(org: OrgId, limit: i64) -> Member = file "customer/select_members.sql";
}
