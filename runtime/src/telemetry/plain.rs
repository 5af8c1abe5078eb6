//! Logs without what is meant for traces alone.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing_subscriber::field::{MakeVisitor, VisitFmt, VisitOutput};
use tracing_subscriber::fmt::format::{DefaultFields, DefaultVisitor, Writer};

/// Fields whose names begin so steer the traces (`otel.name`, `otel.kind`) and say nothing to a reader of logs.
pub(super) const STEERING: &str = "otel.";

/// Writes fields as text, but those that steer the traces.
pub(super) struct Plain;

impl<'writer> MakeVisitor<Writer<'writer>> for Plain {
    type Visitor = Sieve<DefaultVisitor<'writer>>;

    fn make_visitor(&self, target: Writer<'writer>) -> Self::Visitor {
        Sieve(DefaultFields::new().make_visitor(target))
    }
}

pub(super) struct Sieve<V>(V);

impl<V: Visit> Sieve<V> {
    fn pass(&mut self, field: &Field, write: impl FnOnce(&mut V)) {
        if !field.name().starts_with(STEERING) {
            write(&mut self.0);
        }
    }
}

impl<V: Visit> Visit for Sieve<V> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.pass(field, |visitor| visitor.record_debug(field, value));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.pass(field, |visitor| visitor.record_str(field, value));
    }
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.pass(field, |visitor| visitor.record_error(field, value));
    }
}

impl<V: VisitOutput<fmt::Result>> VisitOutput<fmt::Result> for Sieve<V>
where
    Self: Visit,
{
    fn finish(self) -> fmt::Result {
        self.0.finish()
    }
}

impl<V: VisitFmt> VisitFmt for Sieve<V>
where
    Self: VisitOutput<fmt::Result>,
{
    fn writer(&mut self) -> &mut dyn fmt::Write {
        self.0.writer()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_steers_traces_is_left_out_and_the_rest_stays() {
        let written = Lines::default();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).fmt_fields(Plain).with_writer({
            let written = written.clone();
            move || written.clone()
        });
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::info_span!("request", otel.name = "GET /x", otel.kind = "server", request_id = "r1");
            let _entered = span.enter();
            tracing::info!(tries = 3_u64, share = 0.5, done = true, "said");
        });
        let line = String::from_utf8(written.0.lock().expect("unpoisoned").clone()).expect("Unicode");
        assert!(line.contains("request{request_id=\"r1\"}"), "{line}");
        assert!(line.contains("said tries=3 share=0.5 done=true"), "{line}");
        assert!(!line.contains("otel"), "{line}");
    }
}
