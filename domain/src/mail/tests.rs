//! What holds for every kind of mail.

use std::collections::BTreeSet;

use super::super::Part;
use super::*;

const BASE: &str = "https://panel.example.com";

fn head() -> Letterhead {
    Letterhead::new("Nimbus & <b>Söhne</b>", &format!("{BASE}/"), 262, Some("help@nimbus.example"))
}

fn now() -> DateTime<Utc> {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn each(with: &Sample<'_>) -> Vec<(MailKind, Letter, String, String)> {
    let write = |kind: &MailKind| {
        let letter = sample_of(&head(), *kind, now(), with);
        let (text, html) = (letter.text(&head()), letter.html(&head()));
        (*kind, letter, text, html)
    };
    MailKind::ALL.iter().map(write).collect()
}

/// What a mail program would turn into links, wherever it stands.
fn addresses(text: &str) -> BTreeSet<String> {
    let text = text.replace("&amp;", "&");
    let ends = |c: char| c.is_whitespace() || "\"'<>()".contains(c);
    let starts =
        text.match_indices("://").filter_map(|(at, _)| text[..at].rfind(|c: char| !c.is_alphanumeric()).map(|s| s + 1));
    starts.map(|start| text[start..].split(ends).next().unwrap_or_default().to_owned()).collect()
}

/// The text of HTML as it is read, with the contents of its attributes left out.
fn read(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let (mut out, mut inside) = (String::new(), true);
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

fn said(letter: &Letter) -> Vec<String> {
    let of = |part: &Part| match part {
        Part::Say(words) => vec![words.clone()],
        Part::Facts(facts) => facts.iter().flat_map(|(name, value)| [(*name).to_owned(), value.clone()]).collect(),
        Part::Lines(lines) => lines.clone(),
        Part::Act(words, url) => vec![(*words).to_owned(), url.clone()],
    };
    letter.parts.iter().flat_map(of).collect()
}

#[test]
fn text_and_html_say_the_same_and_link_to_the_same() {
    for (kind, letter, text, html) in each(&SAMPLE) {
        let read = read(&html);
        assert!(!letter.subject.is_empty() && letter.parts.len() >= 2, "{kind}");
        for words in said(&letter) {
            assert!(text.contains(&words), "{kind}: the text lacks {words:?}:\n{text}");
            assert!(read.contains(&words), "{kind}: the HTML lacks {words:?}:\n{read}");
        }
        assert_eq!(addresses(&text), addresses(&html), "{kind}");
        assert!(
            html.contains(&format!(
                "<title>{}</title>",
                letter.subject.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
            )),
            "{kind}"
        );
    }
}

#[test]
fn every_link_begins_with_the_panels_address() {
    for (kind, _, text, html) in each(&SAMPLE) {
        let found = addresses(&text);
        assert!(found.len() >= 2, "{kind} leads nowhere");
        for address in found.iter().chain(&addresses(&html)) {
            assert!(
                address.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
                "{kind}: {address}"
            );
        }
    }
}

#[test]
fn tokens_stand_behind_the_hash_and_nowhere_else() {
    let mut with_token = Vec::new();
    for (kind, letter, text, html) in each(&SAMPLE) {
        for body in [&text, &html, &letter.subject] {
            for (at, _) in body.match_indices(SAMPLE.token) {
                assert_eq!(&body[at - 1..at], "#", "{kind}");
            }
        }
        if text.contains(SAMPLE.token) {
            with_token.push(kind);
            assert!(text.contains("Works until:"), "{kind} says until when");
        }
    }
    let expected = [
        MailKind::Welcome,
        MailKind::AccountCreated,
        MailKind::VerifyAddress,
        MailKind::PasswordReset,
        MailKind::EmailChange,
        MailKind::EmailUndo,
        MailKind::Invitation,
    ];
    assert_eq!(with_token, expected);
}

#[test]
fn no_value_becomes_html_a_header_or_a_link() {
    let hostile = Sample {
        label: "x\"><img src=x onerror=alert(1)>{{7*7}}",
        words: "Win <a href=\"https://evil.example\">here</a>\r\nBcc: all@evil.example",
        email: "\"><script>alert(1)</script>@evil.example",
        token: "t\"><script>",
    };
    let tags = |html: &str| html.matches('<').count();
    let plain = Sample { label: "web-1", words: "Ada", email: "ada@example.com", token: "t" };
    for ((kind, letter, _, html), (_, _, _, harmless)) in each(&hostile).into_iter().zip(each(&plain)) {
        assert_eq!(tags(&html), tags(&harmless), "{kind}: a value opened a tag:\n{html}");
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("evil.example\">"), "{kind}");
        assert!(!letter.subject.contains(['\r', '\n']), "{kind}");
        let linked = addresses(&letter.text(&head()));
        assert!(linked.iter().all(|address| address.starts_with(BASE)), "{kind}: {linked:?}");
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    for (kind, _, _, html) in each(&SAMPLE) {
        for forbidden in ["<script", "<img", "<link", "<style", "url(", "@import", "<form", "<iframe", " on"] {
            let found = html.match_indices(forbidden).any(|(at, _)| {
                forbidden != " on"
                    || html[at + 3..].chars().take_while(char::is_ascii_lowercase).count() > 0
                        && html[at..]
                            .split_once('=')
                            .is_some_and(|(name, _)| !name.trim().contains(' ') && !name.contains('<'))
            });
            assert!(!found, "{kind}: {forbidden}");
        }
        assert!(html.len() < 20_000, "{kind}: programs cut long mails");
    }
}

#[test]
fn lines_of_the_text_are_not_taken_for_its_end() {
    // SMTP ends a mail at a line with a dot alone; a signature begins after "-- ".
    for (kind, _, text, _) in each(&SAMPLE) {
        assert!(text.lines().all(|line| line != "."), "{kind}");
        assert_eq!(text.matches("\n-- \n").count(), 1, "{kind}");
        assert!(text.starts_with("Hello,\n\n") && text.ends_with("Help: help@nimbus.example\n"), "{kind}");
    }
}
