//! What an answer says about its sender's limit, as the IETF's draft of September 2025 writes it.

use poem::Response;
use poem::http::{HeaderName, HeaderValue};

use super::bucket::{Bucket, Verdict};

/// The limit: `"user";q=500;w=900` is 500 requests in 900 seconds.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of it: `"user";r=499;t=2` is 499 requests, and all 500 in 2 seconds.
pub const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// What is said of a request that was counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// Where it was counted.
    pub bucket: Bucket,
    /// What became of it.
    pub verdict: Verdict,
}

impl Counted {
    /// Writes it into the answer.
    pub fn tell(&self, response: &mut Response) {
        let Self { bucket, verdict } = self;
        let tier = bucket.tier;
        let window = bucket.quota.window().as_secs_f64().round().max(1.0);
        let full = verdict.full.as_secs_f64().ceil();
        let headers = response.headers_mut();
        for (name, text) in [
            (POLICY, format!("\"{tier}\";q={};w={window:.0}", bucket.quota.burst)),
            (LEFT, format!("\"{tier}\";r={};t={full:.0}", verdict.left)),
        ] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::bucket::{Quota, Who};
    use domain::RateTier;
    use std::time::Duration;

    #[test]
    fn the_drafts_own_form() {
        let quota = Quota { burst: 500, period: Duration::from_millis(1800) };
        let bucket = Bucket { tier: RateTier::User, who: Who::Overflow, quota };
        let verdict = Verdict { passes: Ok(()), left: 499, full: Duration::from_millis(1800) };
        let mut response = Response::builder().finish();
        Counted { bucket, verdict }.tell(&mut response);
        assert_eq!(response.header(POLICY), Some("\"user\";q=500;w=900"));
        assert_eq!(response.header(LEFT), Some("\"user\";r=499;t=2"));
    }
}
