//! What organisations demand of who uses them, as this process knows it: read every five seconds and at once when an
//! organisation changes, so that no request has to query it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use domain::org::{self, Policy, Shows};
use domain::{Ctx, OrgId};

/// Organisations with demands that one process keeps at most; the demands of others are then read at each request.
const MAX_KNOWN: usize = 10_000;

/// The demands of organisations.
#[derive(Debug)]
pub struct Policies {
    known: RwLock<Known>,
    /// One reading at a time, so that an older one never replaces a newer.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    of: HashMap<OrgId, Arc<Policy>>,
    /// Whether there may be more than are kept; before the first reading there may be any.
    more: bool,
}

impl Default for Policies {
    fn default() -> Self {
        Self { known: RwLock::new(Known { of: HashMap::new(), more: true }), turn: tokio::sync::Mutex::default() }
    }
}

impl Policies {
    /// Reads them again, and says whether one changed.
    ///
    /// # Errors
    /// When the database does not answer; what is known then stays as it was.
    pub async fn refresh(&self, ctx: &Ctx) -> domain::Result<bool> {
        let _turn = self.turn.lock().await;
        let found = org::policies(ctx, i64::try_from(MAX_KNOWN).unwrap_or(i64::MAX)).await?;
        let more = found.len() >= MAX_KNOWN;
        let of = found.into_iter().map(|policy| (policy.org, Arc::new(policy))).collect();
        Ok(self.replace(Known { of, more }))
    }

    /// As after a reading that found no demand, for tests without a database.
    #[cfg(test)]
    pub fn know_of_no_demand(&self) {
        self.replace(Known::default());
    }

    fn replace(&self, now: Known) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let changed = *known != now;
        *known = now;
        changed
    }

    /// Lets through who meets the organisation's demands.
    ///
    /// # Errors
    /// `address_not_allowed`; `mfa_required`; when they must be read, and the database does not answer.
    pub async fn admit(&self, ctx: &Ctx, org: OrgId, shows: Shows<'_>, ip: Option<IpAddr>) -> domain::Result<()> {
        let (found, more) = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (known.of.get(&org).cloned(), known.more)
        };
        match found {
            Some(policy) => policy.admit(shows, ip),
            None if more => org::policy(ctx, org).await?.map_or(Ok(()), |policy| policy.admit(shows, ip)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_reading_says_whether_something_changed() {
        let policies = Policies::default();
        assert!(policies.known.read().unwrap().more, "until then each request asks the database");
        let org = OrgId(Uuid::from_u128(1));
        let known = |require_mfa| {
            let policy = Policy { org, require_mfa, ip_allow: Vec::new() };
            Known { of: HashMap::from([(org, Arc::new(policy))]), more: false }
        };
        assert!(policies.replace(known(true)) && !policies.replace(known(true)));
        assert!(policies.replace(known(false)) && policies.replace(Known::default()));
    }
}
