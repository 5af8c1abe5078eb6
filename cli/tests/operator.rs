//! The operators' commands, as they are typed: the built binary on a database of its own.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use domain::work::{Job, NewJob, enqueue_many};
use domain::{JobId, db};
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::{AppOptions, TEST_SECRET};

/// Runs `skypanel` with these words; `input` is what the operator types.
fn skypanel(app: &TestApp, words: &[&str], input: &str) -> Output {
    fed(command(app, words), input)
}

fn command(app: &TestApp, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skypanel"));
    command
        .args(words)
        .env_clear()
        .envs([("APP_ENV", "development"), ("JWT_SECRET", TEST_SECRET), ("SSH_CRED_SECRET", TEST_SECRET)])
        .env("DATABASE_URL", app.database().url.as_str());
    command
}

fn fed(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses does not read its input.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The command with its output cut off before the first byte, as `| head -0` does.
fn unread(app: &TestApp, words: &[&str]) -> Output {
    let mut child =
        command(app, words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

/// What a command that succeeds writes.
#[track_caller]
fn said(app: &TestApp, words: &[&str]) -> String {
    let output = skypanel(app, words, "");
    assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The same as JSON.
#[track_caller]
fn json_of(app: &TestApp, words: &[&str]) -> Value {
    let out = said(app, &[words, &["--json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{words:?}: {error}: {out}"))
}

/// What a command that is refused says; it writes nothing and exits with 1.
#[track_caller]
fn refused(app: &TestApp, words: &[&str], input: &str) -> String {
    let output = skypanel(app, words, input);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""), "{words:?}");
    text(&output.stderr)
}

async fn app() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

/// Probes that failed.
async fn failed(app: &TestApp, count: usize) -> Vec<JobId> {
    let tx = app.ctx.begin().await.unwrap();
    let new: Vec<_> = (0..count).map(|_| NewJob::new(Job::Probe { sleep_ms: None })).collect();
    let ids = enqueue_many(&app.ctx, &tx, &new).await.unwrap();
    let sql = "update job set state = 'failed', finished_at = now(), error_code = 'broken', \
               error = '{\"admin\": \"it broke\"}' where id = any($1)";
    db::exec(&tx, db::sql(sql, [db::uuids(&ids)])).await.unwrap();
    tx.commit().await.unwrap();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_listed_shown_and_taken_up() {
    let app = app().await;
    let job = failed(&app, 1).await[0].to_string();
    let table = said(&app, &["jobs", "list", "--state", "failed"]);
    assert!(table.contains(&job) && table.contains("platform.probe") && table.contains("it broke"), "{table}");
    assert_eq!(said(&app, &["jobs", "list", "--kind", "vps.provision"]).trim(), "none");
    let listed = json_of(&app, &["jobs", "list", "--error", "broken"]);
    assert_eq!((&listed["items"][0]["id"], &listed["next"]), (&json!(job), &Value::Null));
    let shown = said(&app, &["jobs", "show", &job]);
    assert!(shown.contains("it broke") && shown.contains("retry, discard"), "{shown}");
    assert_eq!(
        json_of(&app, &["jobs", "show", &job])["steps"],
        json!([{ "index": 0, "name": "probe", "done": false }])
    );
    let next = json_of(&app, &["jobs", "retry", &job, "--reason", "mended"]);
    assert_eq!((&next["retry_of"], &next["state"]), (&json!(job), &json!("queued")));
    let again = refused(&app, &["jobs", "retry", &job, "--json"], "");
    assert!(again.contains("not_retryable") && again.contains("already been retried by another"), "{again}");
    let next = next["id"].as_str().unwrap();
    assert!(said(&app, &["jobs", "cancel", next]).contains("is cancelled"));
    assert!(said(&app, &["jobs", "discard", next]).contains("is cancelled"));
    assert_eq!(json_of(&app, &["jobs", "counts"])["by_state"]["cancelled"], 1);
    let reasons: Option<Vec<String>> = db::scalar(
        &app.ctx.db,
        db::sql(
            "select array_agg(r.reason order by a.id) from activity a join act_reason r on r.activity_id = a.id \
             where event like 'job.%' and actor_id is null",
            [],
        ),
    )
    .await
    .unwrap();
    assert_eq!(reasons.unwrap(), ["mended (command line)", "command line", "command line"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_counted_and_the_number_is_typed() {
    let app = app().await;
    failed(&app, 3).await;
    let words = ["jobs", "retry", "--all", "--state", "failed", "--reason", "mended"];
    let counted = json_of(&app, &[&words[..], &["--dry-run"]].concat());
    assert_eq!((&counted["count"], &counted["job"]), (&json!(3), &Value::Null));
    assert!(refused(&app, &words, "4\n").contains("that is not 3; nothing was changed"));
    assert!(refused(&app, &words, "").contains("nothing was changed"));
    assert!(refused(&app, &["jobs", "cancel", "--all", "--reason", "x"], "").contains("at least one filter"));
    assert!(
        refused(&app, &["jobs", "cancel", "--all", "--queue", "power", "--reason", "x"], "").contains("no job matches")
    );
    let typed = skypanel(&app, &words, "3\n");
    assert!(typed.status.success() && text(&typed.stderr).contains("Type 3 to retry"), "{}", text(&typed.stderr));
    assert!(text(&typed.stdout).contains("will retry 3 jobs"), "{}", text(&typed.stdout));
    let started = json_of(&app, &["jobs", "discard", "--all", "--kind", "platform.probe", "--reason", "x", "--yes"]);
    assert_eq!((&started["count"], &started["job"]["kind"]), (&json!(3), &json!("platform.bulk")));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_make_no_sense_are_refused_before_anything_is_done() {
    let app = app().await;
    let job = failed(&app, 1).await[0].to_string();
    for words in [
        &["jobs", "retry"][..],
        &["jobs", "retry", &job, "--all", "--reason", "x"],
        &["jobs", "retry", &job, "--state", "failed"],
        &["jobs", "retry", "--all", "--state", "failed"],
        &["jobs", "cancel", &job, "--dry-run"],
        &["jobs", "list", "--state", "happy"],
        &["jobs", "pause", "fax", "--reason", "x"],
        &["jobs", "pause", "mail"],
        &["jobs", "show", "vps_1"],
        &["jobs", "stats", "--window", "2h"],
        &["workers", "quiet", "nobody"],
    ] {
        let output = skypanel(&app, words, "");
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", text(&output.stdout));
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{words:?}");
    }
    assert_eq!(json_of(&app, &["jobs", "counts"])["attention"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_workers_schedules_and_clouds_are_steered() {
    let app = app().await;
    testkit::seed::organisations(&app.ctx, 0).await.unwrap();
    for entry in domain::schedule::TIMETABLE {
        domain::schedule::ensure(&app.ctx, entry).await.unwrap();
    }
    let paused = json_of(&app, &["jobs", "pause", "mail", "--reason", "the server moves"]);
    assert_eq!(
        (&paused["paused"], &paused["paused_reason"]),
        (&json!(true), &json!("the server moves (command line)"))
    );
    assert!(said(&app, &["queues"]).contains("paused: the server moves"));
    assert!(refused(&app, &["jobs", "pause", "power", "--reason", " "], "").contains("/reason"));
    assert_eq!(json_of(&app, &["jobs", "resume", "mail"])["paused"], false);
    let tuned = json_of(&app, &["queues", "tune", "power", "--window", "99", "--reason", "x"]);
    assert_eq!(tuned["window"], 99);
    assert!(
        refused(&app, &["queues", "tune", "power", "--window", "0", "--reason", "x"], "").contains("choose 1 to 2000")
    );
    assert_eq!(json_of(&app, &["queues"])["items"].as_array().unwrap().len(), 5);
    assert_eq!(json_of(&app, &["workers"]), json!({ "items": [] }));
    assert!(refused(&app, &["workers", "quiet", "nobody", "--reason", "x"], "").contains("not_found"));
    assert!(said(&app, &["schedules"]).contains("platform.tidy"));
    let set = json_of(&app, &["schedules", "set-cron", "platform.tidy", "*/10 * * * *", "--reason", "x"]);
    assert_eq!(set["cron"], "*/10 * * * *");
    let never = refused(&app, &["schedules", "set-cron", "platform.tidy", "0 0 31 2 *", "--reason", "x"], "");
    assert!(never.contains("/cron") && never.contains("never happens"), "{never}");
    assert_eq!(json_of(&app, &["schedules", "pause", "platform.tidy", "--reason", "x"])["paused"], true);
    assert_eq!(json_of(&app, &["schedules", "resume", "platform.tidy", "--reason", "x"])["paused"], false);
    let run = json_of(&app, &["schedules", "run", "platform.tidy", "--reason", "x"]);
    let history = json_of(&app, &["schedules", "history", "platform.tidy"]);
    assert_eq!((&history["items"][0]["job"]["id"], &history["items"][0]["manual"]), (&run["job"]["id"], &json!(true)));
    assert_eq!(json_of(&app, &["cloud", "pause", "seed", "--reason", "x"])["paused"], true);
    assert!(said(&app, &["cloud"]).contains("paused: x"));
    let id = json_of(&app, &["cloud", "list"])["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(json_of(&app, &["cloud", "resume", &id, "--reason", "x"])["paused"], false);
    assert!(refused(&app, &["cloud", "pause", "nimbus", "--reason", "x"], "").contains("no cloud \"nimbus\""));
    let stats = json_of(&app, &["jobs", "stats", "--window", "24h"]);
    assert_eq!((&stats["window_s"], &stats["total"]["done"]), (&json!(86_400), &json!(0)));
    assert!(said(&app, &["jobs", "stats"]).contains("Over the last 60 min"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_has_left_is_no_fault() {
    let app = app().await;
    let job = failed(&app, 3).await[0].to_string();
    for words in [
        &["jobs", "list", "--json"][..],
        &["jobs", "list"],
        &["jobs", "show", &job],
        &["jobs", "counts", "--json"],
        &["queues"],
        &["openapi"],
        &["env-example"],
        &["jobs", "retry", &job, "--reason", "mended"],
    ] {
        let output = unread(&app, words);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{words:?}");
    }
    assert_eq!(json_of(&app, &["jobs", "show", &job])["state"], "failed");
    assert!(
        json_of(&app, &["jobs", "list", "--state", "queued"])["items"].as_array().unwrap().len() == 1,
        "it was done"
    );
    // Another fault of the output is one: here a full disk.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(&app, &["queues"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("output could not be written"), "{}", text(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_chosen_as_the_owner() {
    let app = app().await;
    let owner = testkit::database::connect(&app.database().owner_url).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(
        &owner,
        "revoke execute on function may_choose_roles() from skypanel_app",
    )
    .await
    .unwrap();
    let words = ["admin", "create", "--email", "new@example.com"];
    let password = "correct horse battery 7\n";
    let said = refused(&app, &words, password);
    assert!(said.contains("DATABASE_OWNER_URL") && said.contains("nothing was changed"), "{said}");
    let mut as_owner = command(&app, &words);
    as_owner.env("DATABASE_OWNER_URL", app.database().owner_url.as_str());
    let output = fed(as_owner, password);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(refused(&app, &words, "nul\0in it, which no form sends\n").contains("NUL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_names_how_it_is_changed() {
    let app = app().await;
    let mut wrong = app.database().url.clone();
    wrong.set_password(Some("no-longer-this")).unwrap();
    for (variable, words) in [("DATABASE_URL", &["queues"][..]), ("DATABASE_OWNER_URL", &["migrate", "status"])] {
        let mut command = command(&app, words);
        command.env(variable, wrong.as_str());
        let output = fed(command, "");
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains("Change a password of the database"), "{said}");
        assert!(said.contains(variable) && !said.contains("no-longer-this"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_warns_of_what_works_and_should_not_stay_so() {
    let app = app().await;
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = metrics.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in metrics.incoming().flatten() {
            drop(std::io::Read::read(&mut stream, &mut [0; 1024]));
            drop(stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nhttp_untrusted_forwarded_total 3\n"));
        }
    });
    let mut doctor = command(&app, &["doctor", "--env-file", "-"]);
    doctor.envs([("CLIENT_URL", "https://panel.acme.com"), ("METRICS_ADDR", at.as_str())]);
    let said = text(&fed(doctor, "SMTP2GO_PASSWORD=MARK$word\nFROM_NAME='$'\nREDIS_PASSWORD=a/b\n").stdout);
    for words in [
        "warn  settings   TRUST_PROXY is empty",
        "warn  settings   SMTP2GO_PASSWORD has a $ outside",
        "warn  settings   REDIS_PASSWORD becomes part of an address",
        "warn  proxy      3 requests came through a proxy",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert!(!said.contains("MARK") && !said.contains("FROM_NAME"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_organisations_are_created_bounded_and_let_in_again() {
    let app = app().await;
    let made = json_of(&app, &["user", "create", "dana@example.com", "--name", "Dana"]);
    assert_eq!((&made["email"], &made["state"]), (&json!("dana@example.com"), &json!("unverified")));
    let mail = db::sql("select count(*) from job where params->>'mail' = 'account_created'", []);
    assert_eq!(db::scalar::<i64>(&app.ctx.db, mail).await.unwrap(), Some(1));
    let org = json_of(&app, &["org", "create", "Second", "--owner", "dana@example.com"]);
    assert_eq!((&org["name"], &org["owner"]), (&json!("Second"), &json!("dana@example.com")));
    let id = org["id"].as_str().unwrap();
    let bounded = json_of(&app, &["org", "quota", id, "--vps", "3", "--keys", "1", "--reason", "a test"]);
    assert_eq!((&bounded["quotas"]["servers"]["limit"], &bounded["quotas"]["keys"]["limit"]), (&json!(3), &json!(1)));
    let reset = json_of(&app, &["org", "quota", id, "--default", "--reason", "a test"]);
    assert_eq!(reset["quotas"], org["quotas"]);
    let both = skypanel(&app, &["org", "quota", id, "--default", "--vps", "3", "--reason", "a test"], "");
    assert_eq!(both.status.code(), Some(2), "one or the other");

    let shut = db::sql("update org set ip_allow = '{203.0.113.0/24}'", []);
    db::exec(&app.ctx.db, shut).await.unwrap();
    assert!(said(&app, &["org", "show", id]).contains("203.0.113.0/24"));
    let lifted = json_of(&app, &["org", "lift-networks", id, "--reason", "their office moved"]);
    assert_eq!(lifted["security"], json!({ "require_mfa": false, "ip_allow": [] }));

    app.customer("casey", "0").await;
    let sessions = json_of(&app, &["user", "sessions", "casey@example.com"]);
    let session = sessions["items"][0]["id"].as_str().unwrap();
    let ended = json_of(&app, &["user", "sessions", "casey@example.com", "--end", session, "--reason", "a lost phone"]);
    assert_eq!(ended["items"].as_array().unwrap().len() + 1, sessions["items"].as_array().unwrap().len());
    let again = ["user", "sessions", "casey@example.com", "--end", session, "--reason", "a lost phone"];
    assert!(refused(&app, &again, "").contains("not found"));
}
