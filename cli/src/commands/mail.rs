//! `skypanel mail`.

use domain::clock::system_now;
use domain::mail::{self, MailKind};
use runtime::settings::{Brand, Http, Source};
use serde_json::{Value as Json, json};

use super::output;
use crate::args::Mails;
use crate::args::operator::Output;

/// Lists kinds of mail, or shows one. Nothing is sent.
pub fn run(source: &Source, output: Output, what: &Mails) -> anyhow::Result<()> {
    let head = api::letterhead(&Brand::load(source)?, &Http::load(source)?.client_url);
    let sample = |kind| mail::sample(&head, kind, system_now());
    match what {
        Mails::List if output.json => {
            let row = |kind: &MailKind| {
                let subject = sample(*kind).subject;
                json!({ "kind": kind.as_str(), "when": kind.when(), "subject": subject })
            };
            output::json(&Json::Array(MailKind::ALL.iter().map(row).collect()));
        }
        Mails::List => {
            let row = |kind: &MailKind| [kind.to_string(), sample(*kind).subject, kind.when().to_owned()];
            output::rows(["kind", "subject", "sent"], MailKind::ALL.iter().map(row));
        }
        Mails::Preview { kind, html } => {
            let known: MailKind = kind.parse().map_err(|()| {
                anyhow::anyhow!("no mail is called {kind:?}; `skypanel mail list` shows what there is")
            })?;
            let letter = sample(known);
            if output.json {
                output::json(&json!({
                    "kind": known.as_str(),
                    "when": known.when(),
                    "subject": letter.subject,
                    "text": letter.text(&head),
                    "html": letter.html(&head),
                }));
            } else if *html {
                say!("{}", letter.html(&head));
            } else {
                say!("Subject: {}\n\n{}", letter.subject, letter.text(&head));
            }
        }
    }
    Ok(())
}
