//! What customers are shown of the document: their own operations, under the brand's name.

use std::collections::BTreeSet;

use runtime::settings::Brand;
use serde_json::{Map, Value, json};

use super::{ABOUT, document};

/// Addresses that begin so are for those who run the panel.
const ADMIN: &str = "/api/admin";
/// The tag of their operations.
const ADMIN_TAG: &str = "Admin";

/// The document without the operations of administrators and whatever they alone speak of.
#[must_use]
pub fn public(brand: &Brand) -> Value {
    let mut public = document().clone();
    if let Some(paths) = public["paths"].as_object_mut() {
        paths.retain(|path, _| !path.starts_with(ADMIN));
    }
    if let Some(tags) = public["tags"].as_array_mut() {
        tags.retain(|tag| tag["name"] != ADMIN_TAG);
    }
    let named = named(&public["paths"], &public["components"]);
    for kind in ["schemas", "responses"] {
        if let Some(all) = public["components"][kind].as_object_mut() {
            all.retain(|name, _| named.contains(&format!("#/components/{kind}/{name}")));
        }
    }
    let mut info = json!({ "title": brand.company_name, "version": env!("CARGO_PKG_VERSION"), "description": ABOUT });
    if let Some(email) = &brand.support_email {
        info["contact"] = json!({ "name": brand.company_name, "email": email });
    }
    public["info"] = info;
    public
}

/// Every part that these paths refer to, and what those refer to in turn.
fn named(paths: &Value, components: &Value) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), Vec::new());
    references(paths, &mut open);
    while let Some(reference) = open.pop() {
        let part = reference.strip_prefix("#/components").and_then(|pointer| components.pointer(pointer));
        if let Some(part) = part.filter(|_| found.insert(reference)) {
            references(part, &mut open);
        }
    }
    found
}

/// The references in a part of the document, as pointers into it.
pub fn references(part: &Value, found: &mut Vec<String>) {
    match part {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            Map::values(members).for_each(|member| references(member, found));
        }
        _ => {}
    }
}
