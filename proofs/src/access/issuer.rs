//! Story 6: people who sign in by the word of an issuer of identities.

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::client::{Client, Reply, text};
use testkit::fixture::register;

use super::{Stage, is};
use crate::story::Story;

const KNOWN: &str = "vic@example.com";
/// Where a browser is led that signed in.
const SIGNED_IN: &str = "/sign-in?oidc=signed_in";
/// What the issuer's word may not be.
const LIES: [&str; 7] = ["issuer", "audience", "nonce", "alg_none", "shared_secret", "other_key", "expired"];

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let person = story.step("a new person comes by the issuer, and is known again", newcomer(stage)).await?;
    story.step("who has the address of another's account does not get into it", no_link(stage)).await?;
    let refused = story.step("lies of the issuer open nothing", lies(stage)).await?;
    Story::figure(&format!("refused: {}", refused.join(", ")));
    story.step("a new key of the issuer is taken", rotated(stage)).await?;
    story.step("an answer counts once, and in the browser that left alone", once(stage)).await?;
    story.step("the only way in can't be unlinked", last_way(&person)).await
}

async fn steer(stage: &Stage, method: Method, path: &str, body: Json) -> Result<()> {
    let control = Client::new(&stage.stack.control_url);
    let reply = control.send(method, path, Some(&body), &[]).await?;
    ensure!(reply.status.is_success(), "{path}: {} {}", reply.status, reply.body);
    Ok(())
}

/// Who signs in at the issuer from now on.
async fn there(stage: &Stage, subject: &str, email: &str) -> Result<()> {
    let person = json!({ "subject": subject, "email": email, "email_verified": true, "name": "Ida Issued" });
    steer(stage, Method::PUT, "/oidc/person", person).await
}

/// Leaves for the issuer and comes back: the address of the callback, and the cookie of the browser that left.
async fn left(stage: &Stage) -> Result<(String, String)> {
    let reply = stage.stack.anonymous().post("/api/auth/oidc/start", &json!({})).await?;
    let cookie = cookie_of(&reply).context("the browser that leaves is not marked")?;
    let address = text(&is(reply, 200)?, "/address");
    let back = Client::new(&address).get("").await?;
    let back = back.headers.get("location").and_then(|value| value.to_str().ok()).context("nobody is sent back")?;
    let back = reqwest::Url::parse(back)?;
    Ok((format!("{}?{}", back.path(), back.query().unwrap_or_default()), cookie))
}

fn cookie_of(reply: &Reply) -> Option<String> {
    let set = reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    set.filter(|line| line.contains("sp_oidc=")).find_map(|line| line.split(';').next()).map(str::to_owned)
}

async fn arrive(stage: &Stage, callback: &str, cookie: &str) -> Result<(Reply, String)> {
    let reply = stage.stack.anonymous().send(Method::GET, callback, None, &[("cookie", cookie)]).await?;
    ensure!(reply.status == 303, "{} {}", reply.status, reply.body);
    let to = reply.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Ok((reply, to))
}

async fn come(stage: &Stage) -> Result<(Reply, String)> {
    let (callback, cookie) = left(stage).await?;
    arrive(stage, &callback, &cookie).await
}

async fn newcomer(stage: &Stage) -> Result<Client> {
    there(stage, "ida-1", "ida@foreign.example").await?;
    let mut known = None;
    for email in ["ida@foreign.example", "ida.married@foreign.example"] {
        there(stage, "ida-1", email).await?;
        let (reply, to) = come(stage).await?;
        ensure!(to == SIGNED_IN, "{to}");
        let person = stage.stack.anonymous().by_cookie_of(&reply)?;
        let me = is(person.get("/api/auth/me").await?, 200)?;
        ensure!(me["user"]["email"] == "ida@foreign.example" && me["user"]["email_verified"] == true, "{me}");
        let id = text(&me, "/user/id");
        ensure!(
            known.replace(id.clone()).is_none_or(|first| first == id),
            "the issuer's name for her is the key: {me}"
        );
        if email != "ida@foreign.example" {
            return Ok(person);
        }
    }
    unreachable!("she came twice")
}

async fn no_link(stage: &Stage) -> Result<()> {
    register(&stage.stack.anonymous(), KNOWN).await?;
    there(stage, "victor-of-elsewhere", KNOWN).await?;
    let (reply, to) = come(stage).await?;
    ensure!(to.contains("oidc=") && to != SIGNED_IN, "{to}");
    ensure!(stage.stack.anonymous().by_cookie_of(&reply).is_err(), "a session for who only names an address");
    let linked: i64 = stage.checker.figure("select count(*) from user_identity").await?;
    ensure!(linked == 1, "{linked} identities are linked");
    Ok(())
}

async fn lies(stage: &Stage) -> Result<Vec<&'static str>> {
    there(stage, "ida-1", "ida@foreign.example").await?;
    for lie in LIES {
        steer(stage, Method::PUT, "/oidc/lie", json!({ "kind": lie })).await?;
        let (reply, to) = come(stage).await?;
        ensure!(to != SIGNED_IN, "{lie}: {to}");
        ensure!(stage.stack.anonymous().by_cookie_of(&reply).is_err(), "{lie}: a session");
    }
    steer(stage, Method::PUT, "/oidc/lie", Json::Null).await?;
    Ok(LIES.to_vec())
}

async fn rotated(stage: &Stage) -> Result<()> {
    steer(stage, Method::POST, "/oidc/key", json!({ "alg": "ES256" })).await?;
    let (_, to) = come(stage).await?;
    ensure!(to == SIGNED_IN, "{to}");
    Ok(())
}

async fn once(stage: &Stage) -> Result<()> {
    let (callback, cookie) = left(stage).await?;
    let (_, other) = arrive(stage, &callback, "sp_oidc=another").await?;
    ensure!(other != SIGNED_IN, "another browser: {other}");
    let (_, to) = arrive(stage, &callback, &cookie).await?;
    let (_, again) = arrive(stage, &callback, &cookie).await?;
    ensure!(to == SIGNED_IN && again != SIGNED_IN, "{to}, then {again}");
    Ok(())
}

async fn last_way(person: &Client) -> Result<()> {
    let identities = is(person.get("/api/auth/identities").await?, 200)?;
    let path = format!("/api/auth/identities/{}", text(&identities, "/items/0/id"));
    let reply = person.delete(&path, None).await?;
    ensure!(reply.status == 409, "{} {}", reply.status, reply.body);
    Ok(())
}
