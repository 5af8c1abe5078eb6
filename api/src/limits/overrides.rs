//! What single users may send, as it was last read from the database.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::rate::{self, Standing};
use domain::{Ctx, UserId};

use super::bucket::Quota;

/// The overrides that stand: read again every 30 seconds, so that no request has to query them.
#[derive(Debug, Default)]
pub struct Overrides(RwLock<HashMap<UserId, (Quota, DateTime<Utc>)>>);

impl Overrides {
    /// Reads them again.
    ///
    /// # Errors
    /// When the database does not answer; they then stay as they were.
    pub async fn refresh(&self, ctx: &Ctx) -> domain::Result<()> {
        self.replace(&rate::standing(ctx).await?);
        Ok(())
    }

    fn replace(&self, standing: &[Standing]) {
        let quota = |one: &Standing| {
            let burst = u32::try_from(one.max).unwrap_or(1).max(1);
            let window = Duration::from_secs(u64::try_from(one.window_s).unwrap_or(1).max(1));
            Quota { burst, period: (window / burst).max(Duration::from_micros(1)) }
        };
        let read = standing.iter().map(|one| (one.user_id, (quota(one), one.expires_at))).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = read;
    }

    /// What a user may send instead of what their tier allows.
    pub fn of(&self, user: UserId, now: DateTime<Utc>) -> Option<Quota> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&user).filter(|(_, expires)| *expires > now).map(|(quota, _)| *quota)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use uuid::Uuid;

    #[test]
    fn an_override_ends_by_itself() {
        let (overrides, user) = (Overrides::default(), UserId(Uuid::from_u128(1)));
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let expires_at = now + TimeDelta::seconds(20);
        overrides.replace(&[Standing { user_id: user, max: 6, window_s: 60, expires_at }]);
        assert_eq!(overrides.of(user, now), Some(Quota { burst: 6, period: Duration::from_secs(10) }));
        assert_eq!(overrides.of(user, expires_at), None);
        assert_eq!(overrides.of(UserId(Uuid::from_u128(2)), now), None);
    }
}
