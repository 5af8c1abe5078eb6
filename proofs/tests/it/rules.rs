//! The rules that chaos is judged by: silent where nothing is wrong, and each finds what it is there for.

use proofs::chaos::rules::{Harm, RULES};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use testkit::TestDatabase;
use testkit::database::connect;

async fn findings(db: &DatabaseConnection) -> Vec<(Harm, Vec<String>)> {
    let mut all = Vec::new();
    for (class, sql) in RULES {
        let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, *sql)).await.unwrap();
        all.push((*class, rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()));
    }
    all
}

/// What a history without a fault looks like.
const SOUND: &str = include_str!("sound.sql");
/// One breach for each rule, in the rules' order; a line of dashes between two.
const BREACHES: &str = include_str!("breaches.sql");

#[tokio::test]
async fn each_rule_finds_its_breach_and_nothing_else_does() {
    let database = TestDatabase::create().await.unwrap();
    let db = connect(&database.owner_url).await.unwrap();
    assert!(findings(&db).await.iter().all(|(_, found)| found.is_empty()), "an empty installation is sound");
    db.execute_unprepared(SOUND).await.unwrap();
    for (place, (_, found)) in findings(&db).await.iter().enumerate() {
        assert!(found.is_empty(), "rule {place} finds in a sound history: {found:?}");
    }
    let breaches: Vec<_> = BREACHES.split("\n----\n").collect();
    assert_eq!(breaches.len(), RULES.len(), "a breach for each rule");
    for (place, breach) in breaches.iter().enumerate() {
        db.execute_unprepared(breach).await.unwrap_or_else(|error| panic!("breach {place}: {error}"));
        let found = &findings(&db).await[place].1;
        assert!(!found.is_empty(), "rule {place} does not find: {breach}");
    }
    db.close().await.unwrap();
}
