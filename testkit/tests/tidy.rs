//! Guards the arrows between crates, the doors to the outside world, and the size of files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

/// Who may import whom, of our own crates.
const ARROWS: &[(&str, &[&str])] = &[
    ("documents", &[]),
    ("entity", &[]),
    ("migration", &[]),
    ("providers", &[]),
    ("runtime", &[]),
    ("simulators", &[]),
    ("domain", &["documents", "entity"]),
    ("jobs", &["documents", "domain", "providers"]),
    ("workers", &["jobs", "domain", "providers", "runtime"]),
    ("scheduler", &["domain", "runtime"]),
    ("api", &["documents", "domain", "runtime"]),
    ("client", &[]),
    (
        "skypanel",
        &["api", "client", "domain", "entity", "jobs", "migration", "providers", "runtime", "scheduler", "workers"],
    ),
    ("testkit", &["api", "domain", "jobs", "migration", "providers", "runtime", "simulators", "workers"]),
    ("proofs", &["testkit", "domain", "jobs", "runtime", "simulators"]),
    ("bench", &["testkit", "api", "domain", "runtime"]),
];

/// Crates that never ship: nobody depends on them but each other, or as a dev-dependency. They reach the outside
/// world through any door.
const UNSHIPPED: &[&str] = &["testkit", "proofs", "bench"];

/// The one door to each outside world: a library, and the crates that may use it.
const DOORS: &[(&str, &[&str])] = &[
    ("sea-orm", &["entity", "domain", "skypanel"]),
    ("sea-orm-migration", &["migration"]),
    ("sqlx", &["domain"]),
    ("poem", &["api", "simulators"]),
    ("poem-openapi", &["api"]),
    ("hyper", &["api"]),
    ("hyper-util", &["api"]),
    ("reqwest", &["client", "providers", "simulators"]),
    ("bollard", &["providers"]),
    ("lettre", &["providers"]),
    ("russh", &["providers"]),
    ("apalis", &["workers"]),
    ("apalis-core", &["workers"]),
    ("apalis-redis", &["workers"]),
    ("redis", &["workers", "runtime", "api"]),
    ("jsonwebtoken", &["api"]),
    ("argon2", &["domain"]),
    ("webauthn-rs", &["domain"]),
    ("totp-rs", &["domain"]),
    ("openidconnect", &["providers"]),
    ("krilla", &["documents"]),
    ("rustls-webpki", &["domain"]),
    ("webpki-roots", &["domain"]),
    ("x509-parser", &["domain"]),
];

/// All that `domain::queue` may import of `domain`: the queue knows no kind of job and no noun that jobs are about.
const BELOW_THE_QUEUE: &[&str] = &["Actor", "Ctx", "EventStatus", "activity", "db", "error", "queue", "text", "trace"];

/// Lines after which a file has a seam.
const MAX_LINES: usize = 400;
/// A line's most characters; rustfmt leaves long literals and comments alone.
const MAX_COLUMNS: usize = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Each crate's dependencies that ship, by `cargo metadata`.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Json = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let uses = package["dependencies"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| dependency["name"].as_str().unwrap().to_owned());
            (package["name"].as_str().unwrap().to_owned(), uses.collect())
        })
        .collect()
}

#[test]
fn arrows_point_one_way() {
    let dependencies = dependencies();
    let ours: BTreeSet<_> = dependencies.keys().cloned().collect();
    for (name, uses) in &dependencies {
        let (_, allowed) =
            ARROWS.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name} has no line in ARROWS"));
        for used in uses.intersection(&ours) {
            assert!(allowed.contains(&used.as_str()), "{name} must not import {used}");
        }
    }
}

#[test]
fn what_never_ships_is_in_no_crate_that_does() {
    for (name, allowed) in ARROWS.iter().filter(|(name, _)| !UNSHIPPED.contains(name)) {
        let imported: Vec<_> = UNSHIPPED.iter().filter(|unshipped| allowed.contains(unshipped)).collect();
        assert!(imported.is_empty(), "{name} ships and must not import {imported:?}");
    }
}

#[test]
fn each_outside_world_has_one_door() {
    for (name, uses) in dependencies() {
        if UNSHIPPED.contains(&name.as_str()) {
            continue;
        }
        for (library, crates) in DOORS {
            assert!(
                !uses.contains(*library) || crates.contains(&name.as_str()),
                "{name} must not use {library}: its door is {crates:?}"
            );
        }
    }
}

/// Where a crate with a door of one file has it: the crate, the words that go through, and the file.
const FILES: &[(&str, &[&str], &str)] = &[
    ("api", &["redis::", "use redis"], "src/limits/shared.rs"),
    ("runtime", &["::redis::", "use redis"], "src/redis.rs"),
];

#[test]
fn a_door_is_one_file_where_it_is_said_to_be() {
    for (name, words, door) in FILES {
        let (folder, mut found) = (root().join(name), Vec::new());
        sources(&folder, &mut found);
        let uses = |path: &&PathBuf| {
            let text = std::fs::read_to_string(path).unwrap().replace("runtime::redis::", "");
            words.iter().any(|word| text.contains(word))
        };
        let places: Vec<_> = found.iter().filter(uses).map(|path| path.strip_prefix(&folder).unwrap()).collect();
        assert_eq!(places, [Path::new(door)], "{name} uses {words:?}");
    }
}

#[test]
fn a_door_that_nobody_guards_is_noticed() {
    let all: BTreeSet<_> = dependencies().into_values().flatten().collect();
    let used = "sea-orm poem reqwest lettre apalis-redis redis jsonwebtoken argon2 webauthn-rs openidconnect";
    for library in used.split(' ') {
        assert!(all.contains(library), "{library} is in DOORS but nobody uses it: is it spelt right?");
    }
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && !["target", "node_modules", "dist", ".git", ".dev"].iter().any(|skip| name == *skip) {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "ts" || extension == "tsx")
        {
            found.push(path);
        }
    }
}

#[test]
fn files_stay_readable() {
    let mut found = Vec::new();
    sources(&root(), &mut found);
    assert!(found.len() > 100, "the walk finds the sources");
    for path in found {
        if path.ends_with("schema.d.ts") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (place, lines) = (path.display(), text.lines().count());
        assert!(lines <= MAX_LINES, "{place} has {lines} lines: is there a seam?");
        for (number, line) in (1..).zip(text.lines()).filter(|_| path.extension().is_some_and(|rust| rust == "rs")) {
            assert!(line.chars().count() <= MAX_COLUMNS, "{place}:{number} is longer than {MAX_COLUMNS} characters");
        }
    }
}

#[test]
fn every_crate_states_its_invariant() {
    for name in dependencies().keys() {
        let folder = root().join(if name == "skypanel" { "cli" } else { name });
        let head = ["src/lib.rs", "src/main.rs"]
            .iter()
            .find_map(|file| std::fs::read_to_string(folder.join(file)).ok())
            .unwrap();
        assert!(head.lines().any(|line| line.starts_with("//! Invariant:")), "{name} does not state its invariant");
    }
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let mut found = Vec::new();
    sources(&root(), &mut found);
    let marker = concat!("#[all", "ow(");
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(marker), "{} silences a lint; use #[expect(lint, reason = \"…\")]", path.display());
    }
}

/// Ways past `db::statement!` to the database.
const BY_HAND: &[&str] =
    &["db::sql(", "execute_raw(", "execute_unprepared(", "query_one_raw(", "query_all_raw(", "Statement::from_"];

/// The Rust files of `domain` outside its `db`, by their path below `src`, with their text.
fn rules() -> Vec<(String, String)> {
    let (folder, mut found) = (root().join("domain/src"), Vec::new());
    sources(&folder, &mut found);
    assert!(found.len() > 30, "the walk finds domain's sources");
    let below = found.iter().map(|path| (path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned(), path));
    below
        .filter(|(name, _)| !name.starts_with("db/"))
        .map(|(name, path)| (name, std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// What `text` takes from its own crate, by the first word of each path; comments apart.
fn imports(text: &str) -> BTreeSet<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let paths = code.flat_map(|line| line.split("crate::").skip(1)).flat_map(|path| {
        let list = path.strip_prefix('{').and_then(|list| list.split_once('}'));
        list.map_or_else(|| vec![path], |(list, _)| list.split(", ").collect())
    });
    paths.map(|path| path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()).collect()
}

#[test]
fn the_queue_knows_no_kind_of_job() {
    assert_eq!(
        imports("use crate::{Actor, db};\n// crate::work\nlet a = crate::vps::of();"),
        BTreeSet::from(["Actor", "db", "vps"])
    );
    for (name, text) in rules().iter().filter(|(name, _)| name.starts_with("queue/")) {
        let above: Vec<_> = imports(text).into_iter().filter(|word| !BELOW_THE_QUEUE.contains(word)).collect();
        assert!(above.is_empty(), "{name} imports {above:?}, which stand above the queue");
    }
}

#[test]
fn sql_is_written_in_statements() {
    for (name, text) in rules() {
        if let Some(way) = BY_HAND.iter().find(|way| text.contains(**way)) {
            panic!("domain/src/{name} uses {way}: declare it with db::statement! (docs/sql.md)");
        }
    }
}

#[test]
fn no_sql_is_formatted() {
    for (name, text) in rules() {
        for rest in text.split("format!(").skip(1) {
            let Some((literal, _)) = rest.trim_start().strip_prefix('"').map(end_of_literal) else { continue };
            let sql = ["select ", "insert into ", "delete from ", "update ", "with ", "where ", "order by "];
            let is_sql = literal.contains("$1") || sql.iter().any(|start| literal.trim_start().starts_with(start));
            assert!(!is_sql, "domain/src/{name} formats SQL: {literal:?}");
        }
    }
}

/// Rust and SQL files of `domain`, by their path below `src`, in lower case and with single spaces.
fn statements() -> Vec<(String, String)> {
    let (folder, mut found) = (root().join("domain/src"), Vec::new());
    sources(&folder, &mut found);
    sql_files(&folder, &mut found);
    let text = |path: &PathBuf| {
        let lines = std::fs::read_to_string(path).unwrap().to_lowercase();
        let code = lines.lines().filter(|line| !line.trim_start().starts_with("--"));
        code.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    };
    found.iter().map(|path| (path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned(), text(path))).collect()
}

/// Whether a text changes the status of servers, by SQL or by the entity.
fn changes_a_servers_status(text: &str) -> bool {
    let by_sql = text.split("update vps ").skip(1).any(|rest| {
        let set = rest.split(" where ").next().unwrap_or_default();
        set.contains(" status =")
    });
    by_sql || text.contains("server::activemodel") || text.contains("vps::activemodel")
}

#[test]
fn only_a_step_changes_a_servers_status() {
    assert!(changes_a_servers_status("update vps set status = $2 where id = $1"));
    assert!(changes_a_servers_status("with v as (update vps v set failure = null, status = 'lost' where id = $1)"));
    assert!(!changes_a_servers_status("update vps set status_before_delete = null where status = 'lost'"));
    let found: Vec<_> =
        statements().into_iter().filter(|(_, text)| changes_a_servers_status(text)).map(|(name, _)| name).collect();
    assert_eq!(found, ["vps/write_step.sql"], "a server's status is changed by LockedVps::step alone");
}

/// What the ledger alone writes.
const BOOKS: [&str; 5] = ["account", "journal", "posting", "usage_segment", "usage_line"];

/// The first table of the books that a text writes.
fn writes_books(text: &str) -> Option<&'static str> {
    let writes = |table: &str| {
        ["insert into ", "update ", "delete from ", "merge into "].iter().any(|verb| {
            text.split(verb).skip(1).any(|rest| rest.strip_prefix(table).is_some_and(|rest| !is_word(rest)))
        })
    };
    BOOKS.into_iter().find(|table| writes(table))
}

/// Whether a text begins with a character of a name.
fn is_word(text: &str) -> bool {
    text.starts_with(|character: char| character.is_alphanumeric() || character == '_')
}

#[test]
fn only_the_ledger_writes_the_books() {
    assert_eq!(writes_books("with a as (update account a set version = 1)"), Some("account"));
    assert_eq!(writes_books("insert into usage_line(segment_id) values ($1)"), Some("usage_line"));
    assert_eq!(writes_books("select for update of account"), None);
    assert_eq!(writes_books("update accountant set name = '' where id in (select id from journal)"), None);
    let all = statements();
    let (ledger, others): (Vec<_>, Vec<_>) = all.iter().partition(|(name, _)| name.starts_with("ledger/"));
    assert!(BOOKS.iter().all(|table| ledger.iter().any(|(_, text)| text.contains(&format!("into {table} ")))));
    for (name, text) in others {
        let written = writes_books(text);
        assert_eq!(written, None, "domain/src/{name} writes a table that only domain/src/ledger may write");
    }
}

/// What stands before a literal's closing quote, and after it.
fn end_of_literal(text: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = text.find(|character| {
        let ends = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    });
    let end = end.expect("a literal ends");
    (&text[..end], &text[end + 1..])
}

#[test]
fn a_statement_of_more_than_three_lines_stands_in_a_file() {
    for (name, text) in rules() {
        for block in text.split("db::statement! {").skip(1) {
            let block = block.split_once("\n}").map_or(block, |(inside, _)| inside);
            let code = block.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let mut rest = code.as_str();
            while let Some((_, opened)) = rest.split_once('"') {
                let (literal, after) = end_of_literal(opened);
                let lines = literal.lines().count();
                assert!(lines <= 3, "domain/src/{name}: {lines} lines of SQL belong in a file: {literal:?}");
                rest = after;
            }
        }
    }
}

#[test]
fn sql_files_are_readable() {
    let mut found = Vec::new();
    sql_files(&root().join("domain/src"), &mut found);
    assert!(!found.is_empty(), "the walk finds the SQL files");
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let place = path.display();
        assert!(text.ends_with('\n') && !text.trim_end().ends_with(';'), "{place} ends with a line break and no ;");
        for (number, line) in (1..).zip(text.lines()) {
            assert!(line.chars().count() <= 120, "{place}:{number} is longer than 120 characters");
            assert!(!line.contains('\t') && line.trim_end() == line, "{place}:{number} has a tab or ends with a space");
        }
    }
}

fn sql_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sql_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
}
