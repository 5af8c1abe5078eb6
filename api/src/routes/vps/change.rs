//! Renaming and deleting a server.

use domain::VpsId;
use domain::vps;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::model::{Vps, VpsJob, accepted};
use crate::auth::Writer;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Done, Id, Label};

/// A new name for a server.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RenameVps {
    /// The new name, by the same rules as in an order.
    label: Label,
}

/// The confirmation of a deletion.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct DeleteVps {
    /// The server's name, exactly as it is shown.
    #[oai(validator(min_length = 1, max_length = 100))]
    label: String,
}

/// Why a server is not renamed.
pub struct RenameProblems;

impl Problems for RenameProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "label_taken")];
}

/// Why a server is not deleted.
pub struct DeleteProblems;

impl Problems for DeleteProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "busy"), (409, "wrong_state")];
}

/// The operations that rename and delete a server.
pub struct ChangeApi;

#[OpenApi]
impl ChangeApi {
    /// Rename a server
    ///
    /// Changes its name in the panel; nothing changes on the server itself.
    #[oai(path = "/api/vps/:id", method = "patch", operation_id = "renameVps", tag = "Tag::Vps")]
    async fn rename(
        &self,
        writer: Writer,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
        body: Body<RenameVps>,
    ) -> Done<Vps, RenameProblems> {
        Ok(Answer::new(vps::rename(&app.ctx, &writer.actor(), id.0.0, &body.0.label.0).await?.into()))
    }

    /// Delete a server
    ///
    /// Permanently, with everything on it. The body confirms the server's name.
    #[oai(path = "/api/vps/:id", method = "delete", operation_id = "deleteVps", tag = "Tag::Vps")]
    async fn delete(
        &self,
        writer: Writer,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
        body: Body<DeleteVps>,
    ) -> Accepted<VpsJob, DeleteProblems> {
        Ok(accepted(vps::delete(&app.ctx, &writer.actor(), id.0.0, &body.0.label).await?))
    }
}
