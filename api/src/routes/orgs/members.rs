//! The members of an organisation.

use domain::{OrgId, OrgRole, UserId, org};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::model::OrgMember;
use crate::auth::{Own, may};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Done, Gone, Id, List, NoContent};

/// A member's new role.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeMember {
    /// What they may do from now on.
    role: Choice<OrgRole>,
}

/// Why a membership is not changed.
pub struct MemberProblems;

impl Problems for MemberProblems {
    const OWN: &'static [(u16, &'static str)] = &[(403, "step_up_required"), (409, "last_owner")];
}

/// Why a member does not leave.
pub struct LeaveProblems;

impl Problems for LeaveProblems {
    const OWN: &'static [(u16, &'static str)] = &[(403, "reads_only"), (409, "last_owner")];
}

/// The operations on members.
pub struct MembersApi;

#[OpenApi]
impl MembersApi {
    /// List members
    ///
    /// Everybody who belongs to the organisation, in the order of joining.
    #[oai(path = "/api/orgs/:org/members", method = "get", operation_id = "listMembers", tag = "Tag::Orgs")]
    async fn list(
        &self,
        member: may::MembersRead,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
    ) -> Done<List<OrgMember>> {
        Ok(Answer::new(List::of(org::members(&app.ctx, &member.actor()).await?, OrgMember::from)))
    }

    /// Change a member's role
    ///
    /// Up to one's own. Making and unmaking an owner takes an owner who proved in the last ten minutes who they are
    /// (403 `step_up_required`); the last owner stays one (409 `last_owner`). The member's rights change within five
    /// seconds.
    #[oai(path = "/api/orgs/:org/members/:user", method = "patch", operation_id = "changeMember", tag = "Tag::Orgs")]
    async fn change(
        &self,
        member: may::MembersWrite,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        /// The member's id.
        user: Path<Id<UserId>>,
        body: Body<ChangeMember>,
    ) -> Done<OrgMember, MemberProblems> {
        let changed = org::change_role(&app.ctx, &member.actor(), user.0.0, body.0.role.0).await?;
        Ok(Answer::new(changed.into()))
    }

    /// Remove a member
    ///
    /// They lose access within five seconds; what they ordered stays the organisation's.
    #[oai(path = "/api/orgs/:org/members/:user", method = "delete", operation_id = "removeMember", tag = "Tag::Orgs")]
    async fn remove(
        &self,
        member: may::MembersWrite,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        /// The member's id.
        user: Path<Id<UserId>>,
    ) -> Gone<MemberProblems> {
        org::remove(&app.ctx, &member.actor(), user.0.0).await?;
        Ok(NoContent::default())
    }

    /// Leave an organisation
    ///
    /// The last owner can't.
    #[oai(path = "/api/orgs/:org/leave", method = "post", operation_id = "leaveOrg", tag = "Tag::Orgs")]
    async fn leave(
        &self,
        own: Own,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Gone<LeaveProblems> {
        org::leave(&app.ctx, &own.actor(), org.0.0).await?;
        Ok(NoContent::default())
    }
}
