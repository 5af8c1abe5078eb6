//! Rows of the version before arrive in the schema of today.

use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use testkit::database::{TestDatabase, connect};

/// Names of versions that databases out there remember, in the order in which they were applied.
const RELEASED: [&str; 2] = ["m20261122_000001_initial", "m20261123_000002_platform"];

/// What an installation of version 2 held.
const ROWS_OF_2: &str = "
insert into provider_account (id, kind, name, account_email, token_sealed, token_hint, status, created_at)
values ('00000000-0000-7000-8000-00000000c001', 'linode', 'main', 'owner@example.com', '', '…main', 'valid', now());
insert into provider_account (id, kind, name, token_sealed, token_hint, status, created_at, paused_at, paused_reason)
values
  ('00000000-0000-7000-8000-00000000c002', 'linode', 'refused', '', '…0002', 'invalid', now(), now(),
   'The provider refused the token. Give it a new one under Clouds; validation lets its jobs go on.'),
  ('00000000-0000-7000-8000-00000000c003', 'linode', 'rested', '', '…0003', 'valid', now(), now(), 'a rest');
insert into provider_budget (provider_account_id, bucket, capacity, per_s, tokens)
values ('00000000-0000-7000-8000-00000000c001', 'read', 10, 1, 10);
insert into job (id, kind, queue, params, target_type, target_id, max_attempts, deadline_at)
values ('00000000-0000-7000-8000-000000000a01', 'provider.validate', 'upkeep',
  '{\"account\": \"cloud_1\", \"kept\": 1}', 'provider_account', '00000000-0000-7000-8000-00000000c001', 3, now());
insert into job (id, kind, queue, state, step_data, target_type, target_id, max_attempts, deadline_at)
values ('00000000-0000-7000-8000-000000000a02', 'vps.power', 'power', 'waiting',
  '{\"since\": 5, \"sight\": {\"gone\": true}}', 'vps', '00000000-0000-7000-8000-00000000b001', 3, now());
insert into job_step (job_id, step, lease_token, phase, name)
values
  ('00000000-0000-7000-8000-000000000a02', 0, 1, 'intent', 'power'),
  ('00000000-0000-7000-8000-000000000a02', 0, 1, 'undone', 'power');
insert into job_bulk (id, action, filter, reason, up_to, total, created_at)
values ('00000000-0000-7000-8000-0000000000b1', 'retry', '{\"state\": \"failed\"}', 'why', gen_random_uuid(), 1, now());
insert into job_stat (step_s, at, kind, queue, done, failed, retried, waits, runs)
values (60, now(), 'catalog.sync', 'upkeep', 1, 0, 0, '{1}', '{1}');
select archive_prepare('2026-05-01');
insert into job_archive (id, kind, queue, params, state, target_type, target_id, max_attempts, deadline_at, finished_at)
values ('00000000-0000-7000-8000-000000000a03', 'catalog.sync', 'upkeep', '{\"account\": \"cloud_1\"}', 'succeeded',
  'provider_account', '00000000-0000-7000-8000-00000000c001', 3, '2026-05-02', '2026-05-02');
insert into job_step_archive (job_id, step, lease_token, phase, name, finished_at)
values ('00000000-0000-7000-8000-000000000a03', 0, 1, 'undone', 'sync', '2026-05-02');
insert into schedule (name, cron, catch_up, last_tick, job_kind)
values ('provider.reconcile', '0 */5 * * * *', '1 hour', now(), 'provider.reconcile');
insert into schedule (name, cron, catch_up, last_tick)
values
  ('weekly', '0 3 * * 2,Wed,6-7', '1 hour', now()),
  ('stepped', '30 0  3 * * 2/3', '1 hour', now()),
  ('either', '0 3 1 * 2', '1 hour', now()),
  ('daily', '0 3 1 * */2', '1 hour', now());
insert into plan (id, provider_account_id, type_id, name, markup_month_micros, created_at)
values ('00000000-0000-7000-8000-00000000d001', '00000000-0000-7000-8000-00000000c001', 'vanished', 'Old', 1, now());
insert into schedule_tick (name, tick_at, job_id)
values ('provider.reconcile', now(), '00000000-0000-7000-8000-000000000a01');
";

/// A query in the schema of today, and what it says of those rows.
const ARRIVED: &[(&str, &str)] = &[
    ("select name || ' ' || provider || ' ' || email from cloud where name = 'main'", "main linode owner@example.com"),
    (
        "select string_agg(name || ' ' || coalesce(paused_by, '-'), ', ' order by name) from cloud",
        "main -, refused platform, rested operator",
    ),
    ("select bucket from cloud_budget join cloud on id = cloud_id where name = 'main'", "read"),
    (
        "select kind || ' ' || target_type || ' ' || params from job_open where kind like '%validate'",
        r#"cloud.validate cloud {"kept": 1, "cloud": "cloud_1"}"#,
    ),
    (
        "select step_data::text || ' ' || news from job_takeable where kind = 'vps.power'",
        r#"{"since": 5} {"gone": true}"#,
    ),
    ("select string_agg(phase, ', ' order by at) from job_step where step = 0", "intent, failed"),
    ("select version || ' ' || filter from job_bulk", r#"1 {"state": "failed"}"#),
    ("select kind from job_stat", "cloud.sync"),
    ("select kind || ' ' || target_type || ' ' || params from job_archive", r#"cloud.sync cloud {"cloud": "cloud_1"}"#),
    ("select phase from job_step_archive", "failed"),
    (
        "select s.job_kind || ' ' || t.name from schedule s join schedule_tick t using (name)",
        "cloud.reconcile cloud.reconcile",
    ),
    (
        "select string_agg(name || ': ' || cron, '; ' order by name) from schedule where name !~ '[.]'",
        "daily: 0 3 1 * */2; either: 0 3 1 * MON; stepped: 30 0 3 * * MON,THU; weekly: 0 3 * * MON,Wed,FRI,SAT",
    ),
    ("select string_agg(metadata ->> 'schedule', ' ') from activity where event = 'schedule.change'", "either"),
    ("select type_id from plan join cloud_type t on t.id = type_id where t.gone_at is not null", "vanished"),
    (
        "select count(*) || '' from pg_class c full join pg_constraint k on false \
         where coalesce(relname, conname) ~ 'provider_account|provider_budget|account_running'",
        "0",
    ),
];

async fn word(db: &DatabaseConnection, query: &str) -> String {
    let row = domain::db::scalar(db, domain::db::sql(query, [])).await;
    row.unwrap_or_else(|error| panic!("{query}: {error}")).unwrap_or_else(|| panic!("no row: {query}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_the_version_before_arrive() {
    let database = TestDatabase::create().await.unwrap();
    let owner = connect(&database.owner_url).await.unwrap();
    migration::reset(&owner).await.unwrap();
    migration::up_to(&owner, RELEASED[1]).await.unwrap();
    let applied = "select string_agg(version, ' ' order by version) from seaql_migrations";
    assert_eq!(word(&owner, applied).await, RELEASED.join(" "), "a database of before has nothing else pending");
    owner.execute_unprepared(ROWS_OF_2).await.unwrap();

    migration::up(&owner).await.unwrap();

    assert!(migration::status(&owner).await.unwrap().iter().all(|(_, applied)| *applied), "nothing is pending");
    let app = connect(&database.url).await.unwrap();
    for (query, said) in ARRIVED {
        assert_eq!(&word(&app, query).await, said, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_cloud_says_who_paused_it() {
    let database = TestDatabase::create().await.unwrap();
    let app = connect(&database.url).await.unwrap();
    let cloud = |columns: &str, values: &str| {
        format!(
            "insert into cloud (id, provider, name, token_sealed, token_hint, status, created_at, {columns}) \
             values (gen_random_uuid(), 'linode', 'c', '', '', 'valid', now(), {values})"
        )
    };
    app.execute_unprepared(&cloud("paused_at, paused_by", "now(), 'operator'")).await.unwrap();
    for (columns, values) in
        [("paused_at", "now()"), ("paused_by", "'platform'"), ("paused_at, paused_by", "now(), 'me'")]
    {
        let refused = app.execute_unprepared(&cloud(columns, values)).await.unwrap_err().to_string();
        assert!(refused.contains("violates check constraint \"cloud_paused"), "{columns}: {refused}");
    }
}

/// A session of before with three living tokens, as parallel renewals left it.
const FORKED: &str = "
insert into app_user (id, email, password_hash, name, role, epoch_changed_at, created_at)
values ('00000000-0000-7000-8000-00000000d001', 'casey@example.com', '', 'Casey', 'user', now(), now());
insert into org (id, name, vps_quota, created_at)
values ('00000000-0000-7000-8000-00000000d002', 'Casey', 1, now());
insert into session (id, user_id, org_id, created_at, expires_at)
values ('00000000-0000-7000-8000-00000000d003', '00000000-0000-7000-8000-00000000d001',
  '00000000-0000-7000-8000-00000000d002', now(), now() + interval '7 days');
insert into refresh_token (hash, session_id, created_at, used_at)
select convert_to(name, 'UTF8'), '00000000-0000-7000-8000-00000000d003', now() + age, used
from (values ('used', interval '0', now()), ('old', '1 s', null), ('newer', '2 s', null), ('newest', '3 s', null))
  as t (name, age, used);
";

#[tokio::test(flavor = "multi_thread")]
async fn a_forked_session_keeps_its_newest_token() {
    let database = TestDatabase::create().await.unwrap();
    let owner = connect(&database.owner_url).await.unwrap();
    migration::reset(&owner).await.unwrap();
    migration::up_to(&owner, "m20261129_000003_names").await.unwrap();
    owner.execute_unprepared(FORKED).await.unwrap();
    migration::up(&owner).await.unwrap();
    let living = "select string_agg(convert_from(hash, 'UTF8'), ' ') from refresh_token where used_at is null";
    assert_eq!(word(&owner, living).await, "newest");
}

/// What events and journals said before names and reasons were kept beside them.
const NAMED: &str = "
insert into org (id, name, vps_quota, created_at)
values ('00000000-0000-7000-8000-00000000e001', 'Casey', 1, now());
insert into vps (id, org_id, cloud_id, provider_label, label, status, desired, plan_id, plan_name, type_id, vcpus,
  memory_mib, disk_gib, transfer_gb, month_micros, cost_month_micros, region_id, image_id, created_at)
select '00000000-0000-7000-8000-00000000e002', id, gen_random_uuid(), 'sp-1', 'web-now', 'running', 'running',
  gen_random_uuid(), 'Nano', 't', 1, 1, 1, 1, 1, 1, 'r', 'i', now()
from org;
insert into activity (event, status, entity_type, entity_id, message, metadata) values
  ('vps.create', 'info', 'vps', '00000000-0000-7000-8000-00000000e002', 'web-before was ordered', '{}'),
  ('vps.rename', 'info', 'vps', '00000000-0000-7000-8000-00000000e002', 'web-before is now called web-now', '{}'),
  ('vps.running', 'info', 'vps', '00000000-0000-7000-8000-00000000e002', 'web-now is running', '{}'),
  ('billing.credit', 'success', 'org', '00000000-0000-7000-8000-00000000e001', 'Credit of 5 USD added: for Casey',
    '{\"reason\": \"for Casey\", \"journal\": 1}');
insert into journal (idem_key, kind, org_id, effective_at, meta) values
  ('adjust:1', 'credit', '00000000-0000-7000-8000-00000000e001', now(), '{\"reason\": \"for Casey\", \"by\": null}'),
  ('hold:1', 'hold', '00000000-0000-7000-8000-00000000e001', now(), '{\"label\": \"web-before\", \"vps\": \"vps_1\"}');
";

#[tokio::test(flavor = "multi_thread")]
async fn names_and_reasons_leave_what_never_changes() {
    let database = TestDatabase::create().await.unwrap();
    let owner = connect(&database.owner_url).await.unwrap();
    migration::reset(&owner).await.unwrap();
    migration::up_to(&owner, "m20261130_000017_admin").await.unwrap();
    owner.execute_unprepared(NAMED).await.unwrap();
    migration::up(&owner).await.unwrap();
    let said = "select string_agg(message, '; ' order by id) from activity";
    assert_eq!(
        word(&owner, said).await,
        "{name}: create; {name} was renamed; {name} is running; Credit of 5 USD added"
    );
    let read = "select string_agg(said(message, entity_type, entity_id), '; ' order by id) from activity \
        where entity_type = 'vps'";
    assert_eq!(word(&owner, read).await, "web-now: create; web-now was renamed; web-now is running");
    for reasons in ["select reason from act_reason", "select reason from journal_reason"] {
        assert_eq!(word(&owner, reasons).await, "for Casey");
    }
    let left = "select string_agg(meta::text || ' ', '' order by id) || (select string_agg(metadata::text, ' ') \
        from activity where event = 'billing.credit') from journal";
    assert_eq!(word(&owner, left).await, r#"{"by": null} {"vps": "vps_1"} {"journal": 1}"#);
    let change = owner.execute_unprepared("update activity set message = ''").await;
    assert!(change.unwrap_err().to_string().contains("append-only"), "and it is guarded again");
}
