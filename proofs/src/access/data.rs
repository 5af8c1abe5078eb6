//! Story 7: what is held about a person, given to them and erased.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::json;
use testkit::client::{Client, text};
use testkit::fixture::{PASSWORD, until};

use super::people::confirmed;
use super::{LONG, Stage, is, revoked};
use crate::story::Story;

const PERSON: &str = "petra.zylberstein@example.com";
const OTHER: &str = "otto@example.com";

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let person = story.step("a person asks for all that is held about them, and is told by mail", asked(stage)).await?;
    let bytes = story.step("downloads it; another person finds nothing", copied(stage, &person)).await?;
    Story::figure(&format!("a copy of {bytes} bytes"));
    story.step("is erased: out at once, then gone from every table that names people", erased(stage, &person)).await?;
    story.step("the address is free for a new account", free(stage)).await
}

async fn asked(stage: &Stage) -> Result<Client> {
    let person = confirmed(stage, PERSON).await?;
    is(person.patch("/api/account", &json!({ "name": "Petra Zylberstein" })).await?, 200)?;
    is(person.send(Method::POST, "/api/auth/export", None, &[]).await?, 202)?;
    told(stage, "copy").await?;
    Ok(person)
}

/// Waits for a mail to them with this word in its subject.
async fn told(stage: &Stage, word: &str) -> Result<()> {
    until(LONG, async || {
        let mails = stage.checker.mail().await?;
        let found = mails.as_array().into_iter().flatten().any(|mail| {
            let addressed = mail["to"].as_array().is_some_and(|all| all.iter().any(|one| one == PERSON));
            addressed && mail["subject"].as_str().is_some_and(|subject| subject.to_lowercase().contains(word))
        });
        Ok(found.then_some(()))
    })
    .await
    .with_context(|| format!("no mail about their {word}"))
}

async fn copied(stage: &Stage, person: &Client) -> Result<usize> {
    let last = is(person.get("/api/auth/export").await?, 200)?;
    ensure!(last["export"]["state"] == "ready", "{last}");
    let path = format!("/api/auth/export/{}/download", text(&last, "/export/id"));
    let copy = is(person.get(&path).await?, 200)?.to_string();
    for held in [PERSON, "Petra Zylberstein"] {
        ensure!(copy.contains(held), "the copy says nothing of {held}");
    }
    let other = confirmed(stage, OTHER).await?;
    ensure!(other.get(&path).await?.status == 404, "another person reads the copy");
    ensure!(!copy.contains(OTHER), "the copy names another person");
    Ok(copy.len())
}

async fn erased(stage: &Stage, person: &Client) -> Result<()> {
    let token = person.token().context("signed in")?;
    let wrong = person.post("/api/auth/erase", &json!({ "email": OTHER, "leave_balance": false })).await?;
    ensure!(wrong.status == 400, "another address typed: {} {}", wrong.status, wrong.body);
    let began = Instant::now();
    is(person.post("/api/auth/erase", &json!({ "email": PERSON, "leave_balance": false })).await?, 202)?;
    for base in &stage.apis {
        revoked::refused(base, token, began).await?;
    }
    told(stage, "erased").await?;
    let named = "select (select count(*) from app_user where email like '%zylberstein%' or name like '%Zylberstein%')
        + (select count(*) from session s join app_user u on u.id = s.user_id
           where u.erased_at is not null and (s.ip is not null or s.user_agent is not null))
        + (select count(*) from mail_token where email like '%zylberstein%')
        + (select count(*) from activity where message || metadata::text like '%ylberstein%')
        + (select count(*) from job where params::text like '%ylberstein%')";
    let left: i64 = stage.checker.figure(named).await?;
    ensure!(left == 0, "{left} rows still name them");
    ensure!(person.sign_in(PERSON, PASSWORD).await.is_err(), "they still sign in");
    Ok(())
}

async fn free(stage: &Stage) -> Result<()> {
    let again = json!({ "email": PERSON, "password": PASSWORD, "name": "Petra Again" });
    is(stage.stack.anonymous().post("/api/auth/register", &again).await?, 201).map(drop)
}
