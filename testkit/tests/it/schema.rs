//! The entities mirror their tables.

use std::collections::BTreeSet;

use domain::db;
use entity::TypedId as _;
use sea_orm::{ConnectionTrait as _, EntityTrait, IdenStatic, Iterable};
use testkit::TestApp;
use testkit::app::AppOptions;

/// A column by its name, and whether it may be null.
type Columns = BTreeSet<(String, bool)>;

fn of_entity<E: EntityTrait>() -> Columns {
    use sea_orm::ColumnTrait as _;
    E::Column::iter().map(|column| (column.as_str().to_owned(), column.def().is_null())).collect()
}

async fn mirrors<E: EntityTrait>(app: &TestApp, entity: E) {
    let table = entity.table_name();
    let sql =
        "select array_agg(column_name || ' ' || is_nullable) from information_schema.columns where table_name = $1";
    let columns: Vec<String> = db::scalar(&app.ctx.db, db::sql(sql, [table.into()])).await.unwrap().unwrap();
    let columns: Columns = columns
        .iter()
        .filter_map(|column| column.split_once(' '))
        .map(|(name, nullable)| (name.to_owned(), nullable == "YES"))
        .collect();
    assert_eq!(of_entity::<E>(), columns, "the entity and the table {table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_entity_mirrors_its_table_column_for_column() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    mirrors(&app, entity::cloud::Entity).await;
    mirrors(&app, entity::identity::user::Entity).await;
    mirrors(&app, entity::identity::org::Entity).await;
    mirrors(&app, entity::job::work::Entity).await;
    mirrors(&app, entity::vps::server::Entity).await;
}

/// A view, the table that it shows some rows of, and whether statements write through it.
const VIEWS: &[(&str, &str, bool)] =
    &[("job_open", "job", true), ("job_takeable", "job", true), ("vps_live", "vps", false)];

async fn words(app: &TestApp, query: String) -> Vec<String> {
    db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().flatten().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_has_the_columns_that_its_table_has_today() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let views = "select array_agg(viewname::text order by viewname) from pg_views where schemaname = 'public'";
    assert_eq!(words(&app, views.to_owned()).await, VIEWS.iter().map(|(view, ..)| *view).collect::<Vec<_>>());
    for (view, table, written) in VIEWS {
        let columns = |relation: &str| {
            format!(
                "select array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attnum) \
                 from pg_attribute where attrelid = '{relation}'::regclass and attnum > 0 and not attisdropped"
            )
        };
        let of_table = words(&app, columns(table)).await;
        assert_eq!(words(&app, columns(view)).await, of_table, "{view} is created anew when {table} gets a column");
        let rights = format!(
            "select array[has_table_privilege('{view}', 'select'), has_table_privilege('{view}', 'update')]::text[]"
        );
        assert_eq!(words(&app, rights).await, ["true", &written.to_string()], "what the app may do with {view}");
    }
}

/// Jobs of every state, a third of them open, for the organisations of some servers.
const JOBS: &str = "
insert into job (id, org_id, kind, queue, priority, target_type, target_id, cloud_id, exclusive_key, state, run_at,
  max_attempts, deadline_at, lease_until, finished_at)
select gen_random_uuid(), v.org_id, 'vps.power', 'power', n % 9, 'vps', v.id, v.cloud_id,
  'vps:' || v.id || case when s.final then n::text else '' end, s.state, now() + (n % 100 - 50) * interval '1 minute',
  3, now() + interval '1 hour', case when s.state = 'running' then now() end, case when s.final then now() end
from (select row_number() over (order by id) as nr, * from vps) v
cross join generate_series(0, 2) n
cross join lateral (
  select case when n > 0 then (array['succeeded', 'failed', 'cancelled'])[1 + v.nr % 3]
    else (array['queued', 'waiting', 'retry', 'running', 'stuck'])[1 + v.nr % 5] end as state, n > 0 as final
) s";

/// A read through a view, and the partial index that must serve it.
const READS: &[(&str, &str)] = &[
    ("job_exclusive", "select id from job_open where exclusive_key = 'vps:1'"),
    ("job_due", "select org_id from job_takeable where queue = 'power' and org_id is not null order by org_id limit 1"),
    ("job_due", "select id from job_takeable where queue = 'power' and org_id = $org and run_at <= now()"),
    ("job_later", "select min(run_at) from job_takeable where state in ('waiting', 'retry') and run_at > now()"),
    ("job_waiting", "select count(*) from job_open where state = 'waiting' and cloud_id = $none"),
    ("job_lease", "select id from job_open where state = 'running' and lease_until < now() - interval '1 hour'"),
    ("job_target", "select kind from job_open where target_type = 'vps' and target_id = $none"),
    ("vps_org", "select id from vps_live where org_id = $org order by id desc limit 20"),
    ("vps_label", "select id from vps_live where org_id = $org and lower(label) = 'server-7'"),
];

#[tokio::test(flavor = "multi_thread")]
async fn partial_indexes_serve_what_is_read_through_views() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let orgs = testkit::seed::running_servers(&app.ctx, 60, 50).await.unwrap();
    let owner = testkit::database::connect(&app.database().owner_url).await.unwrap();
    owner.execute_unprepared(JOBS).await.unwrap();
    let deleted =
        "update vps set status = 'deleted', deleted_at = now() where right(provider_label, 1) in ('0', '1', '2')";
    owner.execute_unprepared(deleted).await.unwrap();
    owner.execute_unprepared("analyze").await.unwrap();
    let ids = |query: &str| {
        let org = orgs[7].uuid();
        query.replace("$org", &format!("'{org}'")).replace("$none", "'00000000-0000-7000-8000-000000000000'")
    };
    for (index, query) in READS {
        let lines = app.ctx.db.query_all_raw(db::sql(format!("explain {}", ids(query)), [])).await.unwrap();
        let plan: Vec<String> = lines.iter().map(|line| line.try_get_by_index(0).unwrap()).collect();
        assert!(plan.iter().any(|line| line.contains(index)), "{query} takes {index}: {plan:#?}");
    }
}
