//! A person's own data: the map of it, and the copy of all of it, which is theirs alone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use domain::{TypedId as _, UserId, db};
use futures::future::join;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, await_status, fresh_key, order};
use testkit::{Client, Reply, TestApp};

pub async fn post(client: &Client, path: &str, body: Json) -> Reply {
    client.post(path, &body).await.unwrap()
}

pub async fn ask(client: &Client) -> Reply {
    client.send(Method::POST, "/api/auth/export", None, &[]).await.unwrap()
}

pub async fn erase(client: &Client, name: &str, leave_balance: bool) -> Reply {
    let body = json!({ "email": format!("{name}@example.com"), "leave_balance": leave_balance });
    post(client, "/api/auth/erase", body).await
}

pub fn refused(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned())
}

pub fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

pub async fn scalar<T: sea_orm::TryGetable>(app: &TestApp, sql: &str) -> T {
    db::scalar(&app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
}

pub async fn exec(app: &TestApp, sql: &str, values: Vec<sea_orm::Value>) {
    db::exec(&app.ctx.db, db::sql(sql, values)).await.unwrap();
}

pub async fn id_of(client: &Client) -> UserId {
    text(&client.get("/api/auth/me").await.unwrap().expect(200), "/user/id").parse().unwrap()
}

pub async fn join_as(app: &TestApp, org: domain::OrgId, user: UserId, role: &str) {
    let sql = "insert into org_member (org_id, user_id, created_at, role) values ($1, $2, now(), $3)";
    exec(app, sql, vec![org.0.into(), user.0.into(), role.into()]).await;
}

/// Waits until a copy is ready, and returns its id.
async fn ready(app: &TestApp, client: &Client) -> String {
    app.run_jobs().await;
    let last = client.get("/api/auth/export").await.unwrap().expect(200);
    assert_eq!(text(&last, "/export/state"), "ready", "{last}");
    text(&last, "/export/id")
}

async fn download(client: &Client, id: &str) -> Reply {
    client.get(&format!("/api/auth/export/{id}/download")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_of_the_schema_has_a_place_in_the_map() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let sql = "select array_agg(c.relname || '.' || a.attname) from pg_class c \
        join pg_attribute a on a.attrelid = c.oid \
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition \
          and a.attnum > 0 and not a.attisdropped";
    let schema: BTreeSet<String> = scalar::<Vec<String>>(&app, sql).await.into_iter().collect();
    let map = domain::erasure::columns();
    let map: BTreeSet<String> =
        map.iter().flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}"))).collect();
    let missing: Vec<_> = schema.difference(&map).collect();
    let gone: Vec<_> = map.difference(&schema).collect();
    assert!(missing.is_empty(), "no line of domain/src/erasure says what becomes of {missing:?}");
    assert!(gone.is_empty(), "domain/src/erasure names columns that do not exist: {gone:?}");
}

#[test]
fn the_page_about_privacy_has_the_map() {
    let page = include_str!("../../../docs/privacy.md");
    let (_, map) = page.split_once("<!-- the map: domain::erasure::page() -->\n").expect("the page has a place for it");
    let (map, _) = map.split_once("<!-- end of the map -->").expect("and an end");
    assert_eq!(map.trim(), domain::erasure::page().trim(), "copy domain::erasure::page() to docs/privacy.md");
}

/// Something in every table that the map shows, of Casey's, and as much of another's beside it.
pub async fn furnish(app: &TestApp, name: &str, user: UserId, org: domain::OrgId) {
    let mark = |what: &str| format!("{name}-{what}");
    let values = || vec![user.0.into(), org.0.into(), mark("mark").into(), format!("{name}@example.com").into()];
    for sql in FURNITURE {
        let many = values().into_iter().take(highest(sql)).collect();
        exec(app, sql, many).await;
    }
}

/// The highest parameter that a statement names.
fn highest(sql: &str) -> usize {
    (1..=4).rev().find(|n| sql.contains(&format!("${n}"))).unwrap_or(0)
}

const FURNITURE: &[&str] = &[
    "insert into payment (id, org_id, actor_id, provider, mode, amount_micros, currency, state, order_id, approve_url,
       created_at, expires_at)
     select gen_random_uuid(), $2, $1, 'paypal', 'simulated', 25000000, 'USD', 'credited', md5($3), 'https://x/' || $3,
       now(), now()",
    "insert into payment_capture (id, payment_id, org_id, provider_ref, state, amount_micros, currency, payer_ref,
       payer_country, captured_at, created_at)
     select gen_random_uuid(), p.id, $2, md5($3), 'completed', 25000000, 'USD', $3, 'DE', now(), now()
     from payment p where p.actor_id = $1",
    "insert into payment_refund (id, payment_id, capture_id, org_id, destination, origin, state, amount_micros,
       currency, reason, created_at)
     select gen_random_uuid(), c.payment_id, c.id, $2, 'payer', 'ours', 'done', 5000000, 'USD', $3, now()
     from payment_capture c join payment p on p.id = c.payment_id where p.actor_id = $1",
    "insert into payment_event (provider, event_id, state, payment_id, raw, headers, received_at)
     select 'paypal', md5($3), 'done', p.id, $3::text::bytea, '{}', now() from payment p
     where p.actor_id = $1 and p.org_id = $2",
    "insert into security_event (minute, kind, user_id, ip, count, last_at)
     select now(), 'code_refused', $1, host('203.0.113.77'::inet)::inet, 1, now()",
    "insert into totp (user_id, secret_sealed, confirmed_at, last_step) values ($1, 'x', now(), 0)",
    "insert into recovery_code (user_id, hash, created_at) values ($1, 'h', now())",
    "insert into factor_guess (user_id, since, failed) values ($1, now(), 1)",
    "insert into factor_reset (user_id, reason, requested_at, due_at)
     select $1, $3, now(), now() + interval '1 day' where $2::uuid is not null",
    "insert into passkey (id, user_id, cred_id, data, transports, rp_id, name, created_at)
     select gen_random_uuid(), $1, $3::text::bytea, '{}', '{}', 'x', $3, now() where $2::uuid is not null",
    "insert into user_identity (issuer, subject, id, user_id, email, created_at, last_used_at)
     select 'https://id.example.com', $3, gen_random_uuid(), $1, $4, now(), now() where $2::uuid is not null",
    "insert into mail_token (id, kind, email, user_id, token_hash, created_at, expires_at)
     select gen_random_uuid(), 'change', 'old-' || $4, $1, sha256($3::text::bytea), now(), now()
     where $2::uuid is not null",
    "insert into api_key (id, org_id, user_id, name, ident, hash, scopes, ip_allow, created_at, expires_at, last_ip)
     select gen_random_uuid(), $2, $1, $3, left(md5($3), 8), sha256($3::text::bytea), '{vps:read}', '{203.0.113.0/24}',
       now(), now() + interval '1 day', '203.0.113.77'",
    "insert into rate_override (user_id, max, window_s, reason, expires_at, set_at)
     select $1, 10, 60, $3, now() + interval '1 day', now() where $2::uuid is not null",
    "insert into rate_minute (at, tier, key, allowed, refused) values (now(), 'user', $1::uuid::text, 7, 0)",
    "insert into idempotency_key (principal_id, key, route, request_mac, created_at, expires_at, org_id)
     select $1, $3, 'x', 'x', now(), now() + interval '1 day', $2",
    "update session set ip = '203.0.113.77', user_agent = 'Mozilla of ' || $3
     where user_id = $1 and $2::uuid is not null",
    "insert into org_profile (org_id, city, billing_name, billing_email, updated_at)
     select $2, $3, $3, $4, now() where $1::uuid is not null",
    "insert into invoice (id, org_id, kind, no, number, cause, journal_id, currency, net_cents, tax_cents, total_cents,
       due_cents, issued_at, chain_seq, chain_hash, snapshot)
     select gen_random_uuid(), $2, 'receipt', (select count(*) + 1000 from invoice), md5($3), md5($3),
       (select min(id) from journal), 'USD', 1, 0, 1, 0, now(), 0, sha256('x'), jsonb_build_object('buyer', $3::text)
     where $1::uuid is not null",
    "with made as (
       insert into promo_code (id, code, amount_micros, max_uses, created_at)
       values (gen_random_uuid(), upper(left(md5($3), 12)), 1, 1, now()) returning id)
     insert into promo_use (code_id, org_id, used_by, journal_id, used_at)
     select id, $2, $1, (select min(journal.id) from journal), now() from made",
    "insert into org_note (id, org_id, author_id, body, created_at)
     select gen_random_uuid(), $2, (select id from app_user where role = 'admin' limit 1), $3, now()
     where $1::uuid is not null",
    "insert into invitation (id, org_id, email, role, token_hash, invited_by, state, created_at, expires_at)
     select gen_random_uuid(), (select id from org where id <> $2 limit 1), $4, 'billing', sha256($3::text::bytea), $1,
       'pending', now(), now() + interval '1 day'",
    "with told as (
       insert into activity (event, status, entity_type, entity_id, message)
       values ('user.enable', 'info', 'user', $1, 'The account was enabled') returning id)
     insert into act_reason (activity_id, reason) select id, $3 from told where $2::uuid is not null",
    "insert into job_archive
       (id, kind, queue, actor_id, params, state, max_attempts, deadline_at, finished_at, created_at)
     select gen_random_uuid(), 'platform.probe', 'mail', $1, '{}', 'succeeded', 1, now(), now(), now()",
    "with parent as (
       select id, user_id from session where user_id in (select id from app_user where role = 'admin') limit 1)
     insert into impersonation
       (id, admin_id, user_id, parent_id, admin_epoch, writes, reason, began_at, until_at, ended_at)
     select gen_random_uuid(), p.user_id, $1, p.id, 0, false, $3, now(), now() + interval '1 minute', now()
     from parent p where $2::uuid is not null",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_what_every_line_of_the_map_says_and_nothing_of_others() {
    let app = TestApp::start().await;
    app.admin().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "20").await;
    let (dana, other) = app.customer("dana", "20").await;
    exec(&app, "select archive_prepare(now())", vec![]).await;
    for (client, name, org) in [(&casey, "casey", org), (&dana, "dana", other)] {
        post_order(client, &plan, &format!("{name}-server")).await;
        furnish(&app, name, id_of(client).await, org).await;
    }
    app.run_jobs().await;
    let asked = ask(&casey).await.expect(202);
    assert_eq!(text(&asked, "/state"), "preparing");
    let id = ready(&app, &casey).await;
    let reply = download(&casey, &id).await;
    assert_eq!(reply.headers["content-disposition"], "attachment; filename=\"my-data.json\"");
    assert_eq!(reply.headers["cache-control"], "no-store");
    let copy = reply.expect(200);
    let tables: BTreeMap<&str, usize> = copy["tables"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, table)| (name.as_str(), table["rows"].as_array().unwrap().len()))
        .collect();
    let empty: Vec<_> = tables.iter().filter(|(_, rows)| **rows == 0).map(|(name, _)| *name).collect();
    assert!(empty.is_empty(), "nothing of {empty:?}: each line of the map shows something of Casey's");
    assert!(tables.len() > 20, "{tables:?}");
    let all = copy.to_string();
    for own in ["casey@example.com", "old-casey@example.com", "casey-mark", "casey-server", "203.0.113.77"] {
        assert!(all.contains(own), "{own} is missing");
    }
    assert!(!all.contains("dana") && !all.contains(&other.uuid().to_string()), "and nothing of Dana's");
    for secret in ["secret_sealed", "password_hash", "token_hash", "$argon2"] {
        assert!(!all.contains(secret), "no secret leaves: {secret}");
    }
    let stored: i64 =
        scalar(&app, "select count(*) from data_export where position('casey-mark'::bytea in sealed) > 0").await;
    assert_eq!(stored, 0, "at rest it is sealed");
}

pub async fn post_order(client: &Client, plan: &str, label: &str) {
    let mut body = order(plan, label);
    body["ssh_public_key"] = json!(format!("{KEY} {label}@laptop"));
    let made = client.post_once("/api/vps", &body, &fresh_key()).await.unwrap().expect(202);
    await_status(client, &text(&made, "/vps/id"), "running", Duration::from_secs(30)).await.unwrap();
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE8Y5o/gUKrj1TOHVvlLMuuYHVPH/l3eHKgRPhkvjCqm";

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_the_persons_alone_and_gone_after_a_day() {
    let app = TestApp::start().await;
    let (mut casey, _) = app.customer("casey", "0").await;
    let (dana, _) = app.customer("dana", "0").await;
    assert!(casey.get("/api/auth/export").await.unwrap().expect(200)["export"].is_null());
    ask(&casey).await.expect(202);
    let id = ready(&app, &casey).await;
    let mail = app.cloud.mails().into_iter().find(|mail| mail.subject == "The copy of your data is ready").unwrap();
    assert_eq!(mail.to, ["casey@example.com"]);
    assert!(mail.text.contains("https://panel.example.com/account/data"), "{}", mail.text);
    assert_eq!(download(&casey, &id).await.status, 200);
    assert_eq!(refused(&download(&dana, &id).await), code(404, "not_found"));
    assert_eq!(refused(&download(&app.anonymous, &id).await), code(401, "unauthenticated"));
    app.set_ahead(TimeDelta::hours(24) + TimeDelta::minutes(1)).await;
    casey.renew().await.unwrap();
    assert_eq!(refused(&download(&casey, &id).await), code(403, "step_up_required"));
    let casey = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    assert_eq!(refused(&download(&casey, &id).await), code(404, "not_found"));
    let last = casey.get("/api/auth/export").await.unwrap().expect(200);
    assert_eq!(text(&last, "/export/state"), "expired");
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let tidy = domain::work::NewJob::new(domain::work::Job::Tidy { tick: now });
    domain::work::enqueue(&app.ctx, &app.ctx.db, tidy).await.unwrap();
    app.run_jobs().await;
    let kept: i64 = scalar(&app, "select count(*) from data_export where sealed is not null").await;
    assert_eq!(kept, 0, "nothing of it is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_copy_at_a_time_and_three_a_day() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, _) = app.customer("casey", "0").await;
    let (one, two) = join(ask(&casey), ask(&casey)).await;
    let mut both = [refused(&one), refused(&two)];
    both.sort();
    assert_eq!(both, [code(202, ""), code(409, "export_open")]);
    for more in 1..3 {
        exec(&app, "update job set state = 'cancelled', finished_at = now() where kind = 'user.export'", vec![]).await;
        let last = casey.get("/api/auth/export").await.unwrap().expect(200);
        assert_eq!(text(&last, "/export/state"), "failed", "its job ended without it");
        assert_eq!(ask(&casey).await.status, 202, "copy {more}");
    }
    exec(&app, "update job set state = 'cancelled', finished_at = now() where kind = 'user.export'", vec![]).await;
    assert_eq!(refused(&ask(&casey).await), code(429, "rate_limited"));
    exec(&app, "update session set verified_at = now() - interval '1 hour'", vec![]).await;
    assert_eq!(refused(&ask(&casey).await), code(403, "step_up_required"));
    assert_eq!(refused(&erase(&casey, "casey", false).await), code(403, "step_up_required"));
}
