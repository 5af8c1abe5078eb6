//! What a request asked for, remembered while a handler has it, so that a refusal can say why.

use std::sync::LazyLock;

use domain::FieldError;
use poem::Request;
use poem::http::{HeaderMap, HeaderName, Method, Uri};

use super::paths::{self, Parameter, Place};

/// The parts of a request that hold its parameters.
#[derive(Debug)]
pub struct Asked {
    method: Method,
    uri: Uri,
    /// Those headers alone that are parameters.
    headers: HeaderMap,
}

/// The headers that are parameters of some operation.
static HEADERS: LazyLock<Vec<HeaderName>> = LazyLock::new(|| {
    let mut names: Vec<HeaderName> = paths::header_parameters().filter_map(|name| name.parse().ok()).collect();
    names.dedup();
    names
});

impl Asked {
    /// What this request asks for.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let sent = |name: &HeaderName| Some((name.clone(), request.headers().get(name)?.clone()));
        let headers = HEADERS.iter().filter_map(sent).collect();
        Self { method: request.method().clone(), uri: request.uri().clone(), headers }
    }

    /// The methods that the address knows, if it is one.
    #[must_use]
    pub fn allow(&self) -> Option<String> {
        paths::pattern(self.uri.path()).map(|pattern| pattern.allow.clone())
    }

    /// What is wrong with the parameters. `name` is one that could not be read, and is pointed at
    /// even where its schema has no objection.
    #[must_use]
    pub fn faults(&self, name: &str) -> Vec<FieldError> {
        let parameters = paths::pattern(self.uri.path()).map(|pattern| pattern.parameters(self.method.as_str()));
        let parameters = parameters.unwrap_or_default();
        let fault = |parameter: &Parameter| {
            let detail = parameter.schema.fault_of_text(&self.sent(parameter)?)?;
            Some(FieldError { pointer: pointer(&parameter.name, parameter.place), detail })
        };
        let mut found: Vec<_> = parameters.iter().filter_map(fault).collect();
        if found.is_empty() {
            let place = parameters.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.place);
            found.push(FieldError {
                pointer: pointer(name, place.unwrap_or(Place::Query)),
                detail: "this can't be used".to_owned(),
            });
        }
        found
    }

    /// What was sent for a parameter; the first, where it came more than once.
    fn sent(&self, parameter: &Parameter) -> Option<String> {
        let name = &parameter.name;
        match parameter.place {
            Place::Header => self.headers.get(name)?.to_str().ok().map(str::to_owned),
            Place::Path => {
                let path = self.uri.path();
                paths::pattern(path)?.placed(name, path).map(str::to_owned)
            }
            Place::Query => {
                let query = Request::builder().uri(self.uri.clone()).finish();
                let pairs: Vec<(String, String)> = query.params().ok()?;
                pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
            }
        }
    }
}

fn pointer(name: &str, place: Place) -> String {
    match place {
        Place::Header => format!("/headers/{name}"),
        Place::Query | Place::Path => format!("/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(uri: &str, name: &str) -> Vec<(String, String)> {
        let request = Request::builder().uri_str(uri).header("last-event-id", "9".repeat(40)).finish();
        Asked::of(&request).faults(name).into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
    }

    #[test]
    fn all_faults_are_said_at_once_in_the_schemas_words() {
        let found = faults("/api/vps?limit=0&status=happy&q=fine&cursor=%C3%A4", "limit");
        assert!(found[0].0 == "/status" && found[0].1.starts_with("choose one of requested, "), "{found:?}");
        assert_eq!(found[1], ("/limit".into(), "must be at least 1".into()));
        assert_eq!(found.len(), 2);
        let said = |uri: &str, name: &str| faults(uri, name).remove(0);
        assert_eq!(said("/api/vps?limit=x", "limit"), ("/limit".into(), "expected a whole number".into()));
        assert_eq!(said("/api/vps?limit=101&limit=1", "limit"), ("/limit".into(), "must be at most 100".into()));
        assert_eq!(said("/api/activity?vps=org_1", "vps"), ("/vps".into(), "expected an id such as vps_…".into()));
        assert_eq!(
            said("/api/admin/jobs?attention=perhaps", "attention"),
            ("/attention".into(), "expected true or false".into())
        );
        assert_eq!(
            said("/api/notifications/stream", "Last-Event-ID"),
            ("/headers/Last-Event-ID".into(), "use at most 32 characters".into())
        );
        let name = "x".repeat(101);
        assert_eq!(
            said(&format!("/api/admin/schedules/{name}/ticks"), "name"),
            ("/name".into(), "use at most 100 characters".into())
        );
    }

    #[test]
    fn a_parameter_that_only_its_type_refuses_is_pointed_at() {
        assert_eq!(faults("/api/vps?limit=1", "limit"), [("/limit".into(), "this can't be used".into())]);
        assert_eq!(faults("/api/nothing", "limit"), [("/limit".into(), "this can't be used".into())]);
    }
}
