//! Each mutating endpoint is a job or a row, as ADR 1 lists them.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

const METHODS: [&str; 4] = ["post", "put", "patch", "delete"];

/// The table of ADR 1: operation to answer.
fn decided() -> BTreeMap<String, String> {
    include_str!("../../../docs/adr/0001-job-or-row.md")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            let (kind, answer) = (cells[2], cells[3]);
            assert_eq!(kind == "job", answer == "202", "a job answers 202 and a row does not: {line}");
            (cells[1].trim_matches('`').to_owned(), answer.to_owned())
        })
        .collect()
}

#[test]
fn every_mutation_is_decided() {
    let spec: Json = serde_json::from_str(&api::spec_json()).unwrap();
    let mut served = BTreeMap::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, operation) in
            item.as_object().unwrap().iter().filter(|(method, _)| METHODS.contains(&method.as_str()))
        {
            // A quote is no answer of the change itself.
            let questions =
                ["Quote", "PriceQuote"].map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }));
            let quoted = |answer: &Json| answer.pointer("/content/application~1json/schema").cloned();
            let good: Vec<_> = operation["responses"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, answer)| quoted(answer).is_none_or(|schema| !questions.contains(&schema)))
                .map(|(status, _)| status.clone())
                .filter(|status| status.starts_with('2'))
                .collect();
            served.insert(format!("{} {path}", method.to_uppercase()), good.join(","));
        }
    }
    assert_eq!(served, decided(), "the API and docs/adr/0001-job-or-row.md differ");
}
