//! What operators do to jobs: one, many, from a step; and what customers hear when there are too
//! many.

use std::time::Duration;

use domain::work::{Job, NewJob, enqueue_many};
use domain::{JobId, OrgId, db};
use serde_json::{Value as Json, json};
use testkit::app::AppOptions;
use testkit::client::text;
use testkit::fixture::{fresh_key, order, plan_called, until};
use testkit::seed::PLAN as SEEDED_PLAN;
use testkit::{Client, Reply, TestApp};

async fn without_workers() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

fn code(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.text("/code"))
}

async fn probes(app: &TestApp, count: usize, org: Option<OrgId>) -> Vec<JobId> {
    let tx = app.ctx.begin().await.unwrap();
    let new: Vec<_> = (0..count).map(|_| NewJob::new(Job::Probe { sleep_ms: None }).org(org)).collect();
    let ids = enqueue_many(&app.ctx, &tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

/// Probes that are in this state with an error of this class.
async fn broken(app: &TestApp, count: usize, state: &str, class: &str) -> Vec<JobId> {
    let ids = probes(app, count, None).await;
    let sql = r#"
        update job
        set state = $2, error_code = $3, finished_at = case $2 when 'failed' then now() end,
            error = '{"admin": "it broke"}'
        where id = any($1)"#;
    db::exec(&app.ctx.db, db::sql(sql, [db::uuids(&ids), state.into(), class.into()])).await.unwrap();
    ids
}

async fn pause_mail(admin: &Client) {
    let reply = admin.post("/api/admin/queues/mail/pause", &json!({ "reason": "a test" })).await.unwrap();
    assert_eq!(reply.status, 200);
}

async fn get(admin: &Client, job: impl std::fmt::Display) -> Json {
    admin.get(&format!("/api/admin/jobs/{job}")).await.unwrap().expect(200)
}

async fn attention(admin: &Client) -> i64 {
    admin.get("/api/admin/jobs/counts").await.unwrap().expect(200)["attention"].as_i64().unwrap()
}

async fn bulk(admin: &Client, request: &Json) -> Reply {
    admin.post("/api/admin/jobs/bulk", request).await.unwrap()
}

/// Waits until the job of a request has ended, and returns it.
async fn ended(admin: &Client, answer: &Json) -> Json {
    let id = text(answer, "/job/id");
    until(Duration::from_secs(20), || async {
        Ok(Some(get(admin, &id).await).filter(|job| job["state"] == "succeeded"))
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_about_many_is_counted_then_done() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    pause_mail(&admin).await;
    let mut failed = broken(&app, 6, "failed", "broken").await;
    let request = |dry_run: bool, expected: i64| {
        json!({
            "action": "retry",
            "filter": { "error": "broken" },
            "reason": "it is mended",
            "dry_run": dry_run,
            "expected": expected,
        })
    };
    let counted = bulk(&admin, &request(true, 0)).await.expect(200);
    assert_eq!(
        (&counted["count"], counted["sample"].as_array().unwrap().len(), &counted["job"]),
        (&json!(6), 5, &Json::Null)
    );
    assert_eq!(attention(&admin).await, 6);
    let waiting = admin.get("/api/admin/jobs?attention=true&kind=platform.probe").await.unwrap().expect(200);
    assert_eq!(waiting["items"].as_array().unwrap().len(), 6);
    failed.extend(broken(&app, 1, "failed", "broken").await);
    let late = bulk(&admin, &request(false, 6)).await;
    assert_eq!(code(&late), (409, "count_changed".to_owned()));
    assert!(late.text("/detail").contains('7'), "{}", late.body);
    assert_eq!(attention(&admin).await, 7, "nothing was changed");
    let started = bulk(&admin, &request(false, 7)).await.expect(202);
    assert_eq!((text(&started, "/job/kind").as_str(), &started["count"]), ("platform.bulk", &json!(7)));
    let done = ended(&admin, &started).await;
    let last = done["timeline"].as_array().and_then(|timeline| timeline.last()).unwrap_or_else(|| panic!("{done}"));
    assert_eq!(text(last, "/words"), "7 of 7 jobs changed");
    for job in failed {
        let old = get(&admin, job).await;
        let next = get(&admin, text(&old, "/taken_up_by")).await;
        assert_eq!((text(&next, "/retry_of"), text(&next, "/state").as_str()), (job.to_string(), "queued"));
        assert_eq!(old["can_retry"], false);
    }
    assert_eq!(attention(&admin).await, 0);
    let waiting = admin.get("/api/admin/jobs?attention=true").await.unwrap().expect(200);
    assert_eq!(waiting["items"], json!([]));
    let again = bulk(&admin, &request(false, 7)).await;
    assert_eq!(code(&again), (409, "count_changed".to_owned()), "they are retried already");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_cancelled_and_put_aside() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    pause_mail(&admin).await;
    let open = probes(&app, 150, None).await;
    let filter = json!({ "queue": "mail", "kind": "platform.probe" });
    let cancel = json!({ "action": "cancel", "filter": filter, "reason": "not needed", "dry_run": false });
    let started = bulk(&admin, &cancel).await.expect(202);
    assert_eq!(started["count"], 150);
    ended(&admin, &started).await;
    assert_eq!(text(&get(&admin, open[0]).await, "/state"), "cancelled");
    let counts = admin.get("/api/admin/jobs/counts").await.unwrap().expect(200);
    assert_eq!((&counts["by_state"]["cancelled"], &counts["by_state"]["queued"]), (&json!(150), &json!(0)));
    let stuck = broken(&app, 3, "stuck", "puzzling").await;
    assert_eq!(attention(&admin).await, 3);
    let filter = json!({ "state": "stuck" });
    let discard =
        json!({ "action": "discard", "filter": filter, "reason": "seen to", "dry_run": false, "expected": 3 });
    ended(&admin, &bulk(&admin, &discard).await.expect(202)).await;
    let aside = get(&admin, stuck[0]).await;
    assert_eq!((text(&aside, "/state").as_str(), &aside["can_discard"]), ("failed", &json!(false)));
    assert_eq!(attention(&admin).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_administrator_any_more_when_their_request_runs_changes_nothing_and_the_job_says_so() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let password = secrecy::SecretString::from(testkit::fixture::PASSWORD);
    domain::identity::create_admin(&app.ctx, "other@example.com", "Other", password).await.unwrap();
    let other = app.anonymous.sign_in("other@example.com", testkit::fixture::PASSWORD).await.unwrap();
    pause_mail(&admin).await;
    let hold = json!({ "reason": "a test" });
    let _ = admin.post("/api/admin/queues/upkeep/pause", &hold).await.unwrap().expect(200);
    let open = probes(&app, 7, None).await;
    let filter = json!({ "queue": "mail", "kind": "platform.probe" });
    let cancel = json!({ "action": "cancel", "filter": filter, "reason": "not needed", "dry_run": false });
    let started = bulk(&other, &cancel).await.expect(202);
    let id = text(&other.get("/api/auth/me").await.unwrap().expect(200), "/user/id");
    let demote = json!({ "role": "user", "reason": "a test" });
    let _ = admin.patch(&format!("/api/admin/users/{id}/role"), &demote).await.unwrap().expect(200);
    let _ = admin.post("/api/admin/queues/upkeep/resume", &hold).await.unwrap().expect(200);
    let job = text(&started, "/job/id");
    let failed = until(Duration::from_secs(20), async || {
        Ok(Some(get(&admin, &job).await).filter(|job| job["state"] == "failed"))
    });
    let failed = failed.await.unwrap();
    assert_eq!(failed["error"]["code"], "not_administrator", "{failed}");
    assert!(failed.to_string().contains("Another administrator may ask for the rest"), "{failed}");
    for probe in open {
        let probe = get(&admin, probe).await;
        assert_eq!((text(&probe, "/state").as_str(), &probe["cancel_requested"]), ("queued", &json!(false)));
    }
    // The other administrator asks for the same.
    ended(&admin, &bulk(&admin, &cancel).await.expect(202)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_say_too_little_or_nonsense_are_refused() {
    let app = without_workers().await;
    let admin = app.admin().await;
    broken(&app, 2, "failed", "broken").await;
    for (request, pointer) in [
        (json!({ "action": "retry", "filter": {}, "dry_run": true }), "/filter"),
        (json!({ "action": "retry", "filter": { "q": "  " }, "dry_run": true }), "/filter"),
        (json!({ "action": "retry", "dry_run": true }), "/filter"),
        (json!({ "action": "retry", "filter": { "state": "failed" } }), "/dry_run"),
        (json!({ "action": "retry", "filter": { "state": "failed" }, "dry_run": false }), "/reason"),
        (json!({ "action": "retry", "filter": { "kind": 5 }, "dry_run": true }), "/filter/kind"),
        (json!({ "action": "retry", "filter": { "org": "vps_1" }, "dry_run": true }), "/filter/org"),
    ] {
        let reply = bulk(&admin, &request).await;
        assert_eq!((code(&reply).0, text(&reply.body, "/errors/0/pointer").as_str()), (400, pointer), "{request}");
    }
    for request in [
        json!({ "action": "explode", "filter": { "state": "failed" }, "dry_run": true }),
        json!({ "action": "retry", "filter": { "state": "happy" }, "dry_run": true }),
        json!({ "action": "retry", "filter": { "colour": "red" }, "dry_run": true }),
        json!({ "action": "retry", "filter": { "state": "failed" }, "dry_run": true, "expected": -1 }),
    ] {
        assert_eq!(code(&bulk(&admin, &request).await), (400, "invalid_request".to_owned()), "{request}");
    }
    assert_eq!(attention(&admin).await, 2);
}

/// An order whose job stands at a step in a state, without workers.
async fn order_at(app: &TestApp, step: i16, state: &str) -> String {
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, _) = app.customer("casey", "10").await;
    let plan = plan_called(&casey, SEEDED_PLAN).await.unwrap();
    let ordered = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap().expect(202);
    let sql = r#"
        update job
        set state = $1, step = $2, lease_token = 1, step_data = '{"seen": 1}', error_code = 'odd'
        where kind = 'vps.provision'"#;
    db::exec(&app.ctx.db, db::sql(sql, [state.into(), step.into()])).await.unwrap();
    text(&ordered, "/job/id")
}

fn done_steps(job: &Json) -> Vec<bool> {
    job["steps"].as_array().unwrap().iter().map(|step| step["done"].as_bool().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_job_goes_on_from_a_step_that_it_has_begun() {
    let app = without_workers().await;
    let job = order_at(&app, 2, "stuck").await;
    let admin = app.admin().await;
    let stuck = get(&admin, &job).await;
    assert_eq!(done_steps(&stuck), [true, true, false, false], "{stuck}");
    assert_eq!((text(&stuck, "/steps/1/name").as_str(), &stuck["steps"][1]["index"]), ("start", &json!(1)));
    assert!(text(&stuck, "/arguments/vps").starts_with("vps_"), "{stuck}");
    assert_eq!(stuck["can_discard"], false, "{stuck}");
    let (retry, discard) = (format!("/api/admin/jobs/{job}/retry"), format!("/api/admin/jobs/{job}/discard"));
    assert_eq!(code(&admin.post(&discard, &json!({})).await.unwrap()), (409, "not_discardable".to_owned()));
    assert_eq!(code(&admin.post(&retry, &json!({ "from_step": 3 })).await.unwrap()), (409, "not_retryable".to_owned()));
    for bad in [json!(-1), json!("create"), json!(1.5), json!(70_000)] {
        let reply = admin.post(&retry, &json!({ "from_step": bad })).await.unwrap();
        assert_eq!((code(&reply).0, text(&reply.body, "/errors/0/pointer").as_str()), (400, "/from_step"), "{bad}");
    }
    let next = admin.post(&retry, &json!({ "from_step": 1, "reason": "from there" })).await.unwrap().expect(200);
    assert_eq!(
        (text(&next, "/id"), text(&next, "/state").as_str(), done_steps(&next)),
        (job.clone(), "queued", vec![true, false, false, false])
    );
    let again = admin.post(&retry, &json!({ "from_step": 0 })).await.unwrap();
    assert_eq!(code(&again), (409, "not_retryable".to_owned()), "it is in progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_job_is_put_aside_or_taken_up_whole() {
    let app = without_workers().await;
    let admin = app.admin().await;
    let (failed, aside) = (broken(&app, 1, "failed", "broken").await[0], broken(&app, 1, "failed", "broken").await[0]);
    let retry = format!("/api/admin/jobs/{failed}/retry");
    assert_eq!(code(&admin.post(&retry, &json!({ "from_step": 0 })).await.unwrap()), (409, "not_retryable".to_owned()));
    let next = admin.post(&retry, &json!({})).await.unwrap().expect(200);
    assert_eq!(text(&next, "/retry_of"), failed.to_string());
    let discard = format!("/api/admin/jobs/{aside}/discard");
    let put = admin.post(&discard, &json!({ "reason": "known" })).await.unwrap().expect(200);
    assert_eq!(
        (text(&put, "/state").as_str(), &put["can_discard"], attention(&admin).await),
        ("failed", &json!(false), 0)
    );
    let under_way = format!("/api/admin/jobs/{}/discard", text(&next, "/id"));
    assert_eq!(code(&admin.post(&under_way, &json!({})).await.unwrap()), (409, "not_discardable".to_owned()));
    let nobody = admin.post("/api/admin/jobs/job_00000000000000000000000001/discard", &json!({})).await.unwrap();
    assert_eq!(nobody.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_found_by_cloud_and_by_error() {
    let app = without_workers().await;
    let job = order_at(&app, 0, "retry").await;
    let admin = app.admin().await;
    let cloud = text(&get(&admin, &job).await, "/cloud/id");
    for (query, found) in [
        (format!("cloud={cloud}"), 1),
        ("cloud=cloud_00000000000000000000000001".to_owned(), 0),
        ("error=odd".to_owned(), 1),
        ("error=od".to_owned(), 0),
        (format!("cloud={cloud}&error=odd&state=retry&q=web-1"), 1),
    ] {
        let page = admin.get(&format!("/api/admin/jobs?{query}")).await.unwrap().expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), found, "{query}");
    }
    let reply = admin.get("/api/admin/jobs?cloud=nonsense").await.unwrap();
    assert_eq!(text(&reply.body, "/errors/0/pointer"), "/cloud");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_with_too_much_under_way_waits() {
    let app = without_workers().await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, org) = app.customer("casey", "10").await;
    let plan = plan_called(&casey, SEEDED_PLAN).await.unwrap();
    let count = usize::try_from(app.ctx.limits.org_open_jobs).unwrap();
    probes(&app, count, Some(org)).await;
    let refused = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!(code(&refused), (429, "too_many_open_jobs".to_owned()));
    assert_eq!(
        (&refused.headers["retry-after"], &refused.headers["content-type"]),
        (&"15".parse().unwrap(), &"application/problem+json".parse().unwrap())
    );
    assert_eq!(app.balance(org).await, 10_000_000, "nothing was set aside");
    let (other, _) = app.customer("other", "10").await;
    let taken = other.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!(taken.status, 202, "{}", taken.body);
    db::exec(
        &app.ctx.db,
        db::sql("update job set state = 'succeeded', finished_at = now() where org_id = $1", [org.into()]),
    )
    .await
    .unwrap();
    let taken = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!(taken.status, 202, "{}", taken.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_refused_while_they_could_not_be_begun_in_time() {
    let app = without_workers().await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    let (casey, org) = app.customer("casey", "10").await;
    let plan = plan_called(&casey, SEEDED_PLAN).await.unwrap();
    let late = probes(&app, 1, None).await[0];
    db::exec(
        &app.ctx.db,
        db::sql("update job set queue = 'provision', run_at = now() - interval '11 min' where id = $1", [late.into()]),
    )
    .await
    .unwrap();
    let refused = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await.unwrap();
    assert_eq!(code(&refused), (503, "overloaded".to_owned()));
    assert_eq!(refused.headers["retry-after"], "60");
    assert_eq!(app.balance(org).await, 10_000_000, "nothing was set aside");
    let admin = app.admin().await;
    let reply = admin.post("/api/admin/queues/provision/pause", &json!({ "reason": "a test" })).await.unwrap();
    assert_eq!(reply.status, 200);
    // What the process saw of the queues is at most two seconds old.
    let taken = until(Duration::from_secs(10), async || {
        let reply = casey.post_once("/api/vps", &order(&plan, "web-1"), &fresh_key()).await?;
        Ok((reply.status != 503).then_some(reply))
    });
    let taken = taken.await.expect("a paused queue refuses no order");
    assert_eq!(taken.status, 202, "{}", taken.body);
}
