//! Files that are sent as they are read, each with the type that the document says.

use std::marker::PhantomData;

use domain::error::Result;
use futures::{Stream, TryStreamExt as _};
use poem::http::{HeaderValue, header};
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};

/// What kind of file it is.
pub trait FileType: Send + Sync + 'static {
    /// Its type.
    const TYPE: &'static str;
    /// What is in it.
    const ABOUT: &'static str;
    /// Whether it is no text.
    const BINARY: bool = false;
}

macro_rules! types {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:literal, $about:literal $(, $binary:literal)?;)+) => { $(
        $(#[doc = $doc])+
        pub struct $name;

        impl FileType for $name {
            const TYPE: &'static str = $type;
            const ABOUT: &'static str = $about;
            $(const BINARY: bool = $binary;)?
        }
    )+ };
}

types! {
    /// CSV.
    Csv: "text/csv", "Lines of CSV; the first names the columns.";
    /// A JSON object a line.
    Ndjson: "application/x-ndjson", "A JSON object a line.";
    /// PDF.
    Pdf: "application/pdf", "The document as PDF.", true;
    /// XML.
    Xml: "application/xml", "The electronic invoice (CII, EN 16931).";
    /// HTML.
    Html: "text/html", "The document as a page to read and print.";
}

/// A value as a line of JSON lines.
#[must_use]
pub fn json_line(value: &serde_json::Value) -> String {
    format!("{value}\n")
}

/// A file of one type.
pub struct Download<T>(Response, PhantomData<T>);

impl<T: FileType> Download<T> {
    /// A file that is whole already.
    #[must_use]
    pub fn whole(name: &str, content: Vec<u8>) -> Self {
        Self::of(name, Body::from(content))
    }

    /// A file that is written as it is read: pieces of text. What breaks off is cut, and is not taken for whole.
    pub fn pieces(name: &str, pieces: impl Stream<Item = Result<String>> + Send + 'static) -> Self {
        let pieces = pieces.map_err(|error| {
            tracing::error!(%error, "an export broke off");
            std::io::Error::other("the export broke off")
        });
        Self::of(name, Body::from_bytes_stream(pieces))
    }

    fn of(name: &str, body: Body) -> Self {
        let charset = if T::BINARY { "" } else { "; charset=utf-8" };
        let mut response = Response::builder().content_type(format!("{}{charset}", T::TYPE)).body(body);
        let disposition = format!("attachment; filename=\"{}\"", file_name(name));
        if let Ok(value) = HeaderValue::from_str(&disposition) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
        Self(response, PhantomData)
    }
}

/// A name of letters, figures, dots and dashes.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }).collect()
}

impl<T> IntoResponse for Download<T>
where
    T: Send,
{
    fn into_response(self) -> Response {
        self.0
    }
}

impl<T: FileType> ApiResponse for Download<T> {
    fn meta() -> MetaResponses {
        let schema = if T::BINARY {
            MetaSchema::new_with_format("string", "binary")
        } else {
            MetaSchema { max_length: Some(i32::MAX as usize), ..MetaSchema::new("string") }
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: T::ABOUT,
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType { content_type: T::TYPE, schema: MetaSchemaRef::Inline(Box::new(schema)) }],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_has_a_plain_name() {
        assert_eq!(file_name("INV-000001.pdf"), "INV-000001.pdf");
        assert_eq!(file_name("a\"\r\nX: b/../c"), "a___X__b_.._c");
    }
}
