//! An administrator resets a person's second factor: only after a day, in which the person is told and may stop it.

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use testkit::client::{Client, text};
use testkit::fixture::{PASSWORD, until};
use testkit::totp;

use super::people::confirmed;
use super::{ADMIN, LONG, Stage, is, refuses};
use crate::story::Story;

const LOSER: &str = "lars@example.com";
const KEEPER: &str = "kim@example.com";
/// A little more than the waiting time, in seconds.
const WAIT_S: u32 = 24 * 3600 + 360;

/// A person with an authenticator app.
struct Coded {
    email: &'static str,
    user: String,
    secret: String,
    session: Client,
}

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let loser = story.step("a person with an authenticator app loses their phone", coded(stage, LOSER)).await?;
    let keeper = coded(stage, KEEPER).await?;
    story.step("an administrator asks for a reset: they are told, the app still counts", asked(stage, &loser)).await?;
    story.step("another, who has the app, signs in with it: the reset ends", stopped(stage, &keeper)).await?;
    story
        .step("a day later their account has the app no longer, and they are signed out", reset(stage, &loser))
        .await?;
    story.step("who stopped it still needs the app", kept(stage, &keeper)).await
}

async fn now(stage: &Stage) -> Result<DateTime<Utc>> {
    stage.checker.figure("select business_now()").await
}

async fn coded(stage: &Stage, email: &'static str) -> Result<Coded> {
    let person = confirmed(stage, email).await?;
    let user = text(&is(person.get("/api/auth/me").await?, 200)?, "/user/id");
    let setup = is(person.post("/api/auth/totp", &json!({})).await?, 200)?;
    let secret = text(&setup, "/secret");
    let confirm = json!({ "id": setup["id"], "code": totp::code(&secret, now(stage).await?) });
    is(person.post("/api/auth/totp/confirm", &confirm).await?, 204)?;
    // The code of now is spent; the next one counts already.
    let session = with_code(stage, email, &totp::code(&secret, now(stage).await? + TimeDelta::seconds(30))).await?;
    Ok(Coded { email, user, secret, session })
}

async fn typed(stage: &Stage, email: &str) -> Result<(Client, testkit::Reply)> {
    let stranger = stage.stack.anonymous();
    let reply = stranger.post("/api/auth/login", &json!({ "email": email, "password": PASSWORD })).await?;
    Ok((stranger, reply))
}

async fn with_code(stage: &Stage, email: &str, code: &str) -> Result<Client> {
    let (stranger, reply) = typed(stage, email).await?;
    let challenge = is(reply, 200)?["challenge"]["id"].take();
    let answer = stranger.post("/api/auth/mfa", &json!({ "challenge": challenge, "code": code })).await?;
    stranger.by_cookie_of(&answer).with_context(|| format!("{email} with a code"))
}

async fn request(stage: &Stage, user: &str) -> Result<Json> {
    let admin = stage.stack.anonymous().sign_in(ADMIN, PASSWORD).await?;
    let path = format!("/api/admin/users/{user}/factors/reset");
    is(admin.post(&path, &json!({ "reason": "lost the phone" })).await?, 200)
}

/// Waits until they got a mail about it.
async fn told(stage: &Stage, email: &str) -> Result<()> {
    let found = until(LONG, async || {
        let mails = stage.checker.mail().await?;
        let found = mails.as_array().into_iter().flatten().any(|mail| {
            let addressed = mail["to"].as_array().is_some_and(|all| all.iter().any(|one| one == email));
            addressed && mail["subject"].as_str().is_some_and(|subject| subject.contains("will be removed"))
        });
        Ok(found.then_some(()))
    });
    found.await.with_context(|| format!("{email} is not told"))
}

async fn asked(stage: &Stage, person: &Coded) -> Result<()> {
    let pending = request(stage, &person.user).await?;
    ensure!(request(stage, &person.user).await? == pending, "asking twice begins no other wait");
    told(stage, person.email).await?;
    let (_, reply) = typed(stage, person.email).await?;
    ensure!(is(reply, 200)?["challenge"]["id"].is_string(), "the password alone opens at once");
    is(person.session.get("/api/vps").await?, 200).map(drop)
}

async fn stopped(stage: &Stage, person: &Coded) -> Result<()> {
    request(stage, &person.user).await?;
    told(stage, person.email).await?;
    // No code counts twice: a minute later there is another one.
    stage.checker.time_passes(120).await?;
    with_code(stage, person.email, &totp::code(&person.secret, now(stage).await?)).await?;
    let waiting: i64 = stage.checker.figure("select count(*) from factor_reset").await?;
    ensure!(waiting == 1, "{waiting} resets wait, not the one of who lost the phone");
    Ok(())
}

async fn reset(stage: &Stage, person: &Coded) -> Result<()> {
    stage.checker.time_passes(WAIT_S).await?;
    until(LONG, async || {
        let waiting: i64 = stage.checker.figure("select count(*) from factor_reset").await?;
        Ok((waiting == 0).then_some(()))
    })
    .await
    .context("the reset is done by the timetable")?;
    let open = format!(
        "select count(*) from session s join app_user u on u.id = s.user_id
         where u.email = '{}' and s.revoked_at is null",
        person.email
    );
    let open: i64 = stage.checker.figure(&open).await?;
    ensure!(open == 0, "{open} sessions of before stay");
    let (stranger, reply) = typed(stage, person.email).await?;
    let again = stranger.by_cookie_of(&reply).context("the password is enough now")?;
    let factors = is(again.get("/api/auth/factors").await?, 200)?;
    ensure!(factors["app"].is_null(), "{factors}");
    Ok(())
}

async fn kept(stage: &Stage, person: &Coded) -> Result<()> {
    let (stranger, reply) = typed(stage, person.email).await?;
    let challenge = is(reply, 200)?["challenge"]["id"].take();
    ensure!(challenge.is_string(), "the password alone opens");
    let wrong = stranger.post("/api/auth/mfa", &json!({ "challenge": challenge, "code": "000000" })).await?;
    refuses(&wrong, 401, "wrong_code")
}
