//! The actor behind a request: no finder and no use case can be called without one.

use entity::user::Role;
use entity::{OrgId, UserId};

use crate::error::{Error, Result};

/// On whose authority something is read or changed, as a session, a job or a shell proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in member of an organisation.
    Member {
        /// Their account of the panel.
        user: UserId,
        /// The organisation that they act for.
        org: OrgId,
        /// [`Role::User`] or [`Role::Readonly`].
        role: Role,
    },
    /// A signed-in administrator, who has an organisation of their own too.
    Admin {
        /// Their account of the panel.
        user: UserId,
        /// Their own organisation.
        org: OrgId,
    },
    /// An administrator on whose behalf a job carries out what they asked for. Nothing is theirs
    /// to see on customers' pages.
    OnBehalf(UserId),
    /// The operator at the command line, who holds the installation's settings: may do what
    /// administrators do, and is no user of the panel.
    Operator,
}

impl Actor {
    /// The actor for a signed-in user with the given role.
    #[must_use]
    pub fn of(user: UserId, org: OrgId, role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin { user, org },
            Role::User | Role::Readonly => Self::Member { user, org, role },
        }
    }

    /// The user to put on record; none for the operator.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Member { user, .. } | Self::Admin { user, .. } | Self::OnBehalf(user) => Some(*user),
            Self::Operator => None,
        }
    }

    /// The organisation whose things the actor sees on customers' pages.
    ///
    /// # Errors
    /// `forbidden` for actors that have none: only signed-in users do.
    pub fn org(&self) -> Result<OrgId> {
        match self {
            Self::Member { org, .. } | Self::Admin { org, .. } => Ok(*org),
            Self::OnBehalf(_) | Self::Operator => Err(Error::forbidden()),
        }
    }

    /// The organisation, for a mutation.
    ///
    /// # Errors
    /// `forbidden` when the role only reads.
    pub fn org_to_change(&self) -> Result<OrgId> {
        match self {
            Self::Member { role: Role::Readonly, .. } => Err(Error::forbidden()),
            _ => self.org(),
        }
    }

    /// Lets through those who may run the panel. Gives the user to put on record, as [`Actor::user`].
    ///
    /// # Errors
    /// `forbidden` for members and for the platform.
    pub fn admin(&self) -> Result<Option<UserId>> {
        match self {
            Self::Admin { .. } | Self::OnBehalf(_) | Self::Operator => Ok(self.user()),
            Self::Member { .. } => Err(Error::forbidden()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const USER: UserId = UserId(Uuid::from_u128(1));
    const ORG: OrgId = OrgId(Uuid::from_u128(2));

    #[test]
    fn roles_decide_what_a_signed_in_user_may() {
        let (admin, member, reader) = (Role::Admin, Role::User, Role::Readonly);
        assert_eq!(Actor::of(USER, ORG, admin).admin().ok(), Some(Some(USER)));
        assert!(Actor::of(USER, ORG, member).admin().is_err());
        assert_eq!(Actor::of(USER, ORG, member).org_to_change().ok(), Some(ORG));
        assert_eq!(Actor::of(USER, ORG, reader).org().ok(), Some(ORG));
        assert!(Actor::of(USER, ORG, reader).org_to_change().is_err());
    }

    #[test]
    fn only_signed_in_users_have_an_organisation() {
        for actor in [Actor::OnBehalf(USER), Actor::Operator] {
            assert!(actor.org().is_err() && actor.org_to_change().is_err(), "{actor:?}");
        }
        assert_eq!((Actor::Operator.user(), Actor::Operator.admin().ok()), (None, Some(None)));
        assert_eq!(Actor::OnBehalf(USER).admin().ok(), Some(Some(USER)));
    }
}
