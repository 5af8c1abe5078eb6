//! Administrators in customers' places: what they may, how it ends, and what is on record.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::{PASSWORD, fresh_key, order, plan_called, until};
use testkit::seed::PLAN as SEEDED_PLAN;
use testkit::{Client, Reply, TestApp};

const ORIGIN: &str = "http://127.0.0.1:3001";

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

fn cookie(reply: &Reply, name: &str) -> String {
    let set = reply.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let found = set.into_iter().find_map(|line| line.strip_prefix(&format!("{name}=")));
    found.unwrap_or_else(|| panic!("no {name}")).split(';').next().unwrap().to_owned()
}

/// A browser: the access token as a bearer's, the refresh token as a cookie.
struct Browser {
    client: Client,
    refresh: String,
    me: Json,
}

impl Browser {
    fn of(client: &Client, reply: Reply, status: u16) -> Self {
        let (access, refresh) = (cookie(&reply, "sp_access"), cookie(&reply, "sp_refresh"));
        Self { client: client.with_token(&access), refresh, me: reply.expect(status) }
    }

    async fn renewed(&self, meant_for: Option<&str>) -> Reply {
        let cookie = format!("sp_refresh={}", self.refresh);
        let mut headers = vec![("cookie", cookie.as_str()), ("origin", ORIGIN)];
        headers.extend(meant_for.map(|user| ("x-skypanel-for", user)));
        self.client.anonymous().send(Method::POST, "/api/auth/refresh", None, &headers).await.unwrap()
    }
}

async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let body = json!({ "email": email, "password": PASSWORD });
    let reply = app.anonymous.post("/api/auth/login", &body).await.unwrap();
    Browser::of(&app.anonymous, reply, 200)
}

/// An administrator and a customer, by their user ids.
struct World {
    app: TestApp,
    admin: Browser,
    casey: Client,
    casey_id: String,
    org: String,
}

async fn world() -> World {
    let app = quiet_app().await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    Box::pin(World::of(app)).await
}

impl World {
    async fn of(app: TestApp) -> Self {
        let (casey, org) = app.customer("casey", "10").await;
        app.admin().await;
        let admin = signed_in(&app, "admin@example.com").await;
        let casey_id = text(&casey.get("/api/auth/me").await.unwrap().expect(200), "/user/id");
        Self { app, admin, casey, casey_id, org: org.to_string() }
    }

    async fn ask(&self, user: &str, body: &Json) -> Reply {
        self.admin.client.post(&format!("/api/admin/users/{user}/impersonate"), body).await.unwrap()
    }

    async fn enter(&self, writes: bool) -> Browser {
        let body = json!({ "reason": "they cannot see their server", "writes": writes });
        Browser::of(&self.app.anonymous, self.ask(&self.casey_id, &body).await, 200)
    }

    /// Journals of this kind that name the administrator.
    async fn named(&self, kind: &str) -> i64 {
        let admin = text(&self.admin.me, "/user/id");
        let sql = format!("select count(*) from journal where kind = '{kind}' and meta->>'impersonator' = '{admin}'");
        self.count(&sql).await
    }

    async fn count(&self, sql: &str) -> i64 {
        domain::db::scalar(&self.app.ctx.db, domain::db::sql(sql, [])).await.unwrap().unwrap()
    }
}

/// Until the API refuses the token: within five seconds.
async fn is_out(client: &Client) {
    let limit = std::time::Duration::from_secs(5);
    let out = until(limit, async || Ok((client.get("/api/auth/me").await?.status == 401).then_some(()))).await;
    assert!(out.is_ok(), "the token is void within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_what_the_customer_sees_and_changes_nothing_unless_asked() {
    let world = world().await;
    let guest = world.enter(false).await;
    assert_eq!(guest.me["user"]["email"], "casey@example.com");
    assert_eq!(guest.me["impersonation"]["by"]["name"], "Avery Admin");
    assert_eq!(guest.me["impersonation"]["writes"], false);
    let may = guest.me["organisations"][0]["may"].as_array().unwrap();
    assert!(may.contains(&json!("vps:read")) && !may.contains(&json!("vps:create")), "{may:?}");
    assert_eq!(guest.client.get("/api/wallet").await.unwrap().expect(200)["balance"]["amount"], "10.000000");
    let plan = plan_called(&guest.client, SEEDED_PLAN).await.unwrap();
    let refused = guest.client.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (403, "forbidden"));
    // The panel itself is not theirs here, and nobody gets from one place to the next.
    for path in ["/api/admin/users", "/api/admin/customers"] {
        assert_eq!(guest.client.get(path).await.unwrap().status, 403, "{path}");
    }
    let nested = format!("/api/admin/users/{}/impersonate", world.casey_id);
    assert_eq!(guest.client.post(&nested, &json!({ "reason": "further" })).await.unwrap().status, 403);
    let own = world.casey.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!(own["impersonation"], json!(null), "the customer's own session is theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_the_place_of_an_administrator_of_themself_or_of_the_disabled() {
    let world = world().await;
    let body = json!({ "reason": "a test" });
    let me = text(&world.admin.me, "/user/id");
    assert_eq!(world.ask(&me, &body).await.status, 403, "oneself");
    let second = secrecy::SecretString::from(PASSWORD);
    let other =
        domain::identity::create_admin(&world.app.ctx, "other@example.com", "Other Admin", second).await.unwrap();
    assert_eq!(world.ask(&other.to_string(), &body).await.status, 403, "an administrator");
    domain::user::disable(&world.app.ctx, &domain::Actor::Operator, world.casey_id.parse().unwrap(), "spam")
        .await
        .unwrap();
    let disabled = world.ask(&world.casey_id, &body).await;
    assert_eq!((disabled.status.as_u16(), disabled.text("/code").as_str()), (403, "forbidden"));
    let unknown = world.ask("user_00000000000000000000000001", &body).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(world.count("select count(*) from impersonation").await, 0);
    let noted = until(std::time::Duration::from_secs(5), async || {
        let sql = "select coalesce(sum(count), 0)::bigint from security_event where kind = 'role_refused'";
        Ok((world.count(sql).await >= 3).then_some(()))
    });
    assert!(noted.await.is_ok(), "each refusal is on record");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_a_reason_a_fresh_proof_and_an_organisation_of_theirs() {
    let world = world().await;
    let blank = world.ask(&world.casey_id, &json!({ "reason": "  " })).await;
    assert_eq!((blank.status.as_u16(), blank.text("/errors/0/pointer").as_str()), (400, "/reason"));
    let (_, other) = world.app.customer("other", "0").await;
    let foreign = world.ask(&world.casey_id, &json!({ "reason": "a test", "org": other.to_string() })).await;
    assert_eq!(foreign.status, 404);
    let one = world.ask(&world.casey_id, &json!({ "reason": "a test", "org": world.org })).await.expect(200);
    assert_eq!(one["organisations"].as_array().map(Vec::len), Some(1));
    let mut admin = world.app.anonymous.sign_in("admin@example.com", PASSWORD).await.unwrap();
    world.app.set_ahead(TimeDelta::minutes(11)).await;
    admin.renew().await.unwrap();
    let path = format!("/api/admin/users/{}/impersonate", world.casey_id);
    let late = admin.post(&path, &json!({ "reason": "a test" })).await.unwrap();
    assert_eq!((late.status.as_u16(), late.text("/code").as_str()), (403, "step_up_required"));
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_gives_the_administrator_their_own_session_back_once() {
    let world = world().await;
    let guest = world.enter(false).await;
    let left = guest.client.post("/api/auth/impersonation/exit", &json!({})).await.unwrap();
    let back = Browser::of(&world.app.anonymous, left, 200);
    assert_eq!(back.me["user"]["email"], "admin@example.com");
    assert_eq!(
        (&back.me["impersonation"], &back.me["session"]["id"]),
        (&json!(null), &world.admin.me["session"]["id"])
    );
    assert_eq!(back.client.get("/api/admin/users").await.unwrap().status, 200);
    is_out(&guest.client).await;
    // The other tabs follow within half a minute, and get the same; later it opens nothing.
    assert_eq!(guest.renewed(Some(&world.casey_id)).await.expect(200)["user"]["email"], "admin@example.com");
    world.app.set_ahead(TimeDelta::seconds(31)).await;
    assert_eq!(guest.renewed(None).await.status, 401);
    assert_eq!(back.renewed(None).await.expect(200)["role"], "admin", "their session stays");
    let own = world.admin.client.post("/api/auth/impersonation/exit", &json!({})).await.unwrap();
    assert_eq!((own.status.as_u16(), own.text("/code").as_str()), (409, "not_impersonating"));
    let events = "select count(*) from activity where event in ('impersonation.begin', 'impersonation.end')";
    assert_eq!(world.count(events).await, 2, "a begin and an end");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_thirty_minutes_renewing_leads_back() {
    let world = world().await;
    let guest = world.enter(true).await;
    world.app.set_ahead(TimeDelta::minutes(9)).await;
    let first = guest.renewed(Some(&world.casey_id)).await;
    let first = Browser::of(&world.app.anonymous, first, 200);
    assert_eq!(first.me["impersonation"]["writes"], true, "writes survive a renewal");
    assert_eq!(first.me["impersonation"]["until"], guest.me["impersonation"]["until"], "and the end stays");
    world.app.set_ahead(TimeDelta::minutes(29)).await;
    let last = Browser::of(&world.app.anonymous, first.renewed(None).await, 200);
    assert_eq!(last.client.get("/api/vps").await.unwrap().status, 200);
    world.app.set_ahead(TimeDelta::seconds(30 * 60 + 6)).await;
    assert_eq!(last.client.get("/api/vps").await.unwrap().status, 401, "the token ends with the stay");
    let other = world.app.customer("other", "0").await.0.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!(last.renewed(Some(&text(&other, "/user/id"))).await.status, 409, "nobody else's page gets it");
    let back = last.renewed(Some(&world.casey_id)).await.expect(200);
    assert_eq!((&back["user"]["email"], &back["role"]), (&json!("admin@example.com"), &json!("admin")));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_the_administrators_role_session_and_epoch() {
    let world = world().await;
    let guest = world.enter(false).await;
    domain::identity::demote(&world.app.ctx, "admin@example.com").await.unwrap();
    is_out(&guest.client).await;
    let back = guest.renewed(None).await.expect(200);
    assert_eq!((&back["role"], &back["impersonation"]), (&json!("user"), &json!(null)), "back as what they are now");

    domain::identity::promote(&world.app.ctx, "admin@example.com").await.unwrap();
    let world = World { admin: signed_in(&world.app, "admin@example.com").await, ..world };
    let guest = world.enter(false).await;
    domain::identity::set_password(&world.app.ctx, "admin@example.com", &secrecy::SecretString::from(PASSWORD))
        .await
        .unwrap();
    is_out(&guest.client).await;
    assert_eq!(guest.renewed(None).await.status, 401, "their own session is over too");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_in_anothers_place_signs_out() {
    let world = world().await;
    let guest = world.enter(false).await;
    let headers = [("x-skypanel-for", world.casey_id.as_str())];
    let out = guest.client.send(Method::POST, "/api/auth/logout", None, &headers).await.unwrap();
    assert_eq!(out.status, 204);
    assert_eq!(guest.renewed(None).await.status, 401);
    assert_eq!(world.admin.renewed(None).await.status, 401, "the administrator's own session ended");
    assert_eq!(world.casey.get("/api/auth/me").await.unwrap().status, 200, "the customer's did not");
    let sql = "select count(*) from activity a join app_user u on u.id = a.actor_id
               where a.event = 'auth.logout' and u.email = 'casey@example.com'";
    assert_eq!(world.count(sql).await, 0, "nothing says that the customer signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_carries_both_names() {
    let world = world().await;
    let guest = world.enter(true).await;
    let plan = plan_called(&guest.client, SEEDED_PLAN).await.unwrap();
    let ordered = guest.client.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    assert_eq!(ordered["job"]["support"], "Avery Admin");
    let admin = text(&world.admin.me, "/user/id");
    let both =
        "select count(*) from job j join app_user a on a.id = j.impersonator_id join app_user u on u.id = j.actor_id
                where j.kind = 'vps.provision' and a.email = 'admin@example.com' and u.email = 'casey@example.com'";
    assert_eq!(world.count(both).await, 1);
    let meta: String = domain::db::scalar(
        &world.app.ctx.db,
        domain::db::sql("select meta->>'impersonator' from journal where kind = 'hold'", []),
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(meta, admin, "the ledger names the administrator");
    let vps = text(&ordered, "/vps/id");
    let renamed = guest.client.patch(&format!("/api/vps/{vps}"), &json!({ "label": "web-2" })).await.unwrap();
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    let seen = world.casey.get("/api/activity").await.unwrap().expect(200);
    let rename = row(&seen, "event", "vps.rename");
    assert_eq!((&rename["actor"]["name"], &rename["support"]), (&seen_name(&world).await, &json!("Avery Admin")));
    assert_eq!(row(&seen, "event", "vps.create")["support"], "Avery Admin", "the order's own statement says so too");
    let entered = row(&seen, "event", "impersonation.begin");
    assert_eq!((&entered["actor"], &entered["support"]), (&json!(null), &json!("Avery Admin")));
    assert!(!seen.to_string().contains("they cannot see their server"), "the reason is the staff's");
    let audit = world.admin.client.get("/api/admin/activity?event=impersonation.begin").await.unwrap().expect(200);
    assert_eq!(audit["items"][0]["reason"], "they cannot see their server");
    let mails = "select count(*) from job where kind = 'mail.send' and params->>'mail' = 'impersonation'";
    assert_eq!(world.count(mails).await, 1, "the customer gets a mail");
    // Free text stands where it can be erased.
    let kept = "select count(*) from activity where metadata::text like '%cannot see%' or message like '%cannot see%'";
    assert_eq!(world.count(kept).await, 0);
    assert_eq!(world.count("select count(*) from act_reason where reason like '%cannot see%'").await, 1);
    world.app.check_books().await;
}

async fn seen_name(world: &World) -> Json {
    world.casey.get("/api/auth/me").await.unwrap().expect(200)["user"]["name"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_stay_ends_the_first() {
    let world = world().await;
    let first = world.enter(true).await;
    let second = world.enter(false).await;
    is_out(&first.client).await;
    assert_eq!(second.client.get("/api/vps").await.unwrap().status, 200);
    assert_eq!(world.count("select count(*) from impersonation where ended_at is null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_decides_whether_the_user_gets_a_mail_and_their_activity_says_it_either_way() {
    let options = AppOptions { workers: false, settings: &[("IMPERSONATION_MAIL", "off")] };
    let world = Box::pin(World::of(TestApp::start_with(options).await)).await;
    let _ = world.enter(false).await;
    let mails = "select count(*) from job where kind = 'mail.send' and params->>'mail' = 'impersonation'";
    assert_eq!(world.count(mails).await, 0);
    let seen = world.casey.get("/api/activity").await.unwrap().expect(200);
    assert_eq!(row(&seen, "event", "impersonation.begin")["support"], "Avery Admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_was_set_aside_in_anothers_place_names_the_administrator_when_it_is_earned() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let world = Box::pin(World::of(app)).await;
    let guest = world.enter(true).await;
    let ordered = guest.client.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let limit = std::time::Duration::from_secs(30);
    testkit::fixture::await_status(&world.casey, &text(&ordered, "/vps/id"), "running", limit).await.unwrap();
    assert_eq!((world.named("hold").await, world.named("capture").await), (1, 1));
    world.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_was_set_aside_in_anothers_place_names_the_administrator_when_it_goes_back() {
    let world = world().await;
    let guest = world.enter(true).await;
    let plan = plan_called(&guest.client, SEEDED_PLAN).await.unwrap();
    let ordered = guest.client.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let path = format!("/api/admin/jobs/{}/cancel", text(&ordered, "/job/id"));
    world.admin.client.post(&path, &json!({ "reason": "a test" })).await.unwrap().expect(200);
    assert_eq!((world.named("hold").await, world.named("release").await), (1, 1));
    world.app.check_books().await;
}

/// What an administrator in a customer's place may change: these operations, and no other. The list may only shrink.
const CHANGEABLE: &[&str] = &[
    "DELETE /api/vps/{id}",
    "PATCH /api/vps/{id}",
    "POST /api/auth/impersonation/exit",
    "POST /api/vps",
    "POST /api/vps/{id}/action",
];

#[tokio::test(flavor = "multi_thread")]
async fn of_all_operations_that_change_something_these_alone_are_open_in_anothers_place() {
    let world = world().await;
    let guest = world.enter(true).await.client;
    let document: Json = serde_json::from_str(&api::spec_json()).unwrap();
    let mut open = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if method == "get" || operation["x-access"].is_null() {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let parts = path.split('/').map(|part| match part {
                "{org}" => world.org.as_str(),
                part if part.starts_with('{') => "vps_00000000000000000000000001",
                part => part,
            });
            let filled = parts.collect::<Vec<_>>().join("/");
            // Leaving would end the stay: that it is open is seen elsewhere.
            let exit = path == "/api/auth/impersonation/exit";
            // A gate judges before anything is read, so a broken body is refused for itself where the gate is open.
            let body = b"{".to_vec();
            let status = if exit {
                200
            } else {
                let reply = guest.send_raw(method.clone(), &filled, "application/json", body).await.unwrap();
                reply.status.as_u16()
            };
            if status != 403 {
                open.insert(format!("{method} {path}"));
            }
        }
    }
    assert_eq!(open, CHANGEABLE.iter().map(|name| (*name).to_owned()).collect());
    let seen = world.casey.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!(seen["user"]["email"], "casey@example.com", "and nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_a_stay_outlives_the_sessions_that_it_hung_on() {
    let world = world().await;
    world.enter(false).await;
    let late = "update session set expires_at = now() - interval '2 days'";
    domain::db::exec(&world.app.ctx.db, domain::db::sql(late, [])).await.unwrap();
    let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
    let tidy = domain::work::NewJob::new(domain::work::Job::Tidy { tick });
    let tidy = domain::work::enqueue(&world.app.ctx, &world.app.ctx.db, tidy).await.unwrap();
    workers::execute(&world.app.env, &domain::queue::LeaseTimes::default(), "a worker", tidy).await;
    assert_eq!(world.count("select count(*) from session").await, 0, "their addresses go with them");
    assert_eq!(world.count("select count(*) from impersonation").await, 1);
}
