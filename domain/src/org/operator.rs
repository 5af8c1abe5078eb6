//! Organisations at the command line.

use chrono::{DateTime, Utc};
use entity::{AnyId, OrgId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::{Actor, Ctx, db, text};

db::row! {
    /// An organisation in a line.
    #[derive(Clone, Debug)]
    pub struct OrgLine {
        /// Its id.
        pub id: OrgId,
        /// Its name.
        pub name: String,
        /// The address of its first owner; none where nobody owns it.
        pub owner: Option<String>,
        /// Its members.
        pub members: i64,
        /// Its servers that live.
        pub servers: i64,
        /// How many it may have.
        pub servers_most: i32,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

/// Organisations with this text in their name, the newest first.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor, q: Option<&str>, limit: u16) -> Result<Vec<OrgLine>> {
    actor.admin()?;
    select_lines(None, q.map(text::like), i64::from(limit)).all(&ctx.db).await
}

/// One organisation, by its id.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn find(ctx: &Ctx, actor: &Actor, id: AnyId) -> Result<OrgLine> {
    actor.admin()?;
    select_lines(Some(id.0), None, 1).one(&ctx.db).await?.ok_or_else(|| Error::not_found("organisation"))
}

db::statement! {
    fn select_lines(id: Option<Uuid>, q: Option<String>, limit: i64) -> OrgLine = file "select_lines.sql";
}
