//! What `PostgreSQL` counts of each statement: how often it ran, and how long.

use std::collections::BTreeMap;

use anyhow::Result;
use domain::db;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, FromQueryResult};
use testkit::TestDatabase;

/// Whether the server counts statements.
const COUNTS: &str = "select current_setting('shared_preload_libraries') like '%pg_stat_statements%'";

const READ: &str = "
select query, calls::float8 as calls, total_exec_time as ms, rows::float8 as rows, wal_bytes::float8 as wal_bytes
from pg_stat_statements
where dbid = (select oid from pg_database where datname = current_database())
  and userid = (select oid from pg_roles where rolname = $1)";

/// What was counted of a statement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// How often it ran.
    pub calls: f64,
    /// Milliseconds that the server took in all.
    pub ms: f64,
    /// Rows that it yielded or touched in all.
    pub rows: f64,
    /// Bytes that it wrote ahead in all.
    pub wal_bytes: f64,
}

impl Counted {
    fn plus(self, other: Self, sign: f64) -> Self {
        Self {
            calls: self.calls + sign * other.calls,
            ms: self.ms + sign * other.ms,
            rows: self.rows + sign * other.rows,
            wal_bytes: self.wal_bytes + sign * other.wal_bytes,
        }
    }
}

/// The counts of statements by their normalised text.
#[derive(Clone, Debug, Default)]
pub struct Counts(BTreeMap<String, Counted>);

impl Counts {
    /// What was counted since an earlier reading. (Counting from zero instead would show statements that are prepared
    /// already with their constants, and others without.)
    #[must_use]
    pub fn since(mut self, earlier: &Self) -> Self {
        for (query, counted) in &mut self.0 {
            *counted = counted.plus(earlier.0.get(query).copied().unwrap_or_default(), -1.0);
        }
        self.0.retain(|_, counted| counted.calls > 0.0);
        self
    }

    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        for (query, counted) in &other.0 {
            let sum = self.0.entry(query.clone()).or_default();
            *sum = sum.plus(*counted, 1.0);
        }
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The statements that a role sent, the costliest first; what triggers ask among themselves is left out.
    #[must_use]
    pub fn sent(&self) -> Vec<(&str, Counted)> {
        let mut sent: Vec<_> = self.0.iter().map(|(query, counted)| (query.as_str(), *counted)).collect();
        sent.retain(|(query, _)| is_command(query));
        sent.sort_by(|(_, one), (_, other)| other.ms.total_cmp(&one.ms));
        sent
    }
}

/// A statement begins with a command; an expression of a trigger does not.
fn is_command(query: &str) -> bool {
    const COMMANDS: [&str; 11] =
        ["select", "insert", "update", "delete", "with", "begin", "commit", "rollback", "set", "listen", "table"];
    let first = query.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    COMMANDS.contains(&first.as_str())
}

#[derive(FromQueryResult)]
struct Read {
    query: String,
    calls: f64,
    ms: f64,
    rows: f64,
    wal_bytes: f64,
}

/// The counts of one database, for the role that the product runs as.
#[derive(Debug)]
pub struct Statements {
    /// As the superuser, who may see everybody's statements.
    admin: DatabaseConnection,
    user: String,
}

impl Statements {
    /// Opens the counts of a database; none where the server does not count.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn open(database: &TestDatabase) -> Result<Option<Self>> {
        let admin = testkit::database::connect(&database.superuser_url()).await?;
        if db::scalar(&admin, db::sql(COUNTS, [])).await? != Some(true) {
            return Ok(None);
        }
        admin.execute_unprepared("create extension if not exists pg_stat_statements").await?;
        Ok(Some(Self { admin, user: database.url.username().to_owned() }))
    }

    /// What was counted until now.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn read(&self) -> Result<Counts> {
        let rows: Vec<Read> = db::all(&self.admin, db::sql(READ, [self.user.as_str().into()])).await?;
        let mut counts = Counts::default();
        for Read { query, calls, ms, rows, wal_bytes } in rows {
            let sum = counts.0.entry(normalised(&query)).or_default();
            *sum = sum.plus(Counted { calls, ms, rows, wal_bytes }, 1.0);
        }
        Ok(counts)
    }
}

/// A statement without what may differ between two ways to send it: comments, white space, numbers and types of
/// parameters, the end.
#[must_use]
pub fn normalised(query: &str) -> String {
    let mut text = String::with_capacity(query.len());
    for line in query.lines() {
        text.extend(code(line).split_whitespace().flat_map(|word| [word, " "]));
    }
    without_parameters(text.trim().trim_end_matches(';').trim_end())
}

/// A line of a statement without its comment.
#[must_use]
pub fn code(line: &str) -> &str {
    let mut constant = false;
    for (place, character) in line.char_indices() {
        match character {
            '\'' => constant = !constant,
            '-' if !constant && line[place..].starts_with("--") => return &line[..place],
            _ => {}
        }
    }
    line
}

/// `$7` and `$7::uuid` become `?`.
fn without_parameters(text: &str) -> String {
    let mut parts = text.split('$');
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == part.len() {
            result.push('$');
            result.push_str(part);
            continue;
        }
        result.push('?');
        let untyped = rest.strip_prefix("::").map(|kind| {
            let end = kind.find(|c: char| !(c.is_ascii_alphanumeric() || "_[]".contains(c))).unwrap_or(kind.len());
            &kind[end..]
        });
        result.push_str(untyped.unwrap_or(rest));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parameters_and_white_space_are_forgiven() {
        let sent = "select a -- why\n  from t\n where b = $12::uuid and c > now() - $2";
        assert_eq!(normalised(sent), "select a from t where b = ? and c > now() - ?");
        assert_eq!(normalised("SELECT $1::text[], x;"), "SELECT ?, x");
        assert_ne!(normalised("select a from t"), normalised("select b from t"));
        assert_ne!(normalised("select a from t where x = $1"), normalised("select a from t where x = null"));
        assert_eq!(normalised("select '$' || a"), "select '$' || a");
        assert_eq!(normalised("select '--' || a -- two dashes"), "select '--' || a");
    }
}
