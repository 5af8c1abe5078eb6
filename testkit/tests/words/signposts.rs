//! Every file that the docs name exists, so that nobody is sent to a place that moved.

use std::collections::BTreeSet;

use super::{ending, files, root};

/// Paths that a build or a run creates and that no checkout has.
const MADE: [&str; 3] = ["web/dist", "web/pictures", ".dev"];
/// Endings by which a word with a slash is a path even where its first folder is not one of ours.
const ENDINGS: [&str; 10] = ["rs", "sql", "ts", "tsx", "md", "yml", "toml", "sh", "mjs", "json"];

/// What a page names: words in backticks that are paths, and what its links lead to, both from the root.
fn named(page: &str, text: &str, folders: &BTreeSet<&str>) -> Vec<String> {
    let mut fenced = false;
    let prose: Vec<&str> = text
        .lines()
        .filter(|line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
        .collect();
    let prose = prose.join("\n");
    let words = prose.split('`').skip(1).step_by(2).map(|word| word.trim_end_matches('/'));
    let paths = words.filter(|word| is_path(word, folders)).flat_map(alternatives);
    let home = page.rsplit_once('/').map_or("", |(home, _)| home);
    let links = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(to, _)| to);
    let links = links.filter(|to| !to.contains(':') && !to.starts_with('#')).map(|to| from_root(home, to));
    paths.chain(links).collect()
}

fn is_path(word: &str, folders: &BTreeSet<&str>) -> bool {
    let Some((first, _)) = word.split_once('/') else { return false };
    let plain = !word.contains(char::is_whitespace) && !first.is_empty();
    plain && (folders.contains(first) || ENDINGS.contains(&ending(word)))
}

/// `a/{b,c}.rs` is two paths.
fn alternatives(word: &str) -> Vec<String> {
    match word.split_once('{').and_then(|(head, rest)| Some((head, rest.split_once('}')?))) {
        Some((head, (choices, tail))) => {
            choices.split(',').flat_map(|choice| alternatives(&format!("{head}{choice}{tail}"))).collect()
        }
        None => vec![word.to_owned()],
    }
}

fn from_root(home: &str, link: &str) -> String {
    let mut parts: Vec<&str> = home.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('#').next().unwrap_or_default().split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether the path exists; of one with a placeholder such as `<noun>` or `*`, the folder before it.
fn exists(path: &str) -> bool {
    let sure =
        path.find(['<', '*', '…']).map_or(path, |at| path[..at].rsplit_once('/').map_or("", |(folder, _)| folder));
    MADE.iter().any(|made| sure.starts_with(made)) || root().join(sure.split('#').next().unwrap()).exists()
}

#[test]
fn every_path_that_the_docs_name_exists() {
    let files = files();
    let folders: BTreeSet<&str> = files.iter().filter_map(|path| Some(path.split_once('/')?.0)).collect();
    let is_page = |path: &str| {
        let top = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].contains(&path);
        top || path.starts_with("docs/") && ending(path) == "md"
    };
    let (mut seen, mut lost) = (0, Vec::new());
    for page in files.iter().filter(|path| is_page(path)) {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        for path in named(page, &text, &folders) {
            seen += 1;
            if !exists(&path) {
                lost.push(format!("{page}: {path}"));
            }
        }
    }
    assert!(seen > 60, "the pages name files: {seen}");
    assert!(lost.is_empty(), "these lead nowhere:\n{}", lost.join("\n"));
}

#[test]
fn every_room_of_the_rules_has_a_line_in_the_architecture() {
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    for entry in std::fs::read_dir(root().join("domain/src")).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let named = format!("`domain/src/{room}/`");
        assert!(!path.is_dir() || page.contains(&named), "{named} has no line in docs/architecture.md");
    }
}

#[test]
fn every_page_that_the_sources_name_exists() {
    let mut lost = Vec::new();
    let is_source = |path: &&String| ["rs", "sql", "ts", "tsx", "sh", "yml"].contains(&ending(path));
    for path in files().iter().filter(is_source).filter(|path| !path.starts_with("testkit/tests/words/")) {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        for (at, _) in text.match_indices("docs/") {
            let end = text[at..].find(|c: char| !(c.is_ascii_alphanumeric() || "/-_.".contains(c)));
            let page = text[at..end.map_or(text.len(), |end| at + end)].trim_end_matches('.');
            let before = text[..at].chars().next_back();
            let whole = before.is_none_or(|c| !(c.is_alphanumeric() || "/-_.".contains(c)));
            if whole && ending(page) == "md" && !root().join(page).exists() {
                lost.push(format!("{path}: {page}"));
            }
        }
    }
    assert!(lost.is_empty(), "these lead nowhere:\n{}", lost.join("\n"));
}

#[test]
fn paths_are_told_from_other_words() {
    let folders = BTreeSet::from(["api", "docs"]);
    let text = "`api/src/x.rs` `a/b` `/api/vps` `api/{a,b}.rs` `x/<noun>.rs` [q](queue.md#way) [w](https://x.y)\n\
                ```\n`api/not.rs`\n```\n";
    let paths = ["api/src/x.rs", "api/a.rs", "api/b.rs", "x/<noun>.rs", "docs/queue.md"];
    assert_eq!(named("docs/a.md", text, &folders), paths);
    assert_eq!(from_root("docs/adr", "../queue.md"), "docs/queue.md");
    assert!(exists("api/src/<noun>.rs") && exists("api/src") && !exists("api/nowhere/<noun>.rs"));
}
