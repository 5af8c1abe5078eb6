//! The rules that chaos is judged by: silent where nothing is wrong, and each finds what it is there for.

use proofs::chaos::rules::{Class, RULES};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use testkit::TestDatabase;
use testkit::database::connect;

async fn findings(db: &DatabaseConnection) -> Vec<(Class, Vec<String>)> {
    let mut all = Vec::new();
    for (class, sql) in RULES {
        let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, *sql)).await.unwrap();
        all.push((*class, rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()));
    }
    all
}

/// What a history without a fault looks like, and then what each rule must find.
const SOUND: &str = "
insert into org (id, name, vps_quota, created_at) values (repeat('1', 32)::uuid, 'Org', 10, now());
insert into account (kind, org_id, currency, balance_micros) values
  ('wallet', repeat('1', 32)::uuid, 'USD', 5), ('hold', repeat('1', 32)::uuid, 'USD', 0);
insert into journal (idem_key, kind, org_id, effective_at) values ('credit:1', 'credit', repeat('1', 32)::uuid, now());
insert into posting (journal_id, seq, account_id, org_id, amount_micros)
  select j.id, row_number() over (order by a.id), a.id, a.org_id, case a.kind when 'wallet' then 5 else -5 end
  from journal j, account a where a.kind = 'adjustment' or a.kind = 'wallet';
insert into schedule (name, cron, catch_up, last_tick) values ('billing.hourly', '0 0 * * * *', '1 day', date_trunc('hour', now()));
insert into job (id, kind, queue, params, state, max_attempts, deadline_at, finished_at)
  select ('00000000-0000-7000-8000-00000000000' || n)::uuid, 'billing.charge', 'billing', jsonb_build_object('tick', n), 'succeeded', 1, now(), now()
  from generate_series(1, 3) n;
insert into schedule_tick (name, tick_at, job_id)
  select 'billing.hourly', date_trunc('hour', now()) - make_interval(hours => 3 - n), ('00000000-0000-7000-8000-00000000000' || n)::uuid
  from generate_series(1, 3) n;
insert into vps (id, org_id, cloud_id, provider_label, label, status, desired, plan_id, plan_name, type_id, vcpus, memory_mib, disk_gib,
    transfer_gb, month_micros, cost_month_micros, region_id, image_id, created_at)
  select ('00000000-0000-7000-9000-00000000000' || n)::uuid, repeat('1', 32)::uuid, repeat('2', 32)::uuid, 'sp-' || n, 'server-' || n, status, 'running',
    repeat('3', 32)::uuid, 'Nano', 'g6-nanode-1', 1, 1024, 25, 1000, 730, 700, 'us-east', 'linode/debian12', now()
  from unnest(array['running', 'failed', 'failed', 'failed']) with ordinality s (status, n);
insert into usage_segment (id, vps_id, org_id, month_micros, started_at, billed_hours, billed_micros)
  select id, id, org_id, 730, date_trunc('hour', now()) - interval '2 h 30 min', 3, 3 from vps where status = 'running';
insert into usage_line (segment_id, hour_no, org_id, micros, journal_id)
  select s.id, h, s.org_id, 1, (select min(id) from journal) from usage_segment s, generate_series(1, 3) h;
insert into job_step (job_id, step, lease_token, phase, name, at) values
  ('00000000-0000-7000-8000-000000000001', 0, 1, 'intent', 'charge', now() - interval '5 s'),
  ('00000000-0000-7000-8000-000000000001', 0, 2, 'done', 'charge', now() - interval '4 s');
";

/// One breach for each rule, in the rules' order.
const BREACHES: &[&str] = &[
    "update vps set status = 'provisioning' where provider_label = 'sp-2'",
    "insert into job (id, kind, queue, target_type, target_id, state, max_attempts, deadline_at, finished_at) \
     select gen_random_uuid(), 'vps.power', 'power', 'vps', id, 'succeeded', 1, now(), now() from vps where provider_label = 'sp-3'",
    "insert into job (id, kind, queue, state, max_attempts, deadline_at, finished_at) values (gen_random_uuid(), 'mail.send', 'mail', 'failed', 1, now(), now())",
    "update account set balance_micros = 7 where kind = 'hold'",
    "update vps set status = 'stopped' where provider_label = 'sp-4'",
    "insert into usage_segment (id, vps_id, org_id, month_micros, started_at, ended_at, billed_hours) \
     select gen_random_uuid(), id, org_id, 0, now(), now(), 1 from vps where provider_label = 'sp-3'",
    "update usage_segment set started_at = started_at - interval '1 hour' where vps_id = (select id from vps where provider_label = 'sp-1')",
    "update usage_segment set billed_micros = 4 where vps_id = (select id from vps where provider_label = 'sp-1')",
    "insert into job (id, kind, queue, params, state, max_attempts, deadline_at, finished_at) \
     values (gen_random_uuid(), 'billing.charge', 'billing', '{\"tick\": 1}', 'succeeded', 1, now(), now())",
    "insert into activity (event, status, job_id, message) select 'vps.running', 'info', repeat('4', 32)::uuid, 'runs' from generate_series(1, 2)",
    "insert into journal (idem_key, kind, effective_at) values ('empty:1', 'credit', now())",
    "update account set balance_micros = 6 where kind = 'wallet'",
    "do $$ declare c text; begin for c in select conname from pg_constraint where contype = 'c' and conrelid = 'account'::regclass \
     loop execute 'alter table account drop constraint ' || quote_ident(c); end loop; end $$; update account set balance_micros = -1 where kind = 'wallet'",
    "delete from schedule_tick where tick_at = date_trunc('hour', now()) - interval '1 hour'",
    "update schedule_tick set job_id = null where tick_at = date_trunc('hour', now())",
    "insert into job_step (job_id, step, lease_token, phase, name, at) values ('00000000-0000-7000-8000-000000000001', 1, 1, 'done', 'late', now() - interval '3 s')",
    "insert into job_step (job_id, step, lease_token, phase, name, at) values ('00000000-0000-7000-8000-000000000002', 0, 1, 'done', 'charge', now() + interval '9 s')",
    "insert into journal (idem_key, kind, job_id, effective_at, created_at) values ('late:1', 'usage', '00000000-0000-7000-8000-000000000003', now(), now() + interval '9 s')",
];

#[tokio::test]
async fn each_rule_finds_its_breach_and_nothing_else_does() {
    let database = TestDatabase::create().await.unwrap();
    let db = connect(&database.owner_url).await.unwrap();
    assert!(findings(&db).await.iter().all(|(_, found)| found.is_empty()), "an empty installation is sound");
    db.execute_unprepared(SOUND).await.unwrap();
    for (place, (_, found)) in findings(&db).await.iter().enumerate() {
        assert!(found.is_empty(), "rule {place} finds in a sound history: {found:?}");
    }
    assert_eq!(BREACHES.len(), RULES.len(), "a breach for each rule");
    for (place, breach) in BREACHES.iter().enumerate() {
        db.execute_unprepared(breach).await.unwrap_or_else(|error| panic!("breach {place}: {error}"));
        let found = &findings(&db).await[place].1;
        assert!(!found.is_empty(), "rule {place} does not find: {breach}");
    }
    db.close().await.unwrap();
}
