//! Organisations: made, read, changed and ended, their members and their invitations. Their addresses name the
//! organisation, so that no header has to.

pub mod history;
mod invitations;
mod members;
pub mod model;
mod org;
pub mod security;

/// The operations on organisations.
pub type Operations = (
    org::OrgsApi,
    members::MembersApi,
    invitations::OrgInvitationsApi,
    security::OrgSecurityApi,
    history::OrgHistoryApi,
);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (
        org::OrgsApi,
        members::MembersApi,
        invitations::OrgInvitationsApi,
        security::OrgSecurityApi,
        history::OrgHistoryApi,
    )
}
