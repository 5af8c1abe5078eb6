//! The API's document, as JSON and as a page: to everybody what customers may do, to administrators all of it.
//!
//! The page is written here and has no script: nothing to update, and nothing that could run.

use std::fmt::Write as _;
use std::sync::OnceLock;

use poem::http::{HeaderValue, header};
use poem::{Body, Response};
use runtime::settings::Brand;
use serde_json::{Map, Value};

use super::headers::docs_policy;
use crate::spec;

/// The placeholder in the page for each answer's nonce.
const NONCE: &str = "__CSP_NONCE__";
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    code,pre{font:14px/1.4 ui-monospace,monospace}pre{overflow:auto;background:#8881;padding:.75rem}\
    section{border-top:1px solid #8884;margin-top:1.5rem}h3 code{font-weight:700}td,th{text-align:left;\
    padding:.2rem 1rem .2rem 0;vertical-align:top}:root{color-scheme:light dark}";

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Anybody.
    Public,
    /// An administrator.
    Admin,
}

/// Both documents, written when they are first asked for.
#[derive(Debug, Default)]
pub struct Docs {
    public: OnceLock<Written>,
    whole: OnceLock<Written>,
}

#[derive(Debug)]
struct Written {
    json: String,
    page: String,
}

impl Docs {
    fn of(&self, reader: Reader, brand: &Brand) -> &Written {
        match reader {
            Reader::Public => self.public.get_or_init(|| write(&spec::public(brand))),
            Reader::Admin => self.whole.get_or_init(|| write(spec::document())),
        }
    }

    /// The document as JSON.
    pub fn json(&self, reader: Reader, brand: &Brand) -> Response {
        Response::builder()
            .content_type("application/json")
            .header(header::CACHE_CONTROL, "no-cache")
            .body(Body::from(self.of(reader, brand).json.clone()))
    }

    /// The document as a page, under a policy of its own.
    pub fn page(&self, reader: Reader, brand: &Brand, nonce: &str) -> Response {
        let page = self.of(reader, brand).page.replacen(NONCE, nonce, 1);
        let mut response = Response::builder().content_type("text/html; charset=utf-8").body(page);
        if let Ok(policy) = HeaderValue::from_str(&docs_policy(nonce)) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

fn write(document: &Value) -> Written {
    Written { json: spec::pretty(document), page: page(document) }
}

fn page(document: &Value) -> String {
    let (title, about) = (escaped(&document["info"]["title"]), escaped(&document["info"]["description"]));
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title} API</title><style nonce=\"{NONCE}\">{STYLE}</style></head><body>\
         <h1>{title} API</h1><p>{about}</p>"
    );
    for tag in document["tags"].as_array().into_iter().flatten() {
        let (name, about) = (escaped(&tag["name"]), escaped(&tag["description"]));
        let _ = write!(page, "<h2>{name}</h2><p>{about}</p>");
        for (path, methods) in members(&document["paths"]) {
            for (method, operation) in members(methods).filter(|(_, operation)| operation["tags"][0] == tag["name"]) {
                operation_of(&mut page, method, path, operation);
            }
        }
    }
    page.push_str("<h2>Schemas</h2>");
    for (name, schema) in members(&document["components"]["schemas"]) {
        let name = text(name);
        let _ = write!(page, "<section id=\"{name}\"><h3><code>{name}</code></h3>{}</section>", code(schema));
    }
    page.push_str("</body></html>");
    page
}

fn operation_of(page: &mut String, method: &str, path: &str, operation: &Value) {
    let (id, summary) = (escaped(&operation["operationId"]), escaped(&operation["summary"]));
    let (method, path) = (method.to_uppercase(), text(path));
    let _ = write!(
        page,
        "<section id=\"{id}\"><h3><code>{method} {path}</code> {summary}</h3><p>{}</p>",
        escaped(&operation["description"])
    );
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        page.push_str("<table><tr><th>parameter</th><th>in</th><th>meaning</th></tr>");
        for parameter in parameters {
            let [name, place, about] = ["name", "in", "description"].map(|member| escaped(&parameter[member]));
            let _ = write!(page, "<tr><td><code>{name}</code></td><td>{place}</td><td>{about}</td></tr>");
        }
        page.push_str("</table>");
    }
    if let Some(body) = operation.get("requestBody") {
        let _ = write!(page, "<p>Body: {}</p>", links(body));
    }
    page.push_str("<table><tr><th>answer</th><th>meaning</th><th>body</th></tr>");
    for (status, answer) in members(&operation["responses"]) {
        let about = escaped(&answer["description"]);
        let _ = write!(page, "<tr><td>{}</td><td>{about}</td><td>{}</td></tr>", text(status), links(answer));
    }
    page.push_str("</table></section>");
}

/// The names of the schemas that a part refers to, as links.
fn links(part: &Value) -> String {
    let mut found = Vec::new();
    spec::references(part, &mut found);
    let name = |reference: &String| reference.rsplit('/').next().map(text);
    let link = |name: String| format!("<a href=\"#{name}\"><code>{name}</code></a>");
    found.iter().filter_map(name).map(link).collect::<Vec<_>>().join(", ")
}

fn code(schema: &Value) -> String {
    format!("<pre>{}</pre>", text(&serde_json::to_string_pretty(schema).unwrap_or_default()))
}

fn members(part: &Value) -> impl Iterator<Item = (&str, &Value)> {
    part.as_object().into_iter().flat_map(Map::iter).map(|(name, member)| (name.as_str(), member))
}

fn escaped(value: &Value) -> String {
    text(value.as_str().unwrap_or_default())
}

fn text(raw: &str) -> String {
    raw.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(name: &str) -> Brand {
        Brand {
            company_name: name.to_owned(),
            support_email: Some("help@nimbus.example".into()),
            logo_url: None,
            hue: 250,
            fonts_dir: None,
        }
    }

    #[tokio::test]
    async fn the_page_has_no_script_and_nothing_that_could_become_one() {
        let response = Docs::default().page(Reader::Public, &brand("<script>alert(1)</script> & Co"), "n0nce");
        let policy = response.header("content-security-policy").unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        let page = response.into_body().into_string().await.unwrap();
        assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co API"));
        assert!(page.contains("<style nonce=\"n0nce\">") && !page.contains(NONCE) && page.contains("createVps"));
    }

    #[tokio::test]
    async fn the_public_document_is_the_brands_and_has_no_operation_of_admins() {
        let (docs, brand) = (Docs::default(), brand("Nimbus"));
        let json = docs.json(Reader::Public, &brand).into_body().into_string().await.unwrap();
        let page = docs.page(Reader::Public, &brand, "n").into_body().into_string().await.unwrap();
        // The one name of ours that clients write.
        for text in [&json, &page].map(|text| text.replace("X-SkyPanel-For", "")) {
            for word in ["/api/admin", "SkyPanel", "skypanel/", "inode", "Admin", "Cloud"] {
                assert!(!text.contains(word), "{word}");
            }
            assert!(text.contains("Nimbus") && text.contains("/api/vps"));
        }
        let public: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(public["info"]["contact"]["email"], "help@nimbus.example");
        let whole = docs.page(Reader::Admin, &brand, "n").into_body().into_string().await.unwrap();
        assert!(whole.contains("/api/admin/clouds"));
    }
}
