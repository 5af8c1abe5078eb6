//! One flat JSON object per line: searching for `"job.id":"…"` finds every line about a job.

use std::fmt;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::plain::STEERING;

/// Names that belong to the line itself; a field of that name gets a trailing `_`.
const OWN: [&str; 4] = ["timestamp", "level", "target", "span"];

/// Writes timestamp, level, target, message, the fields of the spans from the outermost to the innermost, and the
/// event's own. The innermost wins where names meet.
pub(super) struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Line(Map::new());
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        line.0.insert("timestamp".into(), timestamp.into());
        line.0.insert("level".into(), event.metadata().level().as_str().into());
        line.0.insert("target".into(), event.metadata().target().into());
        for span in context.event_scope().into_iter().flat_map(tracing_subscriber::registry::Scope::from_root) {
            line.0.insert("span".into(), span.name().into());
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>().map_or("", |fields| fields.fields.as_str());
            if let Ok(Value::Object(fields)) = serde_json::from_str(fields) {
                fields.into_iter().for_each(|(name, value)| line.put(&name, value));
            }
        }
        event.record(&mut line);
        writeln!(out, "{}", Value::Object(line.0))
    }
}

struct Line(Map<String, Value>);

impl Line {
    fn put(&mut self, name: &str, value: Value) {
        if name.starts_with(STEERING) {
            return;
        }
        let name = if OWN.contains(&name) { format!("{name}_") } else { name.to_owned() };
        self.0.insert(name, value);
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field.name(), format!("{value:?}").into());
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value.into());
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value.into());
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value.into());
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value.into());
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field.name(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt;
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

    fn logged(act: impl FnOnce()) -> Vec<Value> {
        let written = Lines::default();
        let layer = fmt::layer().event_format(JsonLine).fmt_fields(fmt::format::JsonFields::new()).with_writer({
            let written = written.clone();
            move || written.clone()
        });
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), act);
        let text = String::from_utf8(written.0.lock().expect("unpoisoned").clone()).expect("Unicode");
        text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
    }

    #[test]
    fn fields_of_all_spans_stand_beside_the_events_own() {
        let lines = logged(|| {
            let request = tracing::info_span!("request", otel.kind = "server", request_id = "r1", step = 1);
            let _request = request.enter();
            let job = tracing::info_span!("job", job_id = tracing::field::Empty, step = 2);
            job.record("job_id", "j1");
            let _job = job.enter();
            tracing::info!(tries = 3_u64, done = true, level = "mine", "two\nlines \u{1b}[31m");
        });
        let [line] = &lines[..] else { panic!("{lines:?}") };
        for (name, value) in [
            ("request_id", Value::from("r1")),
            ("job_id", "j1".into()),
            ("step", 2.into()),
            ("span", "job".into()),
            ("tries", 3.into()),
            ("done", true.into()),
            ("level", "INFO".into()),
            ("level_", "mine".into()),
            ("message", "two\nlines \u{1b}[31m".into()),
        ] {
            assert_eq!(line[name], value, "{name} in {line}");
        }
        assert!(line.get("otel.kind").is_none(), "what steers traces is not logged: {line}");
        assert!(line["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
    }

    #[test]
    fn outside_spans_there_is_only_the_event() {
        let lines = logged(|| tracing::warn!("alone"));
        let names: Vec<_> = lines[0].as_object().expect("an object").keys().cloned().collect();
        assert_eq!(names, ["level", "message", "target", "timestamp"]);
    }
}
