//! Which trace the current work belongs to: the W3C `traceparent` that jobs take along.
//!
//! The door (`api`) and the worker open a [`scope`]; code that enqueues a job within it asks for [`current`]. Nothing
//! here
//! knows whether traces are exported.

use std::future::Future;

use crate::chance::Chance;

/// Characters of version 00: version, trace, parent and flags, with dashes between.
const LENGTH: usize = 55;
/// Flags of level 2 that have a meaning: sampled, and a random trace id.
const KNOWN_FLAGS: u8 = 0b11;

tokio::task_local! {
    static TRACEPARENT: Option<String>;
}

/// Does the work as a part of this trace. What is no `traceparent` counts as none.
pub async fn scope<T>(traceparent: Option<String>, work: impl Future<Output = T>) -> T {
    TRACEPARENT.scope(traceparent.as_deref().and_then(parse), work).await
}

/// The trace that the current work belongs to, as a `traceparent` of version 00; none outside a [`scope`].
#[must_use]
pub fn current() -> Option<String> {
    TRACEPARENT.try_with(Clone::clone).ok().flatten()
}

/// Reads the header `traceparent` as W3C Trace Context demands, and gives it as version 00.
///
/// A later version may have more after the flags: we pass on the part that we understand, and refuse everything else:
/// capitals, a trace or a parent of zeros, version ff, anything behind version 00.
#[must_use]
pub fn parse(header: &str) -> Option<String> {
    let (head, rest) = header.split_at_checked(LENGTH)?;
    let mut parts = head.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let lengths = [version, trace, parent, flags].map(str::len);
    let hexadecimal = head.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    let named = |id: &str| id.bytes().any(|byte| byte != b'0');
    let ended = if version == "00" { rest.is_empty() } else { rest.is_empty() || rest.starts_with('-') };
    if lengths != [2, 32, 16, 2] || !hexadecimal || !named(trace) || !named(parent) || version == "ff" || !ended {
        return None;
    }
    let flags = u8::from_str_radix(flags, 16).ok()? & KNOWN_FLAGS;
    Some(format!("00-{trace}-{parent}-{flags:02x}"))
}

/// A new trace, for work that nobody traced before: the jobs that come of it still belong together.
#[must_use]
pub fn fresh(chance: &Chance) -> String {
    // The lowest bit keeps both from being zero, which would name nothing.
    let trace = u128::from_le_bytes(chance.bytes()) | 1;
    let parent = u64::from_le_bytes(chance.bytes()) | 1;
    format!("00-{trace:032x}-{parent:016x}-01")
}

/// The trace's id within a `traceparent`: what logs are found by.
#[must_use]
pub fn id(traceparent: &str) -> Option<&str> {
    traceparent.get(3..35)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_w3c_allows_is_read() {
        assert_eq!(parse(GOOD).as_deref(), Some(GOOD));
        assert_eq!(parse(&GOOD.replace("-01", "-00")).as_deref(), Some(&*GOOD.replace("-01", "-00")));
        assert_eq!(parse(&GOOD.replace("-01", "-ff")).as_deref(), Some(&*GOOD.replace("-01", "-03")));
        let later = GOOD.replacen("00", "cc", 1);
        assert_eq!(parse(&later).as_deref(), Some(GOOD), "a later version is passed on as ours");
        assert_eq!(parse(&format!("{later}-what-comes")).as_deref(), Some(GOOD));
        assert_eq!(id(GOOD), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    #[test]
    fn everything_else_is_refused() {
        let later = GOOD.replacen("00", "cc", 1);
        for bad in [
            "",
            "00",
            &GOOD[..54],
            &format!("{GOOD}-more"),
            &format!("{GOOD} "),
            &format!("{later}.more"),
            &GOOD.to_uppercase(),
            &GOOD.replacen("00", "ff", 1),
            &GOOD.replacen("00", "0", 1),
            &GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)),
            &GOOD.replace("4b", "4g"),
            &GOOD.replace("4b", "-b"),
            &GOOD.replace('-', "_"),
            &GOOD.replace("4bf9", "é9f"),
            &"é".repeat(28),
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_fresh_trace_is_one_and_differs() {
        let chance = Chance::seeded(7);
        let (one, other) = (fresh(&chance), fresh(&chance));
        assert_eq!(parse(&one).as_deref(), Some(one.as_str()));
        assert_ne!(id(&one), id(&other));
    }

    #[tokio::test]
    async fn the_scope_is_seen_inside_alone() {
        assert_eq!(current(), None);
        let inside =
            scope(Some(GOOD.to_owned()), async { (current(), scope(None, async { current() }).await, current()) });
        assert_eq!(inside.await, (Some(GOOD.to_owned()), None, Some(GOOD.to_owned())));
        assert_eq!(scope(Some("nonsense".to_owned()), async { current() }).await, None);
        assert_eq!(current(), None);
    }
}
