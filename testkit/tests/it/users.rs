//! Users as administrators see and change them.

use std::time::Duration;

use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::{PASSWORD, until};
use testkit::{Client, TestApp};

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn id_of(client: &Client) -> String {
    text(&client.get("/api/auth/me").await.unwrap().expect(200), "/user/id")
}

fn emails(list: &Json) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["email"].as_str().unwrap()).collect()
}

async fn is_out(client: &Client) {
    let out =
        until(Duration::from_secs(5), async || Ok((client.get("/api/auth/me").await?.status == 401).then_some(())));
    assert!(out.await.is_ok(), "the token is void within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_filtered_sorted_and_paged() {
    let app = quiet_app().await;
    let admin = app.admin().await;
    let (casey, _) = app.customer("casey", "0").await;
    app.customer("dana_x", "0").await;
    app.customer("erin", "0").await;
    let list = async |query: &str| admin.get(&format!("/api/admin/users{query}")).await.unwrap().expect(200);
    let all = list("").await;
    assert_eq!(emails(&all), ["erin@example.com", "dana_x@example.com", "casey@example.com", "admin@example.com"]);
    let seen = row(&all, "email", "casey@example.com");
    assert_eq!(
        (&seen["role"], &seen["state"], &seen["organisations"]),
        (&json!("user"), &json!("unverified"), &json!(1))
    );
    assert!(seen["seen_at"].is_string());
    assert_eq!(emails(&list("?q=CASEY%40").await), ["casey@example.com"]);
    assert_eq!(emails(&list("?q=a_x").await), ["dana_x@example.com"], "an underscore is an underscore");
    assert_eq!(emails(&list("?q=%25").await), [""; 0], "and a percent sign too");
    assert_eq!(emails(&list(&format!("?q={}", id_of(&casey).await)).await), ["casey@example.com"]);
    assert_eq!(emails(&list("?role=admin").await), ["admin@example.com"]);
    let by_email = ["admin@example.com", "casey@example.com", "dana_x@example.com", "erin@example.com"];
    assert_eq!(emails(&list("?sort=email&order=asc").await), by_email);
    for sort in ["created", "name", "email", "seen"] {
        for order in ["asc", "desc"] {
            let whole = list(&format!("?sort={sort}&order={order}")).await;
            let (mut paged, mut cursor) = (Vec::new(), String::new());
            for _ in 0..4 {
                let page = list(&format!("?sort={sort}&order={order}&limit=1{cursor}")).await;
                paged.extend(emails(&page).into_iter().map(str::to_owned));
                cursor = page["next"].as_str().map_or_else(String::new, |next| format!("&cursor={next}"));
            }
            assert!(cursor.is_empty(), "{sort} {order} has four pages");
            assert_eq!(paged, emails(&whole), "{sort} {order}");
        }
    }
    let id = id_of(&casey).await;
    let reason = json!({ "reason": "spam" });
    let _ = admin.post(&format!("/api/admin/users/{id}/disable"), &reason).await.unwrap().expect(200);
    assert_eq!(emails(&list("?state=disabled").await), ["casey@example.com"]);
    assert!(!emails(&list("?state=unverified").await).contains(&"casey@example.com"));
    assert_eq!(emails(&list("?state=deleted").await), [""; 0]);
    let one = admin.get(&format!("/api/admin/users/{id}")).await.unwrap().expect(200);
    assert_eq!((&one["disabled_reason"], &one["organisations"][0]["role"]), (&json!("spam"), &json!("owner")));
    assert_eq!(admin.get("/api/admin/users/user_00000000000000000000000001").await.unwrap().status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_user_is_out_within_seconds_and_in_again_once_enabled() {
    let app = quiet_app().await;
    let admin = app.admin().await;
    let (casey, _) = app.customer("casey", "0").await;
    let id = id_of(&casey).await;
    let path = |what: &str| format!("/api/admin/users/{id}/{what}");
    let blank = admin.post(&path("disable"), &json!({ "reason": " " })).await.unwrap();
    assert_eq!((blank.status.as_u16(), blank.text("/errors/0/pointer").as_str()), (400, "/reason"));
    let off = admin.post(&path("disable"), &json!({ "reason": "a stolen card" })).await.unwrap().expect(200);
    assert_eq!((&off["state"], off["sessions"].as_array().map(Vec::len)), (&json!("disabled"), Some(0)));
    is_out(&casey).await;
    let login = json!({ "email": "casey@example.com", "password": PASSWORD });
    let refused = app.anonymous.post("/api/auth/login", &login).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (403, "account_disabled"));
    let on = admin.post(&path("enable"), &json!({ "reason": "the bank was wrong" })).await.unwrap().expect(200);
    assert_eq!((&on["state"], &on["disabled_reason"]), (&json!("unverified"), &json!(null)));
    let again = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    let _ = admin.post(&path("sessions/end"), &json!({ "reason": "a lost laptop" })).await.unwrap().expect(200);
    is_out(&again).await;
    assert!(app.anonymous.sign_in("casey@example.com", PASSWORD).await.is_ok(), "they may sign in again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_takes_the_administrators_role_and_never_gives_it() {
    let app = quiet_app().await;
    let admin = app.admin().await;
    let me = id_of(&admin).await;
    let (casey, _) = app.customer("casey", "0").await;
    let role = async |user: &str, role: &str| {
        let body = json!({ "role": role, "reason": "a test" });
        let reply = admin.patch(&format!("/api/admin/users/{user}/role"), &body).await.unwrap();
        (reply.status.as_u16(), reply.body["code"].as_str().or(reply.body["role"].as_str()).unwrap().to_owned())
    };
    let id = id_of(&casey).await;
    assert_eq!(role(&id, "admin").await, (409, "named_by_operator".to_owned()));
    assert_eq!(role(&id, "readonly").await, (200, "readonly".to_owned()));
    assert_eq!(role(&id, "user").await, (200, "user".to_owned()));
    assert_eq!(role(&me, "user").await, (409, "own_account".to_owned()));
    let other = secrecy::SecretString::from(PASSWORD);
    let other = domain::identity::create_admin(&app.ctx, "other@example.com", "Other", other).await.unwrap();
    assert_eq!(role(&other.to_string(), "user").await, (200, "user".to_owned()));
    // The operator is nobody's user, and still keeps the last one.
    let own = me.parse().unwrap();
    let last = domain::user::disable(&app.ctx, &domain::Actor::Operator, own, "a test").await.unwrap_err();
    assert_eq!(last.code, "last_admin");
    let last = domain::user::set_role(&app.ctx, &domain::Actor::Operator, own, domain::Role::User, "a test").await;
    assert_eq!(last.unwrap_err().code, "last_admin");
    let off = admin.post(&format!("/api/admin/users/{me}/disable"), &json!({ "reason": "a test" })).await.unwrap();
    assert_eq!(off.text("/code"), "own_account");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_disable_each_other_leave_one() {
    let app = quiet_app().await;
    app.admin().await;
    let password = || secrecy::SecretString::from(PASSWORD);
    domain::identity::create_admin(&app.ctx, "other@example.com", "Other", password()).await.unwrap();
    let (a, b) = (app.admin().await, app.anonymous.sign_in("other@example.com", PASSWORD).await.unwrap());
    let (a_id, b_id) = (id_of(&a).await, id_of(&b).await);
    let reason = json!({ "reason": "a test" });
    let (of_b, of_a) = (format!("/api/admin/users/{b_id}/disable"), format!("/api/admin/users/{a_id}/disable"));
    let (first, second) = tokio::join!(a.post(&of_b, &reason), b.post(&of_a, &reason));
    let statuses = [first.unwrap().status.as_u16(), second.unwrap().status.as_u16()];
    let sql = "select count(*) from app_user where role = 'admin' and disabled_at is null";
    let left: i64 = domain::db::scalar(&app.ctx.db, domain::db::sql(sql, [])).await.unwrap().unwrap();
    assert_eq!(left, 1, "{statuses:?}");
    assert!(statuses.contains(&200) && statuses.iter().any(|status| [401, 403, 409].contains(status)), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_creates_users_and_organisations() {
    let app = quiet_app().await;
    let admin = app.admin().await;
    let body = json!({ "email": "Dana@Example.com", "name": "Dana", "organisation": "Dana's" });
    let made = admin.post("/api/admin/users", &body).await.unwrap().expect(201);
    assert_eq!((&made["email"], &made["state"]), (&json!("dana@example.com"), &json!("unverified")));
    assert_eq!(made["organisations"][0]["name"], "Dana's");
    let twice = admin.post("/api/admin/users", &body).await.unwrap();
    assert_eq!((twice.status.as_u16(), twice.text("/code").as_str()), (409, "email_taken"));
    let second = json!({ "owner": made["id"], "name": "Second" });
    let org = admin.post("/api/admin/customers", &second).await.unwrap().expect(201);
    assert_eq!((&org["name"], &org["owner"]["email"]), (&json!("Second"), &json!("dana@example.com")));
    let path = format!("/api/admin/customers/{}/members", text(&org, "/org_id"));
    let members = admin.get(&path).await.unwrap().expect(200);
    assert_eq!((&members["items"][0]["role"], &members["items"][0]["state"]), (&json!("owner"), &json!("unverified")));
    let nobody = json!({ "owner": "user_00000000000000000000000001", "name": "Second" });
    assert_eq!(admin.post("/api/admin/customers", &nobody).await.unwrap().status, 404);
    let mails = "select count(*) from job where params->>'mail' = $1 and params->>'user' = $2";
    let sent = async |kind: &str| -> i64 {
        let values = [kind.to_owned().into(), text(&made, "/id").into()];
        domain::db::scalar(&app.ctx.db, domain::db::sql(mails, values)).await.unwrap().unwrap()
    };
    assert_eq!((sent("account_created").await, sent("welcome").await), (1, 0), "one mail, and no welcome beside it");
    let more = json!({ "email": "eve@example.com", "name": "Eve", "role": "admin" });
    assert_eq!(admin.post("/api/admin/users", &more).await.unwrap().status, 400, "no other field is read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_created_user_chooses_a_password_by_the_link_of_their_mail_once_and_within_a_week() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (name, days, answer) in [("dana", 6, 204), ("late", 8, 410)] {
        let body = json!({ "email": format!("{name}@example.com"), "name": name });
        admin.post("/api/admin/users", &body).await.unwrap().expect(201);
        let link = |text: &str| {
            Some(text.split_once("https://panel.example.com/reset#")?.1.split_whitespace().next()?.to_owned())
        };
        let found = testkit::fixture::until(std::time::Duration::from_secs(20), async || {
            let mut mails = app.cloud.mails().into_iter().filter(|mail| mail.to.iter().any(|to| to.starts_with(name)));
            Ok(mails.find_map(|mail| link(&mail.text)))
        });
        let token = found.await.expect("the mail arrives");
        app.run_jobs().await;
        let ahead = chrono::TimeDelta::days(days);
        domain::clock::set_offset(&app.ctx.db, false, ahead).await.unwrap();
        let chosen = json!({ "token": token, "password": PASSWORD });
        for answer in [answer, 410] {
            assert_eq!(app.anonymous.post("/api/auth/reset/confirm", &chosen).await.unwrap().status, answer, "{name}");
        }
        domain::clock::set_offset(&app.ctx.db, false, chrono::TimeDelta::zero()).await.unwrap();
        let signed_in = app.anonymous.sign_in(&format!("{name}@example.com"), PASSWORD).await;
        assert_eq!(signed_in.is_ok(), answer == 204, "{name}");
    }
    let confirmed = "select count(*) from app_user where name = 'dana' and email_verified_at is not null";
    let confirmed: Option<i64> = domain::db::scalar(&app.ctx.db, domain::db::sql(confirmed, [])).await.unwrap();
    assert_eq!(confirmed, Some(1), "the link came to their address");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_ends_one_session_of_a_user_and_leaves_the_others() {
    let app = quiet_app().await;
    let (first, _) = app.customer("casey", "0").await;
    let second = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    let of = async |client: &testkit::Client| {
        let me = client.get("/api/auth/me").await.unwrap().expect(200);
        (text(&me, "/user/id"), text(&me, "/session/id"))
    };
    let ((user, _), (_, session)) = (of(&first).await, of(&second).await);
    let (user, session): (domain::UserId, domain::SessionId) = (user.parse().unwrap(), session.parse().unwrap());
    let operator = domain::Actor::Operator;
    domain::user::end_session(&app.ctx, &operator, user, session, "a lost phone").await.unwrap();
    testkit::fixture::until(std::time::Duration::from_secs(5), async || {
        Ok((second.get("/api/auth/me").await?.status == 401).then_some(()))
    })
    .await
    .expect("it is over within five seconds");
    first.get("/api/auth/me").await.unwrap().expect(200);
    let again = domain::user::end_session(&app.ctx, &operator, user, session, "a lost phone").await;
    assert_eq!(again.unwrap_err().code, "not_found");
}
