//! One trace from the browser's header to the provider's call; and a collector that is away.

use std::time::{Duration, Instant};

use domain::db;
use reqwest::Method;
use runtime::settings::{Log, Traces};
use runtime::telemetry::{self, Exporting};
use testkit::TestApp;
use testkit::app::{AppOptions, CLOUD_TOKEN};
use testkit::client::{Client, text};
use testkit::collector::{Collector, Span};
use testkit::fixture::{PASSWORD, ROOT_PASSWORD, await_status, fresh_key, order, until};

const LONG: Duration = Duration::from_secs(20);
/// How long the exporter waits for a collector before it gives up.
const MAX_POST: Duration = Duration::from_secs(3);
/// Requests by which waiting shows, also on a busy machine: each would take as long as that.
const REQUESTS: u32 = 20;
const BROWSER: &str = "00f067aa0ba902b7";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn export_to(collector: &Collector) -> Exporting {
    let log = Log { json: false, filter: "warn".to_owned() };
    let endpoint = format!("http://{}/v1/traces", collector.addr).parse().unwrap();
    let traces = Traces { endpoint: Some(endpoint), headers: Vec::new(), service: None, share: 1.0 };
    runtime::crypto::install();
    telemetry::init(&log, &traces, "test").unwrap()
}

/// Orders a server with these headers, and returns its id.
async fn order_with(client: &Client, plan: &str, label: &str, headers: &[(&str, &str)]) -> String {
    let key = fresh_key();
    let headers: Vec<_> = headers.iter().copied().chain([("idempotency-key", key.as_str())]).collect();
    let body = order(plan, label);
    let ordered = client.send(Method::POST, "/api/vps?note=MARK-OF-A-QUERY", Some(&body), &headers).await.unwrap();
    text(&ordered.expect(202), "/vps/id")
}

/// The spans of a trace, once there is one that `wanted` wants, and the one that it is a part of: a span is posted when
/// it ends, so a call may be posted before the run that it belongs to.
async fn spans_of(collector: &Collector, trace: &str, wanted: impl Fn(&Span) -> bool) -> Vec<Span> {
    let found = || collector.spans().into_iter().filter(|span| span.trace == trace).collect::<Vec<_>>();
    let complete = |spans: &[Span]| {
        let mut parents = spans.iter().filter(|span| wanted(span)).map(|span| &span.parent);
        parents.any(|parent| spans.iter().any(|span| span.id == *parent))
    };
    let outcome = until(LONG, || async { Ok(complete(&found()).then_some(())) }).await;
    assert!(outcome.is_ok(), "not in the trace {trace}: {:#?}", found());
    found()
}

fn is_job(span: &Span, kind: &str) -> bool {
    span.name == "job" && span.attribute("job.kind") == Some(kind)
}

fn is_create(span: &Span) -> bool {
    span.name == "provider.call"
        && span.attribute("http.request.method") == Some("POST")
        && span.attribute("url.path").is_some_and(|path| path.ends_with("/linode/instances"))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_follows_an_order_and_no_collector_holds_it_up() {
    let collector = Collector::start().await.unwrap();
    let exporting = export_to(&collector);
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "10").await;

    let header = format!("00-{TRACE}-{BROWSER}-01");
    let vps = order_with(&casey, &plan, "web-1", &[("traceparent", &header)]).await;
    await_status(&casey, &vps, "running", LONG).await.unwrap();
    let spans = spans_of(&collector, TRACE, is_create).await;
    check_chain(&spans);

    collector.fall_silent();
    let vps = order_with(&casey, &plan, "web-2", &[]).await;
    until(LONG, || async { Ok((collector.held() > 0).then_some(())) }).await.unwrap();
    ask_promptly(&casey).await;
    await_status(&casey, &vps, "running", LONG).await.unwrap();

    drop(collector);
    let vps = order_with(&casey, &plan, "web-3", &[]).await;
    ask_promptly(&casey).await;
    await_status(&casey, &vps, "running", LONG).await.unwrap();

    let began = Instant::now();
    drop(exporting);
    assert!(began.elapsed() < 2 * MAX_POST, "the end waited for the collector: {:?}", began.elapsed());
}

/// Nobody waits for a collector that does not answer.
async fn ask_promptly(client: &Client) {
    let began = Instant::now();
    for _ in 0..REQUESTS {
        let _ = client.get("/api/vps").await.unwrap().expect(200);
    }
    assert!(began.elapsed() < REQUESTS * MAX_POST / 2, "requests waited for the collector: {:?}", began.elapsed());
}

/// Browser, request, job, provider: each the parent of the next, and nothing in them that is a secret.
fn check_chain(spans: &[Span]) {
    let requests: Vec<_> = spans.iter().filter(|span| span.name == "POST /api/vps").collect();
    let [request] = requests[..] else { panic!("one request: {spans:#?}") };
    assert_eq!(request.parent, BROWSER);
    assert_eq!(request.service, "skypanel-test");
    assert_eq!(request.attribute("http.route"), Some("/api/vps"));
    assert_eq!(request.attribute("http.response.status_code"), Some("202"));
    assert!(request.attribute("request_id").is_some_and(|id| id.len() == 32), "{request:?}");

    let jobs: Vec<_> = spans.iter().filter(|span| is_job(span, "vps.provision")).collect();
    assert!(!jobs.is_empty(), "no run of the job: {spans:#?}");
    assert!(jobs.iter().all(|job| job.parent == request.id), "each run is the request's child: {jobs:#?}");

    let calls: Vec<_> = spans.iter().filter(|span| is_create(span)).collect();
    let [create] = calls[..] else { panic!("one server is made: {spans:#?}") };
    let of_jobs = spans.iter().filter(|span| span.trace == create.trace && span.id == create.parent);
    assert!(
        of_jobs.clone().all(|parent| is_job(parent, "vps.provision")),
        "its parent is no run of the job: {spans:#?}"
    );
    assert_eq!(of_jobs.count(), 1, "its parents: {spans:#?}");
    assert_eq!(create.attribute("http.response.status_code"), Some("200"));

    let all = format!("{spans:?}");
    for secret in ["MARK-OF-A-QUERY", CLOUD_TOKEN, PASSWORD, ROOT_PASSWORD] {
        assert!(!all.contains(secret), "{secret} stands in {all}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_carries_the_callers_trace_though_nothing_is_exported() {
    let app = TestApp::start_with(AppOptions { workers: true, ..AppOptions::default() }).await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "10").await;
    let header = format!("00-{TRACE}-{BROWSER}-01");
    let mut seen = Vec::new();
    for (label, headers) in [
        ("mine", vec![("traceparent", header.as_str())]),
        ("none", vec![]),
        ("bad", vec![("traceparent", "00-nonsense-01")]),
        ("twice", vec![("traceparent", header.as_str()), ("traceparent", header.as_str())]),
    ] {
        let vps = order_with(&casey, &plan, label, &headers).await;
        let sql = "select traceparent from job where kind = 'vps.provision' and params->>'vps' = $1";
        let carried: Option<Option<String>> = db::scalar(&app.ctx.db, db::sql(sql, [vps.into()])).await.unwrap();
        let carried = carried.flatten().unwrap_or_else(|| panic!("{label}: the job carries no trace"));
        assert_eq!(domain::trace::parse(&carried).as_deref(), Some(carried.as_str()), "{label}");
        assert_eq!(domain::trace::id(&carried) == Some(TRACE), label == "mine", "{label}: {carried}");
        seen.push(carried);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4, "each request that nobody traced begins a trace: {seen:?}");
    app.run_jobs().await;
}
