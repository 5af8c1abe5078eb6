//! Request bodies: JSON alone, read once, with a pointer to each field that can't be used.

use domain::FieldError;
use poem::error::ReadBodyError;
use poem::{Request, RequestBody};
use poem_openapi::error::ContentTypeError;
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::{Map, Value};

use super::{json, schema};
use crate::problem::{Failure, UNUSABLE};

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
            ReadBodyError::Io(_) => refused(vec![whole("the body ended early")]),
            other => other.into(),
        })?;
        if OPTIONAL && bytes.is_empty() {
            return read(Value::Object(Map::new())).map(Self);
        }
        if !request.content_type().is_some_and(is_json) {
            return Err(ContentTypeError::ExpectContentType.into());
        }
        json::parse(&bytes).map_err(|fault| refused(vec![fault])).and_then(read).map(Self)
    }
}

/// Whether a media type is JSON, whatever its parameters.
fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// The body's type, once its schema in the document has no objection.
fn read<T: ParseFromJSON>(value: Value) -> poem::Result<T> {
    let name = T::name();
    let faults = schema::body(&name).map(|schema| schema.faults(&value)).unwrap_or_default();
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    T::parse_from_json(Some(value)).map_err(|_| {
        tracing::warn!(body = %name, "a body that fits its schema could not be read");
        refused(vec![whole("this can't be used")])
    })
}

/// A fault of the body as a whole.
fn whole(detail: &str) -> FieldError {
    FieldError { pointer: String::new(), detail: detail.to_owned() }
}

fn refused(fields: Vec<FieldError>) -> poem::Error {
    let mut invalid = domain::Error::invalid(UNUSABLE);
    invalid.fields = fields;
    Failure(invalid).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_json_with_any_parameters() {
        assert!(is_json("application/json") && is_json("Application/JSON; charset=utf-8"));
        assert!(!is_json("text/plain") && !is_json("application/jsonp") && !is_json(""));
    }
}
