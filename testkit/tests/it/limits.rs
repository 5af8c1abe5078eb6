//! Request limits with a real Redis behind several API processes, and with Redis frozen and killed amid requests.

use std::time::{Duration, Instant};

use api::limits::{Class, Limits as Limiter};
use domain::UserId;
use reqwest::Method;
use runtime::settings::{Limits, Rate, Redis, Source};
use serde_json::json;
use testkit::app::AppOptions;
use testkit::fixture::until;
use testkit::redis::RedisServer;
use testkit::{Client, Reply, TestApp};
use uuid::Uuid;

/// So long may a process take to notice that Redis is back.
const SOON: Duration = Duration::from_secs(10);

/// An app with a Redis of its own: the test is a proxy that says where requests come from.
async fn app_with(redis: &RedisServer, limits: &[(&'static str, &'static str)]) -> (TestApp, Settings) {
    let url: &'static str = Box::leak(redis.url().into_boxed_str());
    let settings = [("REDIS_URL", url), ("TRUST_PROXY", "127.0.0.1/32")].into_iter().chain(limits.iter().copied());
    let settings: Settings = Box::leak(settings.collect::<Vec<_>>().into_boxed_slice());
    let app = TestApp::start_with(AppOptions { workers: false, settings }).await;
    await_counting(&app.anonymous, "shared").await;
    (app, settings)
}

type Settings = &'static [(&'static str, &'static str)];

/// Waits until a process says so of its limiter.
async fn await_counting(client: &Client, by: &str) {
    let said = until(SOON, async || Ok((client.get("/readyz").await?.body["limits"] == by).then_some(()))).await;
    assert!(said.is_ok(), "the limits do not become {by}");
}

async fn from(client: &Client, ip: &str) -> Reply {
    client.send(Method::GET, "/api/config", None, &[("x-forwarded-for", ip)]).await.unwrap()
}

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_processes_count_together_and_answers_say_what_is_left() {
    let redis = RedisServer::start().await.unwrap();
    let few = [("RATE_LIMIT_ANONYMOUS_MAX", "20"), ("RATE_LIMIT_ANONYMOUS_WINDOW_MS", "900000")];
    let (mut app, settings) = app_with(&redis, &few).await;
    let other = app.another_api(settings).await;
    await_counting(&other, "shared").await;
    for n in 0..20 {
        let reply = from(if n % 2 == 0 { &app.anonymous } else { &other }, "203.0.113.1").await;
        assert_eq!((reply.status.as_u16(), header(&reply, "ratelimit-policy")), (200, "\"anonymous\";q=20;w=900"));
        let left = format!("\"anonymous\";r={};t=", 19 - n);
        assert!(header(&reply, "ratelimit").starts_with(&left), "{n}: {}", header(&reply, "ratelimit"));
        assert!(!reply.headers.keys().any(|name| name.as_str().starts_with("x-ratelimit")));
    }
    for client in [&app.anonymous, &other] {
        let reply = from(client, "203.0.113.1").await;
        assert_eq!((reply.status.as_u16(), reply.text("/code").as_str()), (429, "rate_limited"));
        let wait: u64 = header(&reply, "retry-after").parse().unwrap();
        assert!((30..=45).contains(&wait), "one is free every 45 s, not after {wait} s");
        assert!(header(&reply, "ratelimit").starts_with("\"anonymous\";r=0;t=9"), "{}", header(&reply, "ratelimit"));
    }
    assert_eq!(from(&other, "203.0.113.2").await.status, 200, "another address has its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_killed_amid_requests_is_neither_open_nor_shut() {
    let mut redis = RedisServer::start().await.unwrap();
    let few = [("RATE_LIMIT_ANONYMOUS_MAX", "30"), ("RATE_LIMIT_ANONYMOUS_WINDOW_MS", "900000")];
    let (mut app, settings) = app_with(&redis, &few).await;
    let other = app.another_api(settings).await;
    await_counting(&other, "shared").await;
    let (mut passed, mut statuses) = (0, Vec::new());
    for n in 0..120 {
        if n == 20 {
            redis.kill().await.unwrap();
        }
        let reply = from(if n % 2 == 0 { &app.anonymous } else { &other }, "203.0.113.1").await;
        statuses.push(reply.status.as_u16());
        passed += usize::from(reply.status == 200);
    }
    assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
    assert!((40..=60).contains(&passed), "each of two processes lets its own 30 through, and counted along: {passed}");
    await_counting(&app.anonymous, "local").await;
    let ready = app.anonymous.get("/readyz").await.unwrap();
    assert_eq!((ready.status.as_u16(), ready.text("/status")), (200, "degraded".to_owned()));
    assert_eq!(from(&other, "203.0.113.2").await.status, 200, "others are served");

    redis.start_again().await.unwrap();
    for client in [&app.anonymous, &other] {
        await_counting(client, "shared").await;
        let again = from(client, "203.0.113.1").await;
        assert_eq!(again.status, 429, "an emptied Redis gives nothing that a process has counted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_redis_costs_a_moment_and_no_answer() {
    let redis = RedisServer::start().await.unwrap();
    let (app, _) = app_with(&redis, &[("RATE_LIMIT_ANONYMOUS_MAX", "100")]).await;
    assert_eq!(from(&app.anonymous, "203.0.113.1").await.status, 200);
    redis.freeze().await.unwrap();
    let began = Instant::now();
    for n in 0..20 {
        assert_eq!(from(&app.anonymous, "203.0.113.1").await.status, 200, "{n}");
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "20 requests waited {took:?}, not 50 ms for the first");
    await_counting(&app.anonymous, "local").await;
    redis.thaw().await.unwrap();
    await_counting(&app.anonymous, "shared").await;
    assert_eq!(from(&app.anonymous, "203.0.113.1").await.status, 200);
}

/// A limiter as each process has one, found by its watch.
async fn limiter(app: &TestApp, redis: &Redis, limits: &Limits) -> Limiter {
    let limiter = Limiter::new(limits, redis, app.ctx.chance.clone());
    let (watched, ctx) = (limiter.clone(), app.ctx.clone());
    tokio::spawn(async move { watched.watch(&ctx).await });
    until(SOON, async || Ok(limiter.shared().then_some(()))).await.expect("it finds Redis");
    limiter
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_let_no_more_through_than_the_rule() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let server = RedisServer::start().await.unwrap();
    let redis = Redis::load(&Source::from_pairs([("REDIS_URL", server.url())])).unwrap();
    let (burst, window, time) = (100.0, 1.0, 2.0);
    let limits = Limits::all(Rate { max: 100, window: Duration::from_secs(1) });
    let class = Class::User(UserId(Uuid::from_u128(7)));
    let mut three = Vec::new();
    for _ in 0..3 {
        three.push(limiter(&app, &redis, &limits).await);
    }
    let began = Instant::now();
    let hammer = |limiter: Limiter| {
        let ctx = app.ctx.clone();
        async move {
            let mut passed = 0_u32;
            while began.elapsed().as_secs_f64() < time {
                passed += u32::from(limiter.request(&ctx, class).await.unwrap().verdict.passes.is_ok());
            }
            passed
        }
    };
    let all = futures::future::join_all(three.iter().cloned().map(|limiter| tokio::spawn(hammer(limiter)))).await;
    let passed: u32 = all.into_iter().map(Result::unwrap).sum();
    let most = (burst + burst / window * began.elapsed().as_secs_f64()) * 1.02;
    assert!(f64::from(passed) <= most, "{passed} passed, at most {most:.0} may");
    assert!(three.iter().all(Limiter::shared) && f64::from(passed) > burst + burst * time * 0.8, "{passed} passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_and_mails_have_limits_of_their_own() {
    let redis = RedisServer::start().await.unwrap();
    let limits = [("RATE_LIMIT_REGISTRATION_MAX", "3"), ("RATE_LIMIT_MAIL_MAX", "3")];
    let (app, settings) = app_with(&redis, &limits).await;
    let register = async |n: u32, ip: &str| {
        let body =
            json!({ "email": format!("new{n}@example.com"), "password": "correct horse battery 7", "name": "New" });
        let from = [("x-forwarded-for", ip)];
        app.anonymous.send(Method::POST, "/api/auth/register", Some(&body), &from).await.unwrap().status.as_u16()
    };
    let mut statuses = Vec::new();
    for n in 0..4 {
        statuses.push(register(n, "203.0.113.1").await);
    }
    assert_eq!(statuses, [201, 201, 201, 429]);
    assert_eq!(register(9, "203.0.113.2").await, 201);

    let source = Source::from_pairs(settings.iter().copied());
    let mails = limiter(&app, &Redis::load(&source).unwrap(), &Limits::load(&source).unwrap()).await;
    for (n, spelling) in ["ada@example.com", " Ada@Example.com", "ADA@example.com"].into_iter().enumerate() {
        assert!(mails.mail(&app.ctx, spelling).await.is_ok(), "{n}");
    }
    let refused = mails.mail(&app.ctx, "ada@example.com").await.unwrap_err();
    assert!(refused.retry_after.is_some_and(|wait| wait > Duration::from_mins(15)), "{refused:?}");
    assert!(mails.mail(&app.ctx, "bob@example.com").await.is_ok());
}
