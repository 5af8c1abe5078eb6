//! Story 1: an owner, a second organisation, people who are invited to it, and who is out when they are removed.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use futures::future::try_join_all;
use serde_json::json;
use testkit::client::{Client, text};
use testkit::fixture::{PASSWORD, register};

use super::{OUT, Stage, is, mails, refuses, revoked};
use crate::story::Story;

const OWNER: &str = "olga@example.com";
const BILLING: &str = "bill@example.com";
const READER: &str = "rita@example.com";

/// The organisation and its people.
struct Cast {
    org: String,
    owner: Client,
    billing: Client,
    reader: Client,
}

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let owner = story.step("an owner registers and confirms their address", confirmed(stage, OWNER)).await?;
    let org = story.step("makes a second organisation, which has a wallet of its own", second(&owner)).await?;
    let owner = owner.for_org(&org);
    story.step("a request that names none of the two is refused", unnamed(&owner)).await?;
    let billing =
        story.step("invites a colleague as billing, who has an account", invited(stage, &owner, &org)).await?;
    let reader = story.step("and another as readonly, who has none", newcomer(stage, &owner, &org)).await?;
    let mut cast = Cast { org, owner, billing, reader };
    story.step("each sees what their role may see, and nothing else", roles(&cast)).await?;
    story.step("another's invitation, a used one and a revoked one open nothing", invitations(stage, &cast)).await?;
    story.step("the last owner can't leave", last_owner(&cast)).await?;
    let took = story.step("the owner changes a role: the old token is refused", demoted(stage, &mut cast)).await?;
    Story::figure(&format!("refused at the slowest of three processes after {:.0} ms (bar 5 s)", took * 1000.0));
    let took = story.step("and removes a member, who is out over REST and live streams", removed(stage, &cast)).await?;
    Story::figure(&format!("out at the slowest of three processes after {:.0} ms (bar 5 s)", took * 1000.0));
    Ok(())
}

/// Registers a person, who then follows the link of the mail.
pub(super) async fn confirmed(stage: &Stage, email: &str) -> Result<Client> {
    let (person, _) = register(&stage.stack.anonymous(), email).await?;
    let token = mails::token(stage, email, "/verify").await?;
    is(person.post("/api/auth/email/verify", &json!({ "token": token })).await?, 200)?;
    Ok(person)
}

async fn second(owner: &Client) -> Result<String> {
    let made = is(owner.post("/api/orgs", &json!({ "name": "Second & Söhne" })).await?, 201)?;
    // A session's token says where its holder belonged when it was issued.
    let org = text(&made, "/id");
    Ok(org)
}

async fn unnamed(owner: &Client) -> Result<()> {
    let owner = owner.sign_in(OWNER, PASSWORD).await?;
    refuses(&owner.unnamed().get("/api/wallet").await?, 400, "org_required")
}

async fn invite(owner: &Client, org: &str, email: &str, role: &str) -> Result<()> {
    let owner = owner.sign_in(OWNER, PASSWORD).await?;
    let path = format!("/api/orgs/{org}/invitations");
    is(owner.post(&path, &json!({ "email": email, "role": role })).await?, 201).map(|_| ())
}

async fn invited(stage: &Stage, owner: &Client, org: &str) -> Result<Client> {
    let person = confirmed(stage, BILLING).await?;
    invite(owner, org, "Bill@Example.com", "billing").await?;
    let token = mails::token(stage, BILLING, "/invitation").await?;
    let offer = is(stage.stack.anonymous().post("/api/invitations/look", &json!({ "token": token })).await?, 200)?;
    ensure!(offer["role"] == "billing" && offer["has_account"] == true, "{offer}");
    is(person.post("/api/invitations/accept", &json!({ "token": token })).await?, 200)?;
    Ok(person.sign_in(BILLING, PASSWORD).await?.for_org(org))
}

async fn newcomer(stage: &Stage, owner: &Client, org: &str) -> Result<Client> {
    invite(owner, org, READER, "readonly").await?;
    let token = mails::token(stage, READER, "/invitation").await?;
    let anonymous = stage.stack.anonymous();
    let new = json!({ "email": READER, "password": PASSWORD, "name": "Rita Reader", "invitation": token });
    let me = is(anonymous.post("/api/auth/register", &new).await?, 201)?;
    ensure!(me["organisations"].as_array().is_some_and(|all| all.len() == 1), "one organisation, the inviting: {me}");
    ensure!(me["user"]["email_verified"] == true, "the token proved the address: {me}");
    Ok(anonymous.sign_in(READER, PASSWORD).await?.for_org(org))
}

async fn roles(cast: &Cast) -> Result<()> {
    let statement = "/api/wallet/statement";
    for (who, path, status) in [
        (&cast.billing, statement, 200),
        (&cast.billing, "/api/vps", 200),
        (&cast.reader, statement, 200),
        (&cast.reader, "/api/activity", 200),
        (&cast.reader, "/api/admin/jobs", 403),
        (&cast.billing, "/api/admin/customers", 403),
    ] {
        is(who.get(path).await?, status).with_context(|| path.to_owned())?;
    }
    for who in [&cast.billing, &cast.reader] {
        let order = testkit::fixture::order("plan_00000000000000000000000001", "mine");
        refuses(&who.post_once("/api/vps", &order, &testkit::fixture::fresh_key()).await?, 403, "forbidden")?;
        let invitation = json!({ "email": "x@example.com", "role": "member" });
        refuses(&who.post(&format!("/api/orgs/{}/invitations", cast.org), &invitation).await?, 403, "forbidden")?;
    }
    Ok(())
}

async fn invitations(stage: &Stage, cast: &Cast) -> Result<()> {
    let used = mails::token(stage, BILLING, "/invitation").await?;
    refuses(&cast.billing.post("/api/invitations/accept", &json!({ "token": used })).await?, 410, "invitation_used")?;
    invite(&cast.owner, &cast.org, "ines@example.com", "member").await?;
    let theirs = mails::token(stage, "ines@example.com", "/invitation").await?;
    let wrong = cast.reader.post("/api/invitations/accept", &json!({ "token": theirs })).await?;
    refuses(&wrong, 403, "invitation_for_another")?;
    ensure!(!wrong.body.to_string().contains("ines"), "the refusal names nobody: {}", wrong.body);
    let owner = cast.owner.sign_in(OWNER, PASSWORD).await?;
    let path = format!("/api/orgs/{}/invitations", cast.org);
    let listed = is(owner.get(&path).await?, 200)?;
    let pending = testkit::client::row(&listed, "email", "ines@example.com");
    is(owner.delete(&format!("{path}/{}", text(pending, "/id")), None).await?, 204)?;
    let late = stage.stack.anonymous().post("/api/invitations/look", &json!({ "token": theirs })).await?;
    refuses(&late, 410, "invitation_revoked")
}

async fn last_owner(cast: &Cast) -> Result<()> {
    // A session's token of before the others joined is void by now.
    let owner = cast.owner.sign_in(OWNER, PASSWORD).await?;
    let left = owner.post(&format!("/api/orgs/{}/leave", cast.org), &json!({})).await?;
    refuses(&left, 409, "last_owner")
}

async fn id_of(person: &Client) -> Result<String> {
    Ok(text(&is(person.get("/api/auth/me").await?, 200)?, "/user/id"))
}

/// Seconds until the slowest process refused the token of before.
async fn demoted(stage: &Stage, cast: &mut Cast) -> Result<f64> {
    let (path, token) =
        (format!("/api/orgs/{}/members/{}", cast.org, id_of(&cast.billing).await?), token(&cast.billing)?);
    let owner = cast.owner.sign_in(OWNER, PASSWORD).await?;
    let began = Instant::now();
    is(owner.patch(&path, &json!({ "role": "readonly" })).await?, 200)?;
    let took = try_join_all(stage.apis.iter().map(|base| revoked::refused(base, &token, began))).await?;
    cast.billing = cast.billing.sign_in(BILLING, PASSWORD).await?;
    slowest(&took)
}

async fn removed(stage: &Stage, cast: &Cast) -> Result<f64> {
    let (path, token) =
        (format!("/api/orgs/{}/members/{}", cast.org, id_of(&cast.reader).await?), token(&cast.reader)?);
    let owner = cast.owner.sign_in(OWNER, PASSWORD).await?;
    let streams = try_join_all(stage.apis.iter().map(|base| revoked::stream(base, &token))).await?;
    let began = Instant::now();
    is(owner.delete(&path, None).await?, 204)?;
    let rest = try_join_all(stage.apis.iter().map(|base| revoked::refused(base, &token, began)));
    let live = try_join_all(streams.into_iter().map(|stream| revoked::over(stream, began)));
    let (rest, live) = tokio::join!(rest, live);
    let again = cast.reader.sign_in(READER, PASSWORD).await?;
    refuses(&again.get("/api/vps").await?, 404, "not_found")?;
    slowest(&[rest?, live?].concat())
}

fn token(person: &Client) -> Result<String> {
    person.token().map(str::to_owned).context("signed in")
}

fn slowest(took: &[std::time::Duration]) -> Result<f64> {
    let slowest = took.iter().max().copied().unwrap_or_default();
    ensure!(slowest < OUT, "only after {slowest:?}");
    Ok(slowest.as_secs_f64())
}
