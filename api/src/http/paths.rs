//! Which addresses the API has: for metrics, logs, the `Allow` header, and the words of refusals.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::wire::schema::Schema;

/// One address of the API as the document writes it.
#[derive(Debug)]
pub struct Pattern {
    /// Such as `/api/vps/{id}`.
    pub path: String,
    /// The methods that it knows, such as `GET, HEAD, POST`.
    pub allow: String,
    /// The parameters of each method, which is named in lower case.
    operations: Vec<(String, Vec<Parameter>)>,
}

/// A parameter that an operation takes.
#[derive(Debug)]
pub struct Parameter {
    /// As it is written in the document.
    pub name: String,
    /// In which part of a request it is.
    pub place: Place,
    /// What it may be.
    pub schema: Schema,
}

/// The part of a request that holds a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// In the path.
    Path,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let document = crate::spec::document();
    let pattern = |(path, methods): (&String, &Value)| Pattern {
        path: path.clone(),
        allow: allow(methods),
        operations: methods
            .as_object()
            .into_iter()
            .flatten()
            .map(|(method, operation)| (method.clone(), parameters(operation, document)))
            .collect(),
    };
    let mut patterns: Vec<_> = document["paths"].as_object().into_iter().flatten().map(pattern).collect();
    // Words before placeholders: `/jobs/counts` is not `/jobs/{id}`.
    patterns.sort_by_key(|pattern| pattern.path.matches('{').count());
    patterns
});

fn allow(methods: &Value) -> String {
    let mut names: Vec<_> =
        methods.as_object().into_iter().flat_map(Map::keys).map(|name| name.to_uppercase()).collect();
    if names.iter().any(|name| name == "GET") {
        names.push("HEAD".to_owned());
    }
    names.sort();
    names.join(", ")
}

fn parameters(operation: &Value, document: &Value) -> Vec<Parameter> {
    let parameter = |value: &Value| {
        let place = match value["in"].as_str()? {
            "query" => Place::Query,
            "header" => Place::Header,
            _ => Place::Path,
        };
        let schema = Schema::compile(&value["schema"], document);
        Some(Parameter { name: value["name"].as_str()?.to_owned(), place, schema })
    };
    operation["parameters"].as_array().into_iter().flatten().filter_map(parameter).collect()
}

/// Writes the addresses down now rather than at the first request.
pub fn prepare() {
    LazyLock::force(&PATTERNS);
}

/// The address that a path means, if the API has it.
#[must_use]
pub fn pattern(path: &str) -> Option<&'static Pattern> {
    PATTERNS.iter().find(|pattern| fits(&pattern.path, path))
}

/// The headers that are parameters of some operation.
pub fn header_parameters() -> impl Iterator<Item = &'static str> {
    let all = PATTERNS.iter().flat_map(|pattern| &pattern.operations).flat_map(|(_, parameters)| parameters);
    all.filter(|parameter| parameter.place == Place::Header).map(|parameter| parameter.name.as_str())
}

impl Pattern {
    /// What the operation of a method takes; HEAD takes what GET does.
    #[must_use]
    pub fn parameters(&self, method: &str) -> &[Parameter] {
        let method = if method.eq_ignore_ascii_case("head") { "get" } else { method };
        let found = self.operations.iter().find(|(known, _)| known.eq_ignore_ascii_case(method));
        found.map(|(_, parameters)| parameters.as_slice()).unwrap_or_default()
    }

    /// The part of a path at this placeholder of the address, as it was sent.
    #[must_use]
    pub fn placed<'a>(&self, name: &str, path: &'a str) -> Option<&'a str> {
        let wanted = self.path.split('/').position(|part| part.trim_matches(['{', '}']) == name)?;
        path.split('/').nth(wanted)
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern
        .split('/')
        .all(|wanted| parts.next().is_some_and(|part| part == wanted || (wanted.starts_with('{') && !part.is_empty())))
        && parts.next().is_none()
}

/// What a path is called in metrics and logs: never by a name that a client invented.
#[must_use]
pub fn route(path: &str) -> &'static str {
    if let Some(pattern) = pattern(path) {
        return &pattern.path;
    }
    match path {
        "/livez" => "/livez",
        "/readyz" => "/readyz",
        "/api/docs" => "/api/docs",
        "/api/openapi.json" => "/api/openapi.json",
        "/api/admin/docs" => "/api/admin/docs",
        "/api/admin/openapi.json" => "/api/admin/openapi.json",
        _ if path.starts_with("/api/") => "unknown",
        _ if path.starts_with("/assets/") => "/assets",
        _ => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_names() {
        assert_eq!(route("/api/vps/vps_1"), "/api/vps/{id}");
        assert_eq!(route("/api/admin/jobs/counts"), "/api/admin/jobs/counts");
        assert_eq!(route("/api/admin/jobs/job_1"), "/api/admin/jobs/{id}");
        for unknown in ["/api/vps/", "/api/vps/a/b/c", "/api/nothing", "/api/"] {
            assert_eq!(route(unknown), "unknown", "{unknown}");
        }
        assert_eq!(route("/servers/vps_1"), "/");
        assert_eq!(pattern("/api/vps").map(|pattern| pattern.allow.as_str()), Some("GET, HEAD, POST"));
    }

    #[test]
    fn operations_name_their_parameters() {
        let names = |path: &str, method: &str| -> Vec<_> {
            pattern(path).unwrap().parameters(method).iter().map(|parameter| parameter.name.as_str()).collect()
        };
        assert!(names("/api/vps", "GET").contains(&"limit") && names("/api/vps", "HEAD").contains(&"limit"));
        assert_eq!(names("/api/vps", "POST"), ["Idempotency-Key", "dry_run"]);
        assert_eq!(header_parameters().filter(|name| *name == "Last-Event-ID").count(), 1);
        let address = pattern("/api/admin/schedules/x/run").unwrap();
        assert_eq!(address.placed("name", "/api/admin/schedules/x/run"), Some("x"));
    }
}
