//! How many files and connections the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What an unlimited process is taken for.
const UNLIMITED: u64 = 1 << 20;

/// How many files and connections this process may have open, after it has asked for as many as it is allowed.
#[must_use]
pub fn limit() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(UNLIMITED).min(UNLIMITED);
    let current = current.unwrap_or(UNLIMITED);
    if current < wanted && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok() {
        return wanted;
    }
    current
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_limit_is_the_highest_that_is_allowed() {
        let limit = super::limit();
        assert!(limit >= 64, "{limit}");
        assert_eq!(super::limit(), limit, "asked again, it is the same");
    }
}
