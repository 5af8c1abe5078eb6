//! Who may call what: generated from the API's own document, so that a new operation is in it.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::fixture::{fresh_key, order, plan_called};
use testkit::seed::PLAN as SEEDED_PLAN;
use testkit::{Client, TestApp};

/// What anybody may call. The list may only shrink.
const PUBLIC: &[&str] = &[
    "GET /api/config",
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/mfa",
    "POST /api/auth/passkey/start",
    "POST /api/auth/passkey/finish",
    "POST /api/auth/oidc/start",
    "GET /api/auth/oidc/callback",
    "GET /api/auth/oidc/pending",
    "POST /api/auth/token",
    "POST /api/auth/refresh",
    "POST /api/auth/logout",
    "POST /api/invitations/look",
    "POST /api/invitations/decline",
    "POST /api/keys/report",
    "POST /api/auth/reset",
    "POST /api/auth/reset/confirm",
    "POST /api/auth/email/undo",
];

struct Operation {
    method: Method,
    path: String,
    has_body: bool,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path with ids that are Casey's, or that nobody has.
    fn filled(&self, ids: &Ids) -> String {
        let mut path = self.path.clone();
        for (place, id) in [
            ("/api/vps/{id}", format!("/api/vps/{}", ids.vps)),
            ("/api/jobs/{id}", format!("/api/jobs/{}", ids.job)),
            ("/api/wallet/statement/{id}", format!("/api/wallet/statement/{}", ids.entry)),
            ("/api/plans/{id}", format!("/api/plans/{}", ids.plan)),
            ("/payments/{id}", "/payments/payment_00000000000000000000000001".to_owned()),
            ("/unallocated/{id}", "/unallocated/capture_00000000000000000000000001".to_owned()),
            ("/api/keys/{id}", "/api/keys/key_00000000000000000000000001".to_owned()),
            ("/api/admin/jobs/{id}", format!("/api/admin/jobs/{}", ids.job)),
            ("/api/admin/plans/{id}", format!("/api/admin/plans/{}", ids.plan)),
            ("/api/auth/identities/{id}", "/api/auth/identities/identity_00000000000000000000000001".to_owned()),
            ("/passkeys/{id}", "/passkeys/passkey_00000000000000000000000001".to_owned()),
            ("/api/admin/users/{id}", "/api/admin/users/user_00000000000000000000000001".to_owned()),
            ("/prices/{id}", "/prices/override_00000000000000000000000001".to_owned()),
            ("/price-moves/{id}", "/price-moves/move_00000000000000000000000001".to_owned()),
            ("/notes/{id}", "/notes/note_00000000000000000000000001".to_owned()),
            ("/api/admin/vps/{id}", format!("/api/admin/vps/{}", ids.vps)),
            ("/api/admin/customers/{org}", format!("/api/admin/customers/{}", ids.org)),
            ("/api/orgs/{org}", format!("/api/orgs/{}", ids.org)),
            ("/members/{user}", "/members/user_00000000000000000000000001".to_owned()),
            ("/invitations/{id}", "/invitations/invitation_00000000000000000000000001".to_owned()),
            ("/api/admin/clouds/{id}", "/api/admin/clouds/cloud_00000000000000000000000001".to_owned()),
            ("/api/invoices/{id}", "/api/invoices/invoice_00000000000000000000000001".to_owned()),
            ("/billing/invoices/{id}", "/billing/invoices/invoice_00000000000000000000000001".to_owned()),
            ("/suppliers/{id}", "/suppliers/supplier_invoice_00000000000000000000000001".to_owned()),
            ("/promos/{id}", "/promos/promo_00000000000000000000000001".to_owned()),
            ("/credits/{id}", "/credits/credit_request_00000000000000000000000001".to_owned()),
            ("/billing/tax/{id}", "/billing/tax/tax_rule_00000000000000000000000001".to_owned()),
            ("/api/auth/export/{id}", "/api/auth/export/export_00000000000000000000000001".to_owned()),
            ("/api/auth/sessions/{id}", "/api/auth/sessions/session_00000000000000000000000001".to_owned()),
            ("/api/admin/mails/{kind}", "/api/admin/mails/welcome".to_owned()),
            ("/api/admin/queues/{queue}", "/api/admin/queues/mail".to_owned()),
            ("/rate-overrides/{user}", "/rate-overrides/user_00000000000000000000000001".to_owned()),
            ("/api/admin/workers/{id}", "/api/admin/workers/nobody".to_owned()),
            ("/api/admin/schedules/{name}", "/api/admin/schedules/platform.tidy".to_owned()),
        ] {
            path = path.replace(place, &id);
        }
        assert!(!path.contains('{'), "no id is known for {path}");
        path
    }

    async fn call(&self, client: &Client, ids: &Ids) -> testkit::Reply {
        let body = body(&self.path);
        let key = fresh_key();
        client
            .send(self.method.clone(), &self.filled(ids), self.has_body.then_some(&body), &[("idempotency-key", &key)])
            .await
            .unwrap()
    }
}

struct Ids {
    vps: String,
    job: String,
    entry: String,
    plan: String,
    org: String,
}

/// A body that would be accepted, so that a refusal is one of access.
fn body(path: &str) -> Json {
    match path {
        "/api/vps" => order("plan_00000000000000000000000001", "web-1"),
        "/api/vps/{id}" => json!({ "label": "web-1" }),
        "/api/vps/{id}/action" => json!({ "action": "reboot" }),
        "/api/admin/clouds/{id}/release" => json!({ "findings": [], "reason": "a test" }),
        "/api/admin/clouds" => {
            json!({ "provider": "linode", "name": "Cloud", "token": "0123456789abcdef" })
        }
        "/api/admin/plans" => {
            json!({
                "cloud_id": "cloud_00000000000000000000000001",
                "type_id": "x",
                "name": "x",
                "markup_monthly": { "amount": "1", "currency": "USD" },
            })
        }
        "/api/admin/plans/preview" => {
            json!({
                "cloud_id": "cloud_00000000000000000000000001",
                "type_id": "x",
                "markup_monthly": { "amount": "1", "currency": "USD" },
            })
        }
        "/api/auth/passkeys/{id}" => json!({ "name": "Laptop" }),
        "/api/wallet/limits" => json!({ "month_cap": { "amount": "1000", "currency": "USD" } }),
        "/api/admin/plans/{id}/prices" => json!({ "version": 1, "from": "2100-01-01T00:00:00Z", "reason": "a test" }),
        "/api/admin/customers/{org}/prices" => json!({ "discount_bp": 100, "running": false, "reason": "a test" }),
        "/api/admin/customers/{org}/funds" => {
            json!({ "funds_end": "continue", "ladder_hours": 72, "reason": "a test" })
        }
        "/api/admin/plans/order" => json!({ "ids": ["plan_00000000000000000000000001"] }),
        "/api/admin/customers/{org}/credit" | "/api/admin/customers/{org}/write-off" => {
            json!({ "amount": { "amount": "1", "currency": "USD" }, "reason": "a test" })
        }
        "/api/admin/customers/{org}/tax-id" => json!({ "reference": "a test", "confirmed_on": "2026-01-01" }),
        "/api/wallet/promo" => json!({ "code": "WELCOME-2026" }),
        "/api/payments" => json!({ "amount": { "amount": "10", "currency": "USD" } }),
        _ if path.starts_with("/api/admin/billing/") => billing_body(path),
        "/api/keys/{id}/rotate" => json!({ "overlap_h": 2 }),
        "/api/orgs" => json!({ "name": "Another" }),
        "/api/orgs/{org}/members/{user}" => json!({ "role": "billing" }),
        "/api/orgs/{org}/invitations" => json!({ "email": "new@example.com", "role": "billing" }),
        "/api/invitations/look" | "/api/invitations/accept" | "/api/invitations/decline" => {
            json!({ "token": "unknown" })
        }
        "/api/admin/customers/{org}/quotas" => json!({ "servers": 20, "reason": "a test" }),
        "/api/orgs/{org}/security" => json!({ "require_mfa": false }),
        "/api/admin/customers/{org}/quotas/reset" | "/api/admin/customers/{org}/lift-networks" => {
            json!({ "reason": "a test" })
        }
        "/api/admin/customers" => json!({ "owner": "user_00000000000000000000000001", "name": "Second" }),
        "/api/admin/users" => json!({ "email": "dana@example.com", "name": "Dana" }),
        "/api/auth/erase" => json!({ "email": "casey@example.com" }),
        "/api/admin/users/{id}/role" => json!({ "role": "user", "reason": "a test" }),
        _ if path.starts_with("/api/admin/users/") => json!({ "reason": "a test" }),
        "/api/admin/customers/{org}/notes" => json!({ "body": "a test" }),
        "/api/admin/jobs/bulk" => json!({ "action": "retry", "filter": { "state": "failed" }, "dry_run": true }),
        "/api/admin/schedules/preview" => json!({ "cron": "0 * * * *" }),
        "/api/admin/schedules/{name}" | "/api/admin/queues/{queue}" => json!({ "reason": "a test" }),
        _ if path.starts_with("/api/admin/")
            && ["/pause", "/resume", "/run", "/quiet", "/wake", "/stop"].iter().any(|end| path.ends_with(end)) =>
        {
            json!({ "reason": "a test" })
        }
        _ => json!({}),
    }
}

/// The same for invoices, taxes and payments.
fn billing_body(path: &str) -> Json {
    match path.trim_start_matches("/api/admin/billing/") {
        "invoices" => json!({ "org_id": "org_00000000000000000000000001", "month": "2026-01-01T00:00:00Z" }),
        "details" => json!({ "city": "Berlin" }),
        "tax" => {
            json!({
                "country": "DE", "buyer": "b2c", "basis_points": 0, "category": "O", "note": "a test",
                "valid_from": "2026-01-01",
            })
        }
        "tax/{id}" => json!({ "valid_to": "2027-01-01" }),
        "payments/{id}/refunds" => {
            json!({ "amount": { "amount": "1", "currency": "USD" }, "to": "wallet", "reason": "a test" })
        }
        "unallocated/{id}/allocate" => json!({ "org_id": "org_00000000000000000000000001", "reason": "a test" }),
        "suppliers" => {
            json!({
                "cloud_id": "cloud_00000000000000000000000001", "number": "1", "form": "csv",
                "content": "machine_id,from,to,amount\n1,2026-01-01,2026-02-01,1",
            })
        }
        "margin" => json!({ "margin_bp": 500 }),
        "promos" => {
            json!({ "code": "WELCOME-2026", "amount": { "amount": "1", "currency": "USD" }, "max_uses": 1 })
        }
        "credit-limit" => json!({ "limit": { "amount": "1", "currency": "USD" } }),
        "payouts" => json!({ "amount": { "amount": "1", "currency": "USD" }, "reference": "a test" }),
        _ => json!({ "reason": "a test" }),
    }
}

fn operations() -> Vec<Operation> {
    let spec: Json = serde_json::from_str(&api::spec_json()).unwrap();
    let mut found = Vec::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                has_body: !operation["requestBody"].is_null(),
            });
        }
    }
    assert!(found.len() > 30, "the document names the operations");
    found
}

async fn casey(app: &TestApp) -> (Client, Ids) {
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (client, org) = app.customer("casey", "10").await;
    let plan = plan_called(&client, SEEDED_PLAN).await.unwrap();
    let ordered = client.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let statement = client.get("/api/wallet/statement").await.unwrap().expect(200);
    let ids = Ids {
        vps: text(&ordered, "/vps/id"),
        job: text(&ordered, "/job/id"),
        entry: text(row(&statement, "kind", "credit"), "/id"),
        plan,
        org: org.to_string(),
    };
    (client, ids)
}

async fn quiet_app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_signing_in() {
    let app = quiet_app().await;
    let (_, ids) = casey(&app).await;
    let mut open = BTreeSet::new();
    for operation in operations() {
        let reply = operation.call(&app.anonymous, &ids).await;
        if reply.status != 401 || PUBLIC.contains(&operation.name().as_str()) {
            open.insert(operation.name());
        } else {
            assert_eq!(reply.headers["content-type"], "application/problem+json", "{}", operation.name());
        }
    }
    assert_eq!(open, PUBLIC.iter().map(|name| (*name).to_owned()).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_get_nothing_of_the_admins() {
    let app = quiet_app().await;
    let (casey, ids) = casey(&app).await;
    for operation in operations().into_iter().filter(|operation| operation.path.starts_with("/api/admin/")) {
        let reply = operation.call(&casey, &ids).await;
        assert_eq!(reply.status, 403, "{}: {}", operation.name(), reply.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_finds_nothing_of_others() {
    let app = quiet_app().await;
    let (casey, ids) = casey(&app).await;
    let (stranger, _) = app.customer("stranger", "10").await;
    let mut tried = 0;
    for operation in operations().into_iter().filter(|operation| {
        !operation.path.starts_with("/api/admin/")
            && operation.path.contains('{')
            && !operation.path.starts_with("/api/plans/")
    }) {
        let reply = operation.call(&stranger, &ids).await;
        let empty = reply.status == 200 && reply.body["items"].as_array().is_some_and(Vec::is_empty);
        assert!(reply.status == 404 || empty, "{}: {} {}", operation.name(), reply.status, reply.body);
        tried += 1;
    }
    assert!(tried >= 6, "the document has operations on things of customers");
    for path in ["/api/vps", "/api/wallet/statement", "/api/activity"] {
        let theirs = stranger.get(path).await.unwrap().expect(200).to_string();
        for own in [&ids.vps, &ids.job] {
            assert!(!theirs.contains(own), "{path} shows a stranger {own}");
        }
    }
    assert_eq!(
        text(&casey.get(&format!("/api/vps/{}", ids.vps)).await.unwrap().expect(200), "/label"),
        "web-1",
        "and nothing was changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_changes_nothing() {
    let app = quiet_app().await;
    let (casey, ids) = casey(&app).await;
    domain::db::exec(
        &app.ctx.db,
        domain::db::sql("update app_user set role = 'readonly' where email = 'casey@example.com'", []),
    )
    .await
    .unwrap();
    let reader = app.anonymous.sign_in("casey@example.com", testkit::fixture::PASSWORD).await.unwrap();
    for operation in operations()
        .into_iter()
        .filter(|operation| operation.method != Method::GET && !operation.path.starts_with("/api/auth/"))
        .filter(|operation| !PUBLIC.contains(&operation.name().as_str()))
        // A person's own name is theirs, whatever the platform lets them do.
        .filter(|operation| operation.path != "/api/account")
        // And so is a key, which may do what they may.
        .filter(|operation| !operation.path.starts_with("/api/keys"))
    {
        let reply = operation.call(&reader, &ids).await;
        assert_eq!(reply.status, 403, "{}: {}", operation.name(), reply.body);
    }
    assert_eq!(reader.get("/api/vps").await.unwrap().status, 200);
    drop(casey);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_every_identity_as_the_table_says() {
    let app = quiet_app().await;
    let played = testkit::matrix::play(&app.anonymous, &app.ctx, testkit::app::TEST_SECRET).await.unwrap();
    assert!(played.tried > 800, "{} operations, {} identities", played.operations, played.identities);
    assert!(played.wrong.is_empty(), "{} of {}:\n{}", played.wrong.len(), played.tried, played.wrong.join("\n"));
}

/// The pointers of amounts in a body.
fn amounts(body: &Json, pointer: &str, found: &mut Vec<String>) {
    for (name, member) in body.as_object().into_iter().flatten() {
        let place = format!("{pointer}/{name}");
        if member["currency"].is_string() {
            found.push(format!("{place}/amount"));
        } else {
            amounts(member, &place, found);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_amount_that_is_none_is_money_anywhere() {
    let app = quiet_app().await;
    let (casey, ids) = casey(&app).await;
    let admin = app.admin().await;
    let journals = "select count(*) from journal";
    let before: i64 = crate::person::scalar(&app, journals).await;
    let long = "9".repeat(10_000);
    let mut tried = BTreeSet::new();
    for operation in operations().into_iter().filter(|operation| operation.has_body) {
        let (good, mut found) = (body(&operation.path), Vec::new());
        amounts(&good, "", &mut found);
        let client = if operation.path.starts_with("/api/admin/") { &admin } else { &casey };
        for place in found {
            for bad in ["-1", "1e308", "1e3", "NaN", "Infinity", "1,00", "1.", ".5", "0x1", "+1", " 1", "", &long] {
                let mut body = good.clone();
                *body.pointer_mut(&place).unwrap() = json!(bad);
                let (path, key) = (operation.filled(&ids), fresh_key());
                let headers = [("idempotency-key", key.as_str())];
                let reply = client.send(operation.method.clone(), &path, Some(&body), &headers).await.unwrap();
                let what = format!("{} {place} = {bad:.20}", operation.name());
                assert_eq!(reply.status, 400, "{what}: {}", reply.body);
                assert_eq!(reply.text("/errors/0/pointer"), place, "{what}");
            }
            tried.insert(operation.name());
        }
    }
    assert!(tried.len() >= 10, "{tried:?}");
    assert_eq!(crate::person::scalar::<i64>(&app, journals).await, before);
}
