//! What the money work says at its doors: pages of invoices, the history of billing details, exports of payments,
//! confirmations read back, receipts at once, and characters that no font has.

use domain::invoice::Issue;
use domain::work::{Job, NewJob};
use domain::{OrgId, db};
use serde_json::{Value as Json, json};
use simulators::Choice;
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::{credit, fresh_key};
use testkit::{Client, TestApp};

use crate::payment::{agrees, come_back, in_state, opened, paid, payer};
use crate::person::{exec, scalar};

/// A file as it is downloaded.
#[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
pub(crate) async fn download(app: &TestApp, client: &Client, path: &str) -> (String, String) {
    let request = reqwest::Client::new().get(format!("{}{path}", app.base)).bearer_auth(client.token().unwrap());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    (kind, response.text().await.unwrap())
}

async fn receipts(client: &Client) -> Vec<Json> {
    let found = client.get("/api/invoices?kind=receipt").await.unwrap().expect(200);
    found["items"].as_array().unwrap().clone()
}

/// The alerts about characters that documents lack.
async fn glyph_alerts(admin: &Client) -> Vec<Json> {
    let found = admin.get("/api/admin/overview").await.unwrap().expect(200);
    let alerts = found["alerts"].as_array().unwrap().iter();
    alerts.filter(|alert| alert["kind"] == "document_glyphs").cloned().collect()
}

async fn call_it(app: &TestApp, org: OrgId, name: &str) {
    exec(app, "update org set name = $2 where id = $1", vec![org.0.into(), name.into()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_has_its_receipt_at_once_and_one_however_often_it_is_asked_for() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let path = format!("/api/admin/customers/{org}/credit?dry_run=true");
    let body = json!({ "amount": { "amount": "5", "currency": "USD" }, "reason": "a test's credit" });
    admin.post_once(&path, &body, &fresh_key()).await.unwrap().expect(200);
    let asked = "select count(*) from job where kind = 'invoice.issue'";
    assert_eq!(scalar::<i64>(&app, asked).await, 0, "what is taken back asks for nothing");
    credit(&admin, &org.to_string(), "5").await.unwrap();
    app.run_jobs().await;
    let first = receipts(&casey).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(
        (text(&first[0], "/number"), text(&first[0], "/total/amount")),
        ("REC-000001".into(), "5.000000".into())
    );
    paid(&app, &casey, "25").await;
    let both = receipts(&casey).await;
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(text(row(&json!({ "items": both }), "number", "REC-000002"), "/total/amount"), "25.000000");
    // The hourly run and a second job find what was issued.
    let journals: Vec<i64> = scalar(&app, "select array_agg(id) from journal where kind in ('credit', 'topup')").await;
    let tick = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let tx = app.ctx.begin().await.unwrap();
    let receipts_again = journals.into_iter().map(|journal| Issue::Receipt { journal });
    for what in receipts_again.chain([Issue::Due { tick }]) {
        domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::IssueInvoice { what })).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.run_jobs().await;
    assert_eq!(receipts(&casey).await.len(), 2);
    let mails = app.cloud.mails();
    assert_eq!(mails.iter().filter(|mail| mail.subject.contains("REC-")).count(), 2, "a mail for each");
    agrees(&app, &[org]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_allocated_has_its_receipt_too() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (id, order) = opened(&app, &casey, "50").await;
    exec(&app, "update payment set amount_micros = 99000000", vec![]).await;
    app.cloud.paypal.choose(&order, Choice::Pay).unwrap();
    come_back(&casey, &id).await;
    in_state(&casey, &id, "review").await;
    app.run_jobs().await;
    assert_eq!(receipts(&casey).await.len(), 0, "it is not known yet whose it is");
    let waiting = admin.get("/api/admin/billing/unallocated").await.unwrap().expect(200);
    let path = format!("/api/admin/billing/unallocated/{}/allocate", text(&waiting, "/items/0/id"));
    admin.post(&path, &json!({ "org_id": org.to_string(), "reason": "a test" })).await.unwrap().expect(200);
    app.run_jobs().await;
    assert_eq!(text(&receipts(&casey).await[0], "/total/amount"), "50.000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_has_the_page_that_the_customer_has() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, _) = app.customer("casey", "5").await;
    app.run_jobs().await;
    let id = text(&receipts(&casey).await[0], "/id");
    let (kind, theirs) = download(&app, &casey, &format!("/api/invoices/{id}/html")).await;
    let (_, ours) = download(&app, &admin, &format!("/api/admin/billing/invoices/{id}/html")).await;
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(ours.contains("REC-000001") && ours == theirs, "the same bytes");
    let missing = "/api/admin/billing/invoices/invoice_00000000000000000000000001/html";
    admin.get(missing).await.unwrap().expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_billing_details_is_on_record_with_who_made_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "0").await;
    let history = format!("/api/orgs/{org}/billing/history");
    assert_eq!(casey.get(&history).await.unwrap().expect(200)["items"], json!([]));
    let about = format!("/api/orgs/{org}");
    casey.patch(&about, &json!({ "city": "Lyon", "country": "FR" })).await.unwrap().expect(200);
    credit(&admin, &org.to_string(), "5").await.unwrap();
    app.run_jobs().await;
    casey.patch(&about, &json!({ "city": "Paris" })).await.unwrap().expect(200);
    casey.patch(&about, &json!({ "name": "Another name alone" })).await.unwrap().expect(200);
    let billing = json!({ "tax_id": "FR12345678901", "billing_email": "books@example.com" });
    casey.patch(&format!("{about}/billing"), &billing).await.unwrap().expect(200);
    casey.patch(&about, &json!({ "city": "" })).await.unwrap().expect(200);

    let all = casey.get(&history).await.unwrap().expect(200);
    let changed: Vec<String> =
        all["items"].as_array().unwrap().iter().map(|version| version["changed"].to_string()).collect();
    let said = [r#"["city"]"#, r#"["billing_email","tax_id"]"#, r#"["city"]"#, r#"["city","country"]"#];
    assert_eq!(changed, said, "a name is not among them: {all}");
    let (now, first) = (&all["items"][0], &all["items"][3]);
    assert_eq!(
        (text(now, "/by/name"), &now["until"], &now["city"]),
        ("Casey Customer".into(), &Json::Null, &Json::Null)
    );
    assert_eq!((text(first, "/city"), first["documents"].as_i64()), ("Lyon".into(), Some(1)), "{first}");
    assert_eq!(first["until"], all["items"][2]["changed_at"]);
    assert_eq!(now["documents"], 0);

    // The same for administrators, and page by page.
    let path = format!("/api/admin/customers/{org}/billing/history");
    assert_eq!(admin.get(&path).await.unwrap().expect(200), all);
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let page = admin.get(&format!("{path}?limit=3{cursor}")).await.unwrap().expect(200);
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(json!(seen), all["items"]);
    assert_eq!(admin.get(&format!("{path}?cursor=1")).await.unwrap().status, 400);
    let unknown = "/api/admin/customers/org_00000000000000000000000001/billing/history";
    admin.get(unknown).await.unwrap().expect(404);

    // Who left is named to administrators alone, as everywhere.
    let gone = "update org_member set user_id = (select id from app_user where role = 'admin') where org_id = $1";
    exec(&app, gone, vec![org.0.into()]).await;
    assert_eq!(text(&admin.get(&path).await.unwrap().expect(200), "/items/0/by/name"), "Casey Customer");
    let actor = domain::Actor::Operator;
    let page = domain::page::PageRequest::default();
    let found = domain::org::profile_history_of_customer(&app.ctx, &actor, org, &page).await.unwrap();
    assert_eq!(found.items.len(), 4, "and to the operator");
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_are_exported_whole_and_hold_no_formula() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = payer(&app, "casey").await;
    let (olga, _) = payer(&app, "olga").await;
    let (id, _) = paid(&app, &casey, "25").await;
    paid(&app, &olga, "7").await;
    exec(&app, "update app_user set name = '=cmd()' where email = 'casey@example.com'", vec![]).await;
    call_it(&app, org, "+Analytical \"Engines\"").await;
    let (kind, csv) = download(&app, &casey, "/api/payments.csv").await;
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!((kind.as_str(), lines.len()), ("text/csv; charset=utf-8", 2), "{csv}");
    assert!(lines[0].starts_with("id,state,test,amount,credited,"), "{csv}");
    assert!(lines[1].starts_with(&format!("{id},credited,true,25.000000,25.000000,0.000000,")), "{csv}");
    assert!(lines[1].contains(",\"'=cmd()\","), "{csv}");
    let (kind, json) = download(&app, &casey, "/api/payments.ndjson").await;
    let listed = casey.get("/api/payments").await.unwrap().expect(200);
    assert_eq!(kind, "application/x-ndjson; charset=utf-8");
    assert_eq!(serde_json::from_str::<Json>(json.trim_end()).unwrap(), listed["items"][0]);

    let (_, all) = download(&app, &admin, "/api/admin/billing/payments.csv").await;
    assert_eq!(all.split_terminator("\r\n").count(), 3, "{all}");
    assert!(all.contains(",\"'+Analytical \"\"Engines\"\"\",credited,"), "{all}");
    let (_, one) = download(&app, &admin, &format!("/api/admin/billing/payments.csv?org={org}")).await;
    assert_eq!(one.split_terminator("\r\n").count(), 2, "{one}");
    let (_, none) = download(&app, &admin, "/api/admin/billing/payments.csv?stage=declined").await;
    assert_eq!(none.split_terminator("\r\n").count(), 1, "the head alone: {none}");
    let (_, lines) = download(&app, &admin, "/api/admin/billing/payments.ndjson").await;
    let names: Vec<Json> = lines.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()).collect();
    assert_eq!(names.len(), 2);
    assert_eq!(text(&names[1], "/org_name"), "+Analytical \"Engines\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_read_chunk_by_chunk_and_lacks_nothing() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let (casey, org) = app.customer("casey", "0").await;
    let many = "insert into payment (
           id, org_id, actor_id, provider, mode, amount_micros, currency, state, created_at, expires_at)
        select gen_random_uuid(), m.org_id, m.user_id, 'paypal', 'simulated', 5000000, 'USD', 'expired', now(), now()
        from org_member m, generate_series(1, 450)
        where m.org_id = $1";
    exec(&app, many, vec![org.0.into()]).await;
    let (_, csv) = download(&app, &casey, "/api/payments.csv").await;
    let mut ids: Vec<&str> = csv.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 450);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_is_read_back_with_who_when_and_by_which_answer() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "0").await;
    let path = format!("/api/admin/customers/{org}/tax-id");
    let none = admin.get(&path).await.unwrap().expect(200);
    assert_eq!((&none["state"], &none["tax_id"], &none["last"]), (&json!("none"), &Json::Null, &Json::Null));
    let billing = format!("/api/orgs/{org}/billing");
    casey.patch(&billing, &json!({ "tax_id": "no number" })).await.unwrap().expect(200);
    let wrong = admin.get(&path).await.unwrap().expect(200);
    assert_eq!((&wrong["state"], &wrong["tax_id"]), (&json!("format_wrong"), &json!("no number")));
    casey.patch(&billing, &json!({ "tax_id": "de 136 695 976" })).await.unwrap().expect(200);
    let right = admin.get(&path).await.unwrap().expect(200);
    assert_eq!((&right["state"], &right["tax_id"]), (&json!("format_ok"), &json!("DE136695976")));

    let answer = json!({ "reference": "VIES WAPIAAAAY", "confirmed_on": "2026-11-30" });
    let said = admin.put(&path, &answer).await.unwrap().expect(200);
    let known = admin.get(&path).await.unwrap().expect(200);
    assert_eq!((&known["state"], &known["last"]["confirmed"]), (&json!("confirmed"), &said));
    assert_eq!(text(&known, "/last/by/name"), "Avery Admin");
    assert_eq!(text(&known, "/last/confirmed/reference"), "VIES WAPIAAAAY");
    assert!(known["last"]["noted_at"].is_string(), "{known}");
    // Another number is not confirmed, and what was stays on record.
    casey.patch(&billing, &json!({ "tax_id": "DE811907980" })).await.unwrap().expect(200);
    let other = admin.get(&path).await.unwrap().expect(200);
    assert_eq!((&other["state"], &other["last"]), (&json!("format_ok"), &known["last"]));
    admin.get("/api/admin/customers/org_00000000000000000000000001/tax-id").await.unwrap().expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_character_that_no_font_has_is_told_until_a_font_has_it_or_it_is_dismissed() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (casey, org) = app.customer("casey", "0").await;
    call_it(&app, org, "漢字 AG").await;
    credit(&admin, &org.to_string(), "5").await.unwrap();
    app.run_jobs().await;
    let told = glyph_alerts(&admin).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let (alert, receipt) = (&told[0], &receipts(&casey).await[0]);
    assert_eq!(alert["object"], receipt["id"]);
    assert_eq!(text(alert, "/title"), "REC-000001 was printed without 2 characters");
    let detail = text(alert, "/detail");
    for words in ["字 (U+5B57), 漢 (U+6F22)", "in its PDF", "INVOICE_FONTS_DIR", "restart the workers"] {
        assert!(detail.contains(words), "{detail}");
    }
    assert_eq!(domain::invoice::count_missing(&app.ctx).await.unwrap(), 2);
    // The same characters again are one alert; a new one is another.
    credit(&admin, &org.to_string(), "6").await.unwrap();
    app.run_jobs().await;
    let again = glyph_alerts(&admin).await;
    assert_eq!((again.len(), &again[0]["object"]), (1, &receipt["id"]));
    assert!(text(&again[0], "/detail").contains("in the PDFs of 2 documents"), "{again:?}");

    let dismiss = |id: &str| format!("/api/admin/billing/invoices/{id}/glyphs/dismiss");
    let id = text(receipt, "/id");
    casey.post(&dismiss(&id), &json!({})).await.unwrap().expect(403);
    for _ in 0..2 {
        admin.post(&dismiss(&id), &json!({})).await.unwrap().expect(204);
    }
    admin.post(&dismiss("invoice_00000000000000000000000001"), &json!({})).await.unwrap().expect(404);
    assert_eq!(glyph_alerts(&admin).await, Vec::<Json>::new());
    let audit = admin.get("/api/admin/activity?event=billing.glyphs_dismissed").await.unwrap().expect(200);
    assert_eq!(audit["items"].as_array().unwrap().len(), 1, "once: {audit}");
    call_it(&app, org, "漢語 AG").await;
    credit(&admin, &org.to_string(), "7").await.unwrap();
    app.run_jobs().await;
    let new = glyph_alerts(&admin).await;
    assert_eq!(
        text(&new[0], "/title"),
        "REC-000003 was printed without 1 character",
        "of what is known nothing is told"
    );

    // A font that was added has some of them: here one that the fonts have anyway stands for it.
    let as_if = "update missing_glyph set glyph = 'é' where glyph = '語'";
    exec(&app, as_if, vec![]).await;
    call_it(&app, org, "Plain letters").await;
    credit(&admin, &org.to_string(), "8").await.unwrap();
    app.run_jobs().await;
    assert_eq!(glyph_alerts(&admin).await, Vec::<Json>::new(), "the next rendering finds it");
    let state: String = scalar(&app, "select state from missing_glyph where glyph = 'é'").await;
    assert_eq!(state, "found");
    // Without any document to draw, the hourly run finds it.
    exec(&app, "update missing_glyph set state = 'missing', ended_at = null where glyph = 'é'", vec![]).await;
    assert_eq!(glyph_alerts(&admin).await.len(), 1);
    let tick = app.ctx.clock.now(&app.ctx.db).await.unwrap();
    let tx = app.ctx.begin().await.unwrap();
    let job = NewJob::new(Job::IssueInvoice { what: Issue::Due { tick } });
    domain::work::enqueue(&app.ctx, &tx, job).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    assert_eq!(glyph_alerts(&admin).await, Vec::<Json>::new());
    let pdfs: i64 = db::scalar(&app.ctx.db, db::sql("select count(*) from invoice_file where missing <> ''", []))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(pdfs, 3, "documents stay as they are");
}
