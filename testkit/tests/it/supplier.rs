//! Suppliers' invoices beside what was charged.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::work::{Job, NewJob};
use serde_json::{Value as Json, json};
use testkit::client::{micros, text};
use testkit::fixture::{await_status, fresh_key, order};
use testkit::{Client, Reply, TestApp};

use crate::person::scalar;

async fn import(admin: &Client, cloud: &str, number: &str, form: &str, content: &str) -> Reply {
    let body = json!({ "cloud_id": cloud, "number": number, "form": form, "content": content });
    admin.post("/api/admin/billing/suppliers", &body).await.unwrap()
}

async fn run(app: &TestApp, client: &Client, plan: &str, label: &str) {
    let ordered = client.post_once("/api/vps", &order(plan, label), &fresh_key()).await.unwrap().expect(202);
    await_status(client, &text(&ordered, "/vps/id"), "running", Duration::from_secs(20)).await.unwrap();
    app.run_jobs().await;
}

async fn alerts(admin: &Client) -> Vec<String> {
    let overview = admin.get("/api/admin/overview").await.unwrap().expect(200);
    overview["alerts"].as_array().unwrap().iter().map(|alert| text(alert, "/kind")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_compared_server_by_server_with_what_was_charged() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, org) = app.customer("casey", "50").await;
    run(&app, &casey, &plan, "web-1").await;
    run(&app, &casey, &plan, "web-2").await;
    let start: DateTime<Utc> = scalar(&app, "select min(started_at) from usage_segment").await;
    app.set_ahead(TimeDelta::hours(10)).await;
    let job = NewJob::new(Job::ChargeUsage { tick: start + TimeDelta::hours(9) });
    domain::work::enqueue(&app.ctx, &app.ctx.db, job).await.unwrap();
    app.run_jobs().await;
    let admin = app.admin().await;
    let clouds = admin.get("/api/admin/clouds").await.unwrap().expect(200);
    let cloud = text(&clouds, "/items/0/id");
    let refs: Vec<String> = scalar(&app, "select array_agg(provider_ref order by id) from vps").await;
    let charged: Vec<i64> =
        scalar(&app, "select array_agg(s.billed_micros order by s.vps_id) from usage_segment s").await;
    // The first is dear, the second cheap, and a machine is nobody's that we know.
    let at = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (from, to) = (at(start - TimeDelta::hours(1)), at(start + TimeDelta::hours(20)));
    let csv = format!(
        "machine_id,from,to,amount\n{},{from},{to},1.5\n{},{from},{to},0.000001\n{},{from},{to},-0.5\n\
         99999999,{from},{to},2\n,{from},{to},0.25\n",
        refs[0], refs[1], refs[0]
    );
    assert!(!alerts(&admin).await.contains(&"supplier_margin".to_owned()));
    let seen = import(&admin, &cloud, "INV-1", "csv", &csv).await.expect(201);
    let invoice = &seen["invoice"];
    assert_eq!(micros(invoice, "/total"), 3_250_001);
    assert_eq!(
        (micros(invoice, "/asked"), micros(invoice, "/unknown"), micros(invoice, "/other")),
        (1_000_001, 2_000_000, 250_000)
    );
    assert_eq!(micros(invoice, "/charged"), charged.iter().sum::<i64>());
    assert_eq!((invoice["servers"].as_i64(), invoice["unknown_machines"].as_i64()), (Some(2), Some(1)));
    let servers: Vec<(String, i64)> = seen["servers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|server| (text(server, "/machine"), micros(server, "/difference")))
        .collect();
    assert_eq!(
        servers,
        [
            ("99999999".to_owned(), -2_000_000),
            (refs[0].clone(), charged[0] - 1_000_000),
            (refs[1].clone(), charged[1] - 1),
        ],
        "what we don't know is first, then what loses"
    );
    assert_eq!(
        (text(&seen, "/servers/1/label"), text(&seen, "/servers/1/org_id")),
        ("web-1".to_owned(), org.to_string())
    );
    assert!(seen["servers"][0]["vps_id"].is_null());
    assert!(alerts(&admin).await.contains(&"supplier_margin".to_owned()), "it leaves less than nothing");

    // Hours outside of the invoice's time are not compared with it.
    let (from, to) = (at(start + TimeDelta::hours(2)), at(start + TimeDelta::hours(5)));
    let part = format!("machine_id,from,to,amount\n{},{from},{to},0.000001\n", refs[0]);
    let seen = import(&admin, &cloud, "INV-2", "csv", &part).await.expect(201);
    let lines: i64 = scalar(
        &app,
        "select sum(l.micros)::bigint from usage_line l join usage_segment s on s.id = l.segment_id
         where l.hour_no in (3, 4, 5) and s.vps_id = (select id from vps order by id limit 1)",
    )
    .await;
    assert_eq!(micros(&seen["invoice"], "/charged"), lines, "three hours");
    assert!(!alerts(&admin).await.contains(&"supplier_margin".to_owned()), "the newest one counts");
    let all = admin.get("/api/admin/billing/suppliers").await.unwrap().expect(200);
    assert_eq!(text(&all, "/items/0/number"), "INV-2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_imported_once_and_refused_with_its_line() {
    let app = TestApp::start().await;
    app.plan().await;
    let admin = app.admin().await;
    let clouds = admin.get("/api/admin/clouds").await.unwrap().expect(200);
    let cloud = text(&clouds, "/items/0/id");
    let good = "machine_id,from,to,amount\n1,2026-11-01,2026-12-01,5\n";
    let first = import(&admin, &cloud, "INV-1", "csv", good).await.expect(201);
    assert_eq!(import(&admin, &cloud, "INV-1", "csv", good).await.expect(201), first, "again it is the same");
    let lines: i64 = scalar(&app, "select count(*) from supplier_line").await;
    assert_eq!(lines, 1);
    let other = import(&admin, &cloud, "INV-1", "csv", &good.replace(",5", ",6")).await;
    assert_eq!((other.status.as_u16(), other.text("/code").as_str()), (409, "supplier_invoice_differs"));
    let broken =
        import(&admin, &cloud, "INV-2", "csv", "machine_id,from,to,amount\n1,2026-11-01,2026-12-01,5,0\n").await;
    assert_eq!((broken.status.as_u16(), broken.text("/errors/0/pointer").as_str()), (400, "/content"));
    assert!(broken.text("/errors/0/detail").starts_with("line 2: "), "{}", broken.body);
    let unknown = import(&admin, "cloud_00000000000000000000000001", "INV-3", "csv", good).await;
    assert_eq!(unknown.status.as_u16(), 404);
    let linode = r#"{"data":[{"label":"Nanode 1GB - sp-x (12345678)","type":"hourly","unit_price":"0.0075",
        "quantity":720,"amount":5.03,"tax":0,"total":5.03,"region":"us-east",
        "from":"2026-11-01T00:00:00","to":"2026-12-01T00:00:00"}],
        "page":1,"pages":1,"results":1}"#;
    let seen = import(&admin, &cloud, "INV-4", "linode", linode).await.expect(201);
    assert_eq!(
        (text(&seen, "/servers/0/machine"), micros(&seen["invoice"], "/unknown")),
        ("12345678".into(), 5_030_000)
    );
    let set: Json = admin
        .send(reqwest::Method::PUT, "/api/admin/billing/margin", Some(&json!({ "margin_bp": 1000 })), &[])
        .await
        .unwrap()
        .expect(200);
    assert_eq!(set["margin_bp"], 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_of_digitalocean_finds_servers_by_id_or_name_and_lists_machines_that_are_not_known() {
    let app = TestApp::start().await;
    let plan = app.plan().await;
    let (casey, _) = app.customer("casey", "50").await;
    run(&app, &casey, &plan, "web-1").await;
    let admin = app.admin().await;
    let clouds = admin.get("/api/admin/clouds").await.unwrap().expect(200);
    let cloud = text(&clouds, "/items/0/id");
    let (id, name): (String, String) =
        (scalar(&app, "select provider_ref from vps").await, scalar(&app, "select provider_label from vps").await);
    let item = |product: &str, id: &str, amount: &str| {
        json!({
            "product": product, "resource_id": id, "description": "web", "amount": amount, "duration": "744",
            "duration_unit": "Hours", "start_time": "2026-11-01T00:00:00Z", "end_time": "2026-12-01T00:00:00Z",
        })
    };
    let items = [item("Droplets", &id, "6.00"), item("Droplets", "987654", "12.50"), item("Volumes", "7", "1.10")];
    let page = json!({ "invoice_items": items, "links": {}, "meta": { "total": 3 } }).to_string();
    let seen = import(&admin, &cloud, "DO-1", "digitalocean", &page).await.expect(201);
    let invoice = &seen["invoice"];
    assert_eq!(
        (micros(invoice, "/asked"), micros(invoice, "/unknown"), micros(invoice, "/other")),
        (6_000_000, 12_500_000, 1_100_000)
    );
    assert_eq!((text(&seen, "/servers/0/machine"), &seen["servers"][0]["vps_id"]), ("987654".into(), &Json::Null));
    assert_eq!((text(&seen, "/servers/1/machine"), text(&seen, "/servers/1/label")), (id, "web-1".into()));

    let row = |description: &str, amount: &str| {
        format!("Droplets,,{description},744,2026-11-01 00:00:00 +0000,2026-12-01 00:00:00 +0000,{amount},,iaas\n")
    };
    let csv = format!(
        "product,group_description,description,hours,start,end,USD,project_name,category\n{}{}",
        row(&format!("{name} (s-1vcpu-1gb)"), "$6.00"),
        row("someone-elses (s-2vcpu-2gb)", "$12.50")
    );
    let seen = import(&admin, &cloud, "DO-2", "digitalocean", &csv).await.expect(201);
    assert_eq!((micros(&seen["invoice"], "/asked"), micros(&seen["invoice"], "/unknown")), (6_000_000, 12_500_000));
    assert_eq!(text(&seen, "/servers/0/machine"), "someone-elses (s-2vcpu-2gb)", "in the supplier's words");
    assert_eq!((text(&seen, "/servers/1/machine"), text(&seen, "/servers/1/label")), (name, "web-1".into()));
    for bad in ["0x5", "NaN", "1e308", "1,00", "$"] {
        let refused = import(&admin, &cloud, "DO-3", "digitalocean", &page.replace("12.50", bad)).await;
        assert_eq!((refused.status.as_u16(), refused.text("/errors/0/pointer")), (400, "/content".to_owned()), "{bad}");
    }
}
