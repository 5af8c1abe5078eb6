//! Each statement of `domain` fits the migrated schema, as the role that runs it (`docs/sql.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use domain::db::{self, Column, Columns, Entry, PgType, Piece, Scalar};
use sqlx::postgres::{PgDatabaseError, PgErrorPosition, PgStatement, PgTypeInfo};
use sqlx::{AssertSqlSafe, Column as _, Connection as _, Executor as _, PgConnection, SqlSafeStr as _, Statement as _};
use sqlx::{Either, TypeInfo as _};
use testkit::database::TestDatabase;

async fn database() -> (TestDatabase, PgConnection) {
    let database = TestDatabase::create().await.unwrap();
    let connection = PgConnection::connect(database.url.as_str()).await.unwrap();
    (database, connection)
}

async fn prepare(db: &mut PgConnection, text: &str, types: &[PgTypeInfo]) -> sqlx::Result<PgStatement> {
    // A statement that was prepared before would be answered from the cache, whatever its types.
    db.clear_cached_statements().await?;
    db.prepare_with(AssertSqlSafe(text).into_sql_str(), types).await
}

/// A type's name as sqlx writes it; those that read and write the same are one.
fn name(sql_type: &str) -> String {
    let lower = sql_type.to_lowercase();
    let (scalar, array) = lower.strip_suffix("[]").map_or((lower.as_str(), ""), |scalar| (scalar, "[]"));
    let scalar = if ["varchar", "bpchar", "char"].contains(&scalar) { "text" } else { scalar };
    format!("{scalar}{array}")
}

fn declared(sql_type: PgType) -> PgTypeInfo {
    match sql_type {
        PgType::One(scalar) => PgTypeInfo::with_name(scalar.name()),
        PgType::Array(scalar) => PgTypeInfo::array_of(scalar.name()),
    }
}

/// What differs between a statement and the schema; nothing when it fits.
async fn differences(db: &mut PgConnection, entry: &Entry) -> Vec<String> {
    let mut found = match prepare(db, entry.text, &[]).await {
        Ok(statement) => {
            let mut found = parameters(entry, &statement);
            found.extend(columns(&(entry.columns)(), &statement));
            found
        }
        Err(error) => vec![format!("PostgreSQL refuses it: {}", words(&error, entry.text))],
    };
    let types: Vec<_> = entry.parameters.iter().map(|(_, sql_type)| declared(*sql_type)).collect();
    if found.is_empty()
        && let Err(error) = prepare(db, entry.text, &types).await
    {
        found.push(format!(
            "PostgreSQL refuses it with the declared types of its parameters: {}",
            words(&error, entry.text)
        ));
    }
    if found.is_empty()
        && is_planned(entry.text)
        && let Err(error) = explain(db, entry).await
    {
        found.push(format!("the role that runs it may not: {}", words(&error, entry.text)));
    }
    found.into_iter().map(|what| format!("{} {}: {what}", place(entry), entry.function)).collect()
}

/// Grants are checked by the start of a run, not by `prepare`; to explain a statement starts it and does no more.
async fn explain(db: &mut PgConnection, entry: &Entry) -> sqlx::Result<()> {
    let list = |of: Vec<String>| if of.is_empty() { String::new() } else { format!("({})", of.join(", ")) };
    let types = list(entry.parameters.iter().map(|(_, sql_type)| sql_type.to_string()).collect());
    let nulls = list(vec!["null".to_owned(); entry.parameters.len()]);
    db.clear_cached_statements().await?;
    let script = format!(
        "deallocate all; set plan_cache_mode = force_generic_plan;\n\
         prepare checked{types} as {};\nexplain execute checked{nulls}",
        entry.text
    );
    db.execute(sqlx::raw_sql(AssertSqlSafe(script))).await.map(|_| ())
}

/// What `PostgreSQL` says of a statement, with the line of it that it means.
fn words(error: &sqlx::Error, text: &str) -> String {
    let Some(error) = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>()) else {
        return error.to_string();
    };
    let Some(PgErrorPosition::Original(at)) = error.position() else { return error.message().to_owned() };
    let before: String = text.chars().take(at.saturating_sub(1)).collect();
    let line = before.matches('\n').count();
    format!("{} in {:?}", error.message(), text.lines().nth(line).unwrap_or_default().trim())
}

/// Whether `PostgreSQL` makes a plan for it: not for `set` and its like.
fn is_planned(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("--"));
    let first = lines.next().and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    ["select", "insert", "update", "delete", "with", "merge", "values"].contains(&first)
}

fn parameters(entry: &Entry, statement: &PgStatement) -> Vec<String> {
    let Some(Either::Left(inferred)) = statement.parameters() else {
        return vec!["the types of its parameters are unknown".to_owned()];
    };
    if inferred.len() != entry.parameters.len() {
        return vec![format!("declares {} parameters and uses {}", entry.parameters.len(), inferred.len())];
    }
    let pairs = entry.parameters.iter().zip(inferred).enumerate();
    pairs
        .filter(|(_, ((_, declared), inferred))| declared.to_string() != name(inferred.name()))
        .map(|(index, ((parameter, declared), inferred))| {
            format!("${} ({parameter}) is declared {declared} and used as {}", index + 1, name(inferred.name()))
        })
        .collect()
}

fn columns(expected: &Columns, statement: &PgStatement) -> Vec<String> {
    let actual = statement.columns();
    let typed = |column: &sqlx::postgres::PgColumn| name(column.type_info().name());
    match expected {
        Columns::Nothing => actual
            .iter()
            .filter(|column| typed(column) != "void")
            .map(|column| format!("nobody reads the column {}", column.name()))
            .collect(),
        Columns::Value(sql_type) => match actual {
            [column] if typed(column) == sql_type.to_string() => Vec::new(),
            [column] => vec![format!("returns {} where {sql_type} is read", typed(column))],
            _ => vec![format!("returns {} columns where one is read", actual.len())],
        },
        Columns::Row(expected) => {
            let mut found = missing(expected, actual, typed);
            let mut seen = BTreeSet::new();
            for column in actual {
                if !seen.insert(column.name()) {
                    found.push(format!("returns two columns {}", column.name()));
                } else if !expected.iter().any(|wanted| wanted.name == column.name()) {
                    found.push(format!("nobody reads the column {}", column.name()));
                }
            }
            found
        }
    }
}

fn missing(
    expected: &[Column],
    actual: &[sqlx::postgres::PgColumn],
    typed: impl Fn(&sqlx::postgres::PgColumn) -> String,
) -> Vec<String> {
    expected
        .iter()
        .filter_map(|wanted| match actual.iter().find(|column| column.name() == wanted.name) {
            None => Some(format!("does not return the column {}", wanted.name)),
            Some(column) if typed(column) != wanted.sql_type.to_string() => {
                Some(format!("the column {} is {} where {} is read", wanted.name, typed(column), wanted.sql_type))
            }
            Some(_) => None,
        })
        .collect()
}

/// Where a statement's text stands: its SQL files, or its Rust file when it has none.
fn place(entry: &Entry) -> String {
    let files = files(entry);
    if files.is_empty() { entry.source.to_owned() } else { files.join(" + ") }
}

/// The SQL files of a statement, relative to the workspace.
fn files(entry: &Entry) -> Vec<String> {
    let folder = Path::new(entry.source).parent().unwrap();
    let named = entry.pieces.iter().filter_map(|piece| match piece {
        Piece::File(path) => Some(folder.join(path)),
        Piece::Literal(_) => None,
    });
    named.map(|path| plain(&path)).collect()
}

/// A path without `..`.
fn plain(path: &Path) -> String {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain.to_str().unwrap().to_owned()
}

fn sql_files(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sql_files(&path, root, found);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_statement_fits_the_schema() {
    let (_database, mut db) = database().await;
    let mut found = Vec::new();
    let mut count = 0;
    for entry in db::entries() {
        found.extend(differences(&mut db, entry).await);
        count += 1;
    }
    found.sort();
    assert!(count >= 10, "only {count} statements are registered");
    assert!(found.is_empty(), "{} of {count} statements:\n{}", found.len(), found.join("\n"));
}

#[test]
fn each_sql_file_is_named_by_a_statement() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut on_disk = BTreeSet::new();
    sql_files(&root.join("domain/src"), root, &mut on_disk);
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for entry in db::entries() {
        for file in files(entry) {
            users.entry(file).or_default().insert(entry.function);
        }
    }
    let mut found: Vec<_> = on_disk
        .iter()
        .filter(|file| !users.contains_key(*file))
        .map(|file| format!("{file}: no db::statement! names it"))
        .collect();
    for (file, functions) in &users {
        let stem = Path::new(file).file_stem().unwrap().to_str().unwrap();
        if let [function] = *functions.iter().copied().collect::<Vec<_>>()
            && function != stem
        {
            found.push(format!("{file}: only {function} uses it, so it is named {function}.sql"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const ID: (&str, PgType) = ("id", PgType::One(Scalar::Uuid));
const ROLES: (&str, PgType) = ("roles", PgType::Array(Scalar::Text));
const GOOD: Entry = Entry {
    function: "by_hand",
    source: "testkit/tests/it/statements.rs",
    pieces: &[],
    text: "select id, email, created_at from app_user where id = $1 and role = any($2)",
    parameters: &[ID, ROLES],
    columns: || row("email", Scalar::Text),
};

/// The columns of `GOOD`, the second as told.
fn row(name: &'static str, scalar: Scalar) -> Columns {
    let column = |name, scalar| Column { name, sql_type: PgType::One(scalar) };
    let columns = [column("id", Scalar::Uuid), column(name, scalar), column("created_at", Scalar::Timestamptz)];
    Columns::Row(columns.to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_does_not_fit_is_refused() {
    let (_database, mut db) = database().await;
    assert_eq!(differences(&mut db, &GOOD).await, Vec::<String>::new(), "the entry that fits");
    let cases: [(Entry, &[&str]); 10] = [
        (
            Entry { text: "select id, emial, created_at from app_user where id = $1 and role = any($2)", ..GOOD },
            &["column \"emial\" does not exist"],
        ),
        (
            Entry { columns: || row("emial", Scalar::Text), ..GOOD },
            &["does not return the column emial", "nobody reads the column email"],
        ),
        (Entry { columns: || row("email", Scalar::Int8), ..GOOD }, &["the column email is text where int8 is read"]),
        (
            Entry { parameters: &[("id", PgType::One(Scalar::Text)), ROLES], ..GOOD },
            &["$1 (id) is declared text and used as uuid"],
        ),
        (
            Entry { parameters: &[ID, ("roles", PgType::One(Scalar::Text))], ..GOOD },
            &["$2 (roles) is declared text and used as text[]"],
        ),
        (Entry { parameters: &[ID], ..GOOD }, &["declares 1 parameters and uses 2"]),
        (
            Entry { columns: || Columns::Value(PgType::One(Scalar::Uuid)), ..GOOD },
            &["returns 3 columns where one is read"],
        ),
        (
            Entry {
                text: "update app_user set name = '' returning id",
                parameters: &[],
                columns: || Columns::Nothing,
                ..GOOD
            },
            &["nobody reads the column id"],
        ),
        (
            Entry { text: "select $1 is null", parameters: &[ID], ..GOOD },
            &["could not determine data type of parameter $1"],
        ),
        (
            Entry { text: "delete from journal", parameters: &[], columns: || Columns::Nothing, ..GOOD },
            &["permission denied for table journal"],
        ),
    ];
    for (entry, expected) in cases {
        let found = differences(&mut db, &entry).await;
        assert_eq!(found.len(), expected.len(), "{}: {found:?}", entry.text);
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with("testkit/tests/it/statements.rs by_hand: "), "{found}");
            assert!(found.contains(expected), "{found} where {expected} is expected");
        }
    }
}
