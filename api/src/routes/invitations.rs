//! What the addressee of an invitation does with its token. Only a POST takes one: who merely opens the link of the
//! mail, such as a scanner, spends nothing.

use domain::org::{self, Joined, Offer};
use domain::{OrgId, OrgRole};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::auth::Own;
use crate::problem::Problems;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Gone, Id, NoContent, Secret, Time, Word};

/// The token of an invitation.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct InvitationToken {
    /// The part of the mail's link behind `#`.
    #[oai(validator(min_length = 1, max_length = 128))]
    token: Secret,
}

/// An invitation, as its addressee sees it.
#[derive(Debug, Object)]
pub struct InvitationOffer {
    /// The organisation's name.
    #[oai(validator(max_length = 100))]
    organisation: String,
    /// What the addressee becomes.
    role: Word<OrgRole>,
    /// The name of the member who invites.
    #[oai(validator(max_length = 100))]
    invited_by: String,
    /// The invited address.
    #[oai(validator(max_length = 254))]
    email: String,
    /// Whether a user with this address exists, who signs in to accept; otherwise one registers.
    has_account: bool,
    /// Until when it can be accepted.
    expires_at: Time,
}

impl From<Offer> for InvitationOffer {
    fn from(offer: Offer) -> Self {
        Self {
            organisation: offer.org_name,
            role: Word(offer.role),
            invited_by: offer.invited_by,
            email: offer.email,
            has_account: offer.has_account,
            expires_at: offer.expires_at.into(),
        }
    }
}

/// Where the user belongs from now on.
#[derive(Debug, Object)]
pub struct JoinedOrg {
    /// The organisation's id.
    id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What the user may do there.
    role: Word<OrgRole>,
}

impl From<Joined> for JoinedOrg {
    fn from(joined: Joined) -> Self {
        Self { id: Id(joined.org_id), name: joined.org_name, role: Word(joined.role) }
    }
}

/// Why an invitation is not shown.
pub struct LookProblems;

impl Problems for LookProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(404, "not_found"), (410, "invitation_expired"), (410, "invitation_revoked"), (410, "invitation_used")];
}

/// Why an invitation is not accepted.
pub struct AcceptProblems;

impl Problems for AcceptProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (403, "email_unverified"),
        (403, "invitation_for_another"),
        (403, "quota_reached"),
        (403, "reads_only"),
        (404, "not_found"),
        (409, "already_member"),
        (410, "invitation_expired"),
        (410, "invitation_revoked"),
        (410, "invitation_used"),
    ];
}

/// The operations of who holds an invitation's token.
pub struct InvitationsApi;

#[OpenApi]
impl InvitationsApi {
    /// See an invitation
    ///
    /// Takes no session, and spends nothing.
    #[oai(path = "/api/invitations/look", method = "post", operation_id = "lookAtInvitation", tag = "Tag::Orgs")]
    async fn look(&self, app: Data<&Shared>, body: Body<InvitationToken>) -> Done<InvitationOffer, LookProblems> {
        Ok(Answer::new(org::look(&app.ctx, body.0.token.as_ref()).await?.into()))
    }

    /// Accept an invitation
    ///
    /// Takes a user of the invited address who confirmed it; for others the answer names nobody. A new user registers
    /// with the token instead.
    #[oai(path = "/api/invitations/accept", method = "post", operation_id = "acceptInvitation", tag = "Tag::Orgs")]
    async fn accept(
        &self,
        own: Own,
        app: Data<&Shared>,
        body: Body<InvitationToken>,
    ) -> Done<JoinedOrg, AcceptProblems> {
        Ok(Answer::new(org::accept(&app.ctx, &own.actor(), body.0.token.as_ref()).await?.into()))
    }

    /// Decline an invitation
    ///
    /// Takes no session.
    #[oai(path = "/api/invitations/decline", method = "post", operation_id = "declineInvitation", tag = "Tag::Orgs")]
    async fn decline(&self, app: Data<&Shared>, body: Body<InvitationToken>) -> Gone<LookProblems> {
        org::decline(&app.ctx, body.0.token.as_ref()).await?;
        Ok(NoContent::default())
    }
}
