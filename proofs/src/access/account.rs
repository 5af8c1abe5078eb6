//! Story 2: a person, their address, their passwords and their second factor.

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use serde_json::json;
use testkit::client::{Client, Reply, text};
use testkit::fixture::PASSWORD;

use super::people::confirmed;
use super::{Stage, is, mails, refuses};
use crate::story::Story;

const FIRST: &str = "pat@example.com";
const SECOND: &str = "pat.new@example.com";
const NEXT: &str = "another-Horse8-battery";
/// Seconds of one code (RFC 6238).
const STEP_S: i64 = 30;

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let person = story.step("a person registers, confirms their address and writes a profile", profile(stage)).await?;
    story.step("resets a forgotten password by a link that counts once", forgotten(stage, &person)).await?;
    story.step("changes their address, and takes that back from the old mailbox", moved(stage)).await?;
    story.step("sees where they are signed in, and signs a device out", devices(stage)).await?;
    let codes = story.step("adds an authenticator app (codes by pyotp): no code counts twice", app(stage)).await?;
    story.step("signs in with a recovery code in small letters and with spaces, once", recovered(stage, &codes)).await
}

async fn profile(stage: &Stage) -> Result<Client> {
    let person = confirmed(stage, FIRST).await?;
    let wanted = json!({ "name": "Pat Person", "locale": "de", "time_zone": "Europe/Berlin" });
    let me = is(person.patch("/api/account", &wanted).await?, 200)?;
    ensure!(me["user"]["name"] == "Pat Person" && me["user"]["time_zone"] == "Europe/Berlin", "{me}");
    let odd = person.patch("/api/account", &json!({ "time_zone": "Mars/Olympus" })).await?;
    ensure!(odd.status == 400, "a time zone that is none: {} {}", odd.status, odd.body);
    Ok(person)
}

async fn forgotten(stage: &Stage, before: &Client) -> Result<()> {
    let stranger = stage.stack.anonymous();
    for email in ["nobody@example.com", FIRST] {
        is(stranger.post("/api/auth/reset", &json!({ "email": email })).await?, 202)?;
    }
    let reset = json!({ "token": mails::token(stage, FIRST, "/reset").await?, "password": NEXT });
    is(stranger.post("/api/auth/reset/confirm", &reset).await?, 204)?;
    let again = stranger.post("/api/auth/reset/confirm", &reset).await?;
    ensure!(again.status == 410, "the second time: {} {}", again.status, again.body);
    super::revoked::refused(&stage.stack.base, before.token().context("signed in")?, std::time::Instant::now()).await?;
    ensure!(stranger.sign_in(FIRST, PASSWORD).await.is_err(), "the old password still opens");
    stranger.sign_in(FIRST, NEXT).await.map(drop)
}

async fn moved(stage: &Stage) -> Result<()> {
    let person = stage.stack.anonymous().sign_in(FIRST, NEXT).await?;
    is(person.post("/api/auth/email", &json!({ "email": SECOND })).await?, 202)?;
    ensure!(person.sign_in(SECOND, NEXT).await.is_err(), "the new address counts before it was confirmed");
    let link = json!({ "token": mails::token(stage, SECOND, "/verify").await? });
    is(person.post("/api/auth/email/verify", &link).await?, 200)?;
    person.sign_in(SECOND, NEXT).await?;
    let known = mails::token(stage, FIRST, "/reset").await?;
    let undo = json!({ "token": mails::token(stage, FIRST, "/undo").await? });
    is(stage.stack.anonymous().post("/api/auth/email/undo", &undo).await?, 204)?;
    for email in [FIRST, SECOND] {
        ensure!(person.sign_in(email, NEXT).await.is_err(), "{email}: another may know the password");
    }
    // The old mailbox got the way to a new one.
    let reset = mails::newer_token(stage, FIRST, "/reset", &known).await?;
    let wanted = json!({ "token": reset, "password": NEXT });
    is(stage.stack.anonymous().post("/api/auth/reset/confirm", &wanted).await?, 204)?;
    person.sign_in(FIRST, NEXT).await.map(drop)
}

async fn devices(stage: &Stage) -> Result<()> {
    let (here, there) = (signed_in(stage).await?, signed_in(stage).await?);
    let listed = is(here.get("/api/auth/sessions").await?, 200)?;
    let theirs = is(there.get("/api/auth/me").await?, 200)?;
    let id = text(&theirs, "/session/id");
    ensure!(listed["items"].as_array().is_some_and(|all| all.iter().any(|one| one["id"] == id.as_str())), "{listed}");
    is(here.delete(&format!("/api/auth/sessions/{id}"), None).await?, 204)?;
    super::revoked::refused(&stage.stack.base, there.token().context("signed in")?, std::time::Instant::now()).await?;
    is(here.get("/api/vps").await?, 200).map(drop)
}

/// Returns the recovery codes.
async fn app(stage: &Stage) -> Result<Vec<String>> {
    let person = signed_in(stage).await?;
    let setup = is(person.post("/api/auth/totp", &json!({})).await?, 200)?;
    let (id, secret) = (text(&setup, "/id"), text(&setup, "/secret"));
    let wrong = person.post("/api/auth/totp/confirm", &json!({ "id": id, "code": "000000" })).await?;
    ensure!(wrong.status.is_client_error(), "a wrong code: {} {}", wrong.status, wrong.body);
    let first = foreign_code(stage, &secret, 0).await?;
    is(person.post("/api/auth/totp/confirm", &json!({ "id": id, "code": first })).await?, 204)?;
    let (stranger, challenge) = challenged(stage).await?;
    refuses(&answer(&stranger, &challenge, &first).await?, 401, "code_used")?;
    // The next one already: clocks may be off by one step.
    let spaced = foreign_code(stage, &secret, STEP_S).await?;
    let typed = format!("{} {}", &spaced[..3], &spaced[3..]);
    let both = stranger.by_cookie_of(&answer(&stranger, &challenge, &typed).await?)?;
    let (_, second) = challenged(stage).await?;
    refuses(&answer(&stranger, &second, &spaced).await?, 401, "code_used")?;
    let made = is(both.post("/api/auth/recovery-codes", &json!({})).await?, 201)?;
    Ok(serde_json::from_value(made["codes"].clone())?)
}

/// What another program shows for the secret, so many seconds ahead of business time.
async fn foreign_code(stage: &Stage, secret: &str, ahead_s: i64) -> Result<String> {
    let python = std::env::var("SKYPANEL_JUDGE_PYTHON").context("SKYPANEL_JUDGE_PYTHON is not set; run ./dev prove")?;
    let now: DateTime<Utc> = stage.checker.figure("select business_now()").await?;
    let program = "import sys, pyotp; print(pyotp.TOTP(sys.argv[1]).at(int(sys.argv[2])))";
    let at = (now.timestamp() + ahead_s).to_string();
    let shown = tokio::process::Command::new(python).args(["-c", program, secret, &at]).output().await?;
    ensure!(shown.status.success(), "pyotp: {}", String::from_utf8_lossy(&shown.stderr));
    Ok(String::from_utf8(shown.stdout)?.trim().to_owned())
}

async fn recovered(stage: &Stage, codes: &[String]) -> Result<()> {
    let typed = codes.first().context("no codes")?.to_lowercase().replace('-', " ");
    let (stranger, challenge) = challenged(stage).await?;
    let shown = json!({ "challenge": challenge, "recovery_code": typed });
    stranger.by_cookie_of(&stranger.post("/api/auth/mfa", &shown).await?)?;
    let (_, second) = challenged(stage).await?;
    let again = stranger.post("/api/auth/mfa", &json!({ "challenge": second, "recovery_code": typed })).await?;
    ensure!(again.status == 401, "the second time: {} {}", again.status, again.body);
    Ok(())
}

async fn signed_in(stage: &Stage) -> Result<Client> {
    let stranger = stage.stack.anonymous();
    let reply = stranger.post("/api/auth/login", &json!({ "email": FIRST, "password": NEXT })).await?;
    stranger.by_cookie_of(&reply)
}

/// A caller who typed the password, and the challenge that they got.
async fn challenged(stage: &Stage) -> Result<(Client, String)> {
    let stranger = stage.stack.anonymous();
    let asked = is(stranger.post("/api/auth/login", &json!({ "email": FIRST, "password": NEXT })).await?, 200)?;
    ensure!(asked["challenge"]["id"].is_string(), "the password alone is not enough: {asked}");
    Ok((stranger, text(&asked, "/challenge/id")))
}

async fn answer(stranger: &Client, challenge: &str, code: &str) -> Result<Reply> {
    stranger.post("/api/auth/mfa", &json!({ "challenge": challenge, "code": code })).await
}
