//! One look-up for the palette.

use domain::search::{self, Find};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, List, entity_text};

/// Something that was found.
#[derive(Debug, Object)]
pub struct Found {
    /// What it is: `vps`, `org`, `job`, `cloud` or `plan`.
    #[oai(rename = "type", validator(max_length = 20))]
    kind: String,
    /// Its id, such as `vps_…`.
    #[oai(validator(max_length = 64))]
    id: String,
    /// What it is called; a job's kind.
    #[oai(validator(max_length = 200))]
    label: String,
    /// What tells it apart: a server's status, a customer's e-mail address, a job's state.
    #[oai(validator(max_length = 300))]
    detail: String,
    /// A server's address and customer.
    #[oai(validator(max_length = 300))]
    more: Option<String>,
}

impl From<Find> for Found {
    fn from(find: Find) -> Self {
        let id = entity_text(&find.kind, find.id);
        Self { kind: find.kind, id, label: find.label, detail: find.detail, more: find.more }
    }
}

/// Operations that find things of anybody.
pub struct SearchApi;

#[OpenApi]
impl SearchApi {
    /// Find customers, servers, jobs, clouds and plans
    ///
    /// At most five of each whose name, address or id fits; none for a text of fewer than two characters.
    #[oai(path = "/api/admin/search", method = "get", operation_id = "search", tag = "Tag::Admin")]
    async fn search(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// A part of a name or an e-mail address, the start of an IP address, or an id.
        #[oai(validator(max_length = 100))]
        q: Query<String>,
    ) -> Done<List<Found>> {
        Ok(Answer::new(List::of(search::search(&app.ctx, &admin.actor(), &q.0).await?, Found::from)))
    }
}
