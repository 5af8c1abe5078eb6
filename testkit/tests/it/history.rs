//! History can't be rewritten, and live events miss nothing.

use domain::activity::{Event, Listener, Notice, Stream, record, replay};
use domain::{EventStatus, UserId, db};
use sea_orm::ConnectionTrait as _;
use testkit::TestApp;
use testkit::app::AppOptions;

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_refuses_to_rewrite_history() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    app.customer("casey", "5").await;
    let owner = testkit::database::connect(&app.database().owner_url).await.unwrap();
    for table in ["journal", "posting", "usage_line", "activity"] {
        for statement in [
            format!("update {table} set org_id = null"),
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
        ] {
            assert!(app.ctx.db.execute_unprepared(&statement).await.is_err(), "the app may not: {statement}");
            assert!(owner.execute_unprepared(&statement).await.is_err(), "not even the owner: {statement}");
        }
    }
    let unbalanced = "
        with j as (
            insert into journal (idem_key, kind, effective_at) values ('x', 'credit', now()) returning id)
        insert into posting (journal_id, seq, account_id, amount_micros)
        select j.id, 1, a.id, 5 from j, account a where a.kind = 'revenue'";
    assert!(app.ctx.db.execute_unprepared(unbalanced).await.unwrap_err().to_string().contains("does not balance"));
    let below_zero = "update account set balance_micros = -1 where kind = 'wallet'";
    assert!(app.ctx.db.execute_unprepared(below_zero).await.is_err(), "a wallet never goes below zero");
    app.check_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_and_are_replayed_to_their_organisation_alone() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let orgs = testkit::seed::running_servers(&app.ctx, 2, 0).await.unwrap();
    let mut listener = Listener::activity(&app.ctx).await.unwrap();
    let before: i64 =
        db::scalar(&app.ctx.db, db::sql("select coalesce(max(id), 0) from activity", [])).await.unwrap().unwrap();
    let tx = app.ctx.begin().await.unwrap();
    for org in &orgs {
        record(&tx, Event::new("auth.login", EventStatus::Info, "Signed in").org(*org)).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(matches!(listener.next().await.unwrap(), Notice::Activity { .. }));
    let mine = replay(&app.ctx, &Stream::Of { user: UserId(orgs[0].0), orgs: [orgs[0]].into() }, before)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(mine.iter().map(|row| row.org_id).collect::<Vec<_>>(), [Some(orgs[0])]);
    let all = replay(&app.ctx, &Stream::All, before).await.unwrap().unwrap();
    assert_eq!(all.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_of_another_version_is_not_ready() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    assert_eq!(app.anonymous.get("/readyz").await.unwrap().status, 200);
    assert_eq!(app.anonymous.get("/livez").await.unwrap().status, 200);
    let owner = testkit::database::connect(&app.database().owner_url).await.unwrap();
    owner
        .execute_unprepared("insert into seaql_migrations (version, applied_at) values ('m99990101_000001_future', 0)")
        .await
        .unwrap();
    let unready = testkit::fixture::until(std::time::Duration::from_secs(5), || async {
        Ok((app.anonymous.get("/readyz").await?.status == 503).then_some(()))
    });
    unready.await.expect("the process does not want requests for another schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archive_has_a_place_for_every_column() {
    let app = TestApp::start_with(AppOptions { workers: false, ..AppOptions::default() }).await;
    let columns = async |table: &str| -> Vec<String> {
        let columns = "
            select array_agg(column_name || ' ' || data_type order by column_name)
            from information_schema.columns
            where table_schema = 'public' and table_name = $1 and column_name <> 'finished_at'";
        db::scalar(&app.ctx.db, db::sql(columns, [table.into()])).await.unwrap().unwrap()
    };
    for (table, archive) in [("job", "job_archive"), ("job_step", "job_step_archive")] {
        assert_eq!(
            columns(table).await,
            columns(archive).await,
            "what a migration adds to {table} goes to {archive} too"
        );
    }
}
