//! Who asks: no finder and no use case can be called without one.

use entity::user::Role;
use entity::{JobId, OrgId, UserId};

use crate::error::{Error, Result};

/// Who asks for something, as the session or the job proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of an organisation.
    Member {
        /// The person.
        user: UserId,
        /// The organisation that they act for.
        org: OrgId,
        /// [`Role::User`] or [`Role::Readonly`].
        role: Role,
    },
    /// A person who runs the panel, with an organisation of their own.
    Admin {
        /// The person.
        user: UserId,
        /// Their own organisation.
        org: OrgId,
    },
    /// The platform itself, working on a job.
    System(JobId),
}

impl Actor {
    /// The actor for a user with the given role.
    #[must_use]
    pub fn of(user: UserId, org: OrgId, role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin { user, org },
            Role::User | Role::Readonly => Self::Member { user, org, role },
        }
    }

    /// Whoever holds the installation's settings, at the command line: reads what admins read.
    #[must_use]
    pub fn operator() -> Self {
        let nobody = uuid::Uuid::nil();
        Self::Admin { user: UserId(nobody), org: OrgId(nobody) }
    }

    /// An admin in whose name a job goes on with what they asked for.
    #[must_use]
    pub fn of_admin(user: UserId) -> Self {
        Self::Admin { user, org: OrgId(uuid::Uuid::nil()) }
    }

    /// The person, when it is one.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Member { user, .. } | Self::Admin { user, .. } => Some(*user),
            Self::System(_) => None,
        }
    }

    /// The person, for the record: none for the platform and for whoever sits at the command line.
    #[must_use]
    pub fn person(&self) -> Option<UserId> {
        self.user().filter(|user| !user.0.is_nil())
    }

    /// The organisation whose things the actor sees on customers' pages.
    ///
    /// # Errors
    /// When the platform itself asks: it has none.
    pub fn org(&self) -> Result<OrgId> {
        match self {
            Self::Member { org, .. } | Self::Admin { org, .. } => Ok(*org),
            Self::System(_) => Err(Error::forbidden()),
        }
    }

    /// The organisation, for a mutation.
    ///
    /// # Errors
    /// When the role only reads.
    pub fn org_to_change(&self) -> Result<OrgId> {
        match self {
            Self::Member { role: Role::Readonly, .. } => Err(Error::forbidden()),
            _ => self.org(),
        }
    }

    /// The admin's user id.
    ///
    /// # Errors
    /// When the actor is not an admin.
    pub fn admin(&self) -> Result<UserId> {
        match self {
            Self::Admin { user, .. } => Ok(*user),
            _ => Err(Error::forbidden()),
        }
    }
}
