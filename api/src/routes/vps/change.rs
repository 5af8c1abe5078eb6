//! Changing what a server is called and noted for, and deleting it.

use domain::VpsId;
use domain::vps::{self, VpsChanges};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::model::{Vps, VpsJob, accepted};
use crate::auth::may;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Done, Id, Label};

/// What shall be different of a server; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeVps {
    /// The new name, by the same rules as in an order.
    label: Option<Label>,
    /// All its tags: each of 1 to 32 letters, digits and hyphens, in lower case.
    #[oai(validator(max_items = 10))]
    tags: Option<Vec<String>>,
    /// Its notes: plain text, which may have several lines. An empty text removes them.
    #[oai(validator(max_length = 2000))]
    notes: Option<String>,
}

/// The confirmation of a deletion.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct DeleteVps {
    /// The server's name, exactly as it is shown.
    #[oai(validator(min_length = 1, max_length = 100))]
    label: String,
}

/// Why a server is not changed.
pub struct ChangeProblems;

impl Problems for ChangeProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "label_taken")];
}

/// Why a server is not deleted.
pub struct DeleteProblems;

impl Problems for DeleteProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "busy"), (409, "wrong_state")];
}

/// The operations that change and delete a server.
pub struct ChangeApi;

#[OpenApi]
impl ChangeApi {
    /// Change a server's name, tags and notes
    ///
    /// They are the customer's own words in the panel; nothing changes on the server itself.
    #[oai(path = "/api/vps/:id", method = "patch", operation_id = "changeVps", tag = "Tag::Vps")]
    async fn change(
        &self,
        member: may::VpsUse,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
        body: Body<ChangeVps>,
    ) -> Done<Vps, ChangeProblems> {
        let ChangeVps { label, tags, notes } = body.0;
        let changes = VpsChanges { label: label.map(|label| label.0), tags, notes };
        Ok(Answer::new(vps::change(&app.ctx, &member.actor(), id.0.0, &changes).await?.into()))
    }

    /// Delete a server
    ///
    /// Permanently, with everything on it. The body confirms the server's name.
    #[oai(path = "/api/vps/:id", method = "delete", operation_id = "deleteVps", tag = "Tag::Vps")]
    async fn delete(
        &self,
        member: may::VpsDelete,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
        body: Body<DeleteVps>,
    ) -> Accepted<VpsJob, DeleteProblems> {
        Ok(accepted(vps::delete(&app.ctx, &member.actor(), id.0.0, &body.0.label).await?))
    }
}
