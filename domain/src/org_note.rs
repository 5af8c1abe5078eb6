//! Notes that administrators write to each other about a customer, who never sees them.

use chrono::{DateTime, Utc};
use entity::{AnyId, NoteId, OrgId, UserId};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, customer, db, text};

/// The most characters of a note.
pub const MAX_CHARS: usize = 4_000;

db::row! {
    /// A note.
    #[derive(Clone, Debug)]
    pub struct Note {
        /// The note.
        pub id: NoteId,
        /// Who wrote it.
        pub author_id: UserId,
        /// Their name.
        pub author_name: String,
        /// Plain text.
        pub body: String,
        /// When it was written.
        pub created_at: DateTime<Utc>,
    }
}

/// A customer's notes, newest first.
///
/// # Errors
/// `not_found` for what is no customer; `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor, org: OrgId, request: &PageRequest) -> Result<Page<Note>> {
    let customer = customer::get(ctx, actor, org).await?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    let rows = select_notes(customer.org_id, before, request.fetch()?).all(&ctx.db).await?;
    request.page(rows, |note: &Note| note.id)
}

/// Writes a note of 1 to 4,000 characters.
///
/// # Errors
/// A field error; `not_found` for what is no customer; `forbidden` for others than signed-in administrators.
pub async fn add(ctx: &Ctx, actor: &Actor, org: OrgId, body: &str) -> Result<Note> {
    let author = actor.admin()?.ok_or_else(Error::forbidden)?;
    let body = text::paragraphs("/body", body, MAX_CHARS)?;
    let customer = customer::get(ctx, actor, org).await?;
    let now = ctx.clock.now(&ctx.db).await?;
    let id: NoteId = ctx.chance.id(now);
    insert_note(id, customer.org_id, author, body, now).exec(&ctx.db).await?;
    select_note(id).only(&ctx.db).await
}

/// Deletes a note that the actor wrote.
///
/// # Errors
/// `not_found`, for notes of others too; `forbidden` for others than administrators.
pub async fn remove(ctx: &Ctx, actor: &Actor, org: OrgId, note: NoteId) -> Result<()> {
    let author = actor.admin()?.ok_or_else(Error::forbidden)?;
    match delete_note(note, org, author).exec(&ctx.db).await? {
        0 => Err(Error::not_found("note of yours")),
        _ => Ok(()),
    }
}

db::statement! {
    fn select_notes(org: OrgId, before: Option<Uuid>, limit: i64) -> Note =
        "select n.id, n.author_id, u.name as author_name, n.body, n.created_at from org_note n
         join app_user u on u.id = n.author_id
         where n.org_id = $1 and ($2::uuid is null or n.id < $2) order by n.id desc limit $3";

    fn select_note(id: NoteId) -> Note =
        "select n.id, n.author_id, u.name as author_name, n.body, n.created_at from org_note n
         join app_user u on u.id = n.author_id where n.id = $1";

    fn insert_note(id: NoteId, org: OrgId, author: UserId, body: String, at: DateTime<Utc>) =
        "insert into org_note (id, org_id, author_id, body, created_at) values ($1, $2, $3, $4, $5)";

    fn delete_note(id: NoteId, org: OrgId, author: UserId) =
        "delete from org_note where id = $1 and org_id = $2 and author_id = $3";
}
