//! Erasing a person: what goes, what stays, and those who can't be erased.

use std::time::Duration;

use chrono::TimeDelta;
use domain::db;
use futures::future::join;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{PASSWORD, await_status, fresh_key, order, until};
use testkit::{Client, TestApp};

use crate::person::{ask, code, erase, exec, furnish, id_of, join_as, post, post_order, refused, scalar};

/// Every text, document and byte string of the database that holds one of these words, by its place.
async fn sweep(app: &TestApp, words: &[&str]) -> Vec<String> {
    let columns = "select array_agg(format('%s %s', c.oid::regclass, quote_ident(a.attname)))
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
          and format_type(a.atttypid, null) in ('text', 'text[]', 'jsonb', 'json', 'bytea', 'inet', 'character')";
    let mut found = Vec::new();
    let columns = scalar::<Vec<String>>(app, columns).await;
    assert!(columns.len() > 150, "the whole schema is searched");
    // The app's role reads no partition by itself.
    let owner = testkit::database::connect(&app.database().owner_url).await.unwrap();
    for place in columns {
        let (table, column) = place.split_once(' ').unwrap();
        for word in words {
            let sql = format!(
                "select count(*) from {table} where {column}::text ilike '%{word}%'
                   or {column}::text like '%' || encode('{word}'::bytea, 'hex') || '%'"
            );
            let rows: i64 = db::scalar(&owner, db::sql(sql, [])).await.unwrap().unwrap();
            if rows > 0 {
                found.push(format!("{table}.{column}: {word}, {rows} rows"));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_person_is_found_anywhere_and_the_books_stand() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "20").await;
    let user = id_of(&casey).await;
    exec(&app, "select archive_prepare(now())", vec![]).await;
    exec(&app, "update app_user set name = 'Cassiopeia Zylberstein' where id = $1", vec![user.0.into()]).await;
    post_order(&casey, &plan, "casey-server").await;
    furnish(&app, "casey", user, org).await;
    let vps = text(&casey.get("/api/vps").await.unwrap().expect(200), "/items/0/id");
    let path = format!("/api/vps/{vps}");
    casey
        .patch(&path, &json!({ "label": "casey-renamed", "tags": ["caseytag"], "notes": "casey-notes" }))
        .await
        .unwrap();
    let told = json!({ "amount": { "amount": "1", "currency": "USD" }, "reason": "casey-credit" });
    let credit = format!("/api/admin/customers/{org}/credit");
    admin.post_once(&credit, &told, &fresh_key()).await.unwrap().expect(201);
    ask(&casey).await.expect(202);
    app.run_jobs().await;
    assert_eq!(refused(&erase(&casey, "casey", true).await), code(409, "org_has_servers"));
    casey.delete(&path, Some(&json!({ "label": "casey-renamed" }))).await.unwrap().expect(202);
    app.run_jobs().await;
    let wrong = erase(&casey, "dana", true).await;
    assert_eq!((wrong.status.as_u16(), wrong.text("/errors/0/pointer")), (400, "/email".to_owned()));
    let held = erase(&casey, "casey", false).await;
    assert_eq!(refused(&held), code(409, "org_has_money"));
    let before: Json = scalar(&app, RECORD).await;
    assert!(!sweep(&app, &["casey"]).await.is_empty(), "the search finds what is there");

    let erased = erase(&casey, "casey", true).await;
    let cookies: Vec<_> = erased.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2, "the browser is signed out");
    assert_eq!(erased.expect(202)["closed"], json!([org.to_string()]));
    app.run_jobs().await;

    let words = ["casey", "Zylberstein", "203.0.113.77", "old-casey"];
    let mut found = sweep(&app, &words).await;
    // Tax law keeps issued documents for years, with whom they were issued to.
    let document = |place: &str| place.starts_with("invoice.snapshot") || place.starts_with("invoice_file.content");
    let kept = found.extract_if(.., |place| document(place)).count();
    assert!(found.is_empty() && kept > 0, "{found:#?}");
    let after: Json = scalar(&app, RECORD).await;
    for table in ["journal", "posting", "usage_line"] {
        assert_eq!(before[table], after[table], "{table} stays as it was");
    }
    app.check_books().await;
    let mails = app.cloud.mails();
    let mail = mails.iter().find(|mail| mail.subject == "Your account was erased").expect("a mail says so");
    assert_eq!(mail.to, ["casey@example.com"]);
    assert!(mail.text.contains(&org.to_string()) && mail.text.contains("USD"), "{}", mail.text);
    let audit = admin.get(&format!("/api/admin/activity?org={org}&limit=100")).await.unwrap().expect(200).to_string();
    for words in ["Erased person", "Erased server was ordered", "Credit of 1.00 USD added", "(erased)"] {
        assert!(audit.contains(words), "{words}: {audit}");
    }
    let shown = admin.get(&format!("/api/admin/users/{user}")).await.unwrap().expect(200);
    assert_eq!((text(&shown, "/name"), text(&shown, "/state")), ("Erased person".into(), "deleted".into()));
}

const RECORD: &str = "select jsonb_build_object(
    'journal', (select jsonb_agg(to_jsonb(j) order by j.id) from journal j),
    'posting', (select jsonb_agg(to_jsonb(p) order by p.journal_id, p.seq) from posting p),
    'usage_line', (select jsonb_agg(to_jsonb(l) order by l.segment_id, l.hour_no) from usage_line l))";

#[tokio::test(flavor = "multi_thread")]
async fn sessions_keys_and_memberships_end_at_once_and_the_address_is_free() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, org) = app.customer("casey", "0").await;
    let (dana, place) = app.customer("dana", "0").await;
    let user = id_of(&casey).await;
    join_as(&app, place, user, "admin").await;
    let casey = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap().for_org(&org.to_string());
    let expires = app.ctx.clock.estimate() + TimeDelta::days(1);
    let key = json!({ "name": "Deploy", "scopes": ["vps:read"], "expires_at": expires });
    let key = text(&post(&casey, "/api/keys", key).await.expect(201), "/text");
    let program = app.anonymous.with_token(&key);
    assert_eq!(program.get("/api/vps").await.unwrap().status, 200);
    erase(&casey, "casey", false).await.expect(202);
    let out = async |client: &Client| {
        let refused =
            until(Duration::from_secs(6), async || Ok((client.get("/api/vps").await?.status == 401).then_some(())));
        refused.await.expect("it ends within five seconds");
    };
    out(&casey).await;
    out(&program).await;
    assert!(app.anonymous.sign_in("casey@example.com", PASSWORD).await.is_err());
    let members =
        dana.for_org(&place.to_string()).get(&format!("/api/orgs/{place}/members")).await.unwrap().expect(200);
    assert_eq!(members["items"].as_array().unwrap().len(), 1, "and no membership is left");
    // Another person may be known by the address, before the job has run and after it.
    let (again, _) = app.customer("casey", "0").await;
    assert_ne!(id_of(&again).await, user);
    let twice = domain::erasure::erase(&app.ctx, &domain::Actor::Operator, user, "again", false).await;
    assert_eq!(twice.unwrap_err().code, "not_found", "nobody is erased twice");
    let me = again.get("/api/auth/me").await.unwrap().expect(200);
    assert_eq!(text(&me, "/user/email"), "casey@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_are_erased_at_once_leave_one() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (_, org) = app.customer("first", "0").await;
    for (name, role) in [("second", "owner"), ("third", "member")] {
        let (client, _) = app.customer(name, "0").await;
        join_as(&app, org, id_of(&client).await, role).await;
    }
    let first = app.anonymous.sign_in("first@example.com", PASSWORD).await.unwrap();
    let second = app.anonymous.sign_in("second@example.com", PASSWORD).await.unwrap();
    let (one, two) = join(erase(&first, "first", false), erase(&second, "second", false)).await;
    let mut both = [refused(&one), refused(&two)];
    both.sort();
    assert_eq!(both, [code(202, ""), code(409, "last_owner")]);
    let owners: i64 = scalar(
        &app,
        "select count(*) from org_member where role = 'owner' and org_id in
        (select org_id from org_member group by org_id having count(*) = 2)",
    )
    .await;
    assert_eq!(owners, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_erases_who_asks_and_nobody_erases_an_administrator() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, _) = app.customer("casey", "0").await;
    let user = id_of(&casey).await;
    let path = format!("/api/admin/users/{user}/erase");
    let unreasoned = post(&admin, &path, json!({ "reason": "" })).await;
    assert_eq!((unreasoned.status.as_u16(), unreasoned.text("/errors/0/pointer")), (400, "/reason".to_owned()));
    let own = format!("/api/admin/users/{}/erase", id_of(&admin).await);
    assert_eq!(refused(&post(&admin, &own, json!({ "reason": "a test" })).await), code(409, "own_account"));
    let own = json!({ "email": "admin@example.com" });
    assert_eq!(refused(&post(&admin, "/api/auth/erase", own).await), code(409, "administrator"));
    assert_eq!(refused(&post(&casey, &path, json!({ "reason": "a test" })).await), code(403, "forbidden"));
    let done = post(&admin, &path, json!({ "reason": "asked by letter" })).await;
    let place = done.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(place, format!("/api/admin/jobs/{}", text(&done.expect(202), "/job_id")));
    app.run_jobs().await;
    assert_eq!(text(&admin.get(&place).await.unwrap().expect(200), "/state"), "succeeded");
    assert_eq!(refused(&post(&admin, &path, json!({ "reason": "a test" })).await), code(404, "not_found"));
    let by: i64 =
        scalar(&app, "select count(*) from erasure where asked_by is not null and email_sealed is null").await;
    assert_eq!(by, 1, "it is on record by whom, and the address is forgotten with its mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_erased_while_a_job_of_theirs_runs_and_it_ends_as_it_would_have() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "20").await;
    let (dana, _) = app.customer("dana", "0").await;
    join_as(&app, org, id_of(&dana).await, "owner").await;
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    erase(&casey, "casey", false).await.expect(202);
    app.run_jobs().await;
    let dana = app.anonymous.sign_in("dana@example.com", PASSWORD).await.unwrap().for_org(&org.to_string());
    let vps = text(&ordered, "/vps/id");
    await_status(&dana, &vps, "running", Duration::from_secs(30)).await.unwrap();
    assert_eq!(text(&dana.get(&format!("/api/vps/{vps}")).await.unwrap().expect(200), "/label"), "web-1");
    let told = dana.get("/api/activity?limit=100").await.unwrap().expect(200);
    let ordered = told["items"].as_array().unwrap().iter().find(|event| event["event"] == "vps.create").unwrap();
    assert_eq!(text(ordered, "/actor/name"), "Erased person", "{ordered}");
    assert_eq!(text(ordered, "/message"), "web-1 was ordered");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_whose_job_was_lost_is_taken_up() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, _) = app.customer("casey", "0").await;
    erase(&casey, "casey", false).await.expect(202);
    exec(&app, "update job set state = 'cancelled', finished_at = now() where kind = 'user.erase'", vec![]).await;
    let open = "select count(*) from job where kind = 'user.erase' and state = 'queued'";
    assert_eq!(scalar::<i64>(&app, open).await, 0);
    let now = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let tidy = domain::work::NewJob::new(domain::work::Job::Tidy { tick: now });
    let tidy = domain::work::enqueue(&app.ctx, &app.ctx.db, tidy).await.unwrap();
    workers::execute(&app.env, &domain::queue::LeaseTimes::default(), "a worker", tidy).await;
    assert_eq!(scalar::<i64>(&app, open).await, 1);
}
