//! Which access tokens are void before their time.

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use domain::{Ctx, SessionId, UserId};

use super::token::{ACCESS_TTL_S, Claims};

/// The users whose tokens of an earlier epoch are void, and the sessions whose tokens are: read from the database every
/// few seconds and at once when that changes, so that no request has to query it.
#[derive(Debug, Default)]
pub struct Epochs(RwLock<Void>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Void {
    /// The lowest epoch that is still valid.
    users: HashMap<UserId, i32>,
    sessions: HashSet<SessionId>,
}

impl Epochs {
    /// Reads the lists again, and says whether they changed.
    ///
    /// # Errors
    /// When the database does not answer; the lists then stay as they were.
    pub async fn refresh(&self, ctx: &Ctx) -> domain::Result<bool> {
        let revoked = domain::identity::revocations(ctx, Duration::from_secs(ACCESS_TTL_S.unsigned_abs())).await?;
        let users = revoked.users.into_iter().map(|row| (row.user_id, row.epoch)).collect();
        Ok(self.replace(Void { users, sessions: revoked.sessions.into_iter().collect() }))
    }

    fn replace(&self, void: Void) -> bool {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let changed = *known != void;
        *known = void;
        changed
    }

    /// Whether a token is of an epoch that is over, or of a session that was ended. A stay in another's place ends with
    /// the administrator's own session and epoch too.
    #[must_use]
    pub fn revoked(&self, claims: &Claims) -> bool {
        let void = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let over = |session, user, epoch| {
            void.sessions.contains(session) || void.users.get(user).is_some_and(|least| epoch < *least)
        };
        over(&claims.sid, &claims.sub, claims.epoch)
            || claims.act.as_ref().is_some_and(|act| over(&act.sid, &act.sub, act.epoch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::claims::{Act, Memberships};
    use domain::{ImpersonationId, Role};
    use uuid::Uuid;

    fn claims(user: u128, session: u128, epoch: i32) -> Claims {
        Claims {
            iss: String::new(),
            aud: String::new(),
            sub: UserId(Uuid::from_u128(user)),
            role: Role::User,
            m: Memberships::default(),
            more: false,
            amr: Vec::new(),
            ver: 0,
            act: None,
            epoch,
            sid: SessionId(Uuid::from_u128(session)),
            iat: 0,
            exp: 0,
        }
    }

    #[test]
    fn an_earlier_epoch_is_over_and_an_ended_session_is_too() {
        let epochs = Epochs::default();
        assert!(!epochs.revoked(&claims(1, 1, 0)));
        let void = || Void {
            users: HashMap::from([(UserId(Uuid::from_u128(1)), 2)]),
            sessions: HashSet::from([SessionId(Uuid::from_u128(9))]),
        };
        assert!(epochs.replace(void()) && !epochs.replace(void()));
        assert!(epochs.revoked(&claims(1, 1, 1)) && !epochs.revoked(&claims(1, 1, 2)));
        assert!(epochs.revoked(&claims(2, 9, 5)) && !epochs.revoked(&claims(2, 8, 0)));
        // In another's place: the administrator's epoch and their own session count as well.
        let guest = |admin: u128, epoch: i32, own: u128| {
            let (sub, sid) = (UserId(Uuid::from_u128(admin)), SessionId(Uuid::from_u128(own)));
            let id = ImpersonationId(Uuid::from_u128(5));
            epochs.revoked(&Claims { act: Some(Act { sub, id, w: true, epoch, sid }), ..claims(2, 8, 0) })
        };
        assert!(guest(1, 1, 7) && guest(3, 0, 9) && !guest(1, 2, 7));
    }
}
