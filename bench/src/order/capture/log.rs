//! The server's log of statements, as `log_statement = 'all'` writes it.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

/// A statement as it was sent: its text and the values of its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Its text, with `$1` and so on.
    pub text: String,
    /// The parameters in their order; none is null.
    pub parameters: Vec<Option<String>>,
}

/// The log from a place on.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    from: u64,
}

impl Log {
    /// The log of the run's server, from its end on.
    ///
    /// # Errors
    /// When the environment does not name it.
    pub fn open() -> Result<Self> {
        let path = std::env::var_os("SKYPANEL_PG_LOG").context("SKYPANEL_PG_LOG is not set; run ./dev bench")?;
        let path = PathBuf::from(path);
        let from = std::fs::metadata(&path).with_context(|| format!("reading {}", path.display()))?.len();
        Ok(Self { path, from })
    }

    /// What was sent since, in order, by whichever backends had this word among their parameters or ran in between.
    ///
    /// # Errors
    /// When the log can't be read, or the word does not occur.
    pub fn statements(&self, word: &str) -> Result<Vec<Sent>> {
        let mut file = std::fs::File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.from))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let sent = parse(&text);
        let known = sent.iter().any(|one| one.parameters.iter().flatten().any(|value| value == word));
        ensure!(known, "the server's log has no order: does it log statements?\n{text}");
        Ok(sent)
    }
}

/// Entries of a log: a line with a time and a process, and the lines after it that begin with a tab.
fn parse(log: &str) -> Vec<Sent> {
    let mut sent: Vec<Sent> = Vec::new();
    for entry in entries(log) {
        if let Some((_, text)) = entry.split_once("LOG:  statement: ") {
            sent.push(Sent { text: text.to_owned(), parameters: Vec::new() });
        } else if let Some((_, execute)) = entry.split_once("LOG:  execute ") {
            let text = execute.split_once(": ").map_or(execute, |(_, text)| text);
            sent.push(Sent { text: text.to_owned(), parameters: Vec::new() });
        } else if let Some((_, detail)) = entry.split_once("DETAIL:  ")
            && let Some(list) = detail.strip_prefix("Parameters: ").or_else(|| detail.strip_prefix("parameters: "))
            && let Some(last) = sent.last_mut()
        {
            last.parameters = parameters(list);
        }
    }
    sent
}

fn entries(log: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in log.lines() {
        match (line.strip_prefix('\t'), entries.last_mut()) {
            (Some(more), Some(entry)) => {
                entry.push('\n');
                entry.push_str(more);
            }
            _ => entries.push(line.to_owned()),
        }
    }
    entries
}

/// `$1 = 'it''s', $2 = NULL`.
fn parameters(list: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let mut rest = list;
    while let Some((_, value)) = rest.split_once(" = ") {
        if let Some(quoted) = value.strip_prefix('\'') {
            let (text, after) = unquote(quoted);
            found.push(Some(text));
            rest = after;
        } else {
            found.push(None);
            rest = value.split_once(", ").map_or("", |(_, after)| after);
        }
    }
    found
}

/// The text up to the quote that ends it, and what follows.
fn unquote(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = quoted;
    while let Some((part, after)) = rest.split_once('\'') {
        text.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                rest = more;
            }
            None => return (text, after),
        }
    }
    (text + rest, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_with_their_parameters() {
        let log = "2026-11-29 06:33:47.000 UTC [7] LOG:  statement: BEGIN\n\
                   2026-11-29 06:33:47.001 UTC [7] LOG:  execute sqlx_s_4: insert into a\n\
                   \tvalues ($1, $2, $3)\n\
                   2026-11-29 06:33:47.001 UTC [7] DETAIL:  Parameters: $1 = 'it''s, $9 = x', $2 = NULL, $3 = '7'\n";
        let parameters = vec![Some("it's, $9 = x".to_owned()), None, Some("7".to_owned())];
        let insert = Sent { text: "insert into a\nvalues ($1, $2, $3)".to_owned(), parameters };
        assert_eq!(parse(log), [Sent { text: "BEGIN".to_owned(), parameters: Vec::new() }, insert]);
    }
}
