//! What the application's role of the database may not do, and that it may still do its work.

use domain::error::sql_state;
use migration::Freedom;
use sea_orm::ConnectionTrait as _;
use testkit::TestApp;
use testkit::app::AppOptions;

/// An app on a database that grants what production grants.
async fn app() -> TestApp {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let owner = testkit::database::connect(&app.database().owner_url).await.unwrap();
    migration::grant(&owner, Freedom::None).await.unwrap();
    app
}

/// The state with which the database refuses a statement of the application's role.
#[track_caller]
fn state(outcome: Result<sea_orm::ExecResult, sea_orm::DbErr>, statement: &str) -> String {
    let error = outcome.err().unwrap_or_else(|| panic!("the app may: {statement}"));
    sql_state(&error).unwrap_or_else(|| panic!("{statement}: {error}"))
}

async fn refused(app: &TestApp, statements: &[&str]) {
    for statement in statements {
        let outcome = app.ctx.db.execute_unprepared(statement).await;
        assert_eq!(state(outcome, statement), "42501", "no right: {statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_role_can_not_touch_the_list_of_versions() {
    let app = app().await;
    refused(
        &app,
        &[
            "insert into seaql_migrations (version, applied_at) values ('m99990101_000001_future', 0)",
            "update seaql_migrations set version = 'other'",
            "delete from seaql_migrations",
            "truncate seaql_migrations",
        ],
    )
    .await;
    assert!(domain::health::schema_version(&app.ctx).await.unwrap().is_some(), "it may read it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_role_can_not_move_business_time() {
    let app = app().await;
    refused(
        &app,
        &[
            "insert into clock_offset (ahead) values (interval '1 year')",
            "update clock_offset set ahead = interval '1 year'",
            "delete from clock_offset",
            "create or replace function business_now() returns timestamptz language sql as 'select now()'",
        ],
    )
    .await;
    app.ctx.clock.now(&app.ctx.db).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_role_can_not_thin_out_the_archive() {
    let app = app().await;
    let run = async |statement: &str| app.ctx.db.execute_unprepared(statement).await;
    for month in ["2024-01-01", "2026-01-01"] {
        run(&format!("select archive_prepare('{month}')")).await.expect("months are prepared for it");
    }
    refused(
        &app,
        &[
            "update job_archive set error = null",
            "delete from job_archive",
            "delete from job_archive_202601",
            "update job_step_archive_202601 set name = 'x'",
            "drop table job_archive_202601",
            "truncate job_step_archive",
        ],
    )
    .await;
    for young in ["now()", "now() + interval '1 year'", "now() - interval '2 months'", "null"] {
        let statement = format!("select archive_drop({young})");
        assert_eq!(state(run(&statement).await, &statement), "23514", "below the floor: {statement}");
    }
    run("select archive_drop(now() - interval '13 months')").await.expect("what is old enough goes");
    let left = domain::db::sql("select to_regclass('job_archive_202401') is null", []);
    assert_eq!(domain::db::scalar::<bool>(&app.ctx.db, left).await.unwrap(), Some(true), "and only that");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_role_can_not_choose_administrators() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    app.admin().await;
    let owner = testkit::database::connect(&app.database().owner_url).await.unwrap();
    migration::grant(&owner, Freedom::None).await.unwrap();
    app.customer("casey", "0").await;
    refused(
        &app,
        &[
            "update app_user set role = 'admin' where email like 'casey%'",
            "insert into app_user (id, email, password_hash, name, role, epoch_changed_at, created_at)
             values (gen_random_uuid(), 'eve@example.com', 'x', 'Eve', 'admin', now(), now())",
            "alter table app_user disable trigger all",
            "grant execute on function may_choose_roles() to public",
            "alter role skypanel superuser",
            "create role eve",
        ],
    )
    .await;
    // Taking the role away, and choosing between the other two, is the panel's.
    for may in [
        "update app_user set role = 'readonly' where email like 'casey%'",
        "update app_user set role = 'user' where email like 'casey%'",
        "update app_user set role = 'user' where email like 'admin%'",
    ] {
        app.ctx.db.execute_unprepared(may).await.unwrap_or_else(|error| panic!("{may}: {error}"));
    }
    let error = domain::identity::promote(&app.ctx, "casey@example.com").await.unwrap_err();
    assert_eq!(error.code, "internal");
    assert!(!domain::health::may_rewrite_history(&app.ctx).await.unwrap());
}
