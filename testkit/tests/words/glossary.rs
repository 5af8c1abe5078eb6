//! Holds the texts of the product, its docs and its comments to the glossary in `CONTRIBUTING.md`.

use std::collections::BTreeMap;

use super::{ending, files, root};

/// Where a phrase of the second column may stand: a line each, `path | phrase | why`. The list may only shrink.
const EXCEPTIONS: &str = "testkit/tests/words/exceptions.txt";
/// Endings of files that people read or that hold what people read.
const READ: [&str; 7] = ["rs", "ts", "tsx", "sql", "md", "yml", "sh"];
/// The same, of an ending that most generated files have.
const ALSO_READ: &str = "deploy/grafana/skypanel-jobs.json";
/// Written by a program, or about the phrases themselves.
const SKIPPED: [&str; 3] =
    ["web/src/lib/api/schema.d.ts", "web/src/testing/words.test.ts", "testkit/tests/words/glossary.rs"];

/// The phrases in quotes in the second column of the table below `## Words`.
fn unwanted(contributing: &str) -> Vec<String> {
    let (_, words) = contributing.split_once("\n## Words\n").expect("a chapter Words");
    let rows = words.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.split('|').nth(2));
    cells.flat_map(|cell| cell.split('"').skip(1).step_by(2).map(str::to_lowercase)).collect()
}

/// Comments and literals of Rust sources, each with the line it begins in; comment lines that follow each other are
/// one text.
fn texts_of_rust(source: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = source.chars().collect();
    let (mut texts, mut at, mut line) = (Vec::<(usize, String)>::new(), 0, 1);
    let mut last_comment_line = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let (begins, length) = (line, token(rest));
        let text: String = rest[..length].iter().collect();
        if text.starts_with("//") {
            let words = text.trim_start_matches(['/', '!']);
            match texts.last_mut().filter(|_| last_comment_line + 1 == line) {
                Some((_, before)) => *before += words,
                None => texts.push((begins, words.to_owned())),
            }
            last_comment_line = line;
        } else if text.contains('"') && length > 1 && !text.starts_with('\'') {
            texts.push((begins, text.replace("\\\n", " ").replace("\\n", " ")));
            last_comment_line = 0;
        } else if !text.trim().is_empty() {
            last_comment_line = 0;
        }
        line += text.matches('\n').count();
        at += length;
    }
    texts
}

/// How many characters the comment or literal takes that begins here; 1 for anything else.
fn token(rest: &[char]) -> usize {
    let ends = |end: &str, from: usize| {
        let end: Vec<char> = end.chars().collect();
        (from..rest.len()).find(|at| rest[*at..].starts_with(&end)).map_or(rest.len(), |at| at + end.len())
    };
    let hashes = rest.iter().skip(1).take_while(|c| **c == '#').count();
    match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => ends("*/", 2),
        ['r', ..] if rest.get(1 + hashes) == Some(&'"') => ends(&format!("\"{}", "#".repeat(hashes)), 2 + hashes),
        ['"', ..] => {
            let mut at = 1;
            while at < rest.len() && rest[at] != '"' {
                at += if rest[at] == '\\' { 2 } else { 1 };
            }
            (at + 1).min(rest.len())
        }
        ['\'', '\\', _, ..] => ends("'", 3),
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    }
}

/// What stands between empty lines.
fn paragraphs(source: &str) -> Vec<(usize, String)> {
    let mut found = vec![(1, String::new())];
    for (at, line) in source.lines().enumerate() {
        match found.last_mut() {
            Some((_, text)) if !line.trim().is_empty() => text.extend([line, "\n"]),
            _ => found.push((at + 2, String::new())),
        }
    }
    found
}

/// The texts of a file in lower case with single spaces, each with the line it begins in.
fn texts(path: &str, source: &str) -> Vec<(usize, String)> {
    let found = if ending(path) == "rs" {
        texts_of_rust(source)
    } else if path == "CONTRIBUTING.md" {
        let (before, words) = source.split_once("\n## Words\n").expect("a chapter Words");
        let after = words.split_once("\n## ").map_or("", |(_, after)| after);
        vec![(1, before.to_owned()), (1, after.to_owned())]
    } else {
        paragraphs(source)
    };
    let plain = |text: String| {
        let lines = text.lines().map(|line| line.trim_start_matches([' ', '*', '-', '#', '/']));
        let words: Vec<String> = lines.flat_map(str::split_whitespace).map(str::to_lowercase).collect();
        words.join(" ").replace('\u{2019}', "'")
    };
    found.into_iter().map(|(line, text)| (line, plain(text))).collect()
}

/// How often the phrase stands in the text as whole words.
fn count(text: &str, phrase: &str) -> usize {
    let bound = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    text.match_indices(phrase)
        .filter(|(at, _)| bound(text[..*at].chars().next_back()) && bound(text[at + phrase.len()..].chars().next()))
        .count()
}

/// Each file's phrases that we do not write, with the line of the first text that has it.
fn found() -> BTreeMap<(String, String), usize> {
    let unwanted = unwanted(&std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap());
    assert!(unwanted.len() > 20, "the glossary is read: {unwanted:?}");
    let mut found = BTreeMap::new();
    for path in files() {
        if !(READ.contains(&ending(&path)) || path == ALSO_READ) || SKIPPED.contains(&path.as_str()) {
            continue;
        }
        let source = std::fs::read_to_string(root().join(&path)).unwrap();
        for (line, text) in texts(&path, &source) {
            for phrase in unwanted.iter().filter(|phrase| count(&text, phrase) > 0) {
                found.entry((path.clone(), phrase.clone())).or_insert(line);
            }
        }
    }
    found
}

fn exceptions(text: &str) -> BTreeMap<(String, String), String> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<&str> = line.split(" | ").collect();
            let [path, phrase, why] = cells[..] else { panic!("not `path | phrase | why`: {line}") };
            assert!(!why.trim().is_empty(), "an exception without a reason: {line}");
            ((path.to_owned(), phrase.to_owned()), why.to_owned())
        })
        .collect()
}

/// `UPDATE=1 cargo test -p testkit --test words` takes lines out that nothing needs any more; it adds none.
#[test]
fn what_people_read_keeps_to_the_glossary() {
    let path = root().join(EXCEPTIONS);
    let text = std::fs::read_to_string(&path).unwrap();
    let (found, allowed) = (found(), exceptions(&text));
    if std::env::var_os("UPDATE").is_some() {
        let needed = |line: &&str| {
            let mut cells = line.split(" | ").map(str::to_owned);
            let (Some(path), Some(phrase)) = (cells.next(), cells.next()) else { return true };
            found.contains_key(&(path, phrase))
        };
        let kept: Vec<&str> = text.lines().filter(needed).collect();
        std::fs::write(&path, kept.join("\n") + "\n").unwrap();
        return;
    }
    let wrong: Vec<String> = found
        .iter()
        .filter(|(at, _)| !allowed.contains_key(at))
        .map(|((path, phrase), line)| format!("{path}:{line}: {phrase:?}"))
        .collect();
    assert!(wrong.is_empty(), "CONTRIBUTING.md (Words) says what we write instead:\n{}", wrong.join("\n"));
    let stale: Vec<_> = allowed.keys().filter(|at| !found.contains_key(at)).collect();
    assert!(stale.is_empty(), "take out of {EXCEPTIONS}: {stale:?}");
}

#[test]
fn texts_are_found_where_they_stand() {
    let source = "//! One\n//! two.\nfn f<'a>(c: char) -> &'a str {\n    // Three.\n    if c == '\"' { r#\"four \"x\" \
                  five\"# } else { \"six \\\n        seven\" }\n}\n";
    let found: Vec<(usize, String)> = texts("x.rs", source);
    let said: Vec<(usize, &str)> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(said, [(1, "one two."), (4, "three."), (5, "r#\"four \"x\" five\"#"), (5, "\"six seven\"")]);
    assert_eq!(texts("x.md", "It came\nto  Nothing.\n")[0].1, "it came to nothing.");
    assert_eq!(count("nought, noughts and a_nought", "nought"), 1);
    let table = "x\n## Words\n| a | b |\n|---|---|\n| zero | \"nought\", \"Nil\" |\n## Next\n| c | \"d\" |\n";
    assert_eq!(unwanted(table), ["nought", "nil"]);
}
