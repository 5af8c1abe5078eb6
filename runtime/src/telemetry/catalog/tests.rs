//! The table against the sources, the alerts, the dashboard and the words about them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{METRICS, Metric, MetricKind};

/// What Prometheus itself adds to every metric.
const OUTSIDE_LABELS: [&str; 3] = ["instance", "job", "le"];
/// Words of `PromQL` that are no metric, also where no parenthesis follows.
const WORDS: [&str; 16] = [
    "and",
    "avg",
    "bool",
    "by",
    "count",
    "group_left",
    "group_right",
    "ignoring",
    "max",
    "min",
    "offset",
    "on",
    "or",
    "sum",
    "unless",
    "without",
];
/// Those of them that labels in parentheses follow.
const BEFORE_LABELS: [&str; 6] = ["by", "group_left", "group_right", "ignoring", "on", "without"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn known(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

// --- what the sources record ---------------------------------------------------------------------------------------

/// A macro's call in the sources: the file, the macro's name, and the text between its parentheses.
struct Call {
    file: String,
    word: &'static str,
    arguments: String,
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Calls of these macros in the crates that ship. Our own tests record metrics called `…_test_…`.
fn calls(words: &[&'static str]) -> Vec<Call> {
    let mut files = Vec::new();
    for name in ["api", "cli", "domain", "jobs", "providers", "runtime", "scheduler", "workers"] {
        sources(&root().join(name).join("src"), &mut files);
    }
    assert!(files.len() > 80, "the walk finds the sources: {}", files.len());
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("catalog/tests.rs")) {
        let text = fs::read_to_string(file).expect("a source");
        for word in words {
            for (at, start) in text.match_indices(&format!("{word}!(")) {
                // `counter!(` is also how `describe_counter!(` ends.
                if text[..at].ends_with('_') {
                    continue;
                }
                let arguments = inside(&text[at + start.len()..]).to_owned();
                if !arguments.contains("_test_") {
                    found.push(Call { file: file.display().to_string(), word, arguments });
                }
            }
        }
    }
    found
}

/// Up to the parenthesis that closes what was opened before.
fn inside(text: &str) -> &str {
    let mut depth = 1;
    let end = text.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// Texts in quotes, and whether `=>` follows.
fn quoted(arguments: &str) -> Vec<(&str, bool)> {
    let parts: Vec<&str> = arguments.split('"').collect();
    let pairs = parts.iter().skip(1).step_by(2).zip(parts.iter().skip(2).step_by(2));
    pairs.map(|(text, after)| (*text, after.trim_start().starts_with("=>"))).collect()
}

#[test]
fn what_is_recorded_stands_in_the_table_and_the_other_way_round() {
    let mut recorded = BTreeSet::new();
    for Call { file, word, arguments } in calls(&["counter", "gauge", "histogram"]) {
        let texts = quoted(&arguments);
        if arguments.trim_start().starts_with("metric.name") {
            continue;
        }
        let (name, _) = *texts.first().unwrap_or_else(|| panic!("{file}: {word}!({arguments}) has no name"));
        let metric = known(name).unwrap_or_else(|| panic!("{file}: {name} is not in METRICS"));
        let kind = match word {
            "counter" => MetricKind::Counter,
            "gauge" => MetricKind::Gauge,
            _ => MetricKind::Histogram,
        };
        assert_eq!(metric.kind, kind, "{file}: {name}");
        let labels: BTreeSet<_> = texts.iter().filter(|(_, label)| *label).map(|(text, _)| *text).collect();
        assert_eq!(labels, metric.labels.iter().copied().collect(), "{file}: labels of {name}");
        recorded.insert(name.to_owned());
    }
    let missing: Vec<_> = METRICS.iter().map(|metric| metric.name).filter(|name| !recorded.contains(*name)).collect();
    assert!(missing.is_empty(), "nobody records {missing:?}");
}

#[test]
fn metrics_are_described_here_alone() {
    let described = calls(&["describe_counter", "describe_gauge", "describe_histogram"]);
    let elsewhere: Vec<_> = described
        .iter()
        .filter(|call| !call.file.ends_with("telemetry/catalog.rs"))
        .map(|call| format!("{} {}!({})", call.file, call.word, call.arguments))
        .collect();
    assert_eq!(described.len() - elsewhere.len(), 3, "the table's own calls are found");
    assert!(elsewhere.is_empty(), "leave these to METRICS: {elsewhere:?}");
}

#[test]
fn names_say_what_they_count() {
    for metric in METRICS {
        let ending = match metric.kind {
            MetricKind::Counter => metric.name.ends_with("_total"),
            MetricKind::Gauge => !metric.name.ends_with("_total"),
            MetricKind::Histogram => metric.name.ends_with("_seconds"),
        };
        assert!(ending, "{}", metric.name);
        assert!(metric.help.ends_with('.') && metric.help.len() < 120, "{}", metric.help);
        assert_eq!(METRICS.iter().filter(|other| other.name == metric.name).count(), 1, "{}", metric.name);
    }
}

// --- what alerts, dashboard and scaling ask for --------------------------------------------------------------------

/// What is wrong with an expression: metrics that are not recorded, and labels that they do not have.
fn wrong(expression: &str, recorded: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic() || "_\"[".contains(c)) {
        // Numbers such as 1e3 and 5m are no names.
        if rest[..at].ends_with(|c: char| c.is_ascii_digit()) {
            rest = rest[at..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            continue;
        }
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('"').and_then(|text| text.split_once('"')) {
            rest = after.1;
            continue;
        }
        if rest.starts_with('[') {
            rest = rest.split_once(']').expect("a closed range").1;
            continue;
        }
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c))).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        rest = after.trim_start();
        let labels = if BEFORE_LABELS.contains(&name) { enclosed(&mut rest, "()") } else { None };
        if let Some(labels) = labels {
            let strange = labels.split(',').map(str::trim).filter(|label| !label.is_empty() && !is_label(label));
            wrong.extend(strange.map(|label| format!("the label {label}")));
        } else if !WORDS.contains(&name) && !rest.starts_with('(') {
            let selected = enclosed(&mut rest, "{}").unwrap_or_default();
            wrong.extend(selector(name, selected, recorded));
        }
    }
    wrong
}

/// Takes the text in brackets at the beginning.
fn enclosed<'t>(rest: &mut &'t str, brackets: &str) -> Option<&'t str> {
    let (open, close) = brackets.split_at(1);
    let (within, after) = rest.strip_prefix(open)?.split_once(close)?;
    *rest = after;
    Some(within)
}

fn is_label(label: &str) -> bool {
    OUTSIDE_LABELS.contains(&label) || METRICS.iter().any(|metric| metric.labels.contains(&label))
}

fn selector(name: &str, labels: &str, recorded: &BTreeSet<String>) -> Option<String> {
    let base = ["_bucket", "_sum", "_count"].iter().find_map(|ending| name.strip_suffix(ending));
    let histogram = base.and_then(known).filter(|metric| metric.kind == MetricKind::Histogram);
    let allowed = match (histogram, known(name), recorded.contains(name)) {
        (Some(metric), ..) | (None, Some(metric), _) if histogram.is_some() || metric.kind != MetricKind::Histogram => {
            Some(metric.labels)
        }
        (_, _, true) => None,
        _ => return Some(format!("the metric {name}")),
    };
    let strange = quoted_labels(labels).into_iter().find(|label| {
        !OUTSIDE_LABELS.contains(label) && allowed.map_or(!is_label(label), |allowed| !allowed.contains(label))
    });
    strange.map(|label| format!("the label {label} of {name}"))
}

/// Names before `=`, `!=`, `=~` and `!~` in a selector's braces.
fn quoted_labels(labels: &str) -> Vec<&str> {
    let parts = labels.split('"').step_by(2);
    parts.map(|part| part.trim_matches([',', ' ', '=', '!', '~'])).filter(|label| !label.is_empty()).collect()
}

/// Values of these keys in a YAML file of ours: on the line, or in the block below it.
fn values(yaml: &str, keys: &[&str]) -> Vec<String> {
    let lines: Vec<&str> = yaml.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some((key, value)) = line.trim_start_matches([' ', '-']).split_once(':') else { continue };
        if !keys.contains(&key) {
            continue;
        }
        let value = value.trim();
        found.push(if matches!(value, "|" | ">-" | ">") {
            let below = lines[number + 1..].iter().take_while(|below| indent(below) > indent(line));
            below.map(|line| line.trim()).collect::<Vec<_>>().join(" ")
        } else {
            value.trim_matches('\'').to_owned()
        });
    }
    found
}

const RULES: &str = "deploy/prometheus/skypanel.rules.yml";

fn rule_names() -> BTreeSet<String> {
    values(&read(RULES), &["record"]).into_iter().collect()
}

fn assert_known(what: &str, expressions: &[String], at_least: usize) {
    assert!(expressions.len() >= at_least, "{what}: only {} expressions were found", expressions.len());
    let recorded = rule_names();
    for expression in expressions {
        assert_eq!(wrong(expression, &recorded), [""; 0], "{what}: {expression}");
    }
}

#[test]
fn the_reader_of_expressions_is_awake() {
    let recorded = BTreeSet::from(["queue:depth:max".to_owned()]);
    let wrong = |expression| wrong(expression, &recorded);
    for good in [
        "max by (queue) (queue_due_jobs) > 1e3",
        "histogram_quantile(0.95, sum by (kind, le) (rate(job_run_seconds_bucket{kind=~\"$kind\"}[5m])))",
        "queue:depth:max{queue=\"mail\"} > 0 unless on (queue) queue_paused > 0",
        "sum(rate(jobs_total{outcome!=\"done\", kind=\"a, b\"}[$__rate_interval])) / 60 or vector(0)",
    ] {
        assert_eq!(wrong(good), [""; 0], "{good}");
    }
    for (bad, why) in [
        ("max(queue_due_job)", "the metric queue_due_job"),
        ("1 + nothing", "the metric nothing"),
        ("rate(job_run_seconds[5m])", "the metric job_run_seconds"),
        ("queue_due_jobs_bucket", "the metric queue_due_jobs_bucket"),
        ("queue:depth:min", "the metric queue:depth:min"),
        ("queue_due_jobs{kind=\"x\"}", "the label kind of queue_due_jobs"),
        ("sum by (pool) (queue_due_jobs)", "the label pool"),
    ] {
        assert_eq!(wrong(bad), [why], "{bad}");
    }
}

#[test]
fn alerts_ask_for_what_is_recorded_and_say_what_to_do() {
    let rules = read(RULES);
    assert_known(RULES, &values(&rules, &["expr"]), 20);
    let alerts = values(&rules, &["alert"]);
    let runbooks = values(&rules, &["runbook_url"]);
    assert!(alerts.len() >= 9 && alerts.len() == runbooks.len(), "{alerts:?} {runbooks:?}");
    let words = read("docs/observability.md");
    for (alert, runbook) in alerts.iter().zip(runbooks) {
        let (_, anchor) = runbook.split_once("docs/observability.md#").expect(alert);
        assert_eq!(anchor, alert.to_lowercase(), "the runbook of {alert}");
        assert!(
            words.lines().any(|line| line == format!("### {alert}")),
            "docs/observability.md says nothing of {alert}"
        );
    }
}

#[test]
fn the_dashboard_asks_for_what_is_recorded_wherever_it_is_imported() {
    let text = read("deploy/grafana/skypanel-jobs.json");
    let dashboard: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut expressions = Vec::new();
    walk(&dashboard, &mut |key, value| match (key, value.as_str()) {
        ("expr", Some(expression)) => expressions.push(expression.to_owned()),
        ("query", Some(query)) if query.starts_with("label_values(") => {
            let (metric, label) = inside(&query[13..]).rsplit_once(',').expect("a metric and a label");
            expressions.push(format!("max by ({}) ({metric})", label.trim()));
        }
        ("datasource", _) => assert_eq!(value["uid"], "${datasource}", "a data source of one's own"),
        _ => {}
    });
    assert_known("the dashboard", &expressions, 20);
}

fn walk(value: &serde_json::Value, visit: &mut impl FnMut(&str, &serde_json::Value)) {
    match value {
        serde_json::Value::Object(members) => members.iter().for_each(|(key, member)| {
            visit(key, member);
            walk(member, visit);
        }),
        serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

#[test]
fn scaling_asks_for_what_is_recorded() {
    // The adapter's configuration is a comment there.
    let text = read("deploy/kubernetes/keda.example.yml").replace("# ", "  ");
    let queries = values(&text, &["query", "seriesQuery"]);
    let (sql, prometheus): (Vec<_>, Vec<_>) = queries.into_iter().partition(|query| query.starts_with("select "));
    assert_eq!(sql.len(), 1, "one question to PostgreSQL");
    assert_known("scaling", &prometheus, 2);
}

#[test]
fn every_metric_is_explained() {
    let words = read("docs/observability.md");
    let rows: BTreeSet<_> = words.lines().filter(|line| line.starts_with("| `")).map(str::to_owned).collect();
    let wanted: BTreeSet<_> = METRICS
        .iter()
        .map(|metric| {
            let kind = format!("{:?}", metric.kind).to_lowercase();
            let labels: Vec<_> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
            format!("| `{}` | {kind} | {} | {} |", metric.name, labels.join(" "), metric.help).replace("|  |", "| |")
        })
        .collect();
    let missing: Vec<_> = wanted.difference(&rows).cloned().collect();
    assert!(missing.is_empty(), "docs/observability.md lacks:\n{}", missing.join("\n"));
    let named = |row: &String| METRICS.iter().any(|metric| row.starts_with(&format!("| `{}` ", metric.name)));
    let strange: Vec<_> = rows.iter().filter(|row| row.contains("_total`") && !named(row)).collect();
    assert!(strange.is_empty(), "docs/observability.md names what is not recorded: {strange:?}");
}
