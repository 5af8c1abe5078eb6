//! What requests are counted by, and how many there may be.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use domain::RateTier;
use runtime::settings::Rate;
use uuid::Uuid;

/// Whose requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// An IPv4 address.
    V4([u8; 4]),
    /// An IPv6 site: a client that has one address of a /64 has them all.
    V6([u8; 8]),
    /// A signed-in user, or an API key.
    Id(Uuid),
    /// An e-mail address: its keyed hash.
    Mail([u8; 16]),
    /// A device on which a user has signed in before.
    Device([u8; 12]),
    /// Everybody for whom there is no place, or no address.
    Overflow,
}

impl From<IpAddr> for Who {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip.octets()),
            IpAddr::V6(ip) => Self::V6(ip.octets().first_chunk().copied().unwrap_or_default()),
        }
    }
}

impl From<Option<IpAddr>> for Who {
    fn from(ip: Option<IpAddr>) -> Self {
        ip.map_or(Self::Overflow, Self::from)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = |f: &mut fmt::Formatter<'_>, bytes: &[u8]| bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"));
        match self {
            Self::V4(octets) => write!(f, "{}", Ipv4Addr::from(*octets)),
            Self::V6(site) => {
                let mut octets = [0; 16];
                octets[..8].copy_from_slice(site);
                write!(f, "{}/64", Ipv6Addr::from(octets))
            }
            Self::Id(id) => write!(f, "{id}"),
            Self::Mail(mac) => f.write_str("mail-").and_then(|()| hex(f, mac)),
            Self::Device(nonce) => f.write_str("device-").and_then(|()| hex(f, nonce)),
            Self::Overflow => f.write_str("others"),
        }
    }
}

/// So many requests at once, then one a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quota {
    /// How many at once, at least 1.
    pub burst: u32,
    /// After which time there is room for another one; at least a microsecond.
    pub period: Duration,
}

impl Quota {
    /// A number of requests in each window; none where the limit is turned off.
    #[must_use]
    pub fn of(rate: Rate) -> Option<Self> {
        let period = rate.window.checked_div(rate.max)?.max(Duration::from_micros(1));
        Some(Self { burst: rate.max, period })
    }

    /// A number at once, then one in each window; none where the limit is turned off.
    #[must_use]
    pub fn slow(rate: Rate) -> Option<Self> {
        (rate.max > 0).then_some(Self { burst: rate.max, period: rate.window.max(Duration::from_micros(1)) })
    }

    /// Half as many at once, and half as often.
    #[must_use]
    pub fn halved(self) -> Self {
        Self { burst: (self.burst / 2).max(1), period: self.period * 2 }
    }

    /// After which time everything is free again.
    #[must_use]
    pub fn window(self) -> Duration {
        self.period * self.burst
    }
}

/// The requests of one sender against one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bucket {
    /// What is limited.
    pub tier: RateTier,
    /// Whose requests.
    pub who: Who,
    /// How many. Part of the name, so that another limit begins with an empty bucket.
    pub quota: Quota,
}

impl Bucket {
    /// Its name among those of one Redis.
    #[must_use]
    pub fn name(&self, prefix: &str) -> String {
        let Self { tier, who, quota } = self;
        format!("{prefix}-limit:{tier}:{who}:{}:{}", quota.burst, quota.period.as_micros())
    }
}

/// What became of a request that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may pass, or after which time one may.
    pub passes: Result<(), Duration>,
    /// How many more may pass at once.
    pub left: u32,
    /// After which time everything is free again.
    pub full: Duration,
}

/// Whether there is room for an attempt that counts only if it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// It holds its place.
    Taken,
    /// Others are in progress and may leave room.
    Busy,
    /// None before this time is over.
    Full(Duration),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_short_and_a_site_as_one() {
        let said = |ip: &str| Who::from(ip.parse::<IpAddr>().unwrap()).to_string();
        assert_eq!(said("::ffff:1.2.3.4"), "1.2.3.4");
        assert_eq!(said("2001:db8:0:1:2:3:4:5"), "2001:db8:0:1::/64");
        assert_eq!(Who::from(None).to_string(), "others");
        assert_eq!(Who::Mail([0xab; 16]).to_string(), format!("mail-{}", "ab".repeat(16)));
    }

    #[test]
    fn a_quota_has_a_window_and_a_half() {
        let rate = Rate { max: 500, window: Duration::from_mins(15) };
        let quota = Quota::of(rate).unwrap();
        assert_eq!((quota.period, quota.window()), (Duration::from_millis(1800), Duration::from_mins(15)));
        assert_eq!(quota.halved(), Quota { burst: 250, period: Duration::from_millis(3600) });
        assert_eq!(Quota { burst: 1, ..quota }.halved().burst, 1, "halved is not shut");
        assert_eq!(Quota::of(Rate { max: 0, ..rate }).or(Quota::slow(Rate { max: 0, ..rate })), None);
        let bucket = Bucket { tier: RateTier::User, who: Who::Overflow, quota };
        assert_eq!(bucket.name("p"), "p-limit:user:others:500:1800000");
    }
}
