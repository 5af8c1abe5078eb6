use super::*;
use serde_json::json;

fn sample() -> Schema {
    let document = json!({ "components": { "schemas": {
        "Inner": {
            "type": "object",
            "required": ["amount"],
            "additionalProperties": false,
            "properties": { "amount": { "type": "string", "format": "decimal" }, "many": {
                "type": "array", "maxItems": 3, "items": { "$ref": "#/components/schemas/Word" },
            } },
        },
        "Word": { "type": "string", "enum": ["one", "two"] },
    } } });
    let schema = json!({
        "type": "object",
        "required": ["label", "id"],
        "additionalProperties": false,
        "properties": {
            "label": { "type": "string", "minLength": 3, "maxLength": 5, "pattern": "^[a-z]+$", "format": "label" },
            "id": {
                "type": "string", "format": "id", "pattern": "^vps_[0-7]$", "example": "vps_1",
                "minLength": 5, "maxLength": 5,
            },
            "count": { "type": "integer", "minimum": 1, "maximum": 9, "nullable": true },
            "on": { "type": "boolean" },
            "inner": { "anyOf": [
                { "$ref": "#/components/schemas/Inner" },
                { "type": "string", "nullable": true, "enum": [null] },
            ] },
        },
    });
    Schema::compile(&schema, &document)
}

fn faults(schema: &Schema, value: &Value) -> Vec<(String, String)> {
    schema.faults(value).into_iter().map(|fault| (fault.pointer, fault.detail)).collect()
}

#[test]
fn each_fault_has_its_pointer_and_its_words() {
    let good = json!({ "label": "abc", "id": "vps_1", "count": null, "inner": { "amount": "1", "many": ["one"] } });
    assert_eq!(faults(&sample(), &good), []);
    let label = "use letters, digits, dots, hyphens and underscores, with a letter or digit at both ends";
    for (member, value, pointer, words) in [
        ("label", json!(null), "/label", "fill this in"),
        ("label", json!(5), "/label", "expected a string"),
        ("label", json!("ab"), "/label", "use at least 3 characters"),
        ("label", json!("äöüäöü"), "/label", "use at most 5 characters"),
        ("label", json!("ABC"), "/label", label),
        ("id", json!("vps_9"), "/id", "expected an id such as vps_…"),
        ("id", json!(""), "/id", "expected an id such as vps_…"),
        ("id", json!(7), "/id", "expected an id such as vps_…"),
        ("count", json!(0), "/count", "must be at least 1"),
        ("count", json!(10), "/count", "must be at most 9"),
        ("count", json!(1.0), "/count", "expected a whole number"),
        ("count", json!(u64::MAX), "/count", "expected a whole number"),
        ("on", json!("true"), "/on", "expected true or false"),
        ("inner", json!([]), "/inner", "expected an object"),
        ("inner", json!({}), "/inner/amount", "fill this in"),
        ("inner", json!({ "amount": "1", "a/b": 1 }), "/inner/a~1b", "this field does not exist; leave it out"),
        ("inner", json!({ "amount": "1", "many": ["one", "six"] }), "/inner/many/1", "choose one of one, two"),
        ("inner", json!({ "amount": "1", "many": [1] }), "/inner/many/0", "expected a string"),
        (
            "inner",
            json!({ "amount": "1", "many": ["one", "one", "one", "one"] }),
            "/inner/many",
            "send at most 3 entries",
        ),
        ("inner", json!({ "amount": "99999999999" }), "/inner/amount", "the amount is too large"),
        ("more", json!(1), "/more", "this field does not exist; leave it out"),
    ] {
        let mut body = good.clone();
        body[member] = value;
        assert_eq!(faults(&sample(), &body), [(pointer.to_owned(), words.to_owned())], "{body}");
    }
    for body in [json!([]), json!(null), json!("x")] {
        assert_eq!(faults(&sample(), &body), [(String::new(), "expected an object".to_owned())]);
    }
}

#[test]
fn all_faults_are_found_but_not_endlessly_many() {
    assert_eq!(faults(&sample(), &json!({ "count": "x", "more": 1 })).len(), 4);
    let many: serde_json::Map<_, _> = (0..1000).map(|index| (format!("m{index}"), json!(1))).collect();
    assert_eq!(faults(&sample(), &Value::from(many)).len(), MAX_FAULTS);
    let long = json!({ "label": "abc", "id": "vps_1", "x".repeat(101): 1 });
    assert_eq!(faults(&sample(), &long), [(String::new(), "this field does not exist; leave it out".to_owned())]);
}

#[test]
fn what_was_sent_is_never_repeated() {
    let secret = "hunter2";
    for member in ["label", "id", "count", "on", "inner"] {
        let said = format!("{:?}", faults(&sample(), &json!({ member: secret })));
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn a_shape_is_told_by_the_word_that_it_fixes() {
    let tokens = body("TokenRequest").unwrap();
    for (value, pointer, words) in [
        (json!({}), "/grant_type", "fill this in"),
        (json!({ "grant_type": "magic" }), "/grant_type", "choose one of password, refresh_token"),
        (json!({ "grant_type": 7 }), "/grant_type", "choose one of password, refresh_token"),
        (json!({ "grant_type": "refresh_token" }), "/refresh_token", "fill this in"),
        (json!({ "grant_type": "refresh_token", "refresh_token": "x", "email": "a" }), "/email", UNKNOWN),
        (json!([]), "", "expected an object"),
    ] {
        assert_eq!(faults(tokens, &value), [(pointer.to_owned(), words.to_owned())], "{value}");
    }
}

const UNKNOWN: &str = "this field does not exist; leave it out";

/// A schema that takes anything would let a body pass unchecked.
#[test]
fn every_body_of_the_document_is_checked_throughout() {
    // What a browser says of a passkey is WebAuthn's: the library that judges it reads it, and nothing else does.
    const OF_OTHERS: [&str; 3] = ["AddPasskey", "PasskeyAnswer", "Verify"];
    fn open(schema: &Schema) -> bool {
        match &schema.0 {
            Kind::Any => true,
            Kind::Object(object) => !object.closed || object.members.iter().any(|member| open(&member.schema)),
            Kind::List { items, .. } => open(items),
            Kind::Shapes { shapes, .. } => shapes.iter().any(|(_, shape)| open(shape)),
            _ => false,
        }
    }
    let document = crate::spec::document();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let bodies: Vec<_> = operations.filter(|operation| operation["requestBody"].is_object()).collect();
    assert!(bodies.len() > 15);
    for operation in bodies {
        let reference = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let name = reference.as_str().unwrap().rsplit('/').next().unwrap();
        let of_others = OF_OTHERS.contains(&name);
        assert!(body(name).is_some_and(|schema| of_others == open(schema)), "{name}");
    }
}

#[test]
fn nested_members_of_real_bodies_are_pointed_at() {
    let markup = json!({ "amount": 1, "currency": "EUR" });
    let plan = json!({ "cloud_id": "cloud_x", "type_id": "x", "name": "x", "markup_monthly": markup });
    assert_eq!(
        faults(body("AddPlan").unwrap(), &plan),
        [
            ("/cloud_id".into(), "expected an id such as cloud_…".into()),
            ("/markup_monthly/amount".into(), "expected a string".into()),
            ("/markup_monthly/currency".into(), "wallets and prices are kept in USD: write USD".into()),
        ]
    );
    let bulk = json!({ "action": "retry", "filter": { "state": "happy" }, "dry_run": true });
    let found = faults(body("BulkRequest").unwrap(), &bulk);
    assert!(found[0].0 == "/filter/state" && found[0].1.starts_with("choose one of queued, "), "{found:?}");
}

#[test]
fn a_day_or_a_moment_that_is_none_is_pointed_at() {
    for (bad, detail) in [
        (json!(""), "write a day such as 2026-01-31"),
        (json!("2026-02-30"), "write a day such as 2026-01-31"),
        (json!("31.01.2026"), "write a day such as 2026-01-31"),
        (json!("2026-01-31T00:00:00Z"), "write a day such as 2026-01-31"),
        (json!(20_260_131), "write a day such as 2026-01-31"),
    ] {
        let found = faults(body("EndTaxRule").unwrap(), &json!({ "valid_to": bad }));
        assert_eq!(found, [("/valid_to".into(), detail.into())], "{bad}");
    }
    assert_eq!(faults(body("EndTaxRule").unwrap(), &json!({ "valid_to": "2028-02-29" })), []);
    for (bad, count) in [("", 1), ("2026-01-31", 1), ("2026-02-30T00:00:00Z", 1), ("2026-01-31T12:00:00+01:00", 0)] {
        let found = faults(body("MovePrice").unwrap(), &json!({ "version": 1, "from": bad, "reason": "a test" }));
        assert_eq!(found.iter().filter(|(pointer, _)| pointer == "/from").count(), count, "{bad}: {found:?}");
    }
}
