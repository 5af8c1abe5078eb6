//! Who did what and why, as administrators read it.

use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::{row, text};
use testkit::{Client, TestApp};

async fn events(admin: &Client, filter: &str) -> Json {
    admin.get(&format!("/api/admin/activity?{filter}")).await.unwrap().expect(200)
}

fn names(found: &Json) -> Vec<&str> {
    found["items"].as_array().unwrap().iter().filter_map(|item| item["event"].as_str()).collect()
}

async fn steered() -> (TestApp, Client, String) {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let admin = app.admin().await;
    let (_, org) = app.customer("casey", "12.5").await;
    let pause = json!({ "reason": "the mail server moves, 100% of it" });
    let _ = admin.post("/api/admin/queues/mail/pause", &pause).await.unwrap().expect(200);
    // No scheduler runs here that would add its timetable.
    let sql = "insert into schedule (name, cron, catch_up, last_tick, job_kind)
               values ('platform.tidy', '0 4 * * *', '1 h', now(), 'platform.tidy')";
    domain::db::exec(&app.ctx.db, domain::db::sql(sql, [])).await.unwrap();
    let _ = admin
        .patch("/api/admin/schedules/platform.tidy", &json!({ "paused": true, "reason": "it deletes too much" }))
        .await
        .unwrap()
        .expect(200);
    (app, admin, org.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_is_found_on_its_object() {
    let (_app, admin, org) = steered().await;
    for (filter, event, reason, label) in [
        ("entity_type=queue&entity_id=mail", "queue.pause", "the mail server moves, 100% of it", "mail"),
        ("entity_type=schedule&entity_id=platform.tidy", "schedule.pause", "it deletes too much", "platform.tidy"),
        (&format!("entity_type=org&entity_id={org}"), "billing.credit", "a test's credit", "Org of casey@example.com"),
    ] {
        let found = events(&admin, &format!("{filter}&by=administrator")).await;
        let act = row(&found, "event", event);
        assert_eq!((text(act, "/reason").as_str(), text(act, "/entity_label").as_str()), (reason, label), "{act}");
        assert!(act["actor"]["name"].is_string(), "{act}");
    }
    assert_eq!(names(&events(&admin, "entity_type=queue&entity_id=power").await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_narrowed_by_each_filter() {
    let (_app, admin, org) = steered().await;
    let all = events(&admin, "limit=100").await;
    let me = text(row(&all, "event", "queue.pause"), "/actor/id");
    assert_eq!(names(&events(&admin, "event=queue").await), ["queue.pause"]);
    assert_eq!(names(&events(&admin, "event=que").await), [""; 0], "a noun is whole");
    assert_eq!(names(&events(&admin, "q=100%25").await), ["queue.pause"], "wildcards stand for themselves");
    assert_eq!(names(&events(&admin, "q=deletes%20too").await), ["schedule.pause"]);
    assert_eq!(names(&events(&admin, &format!("org={org}&reasoned=true")).await), ["billing.credit"]);
    let mine = events(&admin, &format!("actor={me}&limit=100")).await;
    assert!(mine["items"].as_array().unwrap().iter().all(|act| act["actor"]["id"] == json!(me)), "{mine}");
    let customers = events(&admin, "by=customer&limit=100").await;
    assert!(names(&customers).contains(&"auth.register") && !names(&customers).contains(&"queue.pause"));
    assert!(!names(&events(&admin, "by=platform&limit=100").await).contains(&"queue.pause"));
    let at = text(row(&all, "event", "queue.pause"), "/created_at");
    assert!(!names(&events(&admin, &format!("until={at}&limit=100")).await).contains(&"queue.pause"));
    assert!(names(&events(&admin, &format!("since={at}&limit=100")).await).contains(&"schedule.pause"));
    for wrong in ["by=anybody", "since=yesterday", "cursor=x", "limit=0", "actor=casey"] {
        assert_eq!(admin.get(&format!("/api/admin/activity?{wrong}")).await.unwrap().status, 400, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_pages_hold_every_event_once() {
    let (_app, admin, _) = steered().await;
    let all = events(&admin, "limit=100").await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = events(&admin, &format!("limit=2{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|act| text(act, "/id")));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let ids: Vec<_> = all["items"].as_array().unwrap().iter().map(|act| text(act, "/id")).collect();
    assert_eq!(seen, ids);
}
