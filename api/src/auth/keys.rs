//! API keys in use, as this process knows them.
//!
//! A key is read once, when it is first shown; from then on it is read again with all others in use every five seconds,
//! and at once when something happens that may have ended one. So a request costs no look-up, and a key that was
//! revoked, or whose maker left, was demoted or disabled, is refused within five seconds. What was read too long ago
//! because the database does not answer counts as not read: then keys are refused rather than believed.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::key::{KeyText, LiveKey, Used};
use domain::{ApiKeyId, Ctx, key};

/// Keys that one process keeps at most.
const MAX_KNOWN: usize = 10_000;
/// After how long a key that nobody shows is forgotten.
const IDLE: Duration = Duration::from_mins(10);
/// How old a reading may be: three times the pause between two of them.
const STALE: Duration = Duration::from_secs(15);
/// Keys that one statement reads.
const BATCH: usize = 1_000;
/// How often the use of one key is written.
const WRITTEN: Duration = Duration::from_mins(1);

/// What is known of a text that was shown.
#[derive(Debug)]
pub enum Look {
    /// It is this key.
    Key(Arc<LiveKey>),
    /// It is no key that may be used.
    Nobody,
    /// It has to be read first.
    Unread,
}

/// The keys in use.
#[derive(Debug)]
pub struct Keys {
    began: Instant,
    known: RwLock<HashMap<String, Known>>,
    used: Mutex<HashMap<ApiKeyId, LastUse>>,
    /// One reading at a time, so that an older one never replaces a newer.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Known {
    key: Arc<LiveKey>,
    read_at: Instant,
    /// When it was last shown, in seconds since this process began.
    shown_s: AtomicU64,
}

#[derive(Debug)]
struct LastUse {
    used: Used,
    unwritten: bool,
    written: Option<Instant>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            known: RwLock::default(),
            used: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl Keys {
    /// What is known of a text, without a look-up.
    #[must_use]
    pub fn look(&self, text: &KeyText, now: DateTime<Utc>) -> Look {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match known.get(text.ident()) {
            Some(entry) if entry.read_at.elapsed() < STALE => {
                if !text.proves(&entry.key.hash) || entry.key.expires_at <= now {
                    return Look::Nobody;
                }
                entry.shown_s.store(self.began.elapsed().as_secs(), Ordering::Relaxed);
                Look::Key(Arc::clone(&entry.key))
            }
            _ => Look::Unread,
        }
    }

    /// Reads the key of a text that is not known. One that does not exist leaves no trace, so nobody fills the memory
    /// with made-up ones.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self, ctx: &Ctx, text: &KeyText, now: DateTime<Utc>) -> domain::Result<Option<Arc<LiveKey>>> {
        let found = key::live(ctx, &[text.ident().to_owned()]).await?;
        for key in found {
            self.keep(key);
        }
        Ok(match self.look(text, now) {
            Look::Key(key) => Some(key),
            Look::Nobody | Look::Unread => None,
        })
    }

    /// Keeps what was read of a key.
    pub fn keep(&self, key: LiveKey) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN && !known.contains_key(&key.ident) {
            let oldest = known.iter().min_by_key(|(_, entry)| entry.shown_s.load(Ordering::Relaxed));
            if let Some(ident) = oldest.map(|(ident, _)| ident.clone()) {
                known.remove(&ident);
            }
        }
        let shown_s = AtomicU64::new(self.began.elapsed().as_secs());
        known.insert(key.ident.clone(), Known { key: Arc::new(key), read_at: Instant::now(), shown_s });
    }

    /// Whether a key may still be used, and for the same things. It counts as shown.
    #[must_use]
    pub fn still(&self, key: &LiveKey, now: DateTime<Utc>) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&key.ident).is_some_and(|entry| {
            entry.shown_s.store(self.began.elapsed().as_secs(), Ordering::Relaxed);
            entry.key.id == key.id
                && (entry.key.rights, entry.key.second_factor) == (key.rights, key.second_factor)
                && now < entry.key.expires_at
        })
    }

    /// Reads all keys in use again, and says whether one of them ended or changed.
    ///
    /// # Errors
    /// When the database does not answer; what is known then ages.
    pub async fn refresh(&self, ctx: &Ctx) -> domain::Result<bool> {
        let _turn = self.turn.lock().await;
        let idents = self.shown_lately();
        let mut changed = false;
        for idents in idents.chunks(BATCH) {
            let read_at = Instant::now();
            let found = key::live(ctx, idents).await?;
            changed |= self.replace(idents, found, read_at);
        }
        Ok(changed)
    }

    fn shown_lately(&self) -> Vec<String> {
        let since_s = self.began.elapsed().saturating_sub(IDLE).as_secs();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, entry| entry.shown_s.load(Ordering::Relaxed) >= since_s);
        known.keys().cloned().collect()
    }

    /// Puts what was found in the place of what was known. What was read meanwhile by another stays.
    fn replace(&self, asked: &[String], found: Vec<LiveKey>, read_at: Instant) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let alive: HashSet<String> = found.iter().map(|key| key.ident.clone()).collect();
        let before = known.len();
        for ident in asked.iter().filter(|ident| !alive.contains(*ident)) {
            known.remove(ident);
        }
        let mut changed = known.len() != before;
        for key in found {
            if let Some(entry) = known.get_mut(&key.ident) {
                changed |= *entry.key != key;
                (entry.key, entry.read_at) = (Arc::new(key), read_at);
            }
        }
        changed
    }

    /// Notes that a key was used; [`Self::write_used`] writes it, beside requests.
    pub fn note(&self, key: ApiKeyId, ip: Option<IpAddr>, at: DateTime<Utc>) {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_KNOWN && !all.contains_key(&key) {
            return;
        }
        let entry = all.entry(key).or_insert(LastUse { used: Used { key, at, ip }, unwritten: true, written: None });
        (entry.used, entry.unwritten) = (Used { key, at, ip }, true);
    }

    /// Writes which keys were used, each at most once a minute.
    ///
    /// # Errors
    /// When the database does not answer; it is written next time.
    pub async fn write_used(&self, ctx: &Ctx) -> domain::Result<()> {
        let due = self.due();
        if due.is_empty() {
            return Ok(());
        }
        let written = key::mark_used(ctx, &due).await;
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if written.is_err() {
            all.values_mut().filter(|entry| due.iter().any(|used| used.key == entry.used.key)).for_each(|entry| {
                (entry.unwritten, entry.written) = (true, None);
            });
        }
        all.retain(|_, entry| entry.unwritten || entry.written.is_some_and(|at| at.elapsed() < WRITTEN));
        written
    }

    fn due(&self) -> Vec<Used> {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let due = all
            .values_mut()
            .filter(|entry| entry.unwritten && entry.written.is_none_or(|at| at.elapsed() >= WRITTEN))
            .map(|entry| {
                (entry.unwritten, entry.written) = (false, Some(Instant::now()));
                entry.used
            });
        due.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::chance::Chance;
    use domain::{OrgId, Perm, Perms, UserId};
    use uuid::Uuid;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn made(n: u64) -> (KeyText, LiveKey) {
        let text = KeyText::new(&Chance::seeded(n));
        let id = |more: u128| Uuid::from_u128(u128::from(n) + more);
        let key = LiveKey {
            id: ApiKeyId(id(0)),
            ident: text.ident().to_owned(),
            hash: text.hash(),
            org: OrgId(id(1)),
            user: UserId(id(2)),
            name: "ci".into(),
            rights: Perms::of(&[Perm::VpsRead]),
            ip_allow: Vec::new(),
            expires_at: NOW + TimeDelta::hours(1),
            second_factor: false,
        };
        (text, key)
    }

    #[test]
    fn a_key_is_known_by_its_whole_text_until_it_ends() {
        let keys = Keys::default();
        let (text, key) = made(1);
        assert!(matches!(keys.look(&text, NOW), Look::Unread));
        keys.keep(key.clone());
        assert!(matches!(keys.look(&text, NOW), Look::Key(found) if *found == key));
        assert!(matches!(keys.look(&text, key.expires_at), Look::Nobody) && !keys.still(&key, key.expires_at));
        // Another's hash under the same ident: the beginning of a text proves nothing.
        keys.keep(LiveKey { hash: made(2).1.hash, ..key });
        assert!(matches!(keys.look(&text, NOW), Look::Nobody));
    }

    #[test]
    fn what_ended_is_forgotten_and_what_changed_is_told() {
        let keys = Keys::default();
        let ((text, key), (other_text, other)) = (made(1), made(2));
        keys.keep(key.clone());
        let asked = keys.shown_lately();
        keys.keep(other.clone());
        assert!(!keys.replace(&asked, vec![key.clone()], Instant::now()), "nothing is different");
        assert!(keys.replace(&asked, vec![LiveKey { rights: Perms::NONE, ..key.clone() }], Instant::now()));
        assert!(!keys.still(&key, NOW), "a stream by the former rights ends");
        assert!(keys.replace(&asked, Vec::new(), Instant::now()));
        assert!(matches!(keys.look(&text, NOW), Look::Unread));
        assert!(matches!(keys.look(&other_text, NOW), Look::Key(_)), "it was not asked for, so it was not missed");
        assert!(!keys.replace(&asked, vec![key], Instant::now()), "a late answer brings no key back");
        assert!(matches!(keys.look(&text, NOW), Look::Unread));
    }

    #[test]
    fn an_old_reading_is_no_reading() {
        let keys = Keys::default();
        let (text, key) = made(1);
        keys.keep(key);
        let Some(old) = Instant::now().checked_sub(STALE) else { return };
        keys.known.write().unwrap().values_mut().for_each(|entry| entry.read_at = old);
        assert!(matches!(keys.look(&text, NOW), Look::Unread));
    }

    #[test]
    fn a_use_is_written_once_a_minute() {
        let keys = Keys::default();
        let key = made(1).1.id;
        keys.note(key, None, NOW);
        keys.note(key, "10.0.0.1".parse().ok(), NOW + TimeDelta::seconds(1));
        let due = keys.due();
        assert_eq!((due.len(), due[0].ip), (1, "10.0.0.1".parse().ok()));
        keys.note(key, None, NOW + TimeDelta::seconds(2));
        assert!(keys.due().is_empty(), "it was written just now");
    }
}
