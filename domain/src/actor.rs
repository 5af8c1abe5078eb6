//! The actor behind a request: no finder and no use case can be called without one.

use entity::{ApiKeyId, OrgId, SessionId, UserId};

use crate::access::{Perm, Perms, role_of};
use crate::error::{Error, ErrorKind, Result};

/// What a request proves itself with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A sign-in.
    Session(SessionId),
    /// A program's key.
    Key(ApiKeyId),
}

/// A user as a request shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user.
    pub user: UserId,
    /// What proves it.
    pub proof: Proof,
    /// The administrator who acts in their place.
    pub impersonator: Option<UserId>,
}

/// On whose authority something is read or changed, as a session, a key, a job or a shell proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of an organisation, in what concerns that organisation.
    Member {
        /// Who they are.
        person: Person,
        /// The organisation that the request is for.
        org: OrgId,
        /// What they may do there, by this request.
        rights: Perms,
    },
    /// A user, in what concerns their own account.
    User(Person),
    /// An administrator, in what concerns the platform. Customers' things are not theirs on customers' pages.
    Admin(Person),
    /// An administrator on whose behalf a job carries out what they asked for, after `access::on_behalf` has found that
    /// they still are one. Nothing is theirs to see on customers' pages.
    OnBehalf(UserId),
    /// The operator at the command line, who holds the installation's settings: may do what
    /// administrators do, and is no user of the panel.
    Operator,
}

impl Actor {
    /// Who signed in, if a request is behind it.
    #[must_use]
    pub fn person(&self) -> Option<Person> {
        match self {
            Self::Member { person, .. } | Self::User(person) | Self::Admin(person) => Some(*person),
            Self::OnBehalf(_) | Self::Operator => None,
        }
    }

    /// The user to put on record; none for the operator.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::OnBehalf(user) => Some(*user),
            _ => self.person().map(|person| person.user),
        }
    }

    /// The administrator in the user's place, to put on record.
    #[must_use]
    pub fn impersonator(&self) -> Option<UserId> {
        self.person().and_then(|person| person.impersonator)
    }

    /// The organisation of a member who may do this.
    ///
    /// # Errors
    /// `forbidden` with words that say who may; also for all who act for no organisation.
    pub fn may(&self, perm: Perm) -> Result<OrgId> {
        match self {
            Self::Member { org, rights, .. } if rights.has(perm) => Ok(*org),
            Self::Member { .. } => Err(forbidden(perm)),
            _ => Err(Error::forbidden()),
        }
    }

    /// The user whose account it is.
    ///
    /// # Errors
    /// `forbidden` for all but a user in what concerns their own account.
    pub fn own(&self) -> Result<UserId> {
        match self {
            Self::User(person) => Ok(person.user),
            _ => Err(Error::forbidden()),
        }
    }

    /// Lets through those who may run the panel. Gives the user to put on record, as [`Actor::user`].
    ///
    /// # Errors
    /// `forbidden` for members and for users.
    pub fn admin(&self) -> Result<Option<UserId>> {
        match self {
            Self::Admin(_) | Self::OnBehalf(_) | Self::Operator => Ok(self.user()),
            Self::Member { .. } | Self::User(_) => Err(Error::forbidden()),
        }
    }
}

/// What a member is told who may not.
#[must_use]
pub fn forbidden(perm: Perm) -> Error {
    let words = format!(
        "You may not {} here: that takes the role {} or a higher one. Ask an owner of the organisation if you need it.",
        perm.words(),
        role_of(perm)
    );
    Error::new(ErrorKind::Forbidden, "forbidden", words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Limits, perms_of};
    use entity::org_member::OrgRole;
    use uuid::Uuid;

    const USER: UserId = UserId(Uuid::from_u128(1));
    const ORG: OrgId = OrgId(Uuid::from_u128(2));
    const PERSON: Person =
        Person { user: USER, proof: Proof::Session(SessionId(Uuid::from_u128(3))), impersonator: None };

    fn member(rights: Perms) -> Actor {
        Actor::Member { person: PERSON, org: ORG, rights }
    }

    #[test]
    fn rights_decide_what_a_member_may() {
        let reader = member(Limits::default().apply(OrgRole::Readonly));
        assert_eq!(reader.may(Perm::VpsRead).ok(), Some(ORG));
        let refused = reader.may(Perm::VpsCreate).unwrap_err();
        assert_eq!(refused.code, "forbidden");
        assert!(refused.detail.contains("order servers") && refused.detail.contains("member"), "{}", refused.detail);
        let owner = member(perms_of(OrgRole::Owner));
        assert!(owner.may(Perm::OrgDelete).is_ok() && owner.admin().is_err() && owner.own().is_err());
    }

    #[test]
    fn nobody_is_more_than_their_variant() {
        for actor in [Actor::User(PERSON), Actor::Admin(PERSON), Actor::OnBehalf(USER), Actor::Operator] {
            assert!(Perm::ALL.iter().all(|perm| actor.may(*perm).is_err()), "{actor:?}");
        }
        assert_eq!(Actor::User(PERSON).own().ok(), Some(USER));
        assert!(Actor::Admin(PERSON).own().is_err() && Actor::User(PERSON).admin().is_err());
        assert_eq!((Actor::Operator.user(), Actor::Operator.admin().ok()), (None, Some(None)));
        assert_eq!(Actor::OnBehalf(USER).admin().ok(), Some(Some(USER)));
        let guest = Person { impersonator: Some(UserId(Uuid::from_u128(9))), ..PERSON };
        assert_eq!(Actor::User(guest).impersonator(), Some(UserId(Uuid::from_u128(9))));
    }
}
