//! The invitations of an organisation, as its members handle them.

use domain::{InvitationId, OrgId, OrgRole, org};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::model::Invitation;
use crate::auth::may;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Created, Done, Gone, Id, List, NoContent};

/// Whom to invite.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Invite {
    /// The address at which they read mail, and with which they sign in.
    #[oai(validator(min_length = 3, max_length = 254))]
    email: String,
    /// What they become, up to one's own role.
    role: Choice<OrgRole>,
}

/// Why nobody is invited.
pub struct InviteProblems;

impl Problems for InviteProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (403, "email_unverified"),
        (403, "quota_reached"),
        (403, "step_up_required"),
        (409, "already_member"),
        (409, "too_many_invitations"),
    ];
}

/// The operations on invitations, for members.
pub struct OrgInvitationsApi;

#[OpenApi]
impl OrgInvitationsApi {
    /// List invitations
    ///
    /// Those that were neither answered nor taken back, the newest first.
    #[oai(path = "/api/orgs/:org/invitations", method = "get", operation_id = "listInvitations", tag = "Tag::Orgs")]
    async fn list(
        &self,
        member: may::MembersRead,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
    ) -> Done<List<Invitation>> {
        Ok(Answer::new(List::of(org::invitations(&app.ctx, &member.actor()).await?, Invitation::from)))
    }

    /// Invite a member
    ///
    /// By mail, for seven days. An earlier invitation of the address ends. An address gets at most three in a day, an
    /// organisation has at most 20 open. Inviting an owner takes an owner who proved in the last ten minutes who they
    /// are (403 `step_up_required`).
    #[oai(path = "/api/orgs/:org/invitations", method = "post", operation_id = "inviteMember", tag = "Tag::Orgs")]
    async fn invite(
        &self,
        member: may::MembersWrite,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        body: Body<Invite>,
    ) -> Created<Invitation, InviteProblems> {
        let Invite { email, role } = body.0;
        Ok(Answer::new(org::invite(&app.ctx, &member.actor(), &email, role.0).await?.into()))
    }

    /// Take an invitation back
    ///
    /// The link in its mail no longer works.
    #[oai(
        path = "/api/orgs/:org/invitations/:id",
        method = "delete",
        operation_id = "revokeInvitation",
        tag = "Tag::Orgs"
    )]
    async fn revoke(
        &self,
        member: may::MembersWrite,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        /// The invitation's id.
        id: Path<Id<InvitationId>>,
    ) -> Gone {
        org::revoke(&app.ctx, &member.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }
}
