//! The entities mirror their tables.

use std::collections::BTreeSet;

use domain::db;
use sea_orm::{EntityTrait, IdenStatic, Iterable};
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
