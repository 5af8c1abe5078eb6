//! Where traces are exported, if anywhere.

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// What OTLP over HTTP appends to the endpoint of all signals (OpenTelemetry's exporter specification).
const TRACES_PATH: &str = "v1/traces";
/// The most headers that an export may carry.
const MAX_HEADERS: usize = 16;

/// Where traces are exported, if anywhere, and how many of them.
#[derive(Clone, Debug)]
pub struct Traces {
    /// Where spans are posted, as protobuf; without it nothing is traced.
    pub endpoint: Option<Url>,
    /// Headers of each export, such as a collector's key.
    pub headers: Vec<(String, SecretString)>,
    /// The name of the service; `skypanel-` and the name of the process if unset.
    pub service: Option<String>,
    /// The share of traces started here that are exported, 0 to 1. A trace started by a caller keeps its decision.
    pub share: f64,
}

impl Traces {
    /// Reads `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`,
    /// `OTEL_SERVICE_NAME` and `OTEL_TRACES_SAMPLER_ARG`.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let all = address(&mut reader, "OTEL_EXPORTER_OTLP_ENDPOINT").and_then(|url| below(&url));
        let traces = address(&mut reader, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        let headers = headers(&mut reader);
        let service = reader.name("OTEL_SERVICE_NAME");
        let share = reader
            .text_if("OTEL_TRACES_SAMPLER_ARG", "write a number from 0 to 1", |value| share(value).is_some())
            .and_then(|value| share(&value));
        let traces = share.map(|share| Self { endpoint: traces.or(all), headers, service, share });
        reader.finish(traces)
    }
}

/// An address of a collector: http is usual, since it runs beside us.
fn address(reader: &mut Reader<'_>, name: &'static str) -> Option<Url> {
    let text = reader.text(name)?;
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    match url {
        Some(url) if url.username().is_empty() && url.password().is_none() => return Some(url),
        Some(_) => reader.refuse(name, "leave out the name and the password; a key goes to OTEL_EXPORTER_OTLP_HEADERS"),
        None => reader.refuse(name, "write the collector's address such as http://127.0.0.1:4318"),
    }
    None
}

fn below(endpoint: &Url) -> Option<Url> {
    let mut url = endpoint.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(TRACES_PATH.split('/'));
    Some(url)
}

/// `name=value,name=value`, percent-encoded. What is wrong is not shown: values are keys.
fn headers(reader: &mut Reader<'_>) -> Vec<(String, SecretString)> {
    const NAME: &str = "OTEL_EXPORTER_OTLP_HEADERS";
    let Some(text) = reader.secret(NAME) else {
        return Vec::new();
    };
    let items = text.expose_secret().split(',').map(str::trim).filter(|item| !item.is_empty());
    match items.map(header).collect::<Option<Vec<_>>>() {
        Some(headers) if headers.len() <= MAX_HEADERS => headers,
        Some(_) => {
            reader.refuse(NAME, format!("has more than {MAX_HEADERS} headers"));
            Vec::new()
        }
        None => {
            reader.refuse(NAME, "write name=value,name=value, with special characters as %20");
            Vec::new()
        }
    }
}

fn header(item: &str) -> Option<(String, SecretString)> {
    let (name, value) = item.split_once('=')?;
    let name = name.trim();
    let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let fits = !value.is_empty() && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    (named && fits).then(|| (name.to_owned(), SecretString::from(value.into_owned())))
}

fn share(value: &str) -> Option<f64> {
    value.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Traces, SettingsErrors> {
        Traces::load(&Source::from_pairs(pairs.iter().copied()))
    }

    fn endpoint(pairs: &[(&str, &str)]) -> Option<String> {
        load(pairs).expect("right").endpoint.map(String::from)
    }

    #[test]
    fn nothing_set_traces_nothing() {
        let traces = load(&[]).expect("right");
        assert!(traces.endpoint.is_none() && traces.headers.is_empty() && traces.service.is_none());
        assert!((traces.share - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_endpoint_of_all_signals_gets_a_path_and_that_of_traces_is_taken_as_it_is() {
        let all = "OTEL_EXPORTER_OTLP_ENDPOINT";
        let traces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
        assert_eq!(endpoint(&[(all, "http://tel:4318")]).as_deref(), Some("http://tel:4318/v1/traces"));
        assert_eq!(endpoint(&[(all, "https://tel/otlp/")]).as_deref(), Some("https://tel/otlp/v1/traces"));
        assert_eq!(endpoint(&[(traces, "http://tel/in")]).as_deref(), Some("http://tel/in"));
        assert_eq!(endpoint(&[(all, "http://a:1"), (traces, "http://b:2/x")]).as_deref(), Some("http://b:2/x"));
    }

    #[test]
    fn headers_are_read_and_never_shown() {
        let name = "OTEL_EXPORTER_OTLP_HEADERS";
        let traces = load(&[(name, "authorization=Bearer%20MARK, x-scope=acme")]).expect("right");
        let read: Vec<_> = traces.headers.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        assert_eq!(read, [("authorization", "Bearer MARK"), ("x-scope", "acme")]);
        assert!(!format!("{traces:?}").contains("MARK"));
        let many = "a=b,".repeat(MAX_HEADERS + 1);
        for bad in ["MARK", "=MARK", "a b=MARK", "a=", "a=MARK%0aX-Y:%20z", "a=%ff", &many] {
            let error = load(&[(name, bad)]).expect_err(bad).to_string();
            assert!(error.contains(name) && !error.contains("MARK"), "{error}");
        }
    }

    #[test]
    fn shares_beyond_the_whole_are_refused() {
        let load = |value| load(&[("OTEL_TRACES_SAMPLER_ARG", value)]);
        assert!((load("0.25").expect("right").share - 0.25).abs() < f64::EPSILON);
        for bad in ["1.1", "-0.1", "NaN", "half"] {
            assert!(load(bad).is_err(), "{bad}");
        }
    }
}
