//! The trace that a piece of work belongs to, as W3C Trace Context names it: carried from a
//! request into the jobs that it asks for.

use std::future::Future;

tokio::task_local! {
    static TRACEPARENT: Option<String>;
}

/// Does some work as part of a trace; what is not a valid `traceparent` is dropped.
pub async fn scope<F: Future>(traceparent: Option<String>, work: F) -> F::Output {
    TRACEPARENT.scope(traceparent.filter(|text| is_valid(text)), work).await
}

/// The trace that the caller works for.
#[must_use]
pub fn current() -> Option<String> {
    TRACEPARENT.try_with(Clone::clone).ok().flatten()
}

/// Whether a text is a `traceparent` of version 00: <https://www.w3.org/TR/trace-context/#traceparent-header>.
#[must_use]
pub fn is_valid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, span, flags] = parts[..] else {
        return false;
    };
    let hex = |part: &str, len| {
        part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let some = |part: &str| part.bytes().any(|byte| byte != b'0');
    version == "00" && hex(trace, 32) && some(trace) && hex(span, 16) && some(span) && hex(flags, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_traces_are_taken() {
        assert!(is_valid("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn work_knows_its_trace() {
        assert_eq!(current(), None);
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(scope(Some(trace.into()), async { current() }).await.as_deref(), Some(trace));
        assert_eq!(scope(Some("x".into()), async { current() }).await, None);
    }
}
