//! What a comparison does not do without an administrator: another account, many servers at once, machines that may be
//! another database's.

use domain::{CloudId, TypedId as _, db};
use redis::AsyncCommands as _;
use serde_json::{Value as Json, json};
use simulators::Stray;
use testkit::app::CLOUD_TOKEN;
use testkit::client::{micros, text};
use testkit::fixture::{await_status, connect_cloud, fresh_key, order, until};

use crate::machines::{LONG, World};

const OTHER: &str = "0DDBA11D-0000-4000-A000000000000000";
const HOUR: i64 = 8_219;

impl World {
    async fn brakes(&self) -> Json {
        self.admin.get(&format!("/api/admin/clouds/{}/brakes", self.cloud)).await.unwrap().expect(200)
    }

    async fn release(&self, body: &Json) -> Json {
        let path = format!("/api/admin/clouds/{}/release", self.cloud);
        let released = self.admin.post(&path, body).await.unwrap().expect(200);
        self.app.run_jobs().await;
        released
    }

    async fn cloud(&self) -> Json {
        self.admin.get(&format!("/api/admin/clouds/{}", self.cloud)).await.unwrap().expect(200)
    }

    /// A machine with this installation's tag that no row ever named, created so many seconds ago.
    async fn stray(&self, age_s: u32) -> String {
        let install = domain::health::install_id(&self.app.ctx).await.unwrap();
        let tags = vec!["skypanel".to_owned(), format!("env:{}", install.simple())];
        self.app.cloud.add_stray(Stray { tags, age_s, ..Stray::default() }).unwrap().to_string()
    }

    async fn servers(&self, n: usize) -> Vec<(String, String)> {
        let mut servers = Vec::new();
        for number in 0..n {
            servers.push(self.server(&format!("web-{number}")).await);
        }
        servers
    }
}

fn reasons(brakes: &Json) -> Vec<(String, String)> {
    let held = brakes["held"].as_array().unwrap();
    held.iter().map(|row| (text(row, "/kind"), text(row, "/held"))).collect()
}

fn ids(brakes: &Json) -> Vec<String> {
    brakes["held"].as_array().unwrap().iter().map(|row| text(row, "/id")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_account_is_refused_and_marks_nothing_lost() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    let foreign = "a-token-of-another-account";
    world.app.cloud.set_foreign_token(foreign, OTHER);
    let path = format!("/api/admin/clouds/{}", world.cloud);
    let _ = world.admin.patch(&path, &json!({ "token": foreign })).await.unwrap().expect(202);
    let refused = until(LONG, async || {
        let cloud = world.cloud().await;
        Ok((cloud["status"] == "invalid").then_some(cloud))
    })
    .await
    .unwrap();
    assert!(text(&refused, "/status_detail").contains("another account"), "{refused}");
    assert_eq!(refused["paused"], true, "no job asks the other account");
    assert_eq!(world.told("cloud.account").await, 1);
    // A deletion waits for the right token instead of believing that the machine does not exist.
    let deleted = world.casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    assert_eq!(deleted.status, 202);
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!((world.status(&vps).await.as_str(), world.stands(&machine)), ("deleting", true));
    let _ = world.admin.patch(&path, &json!({ "token": CLOUD_TOKEN })).await.unwrap().expect(202);
    await_status(&world.casey, &vps, "deleted", LONG).await.unwrap();
    assert!(!world.stands(&machine));
    let cloud = world.cloud().await;
    assert_eq!((text(&cloud, "/status"), &cloud["paused"]), ("valid".to_owned(), &json!(false)));
    world.app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_changes_under_its_token_marks_nothing_lost_until_it_is_accepted() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    world.app.cloud.set_foreign_token(CLOUD_TOKEN, OTHER);
    for _ in 0..3 {
        world.compare().await;
    }
    assert_eq!((world.status(&vps).await.as_str(), world.told("cloud.account").await), ("running", 1));
    assert_eq!(world.count("select count(*) from usage_segment where ended_at is null").await, 1, "charging continues");
    let brakes = world.brakes().await;
    assert_eq!(text(&brakes, "/other_account"), OTHER);
    assert_ne!(text(&brakes, "/account"), OTHER);
    assert_eq!(world.cloud().await["other_account"], true);
    // An administrator accepts the account that was shown.
    let path = format!("/api/admin/clouds/{}/release", world.cloud);
    let body = json!({ "findings": [], "account": "yet another", "reason": "a guess" });
    let refused = world.admin.post(&path, &body).await.unwrap();
    assert_eq!((refused.status.as_u16(), refused.text("/code").as_str()), (409, "shown_otherwise"));
    // The account is the former one again: comparing continues by itself.
    world.app.cloud.set_token(CLOUD_TOKEN, true);
    world.compare().await;
    assert_eq!(world.cloud().await["other_account"], false);
    assert!(world.stands(&machine));
    // Accepted, its word counts: the machine is not there.
    world.app.cloud.set_foreign_token(CLOUD_TOKEN, OTHER);
    world.compare().await;
    world.release(&json!({ "findings": [], "account": OTHER, "reason": "we moved" })).await;
    world.compare().await;
    assert_eq!(world.status(&vps).await, "lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_does_not_believe_another_account_that_the_machine_is_gone() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    world.app.cloud.set_foreign_token(CLOUD_TOKEN, OTHER);
    let deleted = world.casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    let job = text(&deleted.expect(202), "/job/id");
    let stuck = until(LONG, async || {
        let job = world.admin.get(&format!("/api/admin/jobs/{job}")).await?.body;
        Ok((job["state"] == "stuck").then_some(job))
    })
    .await
    .unwrap();
    assert!(stuck.to_string().contains("another account"), "{stuck}");
    assert_eq!(world.count("select count(*) from usage_segment where ended_at is null").await, 1);
    world.app.cloud.set_token(CLOUD_TOKEN, true);
    let retried =
        world.admin.post(&format!("/api/admin/jobs/{job}/retry"), &json!({ "reason": "mended" })).await.unwrap();
    assert_eq!(retried.status, 200, "{}", retried.body);
    await_status(&world.casey, &vps, "deleted", LONG).await.unwrap();
    assert!(!world.stands(&machine));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_that_vanish_are_lost_and_more_wait_for_an_administrator() {
    let world = World::start().await;
    let servers = world.servers(5).await;
    for (_, machine) in &servers[..4] {
        assert!(world.app.cloud.vanish(machine.parse().unwrap()));
    }
    for _ in 0..3 {
        world.compare().await;
    }
    for (vps, _) in &servers {
        assert_eq!(world.status(vps).await, "running");
    }
    assert_eq!(world.count("select count(*) from usage_segment where ended_at is null").await, 5, "charging continues");
    let brakes = world.brakes().await;
    assert_eq!(reasons(&brakes), vec![("missing".to_owned(), "too_many".to_owned()); 4]);
    assert_eq!(micros(&brakes, "/lost_hourly"), 4 * HOUR, "what they bring in an hour");
    assert_eq!((world.told("cloud.held").await, world.cloud().await["held"].as_i64()), (1, Some(4)));
    // One is allowed: it is lost, and three are no longer too many.
    world.release(&json!({ "findings": [ids(&brakes)[0]], "reason": "seen at the provider" })).await;
    world.compare().await;
    let lost = world.count("select count(*) from vps where status = 'lost'").await;
    assert_eq!(lost, 4);
    assert_eq!(world.status(&servers[4].0).await, "running");
    assert_eq!(world.brakes().await["held"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_nobody_knows_is_deleted_only_if_it_is_older_than_our_newest_server() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    let (old, new) = (world.stray(3_600).await, world.stray(0).await);
    for _ in 0..2 {
        world.compare().await;
    }
    assert_eq!([world.stands(&old), world.stands(&new), world.stands(&machine)], [false, true, true]);
    let brakes = world.brakes().await;
    assert_eq!(reasons(&brakes), [("orphan".to_owned(), "newer".to_owned())]);
    assert_eq!(micros(&brakes, "/orphans_hourly"), 7_500, "what it costs in an hour");
    world.release(&json!({ "findings": ids(&brakes), "reason": "not ours" })).await;
    assert_eq!([world.stands(&new), world.stands(&machine)], [false, true]);
    assert_eq!(world.status(&vps).await, "running");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_machines_that_nobody_knows_are_not_deleted_at_once() {
    let world = World::start().await;
    world.server("web-1").await;
    let mut strays = Vec::new();
    for _ in 0..4 {
        strays.push(world.stray(3_600).await);
    }
    world.compare().await;
    assert!(strays.iter().all(|stray| world.stands(stray)));
    let brakes = world.brakes().await;
    assert_eq!(reasons(&brakes), vec![("orphan".to_owned(), "too_many".to_owned()); 4]);
    assert_eq!(micros(&brakes, "/orphans_hourly"), 4 * 7_500);
    world.release(&json!({ "findings": ids(&brakes), "reason": "an old test" })).await;
    assert!(strays.iter().all(|stray| !world.stands(stray)));
}

/// The mark in Redis, as the next comparison finds it.
async fn redis_mark(world: &World, write: Option<&str>) -> Option<String> {
    let client = redis::Client::open(std::env::var("REDIS_URL").unwrap()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let database = world.app.database().url.path().trim_start_matches('/').to_owned();
    let key = format!("{database}-epoch:{}", world.cloud.uuid().simple());
    match write {
        Some("") => redis.del::<_, ()>(&key).await.unwrap(),
        Some(mark) => redis.set::<_, _, ()>(&key, mark).await.unwrap(),
        None => {}
    }
    redis.get(&key).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_whose_marks_do_not_fit_only_reports_until_it_is_trusted() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    world.compare().await;
    let mark = redis_mark(&world, None).await.expect("the first comparison writes the mark");
    let shown = world.console.machine(&machine).await.unwrap();
    let carries = |tag: &Json| tag.as_str().is_some_and(|tag| tag.starts_with("epoch:") && tag.ends_with(&mark));
    assert!(shown["tags"].as_array().unwrap().iter().any(carries), "{shown}");

    let another = uuid::Uuid::from_u128(7).simple().to_string();
    for (spoiled, words) in [("", "missing"), (another.as_str(), "another database")] {
        redis_mark(&world, Some(spoiled)).await;
        let stray = world.stray(3_600).await;
        world.compare().await;
        world.compare().await;
        assert!(world.stands(&stray), "{words}");
        let brakes = world.brakes().await;
        assert_eq!(reasons(&brakes), [("orphan".to_owned(), "epoch".to_owned())]);
        assert!(text(&brakes, "/untrusted").contains(words), "{brakes}");
        world.release(&json!({ "findings": ids(&brakes), "trust": true, "reason": "it is the right one" })).await;
        assert_eq!((world.stands(&stray), world.stands(&machine)), (false, true));
        assert_eq!(world.brakes().await["untrusted"], Json::Null, "the marks are new and fit");
    }
    // A database that was restored or copied is another place; so is one that was told to mistrust itself.
    let forget = "update cloud set epoch_place = 'elsewhere'";
    db::exec(&world.app.ctx.db, db::sql(forget, [])).await.unwrap();
    let stray = world.stray(3_600).await;
    world.compare().await;
    assert!(world.stands(&stray));
    assert!(text(&world.brakes().await, "/untrusted").contains("restored, copied or moved"));
    assert_eq!(domain::cloud::forget_marks(&world.app.ctx, &domain::Actor::Operator).await.unwrap(), 1);
    world.compare().await;
    assert!(world.stands(&stray), "without a mark it only reports");
    // Nothing else is held back.
    world.act(&vps, "reboot").await;
    await_status(&world.casey, &vps, "running", LONG).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_and_destroying_advances_the_mark() {
    let world = World::start().await;
    let (vps, _) = world.server("web-1").await;
    world.compare().await;
    let first = redis_mark(&world, None).await;
    world.compare().await;
    assert_eq!(redis_mark(&world, None).await, first, "nothing happened meanwhile");
    world.server("web-2").await;
    world.compare().await;
    let second = redis_mark(&world, None).await;
    assert_ne!(second, first, "a backup from before knows one server less");
    let deleted = world.casey.delete(&format!("/api/vps/{vps}"), Some(&json!({ "label": "web-1" }))).await.unwrap();
    assert_eq!(deleted.status, 202);
    await_status(&world.casey, &vps, "deleted", LONG).await.unwrap();
    world.compare().await;
    let third = redis_mark(&world, None).await;
    assert_ne!(third, second);
    let stray = world.stray(3_600).await;
    world.compare().await;
    assert!(!world.stands(&stray));
    assert_ne!(redis_mark(&world, None).await, third);
    assert_eq!(world.brakes().await["untrusted"], Json::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_our_own_order_is_deleted_as_ever() {
    let world = World::start().await;
    world.server("web-1").await;
    let queue = async |verb: &str| {
        let path = format!("/api/admin/queues/provision/{verb}");
        let _ = world.admin.post(&path, &json!({ "reason": "a test" })).await.unwrap().expect(200);
    };
    queue("pause").await;
    let ordered = world.casey.post_once("/api/vps", &order(&world.plan, "web-2"), &fresh_key()).await.unwrap();
    let ordered = ordered.expect(202);
    let cancel = format!("/api/admin/jobs/{}/cancel", text(&ordered, "/job/id"));
    let _ = world.admin.post(&cancel, &json!({ "reason": "a mistake" })).await.unwrap().expect(200);
    queue("resume").await;
    // A request that had left before is carried out late.
    let label = format!("sp-{}", text(&ordered, "/vps/id").trim_start_matches("vps_"));
    let install = domain::health::install_id(&world.app.ctx).await.unwrap();
    let tags = vec!["skypanel".to_owned(), format!("env:{}", install.simple())];
    let late = world.app.cloud.add_stray(Stray { label: Some(label), tags, ..Stray::default() }).unwrap();
    world.compare().await;
    assert!(!world.stands(&late.to_string()), "it costs money, and nobody has it");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clouds_of_one_account_do_not_take_each_others_machines() {
    let world = World::start().await;
    let (vps, machine) = world.server("web-1").await;
    let second = connect_cloud(&world.admin, &world.app.cloud.linode_url, CLOUD_TOKEN).await.unwrap();
    let second: CloudId = second.parse().unwrap();
    world.app.run_jobs().await;
    for _ in 0..3 {
        world.compare_cloud(second).await;
        world.compare().await;
    }
    assert_eq!((world.stands(&machine), world.status(&vps).await.as_str()), (true, "running"));
    assert_eq!(world.told("cloud.orphan").await, 0);
}
