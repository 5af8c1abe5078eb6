//! Tokens for tests: what users hold whom no database knows.

use domain::access::Membership;
use domain::identity::Grant;
use domain::{OrgId, OrgRole, Role, SessionId, UserId};
use secrecy::SecretString;
use uuid::Uuid;

use crate::state::State;

pub(super) fn token(state: &State, role: Role) -> String {
    signed(state, &Grant { role, ..granted(state, &[OrgRole::Owner]) })
}

pub(super) fn signed(state: &State, grant: &Grant) -> String {
    state.tokens.issue(grant, state.ctx.clock.estimate()).unwrap()
}

/// The organisation in which [`granted`] gives the n-th role, from 0.
pub(super) fn org(n: usize) -> OrgId {
    OrgId(Uuid::from_u128(0x100 + n as u128))
}

/// What a user holds who has these roles, in as many organisations, and was verified just now.
pub(super) fn granted(state: &State, roles: &[OrgRole]) -> Grant {
    let now = state.ctx.clock.estimate();
    let place = |(n, role): (usize, &OrgRole)| Membership { org_id: org(n), org_name: String::new(), role: *role };
    Grant {
        user: UserId(Uuid::from_u128(1)),
        role: Role::User,
        memberships: roles.iter().enumerate().map(place).collect(),
        epoch: 0,
        session: SessionId(Uuid::from_u128(3)),
        amr: vec!["pwd".to_owned()],
        verified_at: Some(now),
        impersonation: None,
        expires_at: now + chrono::TimeDelta::days(7),
        refresh_token: SecretString::from("unused"),
    }
}
