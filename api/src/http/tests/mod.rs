//! The interface from outside, as far as it answers without a database.

mod access;
mod granted;
mod origins;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::chance::Chance;
use domain::clock::Clock;
use domain::factor::passkey::Passkeys;
use domain::identity::Hasher;
use domain::queue::Pressure;
use domain::vault::Vault;
use domain::{Ctx, Role, WorkLimits};
use poem::http::{Method, StatusCode};
use poem::{Body, Endpoint, Request, Response};
use runtime::settings::{Brand, Http, Limits, Rate, Redis, SignIn};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::gate::App;
use crate::Options;
use crate::state::{Shared, State};
use granted::{granted, org, signed, token};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const ORIGIN: &str = "http://127.0.0.1:3001";

fn state_with(max: u32, client_url: &str) -> Shared {
    state_of(options_with(max, client_url))
}

#[expect(clippy::default_trait_access, reason = "the database's type belongs to another crate")]
fn state_of(options: Options) -> Shared {
    let ctx = Ctx {
        issuer: None,
        payments: None,
        db: Default::default(),
        clock: Clock::default(),
        chance: Chance::seeded(1),
        vault: Vault::new(&SecretString::from(SECRET)).unwrap(),
        hasher: Arc::new(Hasher::new()),
        production: false,
        vps_quota: 10,
        quotas: domain::org::DefaultQuotas::default(),
        registration: domain::identity::RegistrationMode::Open,
        verified_email: false,
        limits: WorkLimits::default(),
        pressure: Pressure::default(),
        sample: None,
        passkeys: Arc::new(Passkeys::new(Some(&options.http.client_url), "Nimbus").unwrap()),
        panel_name: "Nimbus".to_owned(),
    };
    State::new(ctx, options, CancellationToken::new())
}

fn options_with(max: u32, client_url: &str) -> Options {
    Options {
        http: Http {
            listen: "127.0.0.1:0".parse().unwrap(),
            client_url: client_url.parse().unwrap(),
            cors_origins: vec!["https://shop.example".to_owned()],
            trusted_proxies: Vec::new(),
            metrics: None,
            secure_cookies: client_url.starts_with("https"),
            idle: Duration::from_mins(10),
            connections_per_address: 100,
        },
        jwt: SecretString::from(SECRET),
        limits: Limits::all(Rate { max, window: Duration::from_mins(1) }),
        brand: Brand { company_name: "Nimbus".into(), support_email: None, logo_url: None, hue: 250, fonts_dir: None },
        sign_in: SignIn { require_admin_mfa: false, impersonation_mail: true },
        expected_schema: "m1".into(),
        redis: Redis { url: SecretString::from("redis://127.0.0.1:1"), queue_prefix: "t".into() },
    }
}

fn state() -> Shared {
    state_with(0, ORIGIN)
}

async fn send(state: &Shared, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let mut request = Request::builder().method(method).uri_str(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    interface(state).get_response(request.body(body)).await
}

/// The interface over a state, made once for each: making it takes longer than answering.
fn interface(state: &Shared) -> Arc<App> {
    static MADE: Mutex<Vec<(Shared, Arc<App>)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap();
    if let Some((_, app)) = made.iter().find(|(known, _)| Arc::ptr_eq(known, state)) {
        return app.clone();
    }
    state.policies.know_of_no_demand();
    let app = Arc::new(App::new(state.clone()));
    made.push((state.clone(), app.clone()));
    app
}

async fn problem(response: Response) -> Value {
    assert_eq!(response.content_type(), Some("application/problem+json"));
    let id = response.header("x-request-id").unwrap().to_owned();
    let body: Value = serde_json::from_slice(&response.into_body().into_vec().await.unwrap()).unwrap();
    assert_eq!(body["request_id"], Value::from(id));
    body
}

/// Every operation of the document, with ids where it has placeholders.
fn operations() -> Vec<(Method, String, Value)> {
    let document = crate::spec::document();
    let id = |prefix: &str| format!("{prefix}_00000000000000000000000001");
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let noun = match path.split('/').rev().skip_while(|part| !part.starts_with('{')).nth(1) {
                Some("plans") => id("plan"),
                Some("vps") => id("vps"),
                Some("jobs") => id("job"),
                Some("keys") => id("key"),
                Some("clouds") => id("cloud"),
                Some("customers") => id("org"),
                Some("invitations") => id("invitation"),
                Some("queues") => "mail".to_owned(),
                Some("schedules") => "platform.tidy".to_owned(),
                _ => "1".to_owned(),
            };
            // The organisation that the identities belong to.
            let path =
                if path.starts_with("/api/orgs/") { path.replace("{org}", &org(0).to_string()) } else { path.clone() };
            let path = path.replace("{user}", &id("user"));
            let path =
                ["{id}", "{org}", "{queue}", "{name}"].iter().fold(path, |path, place| path.replace(place, &noun));
            found.push((method.to_uppercase().parse().unwrap(), path, operation.clone()));
        }
    }
    found
}

#[tokio::test]
async fn addresses_that_are_not_there_say_so() {
    let state = state();
    let bearer = format!("Bearer {}", token(&state, Role::Admin));
    let signed = [("authorization", bearer.as_str())];
    for path in [
        "/api/nothing",
        "/api/",
        "/api",
        "/api/vps/",
        "/api/vps/vps_1",
        "/api/vps/%ff%fe",
        "/api/vps/org_00000000000000000000000001",
        "/api/admin/clouds/x",
        "/api/wallet/statement/x/lines",
    ] {
        let response = send(&state, Method::GET, path, &signed, "").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(problem(response).await["type"], "urn:skypanel:problem:not_found");
    }
    let response = send(&state, Method::PUT, "/api/vps", &signed, "").await;
    assert_eq!(
        (response.status(), response.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD, POST"))
    );
    for method in [Method::TRACE, Method::OPTIONS, Method::CONNECT, Method::from_bytes(b"BREW").unwrap()] {
        assert_eq!(
            send(&state, method.clone(), "/api/config", &[], "").await.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
    }
}

#[tokio::test]
async fn bodies_are_small_and_json() {
    let state = state();
    let json = [("content-type", "application/json")];
    let login =
        async |headers: &[(&str, &str)], body: Body| send(&state, Method::POST, "/api/auth/login", headers, body).await;
    assert_eq!(login(&[], Body::from("{}")).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(
        login(&[("content-type", "text/plain")], Body::from("{}")).await.status(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let large = vec![b' '; 64 * 1024 + 1];
    let response = login(&json, Body::from(large.clone())).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(problem(response).await["code"], "payload_too_large");
    // Chunked, without a length that could be believed.
    let chunks = futures::stream::iter(
        large.chunks(1000).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect::<Vec<_>>(),
    );
    assert_eq!(login(&json, Body::from_bytes_stream(chunks)).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for (body, pointer) in [
        ("", ""),
        ("{", ""),
        ("[]", ""),
        ("null", ""),
        ("{}", "/email"),
        (r#"{"email":"a","password":"b","more":1}"#, "/more"),
        (r#"{"email":7,"password":"b"}"#, "/email"),
        (r#"{"email":"a","password":true}"#, "/password"),
    ] {
        let response = login(&json, Body::from(body)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        let problem = problem(response).await;
        assert_eq!(
            (&problem["code"], &problem["errors"][0]["pointer"]),
            (&Value::from("invalid_request"), &Value::from(pointer)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn no_address_and_no_body_holds_nul() {
    let state = state();
    let bearer = format!("Bearer {}", token(&state, Role::Admin));
    let signed = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let login = (Method::POST, "/api/auth/login", r#"{"email":"a\u0000da@example.com","password":"x"}"#);
    for (method, path, body, pointer) in [
        (Method::GET, "/api/vps/%00", "", ""),
        (Method::GET, "/api/vps/vps_00000000000000000000000001%00", "", ""),
        (Method::GET, "/api/vps?q=a%00", "", "/q"),
        (Method::GET, "/api/regions?cloud=a&region=us-east%00", "", "/region"),
        (Method::GET, "/servers/%00", "", ""),
        (login.0, login.1, login.2, "/email"),
    ] {
        let response = send(&state, method, path, &signed, body).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path} {body}");
        let problem = problem(response).await;
        assert_eq!((&problem["code"], &problem["errors"][0]["pointer"]), (&json!("invalid_request"), &json!(pointer)));
        assert_eq!(problem["errors"][0]["detail"], super::nul::DETAIL, "{path} {body}");
    }
}

#[tokio::test]
async fn tokens_are_asked_for_in_one_of_two_shapes() {
    let state = state();
    for (body, pointer) in [
        (r#"{"grant_type":"password","email":7,"password":"b"}"#, "/email"),
        (r#"{"grant_type":"refresh_token","refresh_token":7}"#, "/refresh_token"),
        (r#"{"grant_type":"magic","refresh_token":"x"}"#, "/grant_type"),
        (r#"{"grant_type":"refresh_token","refresh_token":"x","email":"a"}"#, "/email"),
    ] {
        let response =
            send(&state, Method::POST, "/api/auth/token", &[("content-type", "application/json")], body).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(problem(response).await["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn parameters_are_pointed_at() {
    let state = state();
    let bearer = format!("Bearer {}", token(&state, Role::User));
    let signed = [("authorization", bearer.as_str())];
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=x", "/limit"),
        ("status=happy", "/status"),
        ("status=suspended", "/status"),
    ] {
        let response = send(&state, Method::GET, &format!("/api/vps?{query}"), &signed, "").await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(problem(response).await["errors"][0]["pointer"], pointer, "{query}");
    }
    let order = json!({
        "plan_id": "plan_00000000000000000000000001", "region": "r", "image": "i", "label": "web-1",
        "root_password": "Abcdefgh1234",
    })
    .to_string();
    for key in [None, Some("short")] {
        let mut headers = vec![signed[0], ("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let response = send(&state, Method::POST, "/api/vps", &headers, order.clone()).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{key:?}");
        assert_eq!(problem(response).await["errors"][0]["pointer"], "/headers/Idempotency-Key");
    }
}

#[tokio::test]
async fn other_origins_are_listed_or_strangers() {
    let state = state();
    let get = async |origin: &[u8]| {
        let request = Request::builder()
            .uri_str("/api/config")
            .header("origin", poem::http::HeaderValue::from_bytes(origin).unwrap());
        App::new(state.clone()).get_response(request.finish()).await
    };
    let listed = get(b"https://shop.example").await;
    assert_eq!(listed.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(listed.header("access-control-allow-credentials"), Some("true"));
    for stranger in [
        &b"https://evil.example"[..],
        b"https://shop.example.evil.example",
        b"null",
        b"\xff\xfe\xfd",
        "https://shöp.example".as_bytes(),
    ] {
        let response = get(stranger).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(
            response.headers().iter().all(|(name, _)| !name.as_str().starts_with("access-control")),
            "{stranger:?}"
        );
        assert_eq!(response.header("vary"), Some("origin"));
    }
    let preflight = async |origin: &str| {
        send(&state, Method::OPTIONS, "/api/vps", &[("origin", origin), ("access-control-request-method", "POST")], "")
            .await
    };
    assert_eq!(preflight("https://shop.example").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(preflight("https://evil.example").await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn every_answer_is_armoured() {
    let state = state_with(0, "https://panel.example.com");
    for path in ["/", "/api/config", "/api/nothing", "/api/docs", "/api/openapi.json", "/livez", "/assets/none.js"] {
        let response = send(&state, Method::GET, path, &[], "").await;
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
            "strict-transport-security",
            "x-request-id",
            "cache-control",
        ] {
            assert!(
                response.header(name).is_some() || (name == "cache-control" && path == "/assets/none.js"),
                "{path} has no {name}"
            );
        }
    }
    let (one, other) = (send(&state, Method::GET, "/", &[], "").await, send(&state, Method::GET, "/", &[], "").await);
    assert_ne!(one.header("content-security-policy"), other.header("content-security-policy"));
    assert!(send(&self::state(), Method::GET, "/", &[], "").await.header("strict-transport-security").is_none());
}

#[tokio::test]
async fn without_a_database_the_answer_is_later() {
    let state = state();
    let bearer = format!("Bearer {}", token(&state, Role::User));
    let response = send(&state, Method::GET, "/api/vps", &[("authorization", &bearer)], "").await;
    assert_eq!((response.status(), response.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, Some("2")));
    assert!(!problem(response).await.to_string().to_lowercase().contains("connect"));
}

#[tokio::test]
async fn probes_answer_and_draining_is_not_ready() {
    let state = state();
    assert_eq!(send(&state, Method::GET, "/livez", &[], "").await.status(), StatusCode::OK);
    state.stop.cancel();
    assert_eq!(send(&state, Method::GET, "/readyz", &[], "").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(send(&state, Method::GET, "/livez", &[], "").await.status(), StatusCode::OK);
    assert_eq!(send(&state, Method::POST, "/livez", &[], "").await.header("allow"), Some("GET, HEAD"));
}

#[tokio::test]
async fn everybody_may_read_the_customers_document_and_admins_the_whole() {
    let state = state();
    let read = async |path: &str, role: Option<Role>| {
        let bearer = role.map(|role| format!("Bearer {}", token(&state, role)));
        let headers: Vec<_> = bearer.as_deref().map(|bearer| ("authorization", bearer)).into_iter().collect();
        let response = send(&state, Method::GET, path, &headers, "").await;
        (response.status().as_u16(), response.into_body().into_string().await.unwrap())
    };
    let (status, json) = read("/api/openapi.json", None).await;
    assert!(status == 200 && json.contains("\"Nimbus\"") && !json.contains("/api/admin"), "{status}");
    assert!(!read("/api/docs", Some(Role::Admin)).await.1.contains("/api/admin"), "the same to everybody");
    assert_eq!(read("/api/admin/openapi.json", Some(Role::Admin)).await, (200, crate::spec_json()));
    assert!(read("/api/admin/docs", Some(Role::Admin)).await.1.contains("/api/admin/clouds"));
    for path in ["/api/admin/openapi.json", "/api/admin/docs"] {
        assert_eq!(read(path, None).await.0, 401, "{path}");
        assert_eq!(read(path, Some(Role::User)).await.0, 403, "{path}");
    }
}

#[tokio::test]
async fn a_page_shows_pictures_of_ours_and_the_logo_alone() {
    let policy = async |logo: Option<&str>| {
        let mut options = options_with(0, ORIGIN);
        options.brand.logo_url = logo.map(|logo| logo.parse().unwrap());
        let response = send(&state_of(options), Method::GET, "/", &[], "").await;
        response.header("content-security-policy").unwrap().to_owned()
    };
    assert!(policy(None).await.contains("img-src 'self' data:;"));
    assert!(
        policy(Some("https://cdn.acme.com/logo.svg?v=1")).await.contains("img-src 'self' data: https://cdn.acme.com;")
    );
}
