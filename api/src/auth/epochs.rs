//! Which access tokens are void before their time.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use domain::{Ctx, UserId};

use super::token::{ACCESS_TTL_S, Claims};

/// The users whose tokens of an earlier epoch are void: read from the database every few seconds
/// and at once when a user's epoch rises, so that no request has to query it.
#[derive(Debug, Default)]
pub struct Epochs(RwLock<HashMap<UserId, i32>>);

impl Epochs {
    /// Reads the list again, and says whether it changed.
    ///
    /// # Errors
    /// When the database does not answer; the list then stays as it was.
    pub async fn refresh(&self, ctx: &Ctx) -> domain::Result<bool> {
        let revoked = domain::identity::revocations(ctx, Duration::from_secs(ACCESS_TTL_S.unsigned_abs())).await?;
        Ok(self.replace(revoked.into_iter().map(|row| (row.user_id, row.epoch)).collect()))
    }

    fn replace(&self, list: HashMap<UserId, i32>) -> bool {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let changed = *known != list;
        *known = list;
        changed
    }

    /// Whether a token is of an epoch that is over.
    #[must_use]
    pub fn revoked(&self, claims: &Claims) -> bool {
        self.over(claims.sub, claims.epoch)
    }

    /// Whether an epoch of the user is over.
    #[must_use]
    pub fn over(&self, user: UserId, epoch: i32) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&user).is_some_and(|least| epoch < *least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_earlier_epoch_is_over() {
        let (epochs, user) = (Epochs::default(), UserId(Uuid::from_u128(1)));
        assert!(!epochs.over(user, 0));
        assert!(epochs.replace(HashMap::from([(user, 2)])) && !epochs.replace(HashMap::from([(user, 2)])));
        assert!(epochs.over(user, 1) && !epochs.over(user, 2) && !epochs.over(UserId(Uuid::from_u128(2)), 0));
    }
}
