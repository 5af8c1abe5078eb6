//! Refusals on their way to the record: gathered for a second, so that a flood of them costs one statement.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use domain::security::Refusal;
use domain::text::canonical_email;
use domain::{Ctx, SecurityKind, UserId};

/// Different refusals that are gathered at most; those beyond are recorded by their kind alone.
const MAX_GATHERED: usize = 1_000;

/// What was refused since the last time that it was written.
#[derive(Debug, Default)]
pub struct SecurityLog(Mutex<HashMap<Refusal, i32>>);

impl SecurityLog {
    /// Notes a refusal of what a signed-in user, or a client that is not signed in, asked for.
    pub fn note(&self, kind: SecurityKind, user: Option<UserId>, ip: Option<IpAddr>) {
        self.add(Refusal { kind, user, email: None, ip });
    }

    /// Notes a refusal of a client that typed an e-mail address.
    pub fn note_typed(&self, kind: SecurityKind, email: &str, ip: Option<IpAddr>) {
        self.add(Refusal { kind, user: None, email: canonical_email(email), ip });
    }

    /// Counts a refusal and logs it, where the record was written with what else it changed.
    pub fn tell(refusal: &Refusal) {
        metrics::counter!("security_events_total", "kind" => refusal.kind.as_str()).increment(1);
        // The address that was typed may be a password in the wrong field: it is hashed before it is kept anywhere.
        tracing::info!(
            target: "api::security",
            kind = refusal.kind.as_str(),
            client = refusal.ip.map(|ip| ip.to_string()),
            user_id = refusal.user.map(|user| user.to_string()),
            "refused"
        );
    }

    fn add(&self, refusal: Refusal) {
        Self::tell(&refusal);
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = gathered.len() >= MAX_GATHERED && !gathered.contains_key(&refusal);
        let key = if full { Refusal { user: None, email: None, ip: None, ..refusal } } else { refusal };
        let count = gathered.entry(key).or_default();
        *count = count.saturating_add(1);
    }

    /// Writes what was gathered. What can't be written is dropped: it stands in the log and in the counter.
    pub async fn write(&self, ctx: &Ctx) {
        let gathered = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if gathered.is_empty() {
            return;
        }
        let gathered: Vec<_> = gathered.into_iter().collect();
        if let Err(error) = domain::security::record(ctx, &ctx.db, &gathered).await {
            tracing::warn!(cause = %error, lost = gathered.len(), "security events could not be written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_gathered_up_to_a_bound() {
        let log = SecurityLog::default();
        for n in 0..5_000_u32 {
            log.note(SecurityKind::LimitHit, None, Some(IpAddr::from(n.to_be_bytes())));
            log.note_typed(SecurityKind::SignInFailed, " Ada@Example.com", None);
        }
        let gathered = log.0.lock().unwrap();
        assert_eq!(gathered.len(), MAX_GATHERED + 1);
        assert_eq!(gathered.values().sum::<i32>(), 10_000);
        let typed = Refusal {
            kind: SecurityKind::SignInFailed,
            user: None,
            email: Some("ada@example.com".to_owned()),
            ip: None,
        };
        assert_eq!(gathered.get(&typed), Some(&5_000));
    }
}
