//! What people find in their mailboxes.

use anyhow::{Context as _, Result};
use testkit::client::text;
use testkit::fixture::until;

use super::{LONG, Stage};

/// The same of a mail that came after the one with this token.
pub(super) async fn newer_token(stage: &Stage, to: &str, page: &str, known: &str) -> Result<String> {
    let newer = async || {
        let newest = token(stage, to, page).await?;
        Ok((newest != known).then_some(newest))
    };
    until(LONG, newer).await.with_context(|| format!("no other mail to {to} leads to {page}"))
}

/// The part of a link behind `#`, in the newest mail to an address whose text leads to a page.
pub(super) async fn token(stage: &Stage, to: &str, page: &str) -> Result<String> {
    let link = format!("{page}#");
    let found = until(LONG, async || {
        let mails = stage.checker.mail().await?;
        let newest = mails.as_array().into_iter().flatten().rev().find(|mail| {
            let addressed = mail["to"].as_array().is_some_and(|all| all.iter().any(|one| one == to));
            addressed && mail["text"].as_str().is_some_and(|text| text.contains(&link))
        });
        Ok(newest.map(|mail| text(mail, "/text")))
    })
    .await
    .with_context(|| format!("no mail to {to} leads to {page}"))?;
    let token = found.split_once(&link).map(|(_, rest)| rest).unwrap_or_default();
    let end = token.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_=".contains(letter));
    let token = &token[..end.unwrap_or(token.len())];
    // A page's parameters stand in the fragment as `name=value`.
    Ok(token.rsplit_once('=').map_or(token, |(_, value)| value).to_owned())
}
