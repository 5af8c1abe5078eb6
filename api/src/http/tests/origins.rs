//! From where a request may come, for whom, and how often.

use domain::{Role, UserId};
use poem::http::{Method, StatusCode};
use uuid::Uuid;

use super::{ORIGIN, operations, problem, send, state, state_with, token};

#[tokio::test]
async fn a_change_by_cookie_comes_from_our_own_pages() {
    let state = state();
    let cookie = format!("sp_access={}", token(&state, Role::User));
    let change = async |headers: &[(&str, &str)]| {
        let mut all =
            vec![("cookie", cookie.as_str()), ("content-type", "application/json"), ("host", "127.0.0.1:3001")];
        all.extend(headers);
        send(&state, Method::PATCH, "/api/vps/vps_00000000000000000000000001", &all, r#"{"label": 7}"#).await.status()
    };
    for good in [[("origin", ORIGIN)], [("sec-fetch-site", "same-origin")]] {
        assert_eq!(change(&good).await, StatusCode::BAD_REQUEST, "{good:?}");
    }
    assert_eq!(change(&[]).await, StatusCode::FORBIDDEN);
    for bad in [
        ("origin", "https://evil.example"),
        ("origin", "https://shop.example"),
        ("origin", "null"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
    ] {
        assert_eq!(change(&[bad]).await, StatusCode::FORBIDDEN, "{bad:?}");
    }
    // A bearer token wins over the cookie, also when it is no good.
    assert_eq!(change(&[("authorization", "Bearer nonsense"), ("origin", ORIGIN)]).await, StatusCode::UNAUTHORIZED);
    // Signing in from another site's page is refused; a program may.
    let login = async |headers: &[(&str, &str)]| {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        send(&state, Method::POST, "/api/auth/login", &all, "{}").await.status()
    };
    assert_eq!(login(&[]).await, StatusCode::BAD_REQUEST);
    assert_eq!(login(&[("origin", "https://evil.example")]).await, StatusCode::FORBIDDEN);
    assert_eq!(login(&[("cookie", "sp_refresh=x")]).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_request_that_is_meant_for_another_user_does_nothing() {
    let state = state();
    let bearer = format!("Bearer {}", token(&state, Role::Admin));
    let me = UserId(Uuid::from_u128(1)).to_string();
    let other = UserId(Uuid::from_u128(2)).to_string();
    for (method, path, operation) in
        operations().into_iter().filter(|(_, _, operation)| operation["security"].is_array())
    {
        for meant in [other.as_str(), "org_00000000000000000000000001", "", "everybody"] {
            let headers = [("authorization", bearer.as_str()), ("x-skypanel-for", meant)];
            let response = send(&state, method.clone(), &path, &headers, "").await;
            assert_eq!(response.status(), StatusCode::CONFLICT, "{} for {meant:?}", operation["operationId"]);
            assert_eq!(problem(response).await["code"], "other_user");
        }
    }
    let change = async |headers: &[(&str, &str)]| {
        let all: Vec<_> = headers.iter().copied().chain([("authorization", bearer.as_str())]).collect();
        send(&state, Method::POST, "/api/admin/plans", &all, "").await.status()
    };
    assert_eq!(change(&[("x-skypanel-for", &me)]).await, StatusCode::UNSUPPORTED_MEDIA_TYPE, "it is read");
    assert_eq!(change(&[("x-skypanel-for", &me), ("x-skypanel-for", &me)]).await, StatusCode::CONFLICT, "one user");
    let config = send(&state, Method::GET, "/api/config", &[("x-skypanel-for", &other)], "").await;
    assert_eq!(config.status(), StatusCode::OK, "what is everybody's is told to everybody");
    let out = [("authorization", bearer.as_str()), ("x-skypanel-for", "everybody")];
    assert_eq!(send(&state, Method::POST, "/api/auth/logout", &out, "").await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_bearer_token_that_is_not_valid_signs_nobody_out() {
    let response = send(&state(), Method::POST, "/api/auth/logout", &[("authorization", "Bearer nonsense")], "").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(response.header("set-cookie").is_none());
}

#[tokio::test]
async fn signing_out_takes_both_cookies_away() {
    for (url, names) in [
        (ORIGIN, ["sp_access=", "sp_refresh="]),
        ("https://panel.example.com", ["__Host-sp_access=", "__Host-sp_refresh="]),
    ] {
        let response = send(&state_with(0, url), Method::POST, "/api/auth/logout", &[], "").await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        let cookies: Vec<_> =
            response.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), 2);
        for (cookie, name) in cookies.iter().zip(names) {
            assert!(
                cookie.starts_with(name)
                    && cookie.contains("HttpOnly; SameSite=Strict")
                    && cookie.contains("Max-Age=0"),
                "{cookie}"
            );
            assert_eq!(cookie.ends_with("; Secure"), url.starts_with("https"));
        }
    }
}

#[tokio::test]
async fn who_asks_too_often_waits() {
    let state = state_with(3, ORIGIN);
    let get = async || send(&state, Method::GET, "/api/config", &[], "").await;
    for _ in 0..3 {
        assert_eq!(get().await.status(), StatusCode::OK);
    }
    let response = get().await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(
        response
            .header("retry-after")
            .is_some_and(|wait| { wait.parse::<u64>().is_ok_and(|wait| (1..=20).contains(&wait)) })
    );
    assert_eq!(problem(response).await["code"], "rate_limited");
    // Other clients, pages and probes are not limited.
    let bearer = format!("Bearer {}", token(&state, Role::User));
    assert_eq!(
        send(&state, Method::GET, "/api/config", &[("authorization", &bearer)], "").await.status(),
        StatusCode::OK
    );
    assert_eq!(send(&state, Method::GET, "/livez", &[], "").await.status(), StatusCode::OK);
    assert_eq!(send(&state, Method::GET, "/", &[], "").await.status(), StatusCode::OK);
}
