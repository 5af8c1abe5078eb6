//! Customers: organisations with their owner, their money and their servers in figures.

use chrono::{DateTime, Utc};
use entity::{AnyId, OrgId, UserId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, db, text};

db::row! {
    /// A customer as administrators see them.
    #[derive(Clone, Debug)]
    pub struct Customer {
        /// The organisation that buys.
        pub org_id: OrgId,
        /// The organisation's name.
        pub name: String,
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
        /// When it registered.
        pub created_at: DateTime<Utc>,
    }
}

/// All customers, newest first; when `q` is given, those with it in a name or an address, or with this id.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor, q: Option<&str>, request: &PageRequest) -> Result<Page<Customer>> {
    actor.admin()?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let q = q.map(|q| q.trim().replace('\0', "")).filter(|q| !q.is_empty());
    let id = q.as_deref().and_then(|q| q.parse::<AnyId>().ok()).map(|id| id.0);
    let rows = select_page(before, q.map(|q| text::like(&q)), id, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |row: &Customer| row.org_id)
}

/// One customer.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn get(ctx: &Ctx, actor: &Actor, org: OrgId) -> Result<Customer> {
    actor.admin()?;
    select_one(org).one(&ctx.db).await?.ok_or_else(|| Error::not_found("customer"))
}

db::statement! {
    fn select_page(before: Option<Uuid>, q: Option<String>, id: Option<Uuid>, limit: i64) -> Customer =
        file "customer/customers.sql",
        file "customer/select_page.sql";

    fn select_one(org: OrgId) -> Customer =
        file "customer/customers.sql",
        "and o.id = $1";
}
