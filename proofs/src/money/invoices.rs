//! A year of invoices: numbers without a gap, and documents that judges which nobody here wrote accept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Datelike as _, Months, TimeDelta, TimeZone as _, Utc};
use domain::invoice::{self, Issue};
use domain::work::Job;
use domain::{Actor, InvoiceFormat, InvoiceId, db};
use serde_json::json;
use testkit::TestApp;
use testkit::client::text;
use testkit::fixture::{await_status, credit, fresh_key, order};
use tokio::process::Command;
use uuid::Uuid;

use super::{at_rest, enqueue, figure, verified};
use crate::story::Story;

const LONG: Duration = Duration::from_mins(1);
/// Customers: a business and a consumer at home, and one elsewhere.
const NAMES: [(&str, &str); 3] = [("Køln Hosting & Söhne", "DE"), ("Αθήνα Cloud", "DE"), ("Мост <b>OÜ</b>", "EE")];

pub(super) async fn play(story: &mut Story, months: usize) -> Result<()> {
    let app = TestApp::start().await;
    story.step("customers with servers, a seller, and rules of tax", Box::pin(begun(&app))).await?;
    let issued = story.step(&format!("{months} months pass"), Box::pin(lived(&app, months))).await?;
    Story::figure(&issued);
    story.step("the ledger and its documents verify", Box::pin(verified(&app))).await?;
    let folder = std::env::temp_dir().join(format!("skypanel-proof-{}", std::process::id()));
    let written = story.step("every document is there as XML and PDF", written(&app, &folder)).await?;
    let judged =
        story.step("EN 16931's rules and qpdf accept them, and refuse a spoilt twin of each", judged(&folder)).await?;
    Story::figure(&format!("{written} files: {judged}"));
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Moves business time to this instant.
async fn at(app: &TestApp, then: DateTime<Utc>) -> Result<()> {
    let real: DateTime<Utc> = figure(app, "select now()").await?;
    app.set_ahead(then - real).await;
    Ok(())
}

/// The first of the month that begins so many months after this one, at midnight.
fn first_of(now: DateTime<Utc>, months: u32) -> Result<DateTime<Utc>> {
    let first = Utc.with_ymd_and_hms(now.year(), now.month(), 1, 0, 0, 0).single().context("a day")?;
    first.checked_add_months(Months::new(months)).context("a later month")
}

async fn begun(app: &TestApp) -> Result<()> {
    let now = app.ctx.clock.now(&app.ctx.db).await?;
    at(app, first_of(now, 1)? + TimeDelta::days(9)).await?;
    let admin = app.admin().await;
    let plan = app.plan().await;
    let seller = json!({ "seller_name": "Nimbus GmbH", "address_lines": "Hauptstr. 1", "city": "Berlin",
        "postcode": "10115", "country": "DE", "tax_id": "136695976", "email": "billing@nimbus.example" });
    admin.patch("/api/admin/billing/details", &seller).await?.expect(200);
    for buyer in ["b2c", "b2b"] {
        let rule = json!({ "country": "DE", "buyer": buyer, "basis_points": 1900, "category": "S",
            "valid_from": "2020-01-01" });
        admin.post("/api/admin/billing/tax", &rule).await?.expect(201);
    }
    for (number, (name, country)) in NAMES.into_iter().enumerate() {
        let (client, org) = app.customer(&format!("buyer-{number}"), "500").await;
        let details = json!({ "name": name, "country": country, "city": "Berlin" });
        client.patch(&format!("/api/orgs/{org}"), &details).await?.expect(200);
        for label in ["web-1", "db-1"] {
            let ordered = client.post_once("/api/vps", &order(&plan, label), &fresh_key()).await?.expect(202);
            await_status(&client, &text(&ordered, "/vps/id"), "running", LONG).await?;
        }
    }
    at_rest(app).await
}

async fn lived(app: &TestApp, months: usize) -> Result<String> {
    let begin = app.ctx.clock.now(&app.ctx.db).await?;
    for month in 1..=u32::try_from(months)? {
        let then = first_of(begin, month)? + TimeDelta::days(1);
        at(app, then + TimeDelta::minutes(1)).await?;
        enqueue(app, Job::ChargeUsage { tick: then }).await?;
        at_rest(app).await?;
        let admin = app.admin().await;
        let orgs: Vec<Uuid> = figure(app, "select array_agg(distinct org_id) from usage_segment").await?;
        for org in orgs {
            credit(&admin, &domain::OrgId(org).to_string(), "12.34").await?;
        }
        for _ in 0..2 {
            let tick = app.ctx.clock.now(&app.ctx.db).await?;
            enqueue(app, Job::IssueInvoice { what: Issue::Due { tick } }).await?;
        }
        at_rest(app).await?;
    }
    credited(app).await?;
    let gaps: i64 = figure(
        app,
        "select coalesce(sum(last - issued), 0)::bigint
         from (select max(substring(number from '[0-9]+$')::bigint) as last, count(*) as issued
               from invoice group by kind) series",
    )
    .await?;
    ensure!(gaps == 0, "{gaps} numbers are missing");
    let invoices: i64 = figure(app, "select count(*) from invoice where kind = 'invoice'").await?;
    let wanted = i64::try_from(NAMES.len() * months)?;
    ensure!(invoices == wanted, "{invoices} invoices, not {wanted}");
    let kinds: Vec<String> = figure(
        app,
        "select array_agg(kind || 's: ' || n order by kind)
         from (select kind, count(*) as n from invoice group by kind) counted",
    )
    .await?;
    Ok(format!("{}; numbered without a gap", kinds.join(", ")))
}

/// One invoice is given back in part of its time: a credit note with a number of its own.
async fn credited(app: &TestApp) -> Result<()> {
    let admin = app.admin().await;
    let id: Uuid = figure(app, "select (array_agg(id order by id))[1] from invoice where kind = 'invoice'").await?;
    let path = format!("/api/admin/billing/invoices/{}/credit-note", InvoiceId::from(id));
    let given = admin.post_once(&path, &json!({ "reason": "a proof" }), &fresh_key()).await?;
    ensure!(given.status.is_success(), "a credit note: {} {}", given.status, given.body);
    at_rest(app).await
}

/// The files of all documents, as an administrator downloads them.
async fn written(app: &TestApp, folder: &Path) -> Result<usize> {
    std::fs::create_dir_all(folder)?;
    let ids: Vec<Uuid> = figure(app, "select array_agg(id) from invoice").await?;
    let mut files = 0;
    for id in ids {
        for (format, ending) in [(InvoiceFormat::Xml, "xml"), (InvoiceFormat::Pdf, "pdf")] {
            // A receipt has no electronic form.
            let sql = "select count(*) from invoice_file where invoice_id = $1 and format = $2";
            let has: Option<i64> = db::scalar(&app.ctx.db, db::sql(sql, [id.into(), ending.into()])).await?;
            if has == Some(0) && ending == "xml" {
                continue;
            }
            let file = invoice::admin_file(&app.ctx, &Actor::Operator, InvoiceId::from(id), format).await?;
            std::fs::write(folder.join(format!("{}.{ending}", file.number)), file.content)?;
            files += 1;
        }
    }
    Ok(files)
}

/// Asks the judges; they must refuse what was spoilt.
async fn judged(folder: &Path) -> Result<String> {
    let python = std::env::var("SKYPANEL_JUDGE_PYTHON").context("SKYPANEL_JUDGE_PYTHON is not set; run ./dev prove")?;
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the checkout")?.join("judges/invoice/judge.py");
    let ask = async |arguments: &[&Path]| {
        let mut command = Command::new(&python);
        let output = command.arg(&script).args(arguments).output().await.context("the judge can't be started")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        anyhow::Ok((output.status.success(), said))
    };
    let (accepted, said) = ask(&[folder]).await?;
    ensure!(accepted, "the judges refuse:\n{said}");
    let spoilt: PathBuf = folder.join("spoilt");
    ensure!(ask(&[folder, Path::new("--spoil"), &spoilt]).await?.0, "the twins are written");
    let (taken, refusal) = ask(&[&spoilt]).await?;
    ensure!(!taken && refusal.contains("BR-CO-15") && refusal.contains("qpdf:"), "a spoilt twin passed:\n{refusal}");
    Ok(said.lines().find(|line| line.contains("judged")).unwrap_or_default().to_owned())
}
