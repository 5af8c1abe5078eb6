//! The entities mirror their tables, word for word, and views theirs.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use domain::db;
use entity::{Interval, TypedId as _};
use sea_orm::sea_query::{ColumnType, StringLen};
use sea_orm::{ActiveModelTrait, ColumnTrait as _, ConnectionTrait as _, EntityTrait, IdenStatic, Iterable, Set};
use testkit::TestApp;
use testkit::app::AppOptions;

async fn quiet() -> TestApp {
    TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await
}

async fn list(app: &TestApp, query: String) -> Vec<String> {
    db::scalar(&app.ctx.db, db::sql(query, [])).await.unwrap().flatten().unwrap_or_default()
}

/// What `PostgreSQL` calls a type. Texts have no length here: that is the checks' business.
fn name(column: &ColumnType) -> String {
    let word = match column {
        ColumnType::Char(Some(length)) => return format!("character({length})"),
        ColumnType::Array(element) => return format!("{}[]", name(element)),
        ColumnType::String(StringLen::None) | ColumnType::Text => "text",
        ColumnType::SmallInteger => "smallint",
        ColumnType::Integer => "integer",
        ColumnType::BigInteger => "bigint",
        ColumnType::Double => "double precision",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::TimestampWithTimeZone => "timestamp with time zone",
        ColumnType::Interval(None, None) => "interval",
        ColumnType::VarBinary(StringLen::None) => "bytea",
        ColumnType::JsonBinary => "jsonb",
        ColumnType::Uuid => "uuid",
        ColumnType::Inet => "inet",
        other => panic!("no column has the type {other:?}"),
    };
    word.to_owned()
}

/// Compares an entity with its table and reads a row, if there is one; says which table it was.
async fn mirrors<E: EntityTrait>(app: &TestApp, entity: E) -> String {
    let table = entity.table_name();
    let columns = E::Column::iter().map(|column| {
        let def = column.def();
        let null = if def.is_null() { "null" } else { "not null" };
        format!("{} {} {null}", column.as_str(), name(def.get_column_type()))
    });
    let query = format!(
        "select array_agg(attname || ' ' || format_type(atttypid, atttypmod) \
           || case when attnotnull then ' not null' else ' null' end) \
         from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped"
    );
    let of_table: BTreeSet<String> = list(app, query).await.into_iter().collect();
    assert_eq!(columns.collect::<BTreeSet<_>>(), of_table, "the entity and the table {table}");
    E::find().one(&app.ctx.db).await.unwrap_or_else(|error| panic!("a row of {table}: {error}"));
    table.to_owned()
}

macro_rules! mirrors {
    ($app:ident: $($module:ident)+) => { [$(mirrors(&$app, entity::$module::Entity).await),+] };
}

#[tokio::test(flavor = "multi_thread")]
async fn each_table_has_an_entity_that_mirrors_it() {
    let app = quiet().await;
    app.customer("casey", "5").await;
    testkit::seed::running_servers(&app.ctx, 1, 1).await.unwrap();
    let mirrored = mirrors!(app:
        account act_reason activity api_key billing_profile billing_setting chain_head challenge charge_chunk
        charge_run clock_offset cloud cloud_budget cloud_finding cloud_image cloud_offer cloud_region
        cloud_sight cloud_type credit_request data_export dispute erasure factor_guess factor_reset idempotency_key
        impersonation invitation invoice invoice_file invoice_series job job_archive job_bulk job_stat job_step
        job_step_archive journal journal_link journal_pending journal_reason ladder mail_token missing_glyph org
        org_member org_note org_profile passkey payment payment_capture payment_certificate payment_event
        payment_pace payment_refund payment_report plan plan_price platform posting price_move price_override
        promo_code promo_use provider_call queue_control rate_minute rate_override recovery_code refresh_token schedule
        schedule_tick security_event session setup_mark supplier_invoice supplier_line tax_confirmation tax_rule totp
        usage_line usage_segment user user_identity vps vps_secret wallet_forecast wallet_notice wallet_policy worker);
    let tables = "select array_agg(relname::text) from pg_class where relnamespace = 'public'::regnamespace \
        and relkind in ('r', 'p') and not relispartition and relname <> 'seaql_migrations'";
    let tables: BTreeSet<String> = list(&app, tables.to_owned()).await.into_iter().collect();
    assert_eq!(mirrored.into_iter().collect::<BTreeSet<_>>(), tables, "each table has an entity");
}

macro_rules! lists {
    ($($column:literal = $words:path,)+) => {
        BTreeMap::from([$((
            $column.to_owned(),
            <$words>::ALL.iter().map(|word| word.to_string()).collect::<BTreeSet<String>>(),
        )),+])
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_list_of_words_is_an_enum_of_the_same_words() {
    let app = quiet().await;
    let enums = lists! {
        "account.kind" = entity::account::AccountKind,
        "activity.status" = entity::activity::EventStatus,
        "app_user.role" = entity::user::Role,
        "billing_setting.business_by" = entity::billing_setting::BusinessBy,
        "billing_setting.prices" = entity::billing_setting::PriceMode,
        "billing_setting.tax_moment" = entity::billing_setting::TaxMoment,
        "challenge.kind" = entity::challenge::ChallengeKind,
        "cloud.paused_by" = entity::cloud::PausedBy,
        "cloud.provider" = entity::cloud::Provider,
        "cloud.status" = entity::cloud::CloudStatus,
        "cloud_finding.held" = entity::cloud_finding::HeldBy,
        "cloud_finding.kind" = entity::cloud_finding::FindingKind,
        "credit_request.state" = entity::credit_request::CreditState,
        "dispute.state" = entity::dispute::DisputeState,
        "invitation.role" = entity::org_member::OrgRole,
        "invitation.state" = entity::invitation::InvitationState,
        "invoice.kind" = entity::invoice::InvoiceKind,
        "invoice_file.format" = entity::invoice_file::InvoiceFormat,
        "invoice_series.kind" = entity::invoice::InvoiceKind,
        "job.state" = entity::job::JobState,
        "job_bulk.action" = entity::job_bulk::BulkAction,
        "job_step.phase" = entity::job_step::StepPhase,
        "ladder.outcome" = entity::ladder::LadderOutcome,
        "mail_token.kind" = entity::mail_token::MailTokenKind,
        "missing_glyph.state" = entity::missing_glyph::GlyphState,
        "org_member.role" = entity::org_member::OrgRole,
        "payment.mode" = entity::payment::PayMode,
        "payment.provider" = entity::payment::PayProvider,
        "payment.state" = entity::payment::PaymentState,
        "payment_capture.mismatch" = entity::payment_capture::Mismatch,
        "payment_capture.state" = entity::payment_capture::CaptureState,
        "payment_event.provider" = entity::payment::PayProvider,
        "payment_event.state" = entity::payment_event::PayEventState,
        "payment_pace.provider" = entity::payment::PayProvider,
        "payment_refund.destination" = entity::payment_refund::RefundTo,
        "payment_refund.origin" = entity::payment_refund::RefundOrigin,
        "payment_refund.state" = entity::payment_refund::RefundState,
        "rate_minute.tier" = entity::rate_minute::RateTier,
        "security_event.kind" = entity::security_event::SecurityKind,
        "setup_mark.name" = entity::setup_mark::SetupMark,
        "supplier_invoice.form" = entity::supplier_invoice::SupplierForm,
        "tax_rule.buyer" = entity::tax_rule::BuyerKind,
        "tax_rule.category" = entity::tax_rule::TaxCategory,
        "usage_segment.kind" = entity::usage_segment::SegmentKind,
        "wallet_notice.kind" = entity::wallet_notice::NoticeKind,
        "wallet_policy.funds_end" = entity::wallet_policy::FundsEnd,
        "worker.state" = entity::worker::WorkerState,
        "worker.wanted" = entity::worker::WorkerState,
    };
    // Checks of one column that compare it with quoted words, each as `table.column word`.
    let checks = "select array_agg(conrelid::regclass || '.' || attname || ' ' || word[1]) \
        from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1], \
             regexp_matches(pg_get_constraintdef(pg_constraint.oid), '''([^'']*)''::text', 'g') word \
        where contype = 'c' and cardinality(conkey) = 1 and connamespace = 'public'::regnamespace";
    let mut checked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in list(&app, checks.to_owned()).await {
        let (column, word) = line.split_once(' ').unwrap();
        checked.entry(column.to_owned()).or_default().insert(word.to_owned());
    }
    assert_eq!(enums, checked);
}

#[tokio::test(flavor = "multi_thread")]
async fn types_of_our_own_go_in_and_out() {
    let app = quiet().await;
    app.customer("casey", "5").await;
    let db = &app.ctx.db;
    let schedule = entity::schedule::ActiveModel {
        name: Set("a test".to_owned()),
        cron: Set("0 * * * *".to_owned()),
        paused: Set(false),
        catch_up: Set(Interval(TimeDelta::hours(49))),
        last_tick: Set(app.ctx.clock.estimate()),
        next_tick: Set(None),
        job_kind: Set("platform.probe".to_owned()),
        paused_reason: Set(None),
    };
    let written = schedule.insert(db).await.unwrap();
    assert_eq!(written.catch_up, Interval(TimeDelta::hours(49)));
    let days = "update schedule set catch_up = '2 days 1 hour' returning catch_up::text";
    assert_eq!(db::scalar(db, db::sql(days, [])).await.unwrap(), Some("2 days 01:00:00".to_owned()));
    let read: Vec<entity::schedule::Model> = db::all(db, db::sql("select * from schedule", [])).await.unwrap();
    assert_eq!(read, [written], "a day is 24 hours, and a row of a statement by hand is read too");

    let session = entity::session::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!(session.ip.as_deref(), Some("127.0.0.1/32"));
    let account = entity::account::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!(account.currency, entity::Currency::USD);
}

/// The columns of a table or view with their types, in their order.
async fn columns(app: &TestApp, relation: &str) -> Vec<String> {
    let query = format!(
        "select array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attnum) \
         from pg_attribute where attrelid = '{relation}'::regclass and attnum > 0 and not attisdropped"
    );
    list(app, query).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_has_the_columns_of_its_table_in_their_order() {
    let app = quiet().await;
    assert_eq!(columns(&app, "job_archive").await, columns(&app, "job").await, "insert into job_archive select *");
    let mut step = columns(&app, "job_step").await;
    step.push("finished_at timestamp with time zone".to_owned());
    assert_eq!(columns(&app, "job_step_archive").await, step, "insert into job_step_archive select *, finished_at");
}

/// A view, the table that it shows some rows of, and whether statements write through it.
const VIEWS: &[(&str, &str, bool)] =
    &[("job_open", "job", true), ("job_takeable", "job", true), ("vps_live", "vps", false)];

#[tokio::test(flavor = "multi_thread")]
async fn a_view_has_the_columns_that_its_table_has_today() {
    let app = quiet().await;
    let views = "select array_agg(viewname::text order by viewname) from pg_views where schemaname = 'public'";
    assert_eq!(list(&app, views.to_owned()).await, VIEWS.iter().map(|(view, ..)| *view).collect::<Vec<_>>());
    for (view, table, written) in VIEWS {
        let of_table = columns(&app, table).await;
        assert_eq!(columns(&app, view).await, of_table, "{view} is created again when {table} gets a column");
        let rights = format!(
            "select array[has_table_privilege('{view}', 'select'), has_table_privilege('{view}', 'update')]::text[]"
        );
        assert_eq!(list(&app, rights).await, ["true", &written.to_string()], "what the app may do with {view}");
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
    (
        "vps_label",
        "select id from vps_live where org_id = $org and lower(label) = 'server-7'
         and status_before_delete is distinct from 'failed'",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn partial_indexes_serve_what_is_read_through_views() {
    let app = quiet().await;
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
