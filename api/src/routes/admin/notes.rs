//! Notes about customers, and who belongs to them: for administrators' eyes.

use domain::{NoteId, OrgId, OrgRole, UserState, customer, org_note};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::routes::Tag;
use crate::routes::activity::Person;
use crate::routes::auth::User;
use crate::state::Shared;
use crate::wire::{Answer, Body, Created, Done, Gone, Id, List, NoContent, Paged, Time, Word, page};

/// A note about a customer.
#[derive(Debug, Object)]
pub struct Note {
    /// Its id.
    id: Id<NoteId>,
    /// The administrator who wrote it.
    author: Person,
    /// What it says: plain text.
    #[oai(validator(max_length = 4000))]
    body: String,
    /// When it was written.
    created_at: Time,
}

impl From<org_note::Note> for Note {
    fn from(note: org_note::Note) -> Self {
        Self {
            id: Id(note.id),
            author: Person { id: Id(note.author_id), name: note.author_name },
            body: note.body,
            created_at: note.created_at.into(),
        }
    }
}

/// A note to write.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct WriteNote {
    /// Plain text; no customer ever sees it.
    #[oai(validator(min_length = 1, max_length = 4000))]
    body: String,
}

/// A user of a customer.
#[derive(Debug, Object)]
pub struct Member {
    /// Who it is.
    user: User,
    /// What they may do in the organisation.
    role: Word<OrgRole>,
    /// Whether they can sign in.
    state: Word<UserState>,
    /// When they joined.
    joined_at: Time,
    /// When the newest of their sessions that still stand began; null while they are signed out.
    signed_in_at: Option<Time>,
}

impl From<customer::Member> for Member {
    fn from(member: customer::Member) -> Self {
        Self {
            user: User { id: Id(member.id), email: member.email, name: member.name },
            role: Word(member.role),
            state: Word(member.state),
            joined_at: member.joined_at.into(),
            signed_in_at: member.signed_in_at.map(Time),
        }
    }
}

/// Operations on what administrators know of customers.
pub struct NotesApi;

#[OpenApi]
impl NotesApi {
    /// List a customer's members
    ///
    /// The users of the organisation, its owner first.
    #[oai(
        path = "/api/admin/customers/:org/members",
        method = "get",
        operation_id = "listCustomerMembers",
        tag = "Tag::Admin"
    )]
    async fn members(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Done<List<Member>> {
        Ok(Answer::new(List::of(customer::members(&app.ctx, &admin.actor(), org.0.0).await?, Member::from)))
    }

    /// List notes about a customer
    ///
    /// What administrators wrote to each other, the newest first.
    #[oai(
        path = "/api/admin/customers/:org/notes",
        method = "get",
        operation_id = "listCustomerNotes",
        tag = "Tag::Admin"
    )]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many notes, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Note>> {
        let found = org_note::list(&app.ctx, &admin.actor(), org.0.0, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Note::from)))
    }

    /// Write a note about a customer
    ///
    /// Administrators alone see it, with its author.
    #[oai(
        path = "/api/admin/customers/:org/notes",
        method = "post",
        operation_id = "writeCustomerNote",
        tag = "Tag::Admin"
    )]
    async fn write(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        body: Body<WriteNote>,
    ) -> Created<Note> {
        Ok(Answer::new(org_note::add(&app.ctx, &admin.actor(), org.0.0, &body.0.body).await?.into()))
    }

    /// Delete a note of one's own
    ///
    /// Notes of others do not exist for this.
    #[oai(
        path = "/api/admin/customers/:org/notes/:id",
        method = "delete",
        operation_id = "deleteCustomerNote",
        tag = "Tag::Admin"
    )]
    async fn delete(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// The note's id.
        id: Path<Id<NoteId>>,
    ) -> Gone {
        org_note::remove(&app.ctx, &admin.actor(), org.0.0, id.0.0).await?;
        Ok(NoContent::default())
    }
}
