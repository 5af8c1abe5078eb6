//! Answers that no simulator gives: a server that sends, word for word, what the test says.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use providers::{CloudProvider, Connections, CreateInstance, ErrorClass, Meter, ProviderKind, code};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::meter::Log;

/// Answers each request, in turn, with one of `answers` (the last one forever), then hangs up.
async fn server(answers: Vec<Vec<u8>>) -> (Box<dyn CloudProvider>, Arc<AtomicUsize>) {
    metered(answers, None).await
}

async fn metered(answers: Vec<Vec<u8>>, meter: Option<Arc<dyn Meter>>) -> (Box<dyn CloudProvider>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v4", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 64 * 1024];
            let _ = stream.read(&mut request).await;
            let number = count.fetch_add(1, Ordering::SeqCst);
            let answer = &answers[number.min(answers.len() - 1)];
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        }
    });
    let token = SecretString::from("token-of-the-test");
    let cloud = Connections::new().connect(ProviderKind::Linode, &endpoint.parse().unwrap(), token, meter).unwrap();
    (cloud, asked)
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}").into_bytes()
}

fn order() -> CreateInstance {
    CreateInstance {
        label: "sp-odd".to_owned(),
        type_id: "t".to_owned(),
        region: "r".to_owned(),
        image: "i".to_owned(),
        root_password: SecretString::from("hunter2-hunter2"),
        authorized_keys: Vec::new(),
        tags: Vec::new(),
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_leaves_an_order_unknown() {
    for body in ["", "null", "[]", "<html></html>", r#"{"id":"x"}"#, r#"{"id":-1,"status":"running"}"#] {
        let (cloud, asked) = server(vec![http("200 OK", "", body)]).await;
        let error = cloud.create(&order()).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Unknown, "{body}");
        assert_eq!(error.code, code::BAD_ANSWER, "{body}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        let error = cloud.get("1").await.unwrap_err();
        assert_eq!(error.class, ErrorClass::Transient, "{body}");
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_told_as_a_failed_call() {
    let log = Log::letting_pass(10);
    let headers = "X-Request-Id: r-9\r\nX-RateLimit-Remaining: 5\r\n";
    let (cloud, _) = metered(vec![http("200 OK", headers, "[]")], Some(log.clone())).await;
    cloud.create(&order()).await.unwrap_err();
    let cut = b"HTTP/1.1 200 OK\r\nX-Request-Id: r-8\r\nContent-Length: 500\r\n\r\n{".to_vec();
    let (cloud, _) = metered(vec![cut], Some(log.clone())).await;
    cloud.get("1").await.unwrap_err();
    let calls = log.take();
    let told: Vec<_> = calls.iter().map(|it| (it.status, it.request_id.as_deref(), it.error.as_deref())).collect();
    assert_eq!(told[0], (Some(200), Some("r-9"), Some(code::BAD_ANSWER)));
    assert_eq!((told[1].0, told[1].1, told.len()), (Some(200), Some("r-8"), 2));
    assert_eq!(calls[0].limit.and_then(|it| it.remaining), Some(5));
    assert!(told[1].2.is_some());
}

#[tokio::test]
async fn an_answer_cut_in_the_middle_is_lost() {
    let cut = b"HTTP/1.1 200 OK\r\nX-Request-Id: r-1\r\nContent-Length: 500\r\n\r\n{\"id\":1,".to_vec();
    let (cloud, asked) = server(vec![cut]).await;
    let error = cloud.create(&order()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unknown);
    assert_eq!(error.request_id.as_deref(), Some("r-1"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let body = format!("{{\"email\":\"{}\"}}", "a".repeat(9 * 1024 * 1024));
    let (cloud, _) = server(vec![http("200 OK", "", &body)]).await;
    let error = cloud.identity().await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Transient, code::BAD_ANSWER));
    assert!(error.message.len() < 200);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let header = "Location: http://127.0.0.1:1/steal\r\n";
    let (cloud, asked) = server(vec![http("302 Found", header, "")]).await;
    let error = cloud.identity().await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Permanent, code::BAD_ANSWER));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_gateway_404_does_not_mean_that_the_server_is_gone() {
    let (cloud, _) = server(vec![http("404 Not Found", "", "<html>no such site</html>")]).await;
    assert_eq!(cloud.get("1").await.unwrap_err().class, ErrorClass::Transient);
    assert_eq!(cloud.delete("1").await.unwrap_err().class, ErrorClass::Transient);
    let body = r#"{"errors":[{"reason":"Not found"}]}"#;
    let (cloud, _) = server(vec![http("404 Not Found", "", body)]).await;
    assert_eq!(cloud.get("1").await.unwrap().value, None);
    assert!(cloud.delete("1").await.is_ok());
}

#[tokio::test]
async fn a_token_without_the_account_scope_is_checked_by_its_profile() {
    let body = r#"{"errors":[{"reason":"Your OAuth token is not authorized to use this endpoint."}]}"#;
    let profile = r#"{"email":"me@example.com","username":"me"}"#;
    let (cloud, asked) = server(vec![
        http("401 Unauthorized", "", body),
        http("200 OK", "X-OAuth-Scopes: linodes:read_write\r\n", profile),
    ])
    .await;
    let account = cloud.identity().await.unwrap().value;
    assert_eq!(account.email.as_deref(), Some("me@example.com"));
    assert_eq!(account.account.as_deref(), Some("user:me"), "without that scope the account is known by its user");
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let scopes = "X-OAuth-Scopes: linodes:read_only\r\n";
    let (cloud, _) = server(vec![http("200 OK", scopes, profile)]).await;
    let error = cloud.identity().await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Credentials, code::FORBIDDEN));
}

#[tokio::test]
async fn a_list_that_shifts_between_its_pages_is_read_again() {
    let page = |number, ids: [u32; 2], results| {
        let data: Vec<String> =
            ids.iter().map(|id| format!(r#"{{"id":{id},"status":"running","tags":["sp"]}}"#)).collect();
        let data = data.join(",");
        let body = format!(r#"{{"data":[{data}],"page":{number},"pages":2,"results":{results}}}"#);
        http("200 OK", "", &body)
    };
    // First the second page repeats a server of the first, so another one was missed; then the
    // total changes; the third reading is whole.
    let answers = vec![
        page(1, [1, 2], 4),
        page(2, [2, 3], 4),
        page(1, [1, 2], 4),
        page(2, [3, 4], 5),
        page(1, [1, 2], 4),
        page(2, [3, 4], 4),
    ];
    let (cloud, _) = server(answers).await;
    let all = cloud.list_by_tag("sp").await.unwrap().value;
    assert_eq!(all.len(), 4);

    let (cloud, asked) = server(vec![page(1, [1, 2], 4), page(2, [2, 3], 4), page(1, [1, 2], 3)]).await;
    let error = cloud.list_by_tag("sp").await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Transient);
    assert!(asked.load(Ordering::SeqCst) < 10);
}

#[tokio::test]
async fn a_filter_that_is_ignored_does_not_find_a_stranger() {
    let body =
        r#"{"data":[{"id":7,"label":"stranger","status":"running","tags":["x"]}],"page":1,"pages":1,"results":1}"#;
    let (cloud, _) = server(vec![http("200 OK", "", body)]).await;
    assert_eq!(cloud.find_by_label("sp-mine").await.unwrap().value, None);
    assert!(cloud.list_by_tag("sp").await.unwrap().value.is_empty());
}

#[tokio::test]
async fn no_error_repeats_a_secret() {
    let body = r#"{"errors":[{"field":"root_pass","reason":"hunter2-hunter2 is too weak"}]}"#;
    let (cloud, _) = server(vec![http("400 Bad Request", "", body)]).await;
    let error = cloud.create(&order()).await.unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    assert!(!format!("{:?}", order()).contains("hunter2"));
}

#[tokio::test]
async fn a_reference_cannot_leave_its_place_in_the_path() {
    let (cloud, asked) = server(vec![http("200 OK", "", "{}")]).await;
    for bad in ["", "..", "1/../../account", "1?x=y", "1#", "a"] {
        assert_eq!(cloud.delete(bad).await.unwrap_err().code, code::VALIDATION);
        assert_eq!(cloud.boot(bad).await.unwrap_err().code, code::VALIDATION);
        assert_eq!(cloud.get(bad).await.unwrap_err().code, code::VALIDATION);
    }
    for bad in ["", "a\r\nX: y", "\u{e4}"] {
        assert_eq!(cloud.find_by_label(bad).await.unwrap_err().code, code::VALIDATION);
    }
    let mut two_keys = order();
    two_keys.authorized_keys = vec!["ssh-ed25519 AAAA a\nssh-ed25519 BBBB b".to_owned()];
    assert_eq!(cloud.create(&two_keys).await.unwrap_err().code, code::VALIDATION);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}
