//! Request bodies: JSON alone, with a pointer to each field that can't be used.

use domain::FieldError;
use poem::error::ReadBodyError;
use poem::{Request, RequestBody};
use poem_openapi::error::{ContentTypeError, ParseRequestPayloadError};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::{Map, Value};

use crate::problem::{Failure, field};
use crate::wire::Money;

/// A JSON body. Where `OPTIONAL`, none at all reads as `{}`.
#[derive(Clone, Debug)]
pub struct Body<T, const OPTIONAL: bool = false>(pub T);

impl<'a, T: ParseFromJSON, const OPTIONAL: bool> ApiExtractor<'a> for Body<T, OPTIONAL> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: !OPTIONAL })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await.map_err(|error| match error {
            ReadBodyError::Io(_) => {
                poem::Error::from(ParseRequestPayloadError { reason: "the body ended early".into() })
            }
            other => other.into(),
        })?;
        if OPTIONAL && bytes.is_empty() {
            return read(Value::Object(Map::new())).map(Self);
        }
        if !request.content_type().is_some_and(is_json) {
            return Err(ContentTypeError::ExpectContentType.into());
        }
        let value =
            serde_json::from_slice(&bytes).map_err(|_| ParseRequestPayloadError { reason: "not JSON".into() })?;
        read(value).map(Self)
    }
}

/// Whether a media type is JSON, whatever its parameters.
fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads a value whose types fit the schema. poem-openapi alone would take a number for a text.
fn read<T: ParseFromJSON>(value: Value) -> poem::Result<T> {
    let mut registry = Registry::new();
    T::register(&mut registry);
    let fields =
        registry.schemas.get(T::name().as_ref()).map(|schema| misfits(&value, schema, &registry)).unwrap_or_default();
    if !fields.is_empty() {
        return Err(refused(fields));
    }
    T::parse_from_json(Some(value)).map_err(|error| refused(vec![field(error.message())]))
}

fn refused(fields: Vec<FieldError>) -> poem::Error {
    let mut invalid = domain::Error::invalid("Some of what you sent can't be used. Nothing was changed.");
    invalid.fields = fields;
    Failure(invalid).into()
}

/// The fields of a body that are missing, or of another type than the schema asks for. Of several
/// shapes that a body may have, the one that it comes closest to counts.
fn misfits(value: &Value, schema: &MetaSchema, registry: &Registry) -> Vec<FieldError> {
    let shapes = schema.one_of.iter().filter_map(|shape| match shape {
        MetaSchemaRef::Reference(name) => registry.schemas.get(name),
        MetaSchemaRef::Inline(schema) => Some(&**schema),
    });
    if let Some(closest) = shapes.map(|shape| misfits(value, shape, registry)).min_by_key(Vec::len) {
        return closest;
    }
    let Value::Object(object) = value else {
        return Vec::new();
    };
    let mut fields = Vec::new();
    for (name, property) in &schema.properties {
        match object.get(*name) {
            None | Some(Value::Null) if schema.required.contains(name) => {
                fields.push(FieldError { pointer: format!("/{name}"), detail: "fill this in".to_owned() });
            }
            None | Some(Value::Null) => {}
            Some(value) if !fits(value, property, registry) => {
                fields.push(FieldError { pointer: format!("/{name}"), detail: expected(property, registry) });
            }
            Some(value) if is_money(property) => {
                let wrong = Money::misfit(value);
                fields
                    .extend(wrong.map(|(member, detail)| FieldError { pointer: format!("/{name}/{member}"), detail }));
            }
            Some(value) => {
                let inner = referred(property, registry).map(|schema| misfits(value, schema, registry));
                fields.extend(
                    inner
                        .into_iter()
                        .flatten()
                        .map(|field| FieldError { pointer: format!("/{name}{}", field.pointer), ..field }),
                );
            }
        }
    }
    fields
}

/// The schema of a member that is an object itself. Optional members wrap the reference in
/// `all_of`.
fn referred<'a>(property: &MetaSchemaRef, registry: &'a Registry) -> Option<&'a MetaSchema> {
    match property {
        MetaSchemaRef::Reference(name) => registry.schemas.get(name),
        MetaSchemaRef::Inline(schema) => schema.all_of.iter().find_map(|part| referred(part, registry)),
    }
}

fn is_money(property: &MetaSchemaRef) -> bool {
    match property {
        MetaSchemaRef::Reference(name) => name == "Money",
        MetaSchemaRef::Inline(schema) => schema.all_of.iter().any(is_money),
    }
}

/// The prefix of the ids that a property takes, if it takes ids: their pattern begins with it.
fn id_prefix(property: &MetaSchemaRef) -> Option<&str> {
    let MetaSchemaRef::Inline(schema) = property else { return None };
    schema.pattern.as_deref()?.strip_prefix('^')?.split_once("_[0-7]").map(|(prefix, _)| prefix)
}

fn is_such_an_id(text: &str, property: &MetaSchemaRef) -> bool {
    id_prefix(property).is_none_or(|prefix| {
        let suffix = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
        suffix.is_some_and(|suffix| suffix.len() == 26 && suffix.parse::<domain::AnyId>().is_ok())
    })
}

fn expected(property: &MetaSchemaRef, registry: &Registry) -> String {
    id_prefix(property).map_or_else(
        || format!("expected {}", kind(property, registry)),
        |prefix| format!("expected an id such as {prefix}_…"),
    )
}

fn kind<'a>(property: &'a MetaSchemaRef, registry: &'a Registry) -> &'a str {
    match property {
        MetaSchemaRef::Reference(name) => registry.schemas.get(name).map_or("object", |schema| schema.ty),
        MetaSchemaRef::Inline(schema) => match schema.all_of.first() {
            Some(first) => kind(first, registry),
            None => schema.ty,
        },
    }
}

fn fits(value: &Value, property: &MetaSchemaRef, registry: &Registry) -> bool {
    match kind(property, registry) {
        "string" => value.as_str().is_some_and(|text| is_such_an_id(text, property)),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Secret;
    use poem_openapi::Object;
    use serde_json::json;

    #[derive(Debug, Object)]
    #[oai(deny_unknown_fields)]
    struct Sample {
        #[oai(validator(max_length = 3))]
        label: String,
        password: Option<Secret>,
        price: Option<Money>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Object)]
    #[oai(deny_unknown_fields)]
    struct Inner {
        label: Option<String>,
    }

    fn pointers(value: Value) -> Vec<(String, String)> {
        let error = read::<Sample>(value).unwrap_err();
        let Failure(error) = error.downcast_ref().unwrap();
        error.fields.iter().map(|field| (field.pointer.clone(), field.detail.clone())).collect()
    }

    #[test]
    fn each_field_is_pointed_at() {
        assert!(read::<Sample>(json!({ "label": "abc", "password": null })).is_ok());
        assert_eq!(pointers(json!({})), [("/label".into(), "fill this in".into())]);
        assert_eq!(
            pointers(json!({ "label": 5, "price": 12.5 })),
            [("/label".into(), "expected string".into()), ("/price".into(), "expected object".into())]
        );
        assert_eq!(pointers(json!({ "label": "abcd" })), [("/label".into(), "use at most 3 characters".into())]);
        assert_eq!(
            pointers(json!({ "label": "abc", "more": 1 })),
            [("/more".into(), "there is no such field; leave it out".into())]
        );
        assert_eq!(
            pointers(json!({ "label": "abc", "inner": { "label": 5 } })),
            [("/inner/label".into(), "expected string".into())]
        );
        assert_eq!(
            pointers(json!({ "label": "abc", "password": 12345 })),
            [("/password".into(), "expected string".into())]
        );
    }

    #[test]
    fn json_is_json_with_any_parameters() {
        assert!(is_json("application/json") && is_json("Application/JSON; charset=utf-8"));
        assert!(!is_json("text/plain") && !is_json("application/jsonp") && !is_json(""));
    }
}
