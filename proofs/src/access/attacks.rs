//! What attackers try, and what must come of it.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::try_join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};
use testkit::authenticator::Authenticator;
use testkit::client::{Client, Reply, text};
use testkit::fixture::PASSWORD;
use testkit::totp;

use super::people::confirmed;
use super::{OUT, Stage, is, mails, refuses, revoked};
use crate::story::Story;

const OWNER: &str = "alma@example.com";
const GUEST: &str = "arno@example.com";
const CODED: &str = "cleo@example.com";
const KEYED: &str = "pia@example.com";
/// Requests that arrive at once.
const AT_ONCE: usize = 64;
/// Longer than a lost answer is given again, in seconds.
const LATER_S: u32 = 32;
/// What is said of an account or an organisation, and by no request.
const NOT_THEIRS: [&str; 5] = ["role", "org_id", "email_verified_at", "user_id", "disabled_at"];

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let org = story.step("64 accept one invitation at once: one is taken, one becomes a member", joined(stage)).await?;
    story.step("two owners demote each other at once: one owner stays", demoted(stage, &org)).await?;
    story
        .step("two owners leave at once: one stays, the other hears that they are the last", left(stage, &org))
        .await?;
    story.step("64 show one recovery code at once: one signs in, the code is spent once", recovered(stage)).await?;
    story.step("a Host that is not ours: the link of the mail has our address", hosted(stage)).await?;
    story.step("cookies planted before a sign-in: the session is a new one, and its person's", planted(stage)).await?;
    let took = story.step("a used refresh token shown later: all of its session are out", reused(stage)).await?;
    Story::figure(&format!("refused at the slowest of three processes after {:.0} ms (bar 5 s)", took * 1000.0));
    let tried = story.step("fields that are not the sender's to say: refused, nothing changed", unknown(stage)).await?;
    Story::figure(&format!("{tried} requests with one field too many: 400 invalid_request"));
    story.step("an address with an account and one without: the same answer", alike(stage)).await?;
    let wrong = story.step("a passkey's word to another site opens nothing, and is spent", elsewhere(stage)).await?;
    Story::figure(&format!("refused: {}", wrong.join(", ")));
    Ok(())
}

fn count(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status.as_u16() == status).count()
}

/// One answer is the success, and none of the others is anything but a refusal.
fn one_of(replies: &[Reply], success: u16, refusals: &[u16]) -> Result<()> {
    let others = replies.iter().find(|reply| {
        let status = reply.status.as_u16();
        status != success && !refusals.contains(&status)
    });
    ensure!(others.is_none(), "another answer: {others:?}");
    ensure!(count(replies, success) == 1, "{} of {} succeeded", count(replies, success), replies.len());
    Ok(())
}

async fn id_of(person: &Client) -> Result<String> {
    Ok(text(&is(person.get("/api/auth/me").await?, 200)?, "/user/id"))
}

/// Returns the organisation's id.
async fn joined(stage: &Stage) -> Result<String> {
    let (owner, guest) = (confirmed(stage, OWNER).await?, confirmed(stage, GUEST).await?);
    let org = text(&is(owner.get("/api/auth/me").await?, 200)?, "/organisations/0/id");
    let invitation = json!({ "email": GUEST, "role": "member" });
    is(owner.post(&format!("/api/orgs/{org}/invitations"), &invitation).await?, 201)?;
    let body = json!({ "token": mails::token(stage, GUEST, "/invitation").await? });
    let accepts = (0..AT_ONCE).map(|n| {
        let (guest, body) = (guest.at(&stage.apis[n % stage.apis.len()]), &body);
        async move { guest.post("/api/invitations/accept", body).await }
    });
    // The first voids the token that the others come with; who waited too long for a connection was not judged.
    one_of(&try_join_all(accepts).await?, 200, &[401, 409, 410, 503])?;
    let members = format!(
        "select count(*) from org_member m join org o on o.id = m.org_id
         where o.name = 'Org of {OWNER}' and m.user_id = (select id from app_user where email = '{GUEST}')"
    );
    let members: i64 = stage.checker.figure(&members).await?;
    ensure!(members == 1, "{members} memberships");
    let owner = stage.stack.anonymous().sign_in(OWNER, PASSWORD).await?;
    let path = format!("/api/orgs/{org}/members/{}", id_of(&guest_again(stage).await?).await?);
    is(owner.patch(&path, &json!({ "role": "owner" })).await?, 200)?;
    Ok(org)
}

async fn guest_again(stage: &Stage) -> Result<Client> {
    stage.stack.anonymous().sign_in(GUEST, PASSWORD).await
}

async fn owners(stage: &Stage) -> Result<i64> {
    let sql = format!(
        "select count(*) from org_member m join org o on o.id = m.org_id
         where o.name = 'Org of {OWNER}' and m.role = 'owner'"
    );
    stage.checker.figure(&sql).await
}

/// Both owners, each at a process of their own.
async fn both(stage: &Stage) -> Result<(Client, Client)> {
    let owner = stage.stack.anonymous().sign_in(OWNER, PASSWORD).await?;
    Ok((owner.at(&stage.apis[1]), guest_again(stage).await?.at(&stage.apis[2])))
}

async fn demoted(stage: &Stage, org: &str) -> Result<()> {
    let (one, other) = both(stage).await?;
    let of = |id: &str| format!("/api/orgs/{org}/members/{id}");
    let (of_one, of_other) = (of(&id_of(&one).await?), of(&id_of(&other).await?));
    let member = json!({ "role": "member" });
    let (first, second) = tokio::try_join!(one.patch(&of_other, &member), other.patch(&of_one, &member))?;
    one_of(&[first, second], 200, &[401, 403, 404, 409])?;
    let left = owners(stage).await?;
    ensure!(left == 1, "{left} owners stay");
    // The one who stayed makes the other an owner again.
    for (email, path) in [(OWNER, &of_other), (GUEST, &of_one)] {
        let person = stage.stack.anonymous().sign_in(email, PASSWORD).await?;
        if person.patch(path, &json!({ "role": "owner" })).await?.status == 200 {
            return Ok(());
        }
    }
    anyhow::bail!("none of the two may make owners")
}

async fn left(stage: &Stage, org: &str) -> Result<()> {
    ensure!(owners(stage).await? == 2, "two owners to begin with");
    let (one, other) = both(stage).await?;
    let path = format!("/api/orgs/{org}/leave");
    let nothing = json!({});
    let (first, second) = tokio::try_join!(one.post(&path, &nothing), other.post(&path, &nothing))?;
    let (gone, stays) = if first.status == 204 { (first, second) } else { (second, first) };
    is(gone, 204)?;
    refuses(&stays, 409, "last_owner")?;
    let left = owners(stage).await?;
    ensure!(left == 1, "{left} owners stay");
    Ok(())
}

/// A person with an authenticator app, and their recovery codes.
async fn coded(stage: &Stage) -> Result<Vec<String>> {
    let person = confirmed(stage, CODED).await?;
    let setup = is(person.post("/api/auth/totp", &json!({})).await?, 200)?;
    let secret = text(&setup, "/secret");
    let now: DateTime<Utc> = stage.checker.figure("select business_now()").await?;
    let confirm = json!({ "id": setup["id"], "code": totp::code(&secret, now) });
    is(person.post("/api/auth/totp/confirm", &confirm).await?, 204)?;
    // The code of now is spent by the confirmation; the next one counts already.
    let (stranger, challenge) = challenged(stage).await?;
    let next = json!({ "challenge": challenge, "code": totp::code(&secret, now + TimeDelta::seconds(30)) });
    let person = stranger.by_cookie_of(&stranger.post("/api/auth/mfa", &next).await?)?;
    let made = is(person.post("/api/auth/recovery-codes", &json!({})).await?, 201)?;
    Ok(serde_json::from_value(made["codes"].clone())?)
}

async fn challenged(stage: &Stage) -> Result<(Client, Json)> {
    let stranger = stage.stack.anonymous();
    let typed = json!({ "email": CODED, "password": PASSWORD });
    let mut asked = is(stranger.post("/api/auth/login", &typed).await?, 200)?;
    Ok((stranger, asked["challenge"]["id"].take()))
}

async fn recovered(stage: &Stage) -> Result<()> {
    let code = coded(stage).await?.first().cloned().context("no codes")?;
    let mut challenges = Vec::new();
    for _ in 0..AT_ONCE / 4 {
        challenges.push(challenged(stage).await?);
    }
    let shown = (0..AT_ONCE).map(|n| {
        let (stranger, challenge) = &challenges[n % challenges.len()];
        let stranger = stranger.at(&stage.apis[n % stage.apis.len()]);
        let body = json!({ "challenge": challenge, "recovery_code": code });
        async move { stranger.post("/api/auth/mfa", &body).await }
    });
    one_of(&try_join_all(shown).await?, 200, &[401, 409, 429, 503])?;
    let spent = format!(
        "select count(*) from recovery_code c join app_user u on u.id = c.user_id
         where u.email = '{CODED}' and c.used_at is not null"
    );
    let spent: i64 = stage.checker.figure(&spent).await?;
    ensure!(spent == 1, "{spent} codes are spent");
    Ok(())
}

async fn hosted(stage: &Stage) -> Result<()> {
    let evil = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    let ask = async |headers: &[(&str, &str)]| {
        let body = json!({ "email": OWNER });
        stage.stack.anonymous().send(Method::POST, "/api/auth/reset", Some(&body), headers).await
    };
    let whole = ask(&evil).await?;
    ensure!(whole.status == 202 || whole.status.is_client_error(), "{} {}", whole.status, whole.body);
    is(ask(&evil[1..]).await?, 202)?;
    mails::token(stage, OWNER, "/reset").await?;
    let mails = stage.checker.mail().await?.to_string();
    ensure!(!mails.contains("evil.example"), "a mail leads to another's address");
    ensure!(mails.contains(&format!("{}/reset#", stage.origin())), "no link begins with {}", stage.origin());
    Ok(())
}

async fn sign_in_page(stage: &Stage, email: &str, jar: &str) -> Result<Reply> {
    let (origin, body) = (stage.origin(), json!({ "email": email, "password": PASSWORD }));
    let headers = [("origin", origin.as_str()), ("cookie", jar)];
    stage.stack.anonymous().send(Method::POST, "/api/auth/login", Some(&body), &headers).await
}

fn cookies(reply: &Reply) -> Vec<String> {
    let set = reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|line| line.split(';').next()).map(str::to_owned).collect()
}

async fn planted(stage: &Stage) -> Result<()> {
    let attackers = sign_in_page(stage, GUEST, "").await?;
    let theirs = cookies(&attackers).join("; ");
    for planted in ["sp_access=planted; sp_refresh=planted", &theirs] {
        let reply = sign_in_page(stage, OWNER, planted).await?;
        let set = cookies(&reply);
        ensure!(is(reply, 200)?["user"]["email"] == OWNER, "another person is signed in");
        ensure!(set.len() >= 2 && set.iter().all(|cookie| !planted.contains(cookie)), "what was planted is kept");
        let origin = stage.origin();
        let headers = [("origin", origin.as_str()), ("cookie", planted)];
        for (method, path) in [(Method::GET, "/api/auth/me"), (Method::POST, "/api/auth/refresh")] {
            let used = stage.stack.anonymous().send(method, path, None, &headers).await?;
            let own = used.status == 401 || used.body["user"]["email"] == GUEST;
            ensure!(own, "{path}, by who planted: {} {}", used.status, used.body);
        }
    }
    Ok(())
}

/// Seconds until the slowest process refused the session's token.
async fn reused(stage: &Stage) -> Result<f64> {
    let stranger = stage.stack.anonymous();
    let grant = json!({ "grant_type": "password", "email": OWNER, "password": PASSWORD });
    let first = text(&is(stranger.post("/api/auth/token", &grant).await?, 200)?, "/refresh_token");
    let renew = async |token: &str| {
        let body = json!({ "grant_type": "refresh_token", "refresh_token": token });
        stranger.post("/api/auth/token", &body).await
    };
    let second = is(renew(&first).await?, 200)?;
    let again = is(renew(&first).await?, 200)?;
    ensure!(again["refresh_token"] == second["refresh_token"], "an answer that was lost is given again");
    stage.checker.time_passes(LATER_S).await?;
    let began = Instant::now();
    refuses(&renew(&first).await?, 401, "token_reused")?;
    ensure!(renew(&text(&second, "/refresh_token")).await?.status == 401, "its successor still renews");
    let access = text(&second, "/access_token");
    let took = try_join_all(stage.apis.iter().map(|base| revoked::refused(base, &access, began))).await?;
    let slowest = took.into_iter().max().unwrap_or_default();
    ensure!(slowest < OUT, "only after {slowest:?}");
    Ok(slowest.as_secs_f64())
}

/// How many requests were refused.
async fn unknown(stage: &Stage) -> Result<usize> {
    let person = confirmed(stage, KEYED).await?;
    let before = is(person.get("/api/auth/me").await?, 200)?;
    let org = text(&before, "/organisations/0/id");
    let requests = [
        (Method::POST, "/api/auth/register", json!({ "email": "n@example.com", "password": PASSWORD, "name": "N" })),
        (Method::POST, "/api/auth/login", json!({ "email": KEYED, "password": PASSWORD })),
        (Method::PATCH, "/api/account", json!({ "name": "Another" })),
        (Method::POST, "/api/orgs", json!({ "name": "Another" })),
        (Method::PATCH, &format!("/api/orgs/{org}"), json!({ "name": "Another" })),
        (Method::POST, &format!("/api/orgs/{org}/invitations"), json!({ "email": "n@example.com", "role": "member" })),
    ];
    let mut tried = 0;
    for (method, path, body) in &requests {
        for name in NOT_THEIRS.iter().filter(|name| body.get(**name).is_none()) {
            let mut more = body.clone();
            more[*name] = json!("admin");
            let reply = person.send(method.clone(), path, Some(&more), &[]).await?;
            refuses(&reply, 400, "invalid_request").with_context(|| format!("{path} {name}"))?;
            tried += 1;
        }
    }
    let after = is(person.get("/api/auth/me").await?, 200)?;
    ensure!(after["user"] == before["user"] && after["organisations"] == before["organisations"], "changed: {after}");
    Ok(tried)
}

async fn alike(stage: &Stage) -> Result<()> {
    let stranger = stage.stack.anonymous();
    let mut said = Vec::new();
    for email in [KEYED, "no.such.person@example.com"] {
        let guess = json!({ "email": email, "password": "a guess at random" });
        let login = stranger.post("/api/auth/login", &guess).await?;
        let reset = stranger.post("/api/auth/reset", &json!({ "email": email })).await?;
        let passkey = stranger.post("/api/auth/passkey/start", &json!({})).await?;
        ensure!((login.status.as_u16(), reset.status.as_u16()) == (401, 202), "{login:?} {reset:?}");
        // The number of a request is its own.
        let mut refusal = login.body;
        refusal["request_id"] = Json::Null;
        let allowed = passkey.body["options"]["allowCredentials"].clone();
        said.push((refusal, reset.body, allowed));
    }
    ensure!(said[0] == said[1], "one tells more than the other: {said:?}");
    Ok(())
}

/// What makes a device's answer wrong.
type Spoil = fn(&mut Authenticator);

/// What was wrong with the words that were refused.
async fn elsewhere(stage: &Stage) -> Result<Vec<&'static str>> {
    let origin = stage.origin();
    let reply = sign_in_page(stage, KEYED, "").await?;
    let person = stage.stack.anonymous().by_cookie_of(&reply)?;
    let mut device = Authenticator::at(&origin);
    let asked = is(person.post("/api/auth/passkeys/start", &json!({})).await?, 200)?;
    let made = json!({ "id": asked["id"], "credential": device.make(&asked["options"]), "name": "Laptop" });
    is(person.post("/api/auth/passkeys", &made).await?, 201)?;
    let stranger = stage.stack.anonymous();
    let start = async || is(stranger.post("/api/auth/passkey/start", &json!({})).await?, 200);
    let finish = async |asked: &Json, credential: Json| {
        let body = json!({ "id": asked["id"], "credential": credential });
        stranger.post("/api/auth/passkey/finish", &body).await
    };
    let wrongs: [(&'static str, Spoil); 4] = [
        ("another site", |device| "http://evil.example".clone_into(&mut device.origin)),
        ("a site beside ours", |device| device.origin.push_str(".evil.example")),
        ("another host", |device| "evil.example".clone_into(&mut device.host)),
        ("no look at who holds it", |device| device.verifies = false),
    ];
    for (what, spoil) in wrongs {
        let asked = start().await?;
        spoil(&mut device);
        refuses(&finish(&asked, device.answer(&asked["options"])).await?, 401, "passkey_refused").context(what)?;
        (device.origin, device.host, device.verifies) = (origin.clone(), "localhost".to_owned(), true);
        let right = device.answer(&asked["options"]);
        refuses(&finish(&asked, right).await?, 409, "challenge_over").with_context(|| format!("after {what}"))?;
    }
    let (first, second) = (start().await?, start().await?);
    let of_another = device.answer(&first["options"]);
    refuses(&finish(&second, of_another).await?, 401, "passkey_refused").context("another challenge")?;
    let last = start().await?;
    let reply = finish(&last, device.answer(&last["options"])).await?;
    ensure!(reply.status == 200, "and else it signs in: {} {}", reply.status, reply.body);
    Ok(wrongs.iter().map(|(what, _)| *what).chain(["another challenge"]).collect())
}
