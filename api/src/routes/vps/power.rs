//! Switching a server on and off.

use domain::vps;
use domain::{PowerAction, VpsId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::model::{VpsJob, accepted};
use crate::auth::may;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Accepted, Body, Choice, Id};

/// What to do with a server's power.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ActOnVps {
    /// Whether to boot it, shut it down or reboot it.
    action: Choice<PowerAction>,
}

/// Why a server is not booted, shut down or rebooted.
pub struct PowerProblems;

impl Problems for PowerProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(402, "suspended"), (409, "busy"), (409, "wrong_state"), (429, "too_many_open_jobs"), (503, "overloaded")];
}

/// The operation on a server's power.
pub struct PowerApi;

#[OpenApi]
impl PowerApi {
    /// Boot, shut down or reboot a server
    ///
    /// A stopped server is charged like a running one. While the organisation has too many open jobs
    /// the response is 429 `too_many_open_jobs`, and while this work is far behind it is 503
    /// `overloaded`: both say in `Retry-After` when to try again.
    #[oai(path = "/api/vps/:id/action", method = "post", operation_id = "actOnVps", tag = "Tag::Vps")]
    async fn act(
        &self,
        member: may::VpsUse,
        app: Data<&Shared>,
        /// The server's id.
        id: Path<Id<VpsId>>,
        body: Body<ActOnVps>,
    ) -> Accepted<VpsJob, PowerProblems> {
        Ok(accepted(vps::act(&app.ctx, &member.actor(), id.0.0, body.0.action.0).await?))
    }
}
