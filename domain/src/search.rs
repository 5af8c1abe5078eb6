//! One look-up for the palette: customers, users, servers, jobs, clouds and plans of anybody.

use entity::AnyId;
use uuid::Uuid;

use crate::error::Result;
use crate::{Actor, Ctx, db, text};

/// The most finds of each kind.
const EACH: i64 = 5;
/// Shorter texts find nothing: nearly everything would fit.
const MIN_CHARS: usize = 2;

db::row! {
    /// Something that was found.
    #[derive(Clone, Debug)]
    pub struct Find {
        /// `vps`, `org`, `user`, `job`, `cloud` or `plan`.
        pub kind: String,
        /// Its id.
        pub id: Uuid,
        /// What it is called; a job's kind.
        pub label: String,
        /// What tells it apart: a server's status, a customer's address, a job's state.
        pub detail: String,
        /// More of the same: a server's address and customer.
        pub more: Option<String>,
    }
}

/// At most five of each kind whose name, address or id fits; nothing for fewer than two characters.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn search(ctx: &Ctx, actor: &Actor, q: &str) -> Result<Vec<Find>> {
    actor.admin()?;
    let q = q.trim().replace('\0', "");
    if q.chars().count() < MIN_CHARS {
        return Ok(Vec::new());
    }
    let id = q.parse::<AnyId>().ok().map(|id| id.0);
    select_finds(text::like(&q), id, EACH).all(&ctx.db).await
}

db::statement! {
    fn select_finds(q: String, id: Option<Uuid>, each: i64) -> Find = file "search/select_finds.sql";
}
