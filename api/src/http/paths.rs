//! Which addresses the API has: for metrics, logs, and the `Allow` header.

use std::sync::LazyLock;

use serde_json::Value;

/// One address of the API as the document writes it, and the methods that it knows.
#[derive(Debug)]
pub struct Pattern {
    /// Such as `/api/vps/{id}`.
    pub path: String,
    /// Such as `GET, HEAD, POST`.
    pub allow: String,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let document = crate::spec::document();
    let paths = document["paths"].as_object().into_iter().flatten();
    // Words before placeholders: `/jobs/counts` is not `/jobs/{id}`.
    let mut patterns: Vec<_> =
        paths.map(|(path, methods)| Pattern { path: path.clone(), allow: allow(methods) }).collect();
    patterns.sort_by_key(|pattern| pattern.path.matches('{').count());
    patterns
});

fn allow(methods: &Value) -> String {
    let mut names: Vec<_> =
        methods.as_object().into_iter().flat_map(|methods| methods.keys()).map(|name| name.to_uppercase()).collect();
    if names.iter().any(|name| name == "GET") {
        names.push("HEAD".to_owned());
    }
    names.sort();
    names.join(", ")
}

/// The address that a path means, if the API has it.
#[must_use]
pub fn pattern(path: &str) -> Option<&'static Pattern> {
    PATTERNS.iter().find(|pattern| fits(&pattern.path, path))
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern
        .split('/')
        .all(|wanted| parts.next().is_some_and(|part| part == wanted || (wanted.starts_with('{') && !part.is_empty())))
        && parts.next().is_none()
}

/// How a path is called in metrics and logs: never by what a client made up.
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
}
