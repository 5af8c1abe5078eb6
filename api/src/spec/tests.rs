use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

use super::*;

fn operations() -> Vec<(String, String, Value)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap().clone();
    paths
        .into_iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .clone()
                .into_iter()
                .map(move |(method, operation)| (method, path.clone(), operation))
        })
        .collect()
}

/// `UPDATE=1` writes the file.
#[test]
fn the_document_is_the_committed_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, spec_json()).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == spec_json(), "api/openapi.json is not what this build says: run the test with UPDATE=1");
}

#[test]
fn every_operation_is_described_and_either_public_or_secured() {
    let operations = operations();
    assert!(operations.len() > 35);
    for (method, path, operation) in operations {
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no operationId"));
        for name in ["summary", "description"] {
            assert!(operation[name].as_str().is_some_and(|text| text.len() > 3), "{id} has no {name}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{id}");
        let secured = operation["security"].as_array().is_some_and(|security| security.len() == 2);
        assert_eq!(secured, !PUBLIC.contains(&id), "{id}");
        for status in ["429", "500", "503"] {
            assert!(operation["responses"][status].is_object(), "{id} does not declare {status}");
        }
        for status in ["401", "403"].iter().filter(|_| secured) {
            assert!(operation["responses"][*status].is_object(), "{id} does not declare {status}");
        }
    }
}

/// Where an error of the rules takes its code: after its class, or as a conflict.
fn codes_of_the_rules() -> BTreeSet<String> {
    let code = Regex::new(r#"(?:conflict\(|ErrorKind::\w+,)\s*"([a-z_]+)""#).unwrap();
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(path).unwrap();
                found.extend(code.captures_iter(&text).map(|capture| capture[1].to_owned()));
            }
        }
    }
    found
}

/// What only jobs and a payment provider's messages are answered: no operation of the document reaches it.
const OF_JOBS: &[&str] = &[
    "already_charged",
    "export_too_long",
    "fenced",
    "hold_missing",
    "month_open",
    "not_administrator",
    "not_genuine",
    "other_account",
];

#[test]
fn every_code_of_the_rules_is_declared_by_an_operation() {
    let document = document();
    let shared = document["components"]["responses"].as_object().unwrap().values();
    let mut declared: BTreeSet<String> =
        shared.flat_map(|response| response["x-codes"].as_array().unwrap()).map(text).collect();
    for (_, _, operation) in operations() {
        let own = operation["x-codes"].as_object().into_iter().flat_map(serde_json::Map::values);
        declared.extend(own.flat_map(|codes| codes.as_array().unwrap()).map(text));
    }
    let codes = codes_of_the_rules();
    assert!(codes.len() > 20, "{codes:?}");
    declared.extend(crate::routes::auth::oidc::WORDS.iter().map(|word| (*word).to_owned()));
    let asked = |code: &&String| !OF_JOBS.contains(&code.as_str());
    let missing: Vec<_> = codes.iter().filter(asked).filter(|code| !declared.contains(*code)).collect();
    assert!(
        missing.is_empty(),
        "no operation declares {missing:?}: name them in the `Problems` of the one that answers them"
    );
}

fn text(code: &Value) -> String {
    code.as_str().unwrap().to_owned()
}

#[test]
fn what_no_shape_implies_has_a_code_of_its_own() {
    for (_, _, operation) in operations() {
        let id = &operation["operationId"];
        for status in operation["responses"].as_object().unwrap().keys() {
            if ["402", "409"].contains(&status.as_str()) {
                assert!(operation["x-codes"][status].is_array(), "{id} answers {status} for no reason");
            }
        }
        for status in operation["x-codes"].as_object().into_iter().flat_map(|own| own.keys()) {
            assert!(operation["responses"][status].is_object(), "{id} does not answer {status}");
        }
    }
}

#[test]
fn public_operations_exist() {
    let known: Vec<_> = operations().into_iter().map(|(_, _, operation)| text(&operation["operationId"])).collect();
    for id in PUBLIC {
        assert!(known.iter().any(|known| known == id), "{id}");
    }
}

#[test]
fn objects_in_requests_hold_nothing_else() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if schema["type"] == "object" && name != "Problem" {
            assert!(schema.get("additionalProperties").is_some(), "{name}");
        }
    }
}

/// Every schema in a part of the document.
fn schemas<'a>(part: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(part);
    match part {
        Value::Array(items) => items.iter().for_each(|item| schemas(item, found)),
        Value::Object(members) => members.values().for_each(|member| schemas(member, found)),
        _ => {}
    }
}

#[test]
fn what_may_be_null_is_so_for_strict_readers_too() {
    let (document, mut found) = (document(), Vec::new());
    schemas(document, &mut found);
    let nullable: Vec<_> = found.iter().filter(|schema| schema["nullable"] == true).collect();
    assert!(nullable.len() > 50);
    for schema in nullable {
        assert!(schema["type"].is_string(), "`nullable` counts beside a type alone: {schema}");
        let words = schema["enum"].as_array();
        assert!(words.is_none_or(|words| words.contains(&Value::Null)), "null is none of the words: {schema}");
    }
    let job = &document["components"]["schemas"]["Vps"]["properties"]["job"]["anyOf"];
    assert_eq!(
        *job,
        json!([{ "$ref": "#/components/schemas/Job" }, { "type": "string", "nullable": true, "enum": [null] }])
    );
}
