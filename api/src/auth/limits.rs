//! How many requests a client may send.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use domain::UserId;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use runtime::settings::{Limits as Settings, Rate};
use uuid::Uuid;

use crate::problem::Problem;

/// The most keys that one limiter remembers; newcomers beyond share one bucket until old keys
/// are forgotten.
const MAX_KEYS: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    V4([u8; 4]),
    /// An IPv6 site: a client that has one address of a /64 has them all.
    V6([u8; 8]),
    User(Uuid),
    Mail(u64),
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
    login_by_ip: Limit,
    login_by_mail: Limit,
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
            login_by_ip: Limit::new(settings.login),
            login_by_mail: Limit::new(settings.login),
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

    /// Counts one attempt to sign in or to register, by address and by e-mail address.
    ///
    /// # Errors
    /// `rate_limited`, when it is one too many of either.
    pub fn login(&self, ip: Option<IpAddr>, email: &str) -> domain::Result<()> {
        let mail = Key::Mail(self.hash.hash_one(email.trim().to_lowercase()));
        let verdict =
            self.login_by_ip.check(ip.map_or(Key::Overflow, Key::from)).and_then(|()| self.login_by_mail.check(mail));
        verdict.map_err(|wait| {
            domain::Error::new(
                domain::ErrorKind::RateLimited,
                "rate_limited",
                "Too many attempts. Wait a moment, then try again.",
            )
            .after(wait)
        })
    }

    /// Forgets clients that have sent nothing lately.
    pub fn forget(&self) {
        for limit in [&self.anonymous, &self.authenticated, &self.admin, &self.login_by_ip, &self.login_by_mail] {
            limit.forget();
        }
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

    #[test]
    fn attempts_count_by_address_and_by_mail() {
        let limits = limits(2);
        assert!(limits.login(ip("1.1.1.1"), "ada@example.com").is_ok());
        assert!(limits.login(ip("1.1.1.2"), " Ada@Example.com").is_ok());
        assert!(limits.login(ip("1.1.1.3"), "ada@example.com").is_err());
        assert!(limits.login(ip("1.1.1.1"), "b@example.com").is_ok());
        assert!(limits.login(ip("1.1.1.1"), "c@example.com").is_err());
    }

    #[test]
    fn zero_switches_a_limit_off() {
        let limits = limits(0);
        assert!((0..1000).all(|_| limits.request(Class::User(UserId(Uuid::from_u128(1)))).is_ok()));
        limits.forget();
    }
}
