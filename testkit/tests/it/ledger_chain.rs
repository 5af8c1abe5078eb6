//! The chain of journals: what was rewritten is found, by us and by a customer who kept a head.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use chrono::TimeDelta;
use domain::chance::Chance;
use domain::ledger::chain;
use domain::ledger::verify::{self, HeldHead, Progress};
use domain::work::{Job, NewJob};
use domain::{Ctx, CtxOptions, OrgId, db};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, TransactionTrait as _};
use testkit::app::{AppOptions, ctx_options};
use testkit::fixture::PASSWORD;
use testkit::{Client, TestApp};

/// Thirty organisations with two servers each, charged for five hours.
async fn charged() -> (TestApp, Vec<OrgId>) {
    let app = TestApp::start().await;
    let orgs = testkit::seed::running_servers(&app.ctx, 30, 2).await.unwrap();
    for hours in 1..=5 {
        app.set_ahead(TimeDelta::hours(hours)).await;
        let tick = app.ctx.clock.now(&app.ctx.db).await.unwrap();
        let tx = app.ctx.begin().await.unwrap();
        domain::work::enqueue(&app.ctx, &tx, NewJob::new(Job::ChargeUsage { tick })).await.unwrap();
        tx.commit().await.unwrap();
        app.run_jobs().await;
    }
    (app, orgs)
}

/// The owner of the database may do anything with it, and does.
async fn rewrite(app: &TestApp, statements: &[&str]) {
    let owner: DatabaseConnection = testkit::database::connect(&app.database().owner_url).await.unwrap();
    for table in ["journal", "posting", "usage_line", "journal_link"] {
        owner.execute_unprepared(&format!("alter table {table} disable trigger user")).await.unwrap();
    }
    for sql in statements {
        owner.execute_unprepared(sql).await.unwrap();
    }
    owner.close().await.unwrap();
}

async fn broken(app: &TestApp, held: &[HeldHead]) -> Vec<&'static str> {
    let checks = verify::verify(&app.ctx, held).await.unwrap();
    checks.into_iter().filter(|check| check.wrong > 0).map(|check| check.promise).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_chained_in_order_and_all_promises_are_kept() {
    let (app, orgs) = charged().await;
    assert_eq!(broken(&app, &[]).await, [""; 0]);
    let entries: i64 =
        db::scalar(&app.ctx.db, db::sql("select count(*) from journal_link", [])).await.unwrap().unwrap();
    assert_eq!(entries, 30 * 6, "a credit and five charges each");
    let head = chain::head(&app.ctx.db, orgs[0]).await.unwrap();
    assert_eq!((head.seq, head.hash.len()), (6, 64));
    assert_eq!(chain::seal_waiting(&app.ctx).await.unwrap(), 0, "nothing is chained twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_at_the_same_time_chains_each_journal_once() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    testkit::seed::running_servers(&app.ctx, 200, 0).await.unwrap();
    let sealed = futures::future::join_all((0..8).map(|_| chain::seal_waiting(&app.ctx))).await;
    assert_eq!(sealed.into_iter().map(Result::unwrap).sum::<u64>(), 200);
    assert_eq!(broken(&app, &[]).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_who_rewrites_a_posting_is_found_by_the_chain() {
    let (app, _) = charged().await;
    chain::seal_waiting(&app.ctx).await.unwrap();
    // Balanced, and with the balances that follow: no sum gives it away.
    rewrite(
        &app,
        &["update journal set meta = '{\"servers\": 1}'
           where id = (select min(id) from journal where kind = 'usage')"],
    )
    .await;
    assert_eq!(broken(&app, &[]).await, ["Each link's hash covers its journal and the hash before"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_who_takes_an_hour_and_a_journal_is_found_by_sums_and_numbers() {
    let (app, _) = charged().await;
    chain::seal_waiting(&app.ctx).await.unwrap();
    rewrite(
        &app,
        &[
            "delete from usage_line where ctid = (select min(ctid) from usage_line)",
            "delete from journal_link where journal_id = (select max(journal_id) from journal_link)",
        ],
    )
    .await;
    let found = broken(&app, &[]).await;
    for promise in [
        "Charged hours sum to their journal",
        "Charged hours sum to what their server was billed",
        "Nothing stands alone, and nothing names another organisation",
        "The links of each chain are numbered without gaps, up to its head",
    ] {
        assert!(found.contains(&promise), "{promise}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_who_rewrites_the_whole_chain_is_found_by_a_head_that_a_customer_kept() {
    let (app, orgs) = charged().await;
    chain::seal_waiting(&app.ctx).await.unwrap();
    let (org, head) = (orgs[0], chain::head(&app.ctx.db, orgs[0]).await.unwrap());
    let text = format!("{org}:{}:{}", head.seq, head.hash);
    let kept: HeldHead = text.parse().unwrap();
    assert_eq!(broken(&app, std::slice::from_ref(&kept)).await, [""; 0], "the head is in the chain");
    // The past is rewritten, and every hash of it computed again.
    let of = format!("'{}'", org.0);
    let reason = format!(
        "update journal set effective_at = effective_at - interval '1 day'
         where id = (select min(id) from journal where org_id = {of})"
    );
    let unlink = format!("delete from journal_link where chain = {of}");
    let unhead = format!("delete from chain_head where chain = {of}");
    let again = format!("insert into journal_pending select org_id, id from journal where org_id = {of}");
    rewrite(&app, &[&reason, &unlink, &unhead, &again]).await;
    assert_eq!(broken(&app, &[]).await, [""; 0], "by itself the new chain is whole");
    let found = broken(&app, &[kept]).await;
    assert_eq!(found, ["The heads that were given to compare are in their chains"]);
    for bad in ["", "org_x:1:2", &format!("{org}:1"), &format!("{org}:1:{}", "g".repeat(64))] {
        assert!(bad.parse::<HeldHead>().is_err(), "{bad:?}");
    }
}

fn script(file: &Path, heads: &[String]) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/verify_ledger.py");
    let ran = Command::new("python3").arg(script).arg(file).args(heads).output().unwrap();
    (ran.status.success(), String::from_utf8(ran.stdout).unwrap())
}

#[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
async fn downloaded(app: &TestApp, casey: &Client, org: OrgId) -> String {
    let request = reqwest::Client::new().get(format!("{}/api/wallet/proofs.ndjson", app.base));
    let request = request.bearer_auth(casey.token().unwrap()).header("x-org", org.to_string());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_verifies_their_download_without_us_and_a_spoilt_twin_is_refused() {
    let (app, orgs) = charged().await;
    let (_, org) = app.customer("casey", "10").await;
    // Casey's organisation becomes the owner of a charged past: the first seeded one's.
    let sql = "insert into org_member (org_id, user_id, created_at, role)
        select $2, user_id, now(), 'owner' from org_member where org_id = $1";
    db::exec(&app.ctx.db, db::sql(sql, [org.into(), orgs[0].into()])).await.unwrap();
    let casey = app.anonymous.sign_in("casey@example.com", PASSWORD).await.unwrap();
    let text = downloaded(&app, &casey, orgs[0]).await;
    let folder = std::env::temp_dir().join(format!("skypanel-ledger-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (right, said) = script(&write("real.ndjson", &text), &[]);
    assert!(right && said.contains("6 entries") && said.contains("All right."), "{said}");
    if let Ok(keep) = std::env::var("LEDGER_OUT") {
        std::fs::write(keep, &text).unwrap();
    }
    let head = chain::head(&app.ctx.db, orgs[0]).await.unwrap();
    let kept = format!("{}:{}", head.seq, head.hash);
    assert!(script(&write("real.ndjson", &text), std::slice::from_ref(&kept)).0, "a head that was kept");
    let (right, said) = script(&write("real.ndjson", &text), &[format!("1:{}", head.hash)]);
    assert!(!right && said.contains("rewritten"), "{said}");
    let cut = text.split_inclusive('\n').take(4).collect::<String>();
    for (name, twin) in [
        ("amount", text.replacen(" 100000000 100000000", " 100000001 100000001", 1)),
        ("hour", text.replacen("\"usage\":\"", "\"usage\":\"9", 2)),
        ("cut", cut),
        ("hash", text.replacen(&head.hash[..8], "00000000", 1)),
    ] {
        assert_ne!(twin, text, "{name}");
        let (right, said) = script(&write(name, &twin), &[]);
        assert!(!right && said.contains("WRONG"), "{name}: {said}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_outlasts_the_time_that_statements_have_and_says_how_far_it_is() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    testkit::seed::running_servers(&app.ctx, 30, 1).await.unwrap();
    let hurried = CtxOptions { statement_timeout: Duration::from_millis(40), ..ctx_options(app.database()) };
    let hurried = Ctx::connect(&hurried, Chance::from_os()).await.unwrap();
    // A statement that reads postings waits for this longer than it may take.
    let owner: DatabaseConnection = testkit::database::connect(&app.database().owner_url).await.unwrap();
    let held = owner.begin().await.unwrap();
    held.execute_unprepared("lock table posting in access exclusive mode").await.unwrap();
    let count = db::scalar::<i64>(&hurried.db, db::sql("select count(*) from posting", [])).await;
    assert!(count.unwrap_err().to_string().contains("timeout"), "as every other statement of this connection");
    let mut told = Vec::new();
    let verified = tokio::join!(verify::verify_telling(&hurried, &[], |now| told.push(now)), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        held.commit().await.unwrap();
    });
    let wrong: Vec<_> = verified.0.unwrap().into_iter().filter(|check| check.wrong > 0).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(told[0], Progress::Sealing);
    let places: Vec<usize> = told
        .iter()
        .filter_map(|now| match now {
            Progress::Check { place, of: 9, .. } => Some(*place),
            _ => None,
        })
        .collect();
    assert_eq!(places, (1..=9).collect::<Vec<_>>());
    assert!(told.contains(&Progress::Chains { links: 0, of: 30 }), "{told:?}");
    assert!(told.contains(&Progress::Chains { links: 30, of: 30 }), "{told:?}");
}
