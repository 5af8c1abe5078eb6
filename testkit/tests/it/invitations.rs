//! Invitations: a token and an address, once, in time, from those who may invite.

use std::time::Duration;

use chrono::TimeDelta;
use domain::db;
use futures::StreamExt as _;
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, until};
use testkit::{Client, Reply, TestApp};

async fn run(app: &TestApp, sql: &str) {
    db::exec(&app.ctx.db, db::sql(sql, [])).await.unwrap();
}

async fn count(app: &TestApp, query: &str) -> i64 {
    db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().unwrap()
}

/// A signed-in owner whose address is confirmed, and their organisation.
async fn owner(app: &TestApp, name: &str) -> (Client, String) {
    let (client, org) = app.customer(name, "0").await;
    confirm(app, name).await;
    (client, org.to_string())
}

async fn confirm(app: &TestApp, name: &str) {
    run(app, &format!("update app_user set email_verified_at = now() where email = '{name}@example.com'")).await;
}

async fn invite(client: &Client, org: &str, email: &str, role: &str) -> Reply {
    client.post(&format!("/api/orgs/{org}/invitations"), &json!({ "email": email, "role": role })).await.unwrap()
}

/// The token of the newest mail to an address, as its link has it.
async fn token_of(app: &TestApp, email: &str, mails: usize) -> String {
    let found = until(Duration::from_secs(20), async || {
        let to_them = app.cloud.mails().into_iter().filter(|mail| mail.to.iter().any(|to| to == email));
        let links: Vec<_> = to_them.filter_map(|mail| link(&mail.text)).collect();
        Ok((links.len() >= mails).then(|| links.last().cloned()).flatten())
    });
    found.await.expect("the invitation arrives")
}

fn link(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("https://panel.example.com/invitation#")?;
    Some(rest.split_whitespace().next()?.to_owned())
}

async fn with(client: &Client, verb: &str, token: &str) -> Reply {
    client.post(&format!("/api/invitations/{verb}"), &json!({ "token": token })).await.unwrap()
}

fn refused(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned())
}

fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invited_address_accepts_once_and_is_a_member() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    let (mut mia, _) = owner(&app, "mia").await;
    let invited = invite(&casey, &org, "Mia@Example.COM", "billing").await.expect(201);
    assert_eq!((text(&invited, "/email"), text(&invited, "/state")), ("mia@example.com".into(), "pending".into()));
    let token = token_of(&app, "mia@example.com", 1).await;
    for _ in 0..3 {
        let got = app.anonymous.send(Method::GET, "/invitation", None, &[]).await.unwrap();
        assert_eq!(got.status, 200, "a scanner opens the page");
    }
    let offer = with(&app.anonymous, "look", &token).await.expect(200);
    assert_eq!(
        (text(&offer, "/organisation"), text(&offer, "/role"), offer["has_account"].as_bool()),
        ("Org of casey@example.com".into(), "billing".into(), Some(true))
    );
    let sealed = "select count(*) from invitation where sealed is not null";
    let forgotten = until(Duration::from_secs(10), async || Ok((count(&app, sealed).await == 0).then_some(())));
    forgotten.await.expect("the token is forgotten once its mail was sent");
    let plain = format!("select count(*) from invitation i where i::text like '%{token}%'");
    assert_eq!(count(&app, &plain).await, 0);
    let joined = with(&mia, "accept", &token).await.expect(200);
    assert_eq!((text(&joined, "/id"), text(&joined, "/role")), (org.clone(), "billing".into()));
    mia.renew().await.unwrap();
    assert_eq!(mia.for_org(&org).get("/api/wallet/statement").await.unwrap().status, 200);
    let forbidden = mia.for_org(&org).post("/api/vps", &json!({})).await.unwrap();
    assert_eq!(refused(&forbidden), code(403, "forbidden"));
    for verb in ["look", "decline"] {
        assert_eq!(refused(&with(&app.anonymous, verb, &token).await), code(410, "invitation_used"), "{verb}");
    }
    assert_eq!(refused(&with(&mia, "accept", &token).await), code(410, "invitation_used"));
    let again = invite(&casey, &org, "mia@example.com", "admin").await;
    assert_eq!(refused(&again), code(409, "already_member"));
    assert_eq!(refused(&with(&app.anonymous, "look", "unknown").await), code(404, "not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_and_an_unconfirmed_one_are_refused_and_nobody_is_named() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    let (mallory, _) = owner(&app, "mallory").await;
    app.customer("mia", "0").await;
    invite(&casey, &org, "mia@example.com", "member").await.expect(201);
    let token = token_of(&app, "mia@example.com", 1).await;
    let reply = with(&mallory, "accept", &token).await;
    assert_eq!(refused(&reply), code(403, "invitation_for_another"));
    assert!(!reply.body.to_string().contains("mia") && !reply.body.to_string().contains("Org of"), "{}", reply.body);
    let mia = app.anonymous.sign_in("mia@example.com", PASSWORD).await.unwrap();
    assert_eq!(refused(&with(&mia, "accept", &token).await), code(403, "email_unverified"));
    assert_eq!(refused(&with(&app.anonymous, "accept", &token).await), code(401, "unauthenticated"));
    confirm(&app, "mia").await;
    assert_eq!(with(&mia, "accept", &token).await.status, 200, "nothing was spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_parallel_accepts_make_one_member() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    let (mia, _) = owner(&app, "mia").await;
    invite(&casey, &org, "mia@example.com", "member").await.expect(201);
    let token = token_of(&app, "mia@example.com", 1).await;
    let replies = join_all((0..64).map(|_| with(&mia, "accept", &token))).await;
    let mut won = 0;
    for reply in &replies {
        match refused(reply) {
            (200, _) => won += 1,
            // The first success voids the token that the others come with; a full pool says so.
            (401 | 409 | 410 | 503, _) => {}
            other => panic!("{other:?} {}", reply.body),
        }
    }
    assert_eq!(won, 1);
    let members = "select count(*) from org_member m join app_user u on u.id = m.user_id \
        where u.email = 'mia@example.com' and m.role = 'member'";
    assert_eq!(count(&app, members).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_invitation_a_revoked_one_and_a_late_one_end_the_token() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    let (mia, _) = owner(&app, "mia").await;
    invite(&casey, &org, "mia@example.com", "member").await.expect(201);
    let first = token_of(&app, "mia@example.com", 1).await;
    let second = invite(&casey, &org, "mia@example.com", "readonly").await.expect(201);
    let token = token_of(&app, "mia@example.com", 2).await;
    assert_ne!(first, token);
    assert_eq!(refused(&with(&mia, "accept", &first).await), code(410, "invitation_revoked"));
    let path = format!("/api/orgs/{org}/invitations/{}", text(&second, "/id"));
    assert_eq!(casey.delete(&path, None).await.unwrap().status, 204);
    assert_eq!(refused(&with(&mia, "accept", &token).await), code(410, "invitation_revoked"));
    assert_eq!(refused(&casey.delete(&path, None).await.unwrap()), code(404, "not_found"));
    invite(&casey, &org, "mia@example.com", "readonly").await.expect(201);
    let late = token_of(&app, "mia@example.com", 3).await;
    assert_eq!(refused(&invite(&casey, &org, "mia@example.com", "member").await), code(429, "rate_limited"));
    let (declined, other) = (format!("{late}x"), late.clone());
    assert_eq!(refused(&with(&mia, "accept", &declined).await), code(404, "not_found"));
    app.set_ahead(TimeDelta::days(7) + TimeDelta::seconds(1)).await;
    assert_eq!(refused(&with(&app.anonymous, "look", &other).await), code(410, "invitation_expired"));
    let fresh = app.anonymous.sign_in("mia@example.com", PASSWORD).await.unwrap();
    assert_eq!(refused(&with(&fresh, "accept", &other).await), code(410, "invitation_expired"));
    assert_eq!(count(&app, "select count(*) from org_member where role <> 'owner'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_void_once_its_inviter_may_not_invite() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    let (adele, _) = owner(&app, "adele").await;
    let (mia, _) = owner(&app, "mia").await;
    invite(&casey, &org, "adele@example.com", "admin").await.expect(201);
    let token = token_of(&app, "adele@example.com", 1).await;
    with(&adele, "accept", &token).await.expect(200);
    let adele = app.anonymous.sign_in("adele@example.com", PASSWORD).await.unwrap();
    assert_eq!(refused(&invite(&adele, &org, "mia@example.com", "owner").await), code(403, "forbidden"));
    invite(&adele, &org, "mia@example.com", "admin").await.expect(201);
    let token = token_of(&app, "mia@example.com", 1).await;
    let id = text(&adele.get("/api/auth/me").await.unwrap().expect(200), "/user/id");
    let demoted = casey.patch(&format!("/api/orgs/{org}/members/{id}"), &json!({ "role": "member" })).await.unwrap();
    assert_eq!(demoted.status, 200);
    assert_eq!(refused(&with(&mia, "accept", &token).await), code(410, "invitation_revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_registers_with_the_token_which_proves_the_address() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    invite(&casey, &org, "New.One+tag@Bücher.example", "readonly").await.expect(201);
    let address = "new.one+tag@xn--bcher-kva.example";
    let token = token_of(&app, address, 1).await;
    assert_eq!(count(&app, "select count(*) from app_user").await, 1, "no user before they agree");
    let body = |email: &str| json!({ "email": email, "password": PASSWORD, "name": "New One", "invitation": token });
    let other = app.anonymous.post("/api/auth/register", &body("mallory@example.com")).await.unwrap();
    assert_eq!(refused(&other), code(403, "invitation_for_another"));
    let me = app.anonymous.post("/api/auth/register", &body("New.One+TAG@bücher.example")).await.unwrap().expect(201);
    assert_eq!((text(&me, "/user/email"), me["user"]["email_verified"].as_bool()), (address.into(), Some(true)));
    assert_eq!(me["organisations"].as_array().unwrap().len(), 1, "and none of their own");
    assert_eq!((text(&me, "/organisations/0/id"), text(&me, "/organisations/0/role")), (org, "readonly".into()));
    let twice = app.anonymous.post("/api/auth/register", &body(address)).await.unwrap();
    assert_eq!(refused(&twice), code(410, "invitation_used"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_invitation_and_an_unconfirmed_inviter() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    invite(&casey, &org, "mia@example.com", "member").await.expect(201);
    let token = token_of(&app, "mia@example.com", 1).await;
    assert_eq!(with(&app.anonymous, "decline", &token).await.status, 204);
    assert_eq!(refused(&with(&app.anonymous, "look", &token).await), code(410, "invitation_used"));
    let (robin, theirs) = app.customer("robin", "0").await;
    let unconfirmed = invite(&robin, &theirs.to_string(), "mia@example.com", "member").await;
    assert_eq!(refused(&unconfirmed), code(403, "email_unverified"));
    for bad in ["mia", "mia@", "jörg@example.com", "a\u{202E}b@example.com"] {
        let reply = invite(&casey, &org, bad, "member").await;
        assert_eq!((reply.status.as_u16(), reply.text("/errors/0/pointer").as_str()), (400, "/email"), "{bad}");
    }
    assert_eq!(refused(&invite(&casey, &org, "a@example.com", "king").await), code(400, "invalid_request"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_people_invited_twice_in_parallel_are_twenty_invitations() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, org) = owner(&app, "casey").await;
    run(&app, "update org set member_quota = 1000").await;
    let invited = futures::stream::iter((0..200).map(|n| format!("guest{}@example.com", n / 2)))
        .map(async |email| invite(&casey, &org, &email, "member").await)
        .buffer_unordered(12);
    let replies: Vec<_> = invited.collect().await;
    for reply in &replies {
        let known = [code(409, "too_many_invitations"), code(503, "unavailable")];
        assert!(reply.status == 201 || known.contains(&refused(reply)), "{} {}", reply.status, reply.body);
    }
    assert_eq!(count(&app, "select count(*) from invitation where state = 'pending'").await, 20);
    let twice = "select count(*) from (select email from invitation where state = 'pending' \
        group by email having count(*) > 1) twice";
    assert_eq!(count(&app, twice).await, 0);
    assert_eq!(refused(&invite(&casey, &org, "late@example.com", "member").await), code(409, "too_many_invitations"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_members_quota_holds_when_inviting_and_when_accepting() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    let (mia, _) = owner(&app, "mia").await;
    run(&app, "update org set member_quota = 2").await;
    invite(&casey, &org, "mia@example.com", "member").await.expect(201);
    let token = token_of(&app, "mia@example.com", 1).await;
    assert_eq!(refused(&invite(&casey, &org, "robin@example.com", "member").await), code(403, "quota_reached"));
    run(&app, "update org set member_quota = 1").await;
    let full = with(&mia, "accept", &token).await;
    assert_eq!(refused(&full), code(403, "quota_reached"));
    assert!(full.text("/detail").contains("1 members"), "{}", full.body);
    run(&app, "update org set member_quota = 2").await;
    assert_eq!(with(&mia, "accept", &token).await.status, 200, "nothing was spent");
}

async fn register(app: &TestApp) -> Reply {
    let body = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" });
    app.anonymous.post("/api/auth/register", &body).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_is_closed_where_the_setting_says_so() {
    let settings = &[("REGISTRATION", "closed")];
    let app = TestApp::start_with(AppOptions { workers: false, settings }).await;
    assert_eq!(refused(&register(&app).await), code(403, "registration_closed"));
    let config = app.anonymous.get("/api/config").await.unwrap().expect(200);
    assert_eq!(text(&config, "/registration"), "closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_takes_an_invitation_where_the_setting_says_so() {
    let settings = &[("REGISTRATION", "invitation")];
    let app = TestApp::start_with(AppOptions { workers: true, settings }).await;
    assert_eq!(refused(&register(&app).await), code(403, "registration_by_invitation"));
    let admin = app.admin().await;
    confirm(&app, "admin").await;
    let org = text(&admin.get("/api/auth/me").await.unwrap().expect(200), "/organisations/0/id");
    invite(&admin, &org, "new@example.com", "member").await.expect(201);
    let invitation = token_of(&app, "new@example.com", 1).await;
    let body = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New", "invitation": invitation });
    assert_eq!(app.anonymous.post("/api/auth/register", &body).await.unwrap().status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_an_invitation_that_expired_before_its_mail_left_is_erased() {
    let app = TestApp::start().await;
    let (casey, org) = owner(&app, "casey").await;
    invite(&casey, &org, "mia@example.com", "member").await.expect(201);
    app.run_jobs().await;
    // As if its mail had never left.
    run(&app, "update invitation set sealed = token_hash").await;
    let sealed = "select count(*) from invitation where sealed is not null";
    for (days, kept) in [(6, 1), (8, 0)] {
        app.set_ahead(TimeDelta::days(days)).await;
        let tick = app.ctx.clock.now(&app.ctx.db).await.unwrap();
        let job = domain::work::NewJob::new(domain::work::Job::Tidy { tick });
        domain::work::enqueue(&app.ctx, &app.ctx.db, job).await.unwrap();
        app.run_jobs().await;
        assert_eq!(count(&app, sealed).await, kept, "after {days} days");
    }
    let listed = "select count(*) from invitation where state = 'pending'";
    assert_eq!(count(&app, listed).await, 1, "it is still shown, as expired");
}
