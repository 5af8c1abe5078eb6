//! What the words of the project must keep to: the glossary, and signposts that lead somewhere.

mod glossary;
mod signposts;

use std::path::{Path, PathBuf};

/// Folders that hold what is built, downloaded or written by a run.
const NOT_OURS: [&str; 8] =
    ["target", "node_modules", "dist", ".git", ".dev", "playwright-report", "test-results", ".schemathesis"];

/// The checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file of the project by its path from the root, in order.
fn files() -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() && !NOT_OURS.iter().any(|skipped| name == *skipped) {
                folders.push(path);
            } else if path.is_file() {
                found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 300, "the walk finds the files: {}", found.len());
    found
}

/// What follows the last dot of a path: `md` of `docs/queue.md`.
fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}
