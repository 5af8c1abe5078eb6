//! What a trace shows of a call.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use providers::{Connections, ProviderKind};
use secrecy::SecretString;
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::fmt::format::FmtSpan;

/// Text that a subscriber writes.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_is_a_span_with_its_status_and_id() {
    let simulators = simulators::start(simulators::Config::default()).await.unwrap();
    let endpoint = simulators.linode_url.parse().unwrap();
    let cloud =
        Connections::new().connect(ProviderKind::Linode, &endpoint, SecretString::from("dev-token"), None).unwrap();
    let page = Page::default();
    let writer = page.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    cloud.list_by_tag("sp-secret-tag").with_subscriber(subscriber).await.unwrap();

    let id = simulators.truth().requests[0].request_id.clone();
    let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    let line = text.lines().find(|line| line.contains("provider.call")).expect("a span");
    for part in [
        "http.request.method=GET",
        r#"url.path="/v4/linode/instances""#,
        "http.response.status_code=200",
        &format!(r#"provider.request_id="{id}""#),
        r#"otel.kind="client""#,
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(!text.contains("dev-token") && !text.contains("sp-secret-tag") && !text.contains("page_size"), "{text}");
}
