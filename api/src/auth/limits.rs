//! How many requests a client may send.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use domain::UserId;
use domain::text::canonical_email;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use runtime::settings::{Limits as Settings, Rate};
use uuid::Uuid;

use super::attempts::{Attempt, Attempts};
use crate::problem::Problem;

/// The most keys that one limiter remembers; newcomers beyond share one bucket until old keys
/// are forgotten.
const MAX_KEYS: usize = 100_000;

/// What requests are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// An IPv4 address.
    V4([u8; 4]),
    /// An IPv6 site: a client that has one address of a /64 has them all.
    V6([u8; 8]),
    /// A signed-in user.
    User(Uuid),
    /// An e-mail address, hashed with a key of this process.
    Mail(u64),
    /// Everybody for whom there is no place, or no address.
    Overflow,
}

impl From<IpAddr> for Key {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip.octets()),
            IpAddr::V6(ip) => {
                let site = ip.octets().first_chunk().copied();
                Self::V6(site.unwrap_or_default())
            }
        }
    }
}

struct Limit(Option<DefaultKeyedRateLimiter<Key>>);

impl Limit {
    fn new(rate: Rate) -> Self {
        let quota = NonZeroU32::new(rate.max)
            .and_then(|max| Quota::with_period(rate.window / max.get()).map(|quota| quota.allow_burst(max)));
        Self(quota.map(RateLimiter::keyed))
    }

    fn check(&self, key: Key) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        let key = if limiter.len() < MAX_KEYS { key } else { Key::Overflow };
        limiter.check_key(&key).map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }

    fn forget(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The sender of a request, as the limits see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A client that is not signed in, by address.
    Anonymous(Option<IpAddr>),
    /// A signed-in user.
    User(UserId),
    /// An administrator.
    Admin(UserId),
}

/// The limits of this process.
pub struct Limits {
    anonymous: Limit,
    authenticated: Limit,
    admin: Limit,
    sign_ins: Attempts,
    registrations: Attempts,
    mails: Attempts,
    hash: RandomState,
}

impl Limits {
    /// The limits that the settings state.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            anonymous: Limit::new(settings.anonymous),
            authenticated: Limit::new(settings.authenticated),
            admin: Limit::new(settings.admin),
            sign_ins: Attempts::new(settings.login),
            registrations: Attempts::new(settings.login),
            mails: Attempts::new(settings.login),
            hash: RandomState::new(),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// The problem to answer, when it is one too many.
    pub fn request(&self, class: Class) -> Result<(), Box<Problem>> {
        let verdict = match class {
            Class::Anonymous(ip) => self.anonymous.check(ip.map_or(Key::Overflow, Key::from)),
            Class::User(user) => self.authenticated.check(Key::User(user.0)),
            Class::Admin(user) => self.admin.check(Key::User(user.0)),
        };
        verdict.map_err(|wait| Box::new(Problem::rate_limited(wait)))
    }

    /// Begins an attempt to sign in, which counts by address and by e-mail address if it fails.
    ///
    /// # Errors
    /// `rate_limited`, when too many of either failed.
    pub async fn sign_in(&self, ip: Option<IpAddr>, email: &str) -> domain::Result<Attempt<'_>> {
        self.sign_ins.begin(self.keys(ip, email)).await
    }

    /// Begins an attempt to register, which counts by address and by e-mail address.
    ///
    /// # Errors
    /// `rate_limited`, when it is one too many of either.
    pub async fn registration(&self, ip: Option<IpAddr>, email: &str) -> domain::Result<Attempt<'_>> {
        self.registrations.begin(self.keys(ip, email)).await
    }

    /// Counts a mail that a stranger can cause, by where it is asked for and by the address that it goes to.
    ///
    /// # Errors
    /// `rate_limited`, when it is one too many of either.
    pub async fn mail(&self, ip: Option<IpAddr>, email: &str) -> domain::Result<()> {
        self.mails.begin(self.keys(ip, email)).await?.judge(Ok(()), |_| true)
    }

    /// An address counts in the form in which users are looked up. What is no address is nobody's, and counts alike.
    fn keys(&self, ip: Option<IpAddr>, email: &str) -> Vec<Key> {
        let mail = canonical_email(email).map(|email| Key::Mail(self.hash.hash_one(email)));
        [Some(ip.map_or(Key::Overflow, Key::from)), mail].into_iter().flatten().collect()
    }

    /// Forgets clients that have sent nothing lately.
    pub fn forget(&self) {
        for limit in [&self.anonymous, &self.authenticated, &self.admin] {
            limit.forget();
        }
        self.sign_ins.forget();
        self.registrations.forget();
        self.mails.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(max: u32) -> Limits {
        let rate = Rate { max, window: Duration::from_mins(1) };
        Limits::new(&Settings { anonymous: rate, authenticated: rate, admin: rate, login: rate })
    }

    fn ip(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn each_address_has_its_own_bucket_and_a_site_has_one() {
        let limits = limits(2);
        let ask = |address| limits.request(Class::Anonymous(ip(address)));
        assert!(ask("1.1.1.1").is_ok() && ask("::ffff:1.1.1.1").is_ok());
        let problem = ask("1.1.1.1").unwrap_err();
        assert_eq!(problem.status.as_u16(), 429);
        assert!(problem.retry_after.is_some_and(|wait| wait <= Duration::from_secs(30)));
        assert!(ask("1.1.1.2").is_ok());
        assert!(ask("2001:db8::1").is_ok() && ask("2001:db8::2").is_ok() && ask("2001:db8::3").is_err());
        assert!(ask("2001:db8:0:1::1").is_ok());
    }

    #[tokio::test]
    async fn attempts_count_by_address_and_by_mail_in_every_spelling() {
        let limits = limits(2);
        let fail = async |address: &str, email: &str| {
            let attempt = limits.sign_in(ip(address), email).await?;
            attempt.judge(Ok(()), |_| true)
        };
        assert!(fail("1.1.1.1", "ada@bücher.example").await.is_ok());
        assert!(fail("1.1.1.2", " Ada@BU\u{308}CHER.example").await.is_ok());
        assert!(fail("1.1.1.3", "ada@xn--bcher-kva.example").await.is_err());
        assert!(fail("1.1.1.1", "b@example.com").await.is_ok());
        assert!(fail("1.1.1.1", "c@example.com").await.is_err());
        // What can't be an address is nobody's, and counts by where it comes from.
        assert!(fail("1.1.1.4", "a\0da@bücher.example").await.is_ok() && fail("1.1.1.4", "ada").await.is_ok());
        assert!(fail("1.1.1.4", "a\0da@bücher.example").await.is_err());
        assert!(limits.registration(ip("1.1.1.4"), "ada@bücher.example").await.is_ok(), "registering is counted apart");
    }

    #[test]
    fn zero_switches_a_limit_off() {
        let limits = limits(0);
        assert!((0..1000).all(|_| limits.request(Class::User(UserId(Uuid::from_u128(1)))).is_ok()));
        limits.forget();
    }
}
