//! The character NUL (U+0000), which no text that we keep may hold: PostgreSQL refuses it, and programs in C end
//! there. An address with one is refused here, a body by `wire::json`; a header with one is no HTTP.

use domain::FieldError;
use poem::http::Uri;

use crate::problem::Problem;

/// What is said of a text that holds one.
pub const DETAIL: &str = "this holds the character NUL (U+0000), which no text may; leave it out";
/// How an address writes it.
const ENCODED: &str = "%00";

/// The problem to answer where the path or a parameter of the query holds one.
#[must_use]
pub fn refuse(uri: &Uri) -> Option<Problem> {
    let fault = |pointer: String| FieldError { pointer, detail: DETAIL.to_owned() };
    let query = uri.query().unwrap_or_default();
    let parameters = query.split('&').filter(|pair| pair.contains(ENCODED));
    let name =
        |pair: &str| pair.split('=').next().filter(|name| !name.contains(ENCODED)).map(|name| format!("/{name}"));
    let path = uri.path().contains(ENCODED).then(|| fault(String::new()));
    let found: Vec<_> =
        path.into_iter().chain(parameters.map(|pair| fault(name(pair).unwrap_or_default()))).take(10).collect();
    (!found.is_empty()).then(|| Problem::invalid(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(uri: &str) -> Vec<String> {
        let problem = refuse(&uri.parse().unwrap());
        problem.into_iter().flat_map(|problem| problem.fields).map(|fault| fault.pointer).collect()
    }

    #[test]
    fn it_is_found_in_paths_names_and_values() {
        assert_eq!(pointers("/api/vps/a%00b"), [""]);
        assert_eq!(pointers("/api/vps?q=a%00&limit=1&status=%00"), ["/q", "/status"]);
        assert_eq!(pointers("/api/vps?%00=a"), [""]);
        assert!(pointers("/api/vps/%2500?q=%2500&r=100%25").is_empty(), "a percent sign before two zeros is none");
    }
}
