//! Whose machine is it? What a person does at the provider past us, and what becomes of a server there.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::rating::{Price, Rule, Stretch};
use domain::work::{Job, NewJob};
use domain::{CloudId, OrgId, VpsId, db};
use serde_json::{Value as Json, json};
use testkit::app::CLOUD_TOKEN;
use testkit::client::text;
use testkit::fixture::{await_status, fresh_key, order};
use testkit::{Client, Console, TestApp};

pub const LONG: Duration = Duration::from_secs(20);
const MONTH: i64 = 6_000_000;

/// An installation with one cloud and a customer, and a person at the provider.
pub struct World {
    pub app: TestApp,
    pub admin: Client,
    pub casey: Client,
    pub org: OrgId,
    pub plan: String,
    pub cloud: CloudId,
    pub console: Console,
}

impl World {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let plan = app.plan().await;
        let (casey, org) = app.customer("casey", "10").await;
        let cloud = db::scalar::<uuid::Uuid>(&app.ctx.db, db::sql("select id from cloud", [])).await.unwrap().unwrap();
        let console = Console::new(&app.cloud.linode_url, CLOUD_TOKEN);
        Self { admin: app.admin().await, app, casey, org, plan, cloud: CloudId(cloud), console }
    }

    /// A server that runs; its id, and its machine's.
    pub async fn server(&self, label: &str) -> (String, String) {
        let ordered = self.casey.post_once("/api/vps", &order(&self.plan, label), &fresh_key()).await.unwrap();
        let vps = text(&ordered.expect(202), "/vps/id");
        await_status(&self.casey, &vps, "running", LONG).await.unwrap();
        let machine = self.machine(&vps).await;
        (vps, machine)
    }

    pub async fn machine(&self, vps: &str) -> String {
        let id: VpsId = vps.parse().unwrap();
        let sql = "select provider_ref from vps where id = $1";
        db::scalar(&self.app.ctx.db, db::sql(sql, [id.into()])).await.unwrap().unwrap()
    }

    /// One comparison, to its end. What a job ended on within the second before is that job's to know, so it waits.
    pub async fn compare(&self) {
        self.compare_cloud(self.cloud).await;
    }

    pub async fn compare_cloud(&self, cloud: CloudId) {
        tokio::time::sleep(Duration::from_millis(1_050)).await;
        self.run(Job::ReconcileCloud { cloud: Some(cloud) }).await;
    }

    pub async fn run(&self, job: Job) {
        let tx = self.app.ctx.begin().await.unwrap();
        domain::work::enqueue(&self.app.ctx, &tx, NewJob::new(job)).await.unwrap();
        tx.commit().await.unwrap();
        self.app.run_jobs().await;
    }

    pub async fn show(&self, vps: &str) -> Json {
        self.casey.get(&format!("/api/vps/{vps}")).await.unwrap().expect(200)
    }

    pub async fn status(&self, vps: &str) -> String {
        text(&self.show(vps).await, "/status")
    }

    pub async fn act(&self, vps: &str, action: &str) {
        let acted = self.casey.post(&format!("/api/vps/{vps}/action"), &json!({ "action": action })).await.unwrap();
        assert_eq!(acted.status, 202, "{action}: {}", acted.body);
    }

    pub fn stands(&self, machine: &str) -> bool {
        let id: u64 = machine.parse().unwrap();
        self.app.cloud.truth().instances.iter().any(|one| one.id == id && !one.deleted && one.status != "deleting")
    }

    pub async fn count(&self, sql: &str) -> i64 {
        db::scalar(&self.app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap()
    }

    pub async fn told(&self, event: &str) -> i64 {
        self.count(&format!("select count(*) from activity where event = '{event}'")).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_is_renamed_at_the_provider_is_still_its_servers() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    world.console.rename(&machine, "alice-shop").await.unwrap();
    for _ in 0..3 {
        world.compare().await;
    }
    assert!(world.stands(&machine), "a customer's running machine is deleted");
    assert_eq!(world.status(&vps).await, "running");
    assert_eq!((world.told("cloud.renamed").await, world.told("cloud.orphan").await), (1, 0), "it is noted, once");
    let deleted = world.casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    assert_eq!(deleted.status, 202);
    await_status(&world.casey, &vps, "deleted", LONG).await.unwrap();
    assert!(!world.stands(&machine), "its owner deletes it all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_lost_our_tag_is_kept_and_gets_it_back() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    world.console.set_tags(&machine, &["other"]).await.unwrap();
    for _ in 0..3 {
        world.compare().await;
    }
    assert_eq!(world.status(&vps).await, "running");
    let shown = world.console.machine(&machine).await.unwrap();
    let tags: Vec<_> = shown["tags"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
    assert!(tags.contains(&"other") && tags.iter().any(|tag| tag.starts_with("env:")), "{tags:?}");
    assert_eq!((world.told("cloud.untagged").await, world.told("vps.lost").await), (1, 0));
    // A job finds it as well: nothing rests on the tag.
    world.console.set_tags(&machine, &[]).await.unwrap();
    world.act(&vps, "shutdown").await;
    await_status(&world.casey, &vps, "stopped", LONG).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_switched_at_the_provider_follows_it_within_one_comparison() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    let rests = async |state: &str| {
        testkit::fixture::until(LONG, async || {
            Ok((text(&world.console.machine(&machine).await?, "/status") == state).then_some(()))
        })
        .await
        .unwrap();
    };
    world.console.switch(&machine, "shutdown").await.unwrap();
    rests("offline").await;
    world.compare().await;
    let off = world.show(&vps).await;
    assert_eq!((text(&off, "/status"), text(&off, "/desired")), ("stopped".into(), "stopped".into()));
    world.console.switch(&machine, "boot").await.unwrap();
    rests("running").await;
    world.compare().await;
    assert_eq!(world.status(&vps).await, "running");
    assert_eq!(world.count("select count(*) from usage_segment where ended_at is null").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_checked_against_the_provider_and_not_against_the_row() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    // Its row says running for all of these.
    for action in ["boot", "reboot"] {
        world.console.switch(&machine, "shutdown").await.unwrap();
        testkit::fixture::until(LONG, async || {
            Ok((text(&world.console.machine(&machine).await?, "/status") == "offline").then_some(()))
        })
        .await
        .unwrap();
        assert_eq!(world.status(&vps).await, "running");
        world.act(&vps, action).await;
        await_status(&world.casey, &vps, "running", LONG).await.unwrap();
        assert_eq!(text(&world.console.machine(&machine).await.unwrap(), "/status"), "running", "after {action}");
    }
    world.act(&vps, "boot").await;
    await_status(&world.casey, &vps, "running", LONG).await.unwrap();
    let failed = "select count(*) from job where kind = 'vps.power' and state <> 'succeeded'";
    assert_eq!(world.count(failed).await, 0, "what is so already is done");
}

async fn tick(world: &World, at: DateTime<Utc>) {
    world.run(Job::ChargeUsage { tick: at }).await;
    world.app.check_books().await;
}

impl World {
    /// Business time is so many minutes after the server's first hour began.
    async fn at_minute(&mut self, start: DateTime<Utc>, minute: i64) -> DateTime<Utc> {
        let at = start + TimeDelta::minutes(minute);
        let now = self.app.ctx.clock.now(&self.app.ctx.db).await.unwrap();
        let sql = "select coalesce(extract(epoch from max(ahead)) * 1000000, 0)::bigint from clock_offset";
        let ahead = TimeDelta::microseconds(self.count(sql).await);
        self.app.set_ahead(ahead + (at - now)).await;
        // Some acts want a fresh proof.
        self.casey = self.casey.sign_in("casey@example.com", testkit::fixture::PASSWORD).await.unwrap();
        self.admin.renew().await.unwrap();
        at
    }

    /// What so many hours cost.
    async fn hours(&self, n: i32) -> (i64, Vec<i32>) {
        let sql = "select min(started_at) from usage_segment";
        let start: DateTime<Utc> = db::scalar(&self.app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap();
        let stretch = Stretch::first(start, Price { month_micros: MONTH, rule: Rule::CAPPED });
        (stretch.through(n.into()), (1..=n).collect())
    }

    async fn paid(&self) -> (i64, Vec<i32>) {
        let sql = "select coalesce(array_agg(hour_no order by hour_no), '{}') from usage_line";
        let hours = db::scalar(&self.app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap();
        (10_000_000 - self.app.balance(self.org).await, hours)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_server_that_is_found_keeps_its_count_of_hours() {
    let mut world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    let id: u64 = machine.parse().unwrap();
    let sql = "select started_at from usage_segment";
    let start: DateTime<Utc> = db::scalar(&world.app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap();

    // Lost in its second hour: that one is paid whole, and no tick charges another.
    world.at_minute(start, 90).await;
    world.app.cloud.hide(id, true);
    world.compare().await;
    assert_eq!(world.status(&vps).await, "running", "once is no proof");
    world.compare().await;
    assert_eq!(world.status(&vps).await, "lost");
    assert_eq!(world.paid().await, world.hours(2).await);
    tick(&world, start + TimeDelta::minutes(95)).await;
    let refused = world.casey.post(&format!("/api/vps/{vps}/action"), &json!({ "action": "boot" })).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "wrong_state"));

    // Found in the same hour, which is paid.
    world.at_minute(start, 110).await;
    world.app.cloud.hide(id, false);
    world.compare().await;
    assert_eq!((world.status(&vps).await, world.told("vps.found").await), ("running".to_owned(), 1));
    tick(&world, start + TimeDelta::minutes(115)).await;
    assert_eq!(world.paid().await, world.hours(2).await, "no hour is charged twice");
    tick(&world, start + TimeDelta::minutes(125)).await;
    assert_eq!(world.paid().await, world.hours(3).await, "the next hour is the third");

    // Lost again for hours, and stopped when it is found: it existed all the time, and none of its hours is free.
    world.at_minute(start, 200).await;
    world.app.cloud.hide(id, true);
    world.compare().await;
    world.compare().await;
    assert_eq!((world.status(&vps).await, world.paid().await), ("lost".to_owned(), world.hours(4).await));
    world.at_minute(start, 500).await;
    world.app.cloud.hide(id, false);
    world.console.switch(&machine, "shutdown").await.unwrap();
    await_off(&world, &machine).await;
    world.compare().await;
    assert_eq!(world.status(&vps).await, "stopped");
    tick(&world, start + TimeDelta::minutes(510)).await;
    assert_eq!(world.paid().await, world.hours(9).await);
    assert_eq!(world.count("select count(*) from usage_segment").await, 1, "it is one stretch of hours");

    // Its end is charged like any other, though its hours had ended before.
    let at = world.at_minute(start, 545).await;
    let deleted = world.casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    assert_eq!(deleted.status, 202);
    await_status(&world.casey, &vps, "deleted", LONG).await.unwrap();
    assert_eq!(world.paid().await, world.hours(10).await, "deleted at {at}");
    world.app.check_books().await;
}

async fn await_off(world: &World, machine: &str) {
    testkit::fixture::until(LONG, async || {
        Ok((text(&world.console.machine(machine).await?, "/status") == "offline").then_some(()))
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_server_that_is_found_by_its_deletion_is_charged_until_then() {
    let mut world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    let id: u64 = machine.parse().unwrap();
    let sql = "select started_at from usage_segment";
    let start: DateTime<Utc> = db::scalar(&world.app.ctx.db, db::sql(sql, [])).await.unwrap().unwrap();
    world.app.cloud.hide(id, true);
    world.compare().await;
    world.compare().await;
    assert_eq!(world.status(&vps).await, "lost");
    world.at_minute(start, 150).await;
    world.app.cloud.hide(id, false);
    let deleted = world.casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    assert_eq!(deleted.status, 202);
    await_status(&world.casey, &vps, "deleted", LONG).await.unwrap();
    assert!(!world.stands(&machine));
    assert_eq!(world.paid().await, world.hours(3).await, "it existed for two hours and a half");
    world.app.check_books().await;
}
