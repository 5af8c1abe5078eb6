//! Whether the API's document declares the problems that the API answers.

use std::sync::LazyLock;

use reqwest::Method;
use serde_json::Value as Json;

use crate::client::Reply;

static DOCUMENT: LazyLock<Json> = LazyLock::new(|| serde_json::from_str(&api::spec_json()).unwrap_or_default());

/// Makes sure that the document names a problem's status and code for the operation that answered
/// it. Answers that are no problems, and addresses that are no operations, pass.
///
/// # Panics
/// When the document names them not.
#[track_caller]
pub fn assert_declared(method: &Method, path: &str, reply: &Reply) {
    let (Some(code), Some(operation)) = (reply.body["code"].as_str(), operation(method, path)) else {
        return;
    };
    if !reply.status.is_client_error() && !reply.status.is_server_error() {
        return;
    }
    let status = reply.status.as_str();
    let shared = operation["responses"][status]["$ref"].as_str().and_then(|name| DOCUMENT.pointer(&name[1..]));
    let known = [shared.map_or(&Json::Null, |response| &response["x-codes"]), &operation["x-codes"][status]];
    assert!(
        shared.is_some() && known.iter().filter_map(|codes| codes.as_array()).flatten().any(|known| known == code),
        "{method} {path} answered {status} {code}, which its `Problems` don't declare: {}",
        reply.body
    );
}

/// The operation of an address; of several that fit, the one with the fewest placeholders.
fn operation(method: &Method, path: &str) -> Option<&'static Json> {
    let path = path.split('?').next().unwrap_or_default();
    let (_, methods) = DOCUMENT["paths"]
        .as_object()?
        .iter()
        .filter(|(pattern, _)| fits(pattern, path))
        .min_by_key(|(pattern, _)| pattern.matches('{').count())?;
    methods.get(method.as_str().to_lowercase())
}

fn fits(pattern: &str, path: &str) -> bool {
    pattern.split('/').count() == path.split('/').count()
        && pattern.split('/').zip(path.split('/')).all(|(wanted, part)| wanted == part || wanted.starts_with('{'))
}
