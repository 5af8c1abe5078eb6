//! Story 4: an administrator among users and organisations, and in a customer's place.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value as Json, json};
use testkit::client::{Client, Reply, row, text};
use testkit::fixture::{PASSWORD, await_status, fresh_key, order, plan_called, register};

use super::people::confirmed;
use super::{ADMIN, LONG, OUT, Stage, is, mails, refuses};
use crate::story::Story;

const CUSTOMER: &str = "cora@example.com";
const REASON: &str = "She cannot see her server";
const SECOND_ADMIN: &str = "second.admin@example.com";
const MADE: &str = "dana@example.com";
const LIMITED: &str = "liam@example.com";

/// The two of them.
struct Cast {
    admin: Client,
    customer: Client,
    user: String,
    org: String,
}

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let cast = story.step("a customer with credit, and an administrator who finds them", met(stage)).await?;
    story.step("in her place, read-only: sees what she sees, changes nothing", read_only(stage, &cast)).await?;
    let acts = story.step("with writes asked for: a server is ordered in her name", writing(stage, &cast)).await?;
    story.step("what the list forbids is refused, and recorded", forbidden(stage, &acts)).await?;
    story
        .step("both names stand in activity and at the job, and the customer sees it", attributed(stage, &cast))
        .await?;
    story.step("no administrator takes another administrator's place, or their own", never(stage, &cast)).await?;
    story.step("an administrator loses the role: they are out, and enter no more", unmade(stage, &cast)).await?;
    story.step("a user is made, who chooses a password by their mail", made(stage, &cast)).await?;
    story.step("and gets a second organisation, with a wallet of its own", enlarged(stage, &cast)).await?;
    story.step("a platform role binds, and the panel makes no administrator", role(stage, &cast)).await?;
    story.step("sessions are ended: each process refuses them, until the next sign-in", ended(stage, &cast)).await?;
    story.step("disabled, she is out and signs in no more; enabled, she is back", disabled(stage, &cast)).await?;
    story.step("a quota that is set binds the next order", quota(stage, &cast)).await
}

async fn met(stage: &Stage) -> Result<Cast> {
    let customer = confirmed(stage, CUSTOMER).await?;
    let me = is(customer.get("/api/auth/me").await?, 200)?;
    let (user, org) = (text(&me, "/user/id"), text(&me, "/organisations/0/id"));
    let stranger = stage.stack.anonymous();
    let login = json!({ "email": ADMIN, "password": PASSWORD });
    let admin = stranger.by_cookie_of(&stranger.post("/api/auth/login", &login).await?)?;
    testkit::fixture::credit(&admin, &org, "20").await?;
    let found = is(admin.get("/api/admin/users?q=cora").await?, 200)?;
    ensure!(found["items"].as_array().is_some_and(|all| all.len() == 1), "{found}");
    ensure!(row(&found, "id", &user)["state"] == "active", "{found}");
    Ok(Cast { admin, customer, user, org })
}

async fn enter(cast: &Cast, writes: bool) -> Result<Client> {
    let body = json!({ "reason": REASON, "writes": writes });
    let reply = cast.admin.post(&format!("/api/admin/users/{}/impersonate", cast.user), &body).await?;
    ensure!(reply.status == 200, "{} {}", reply.status, reply.body);
    Ok(cast.admin.by_cookie_of(&reply)?.for_org(&cast.org))
}

async fn leave(guest: &Client) -> Result<()> {
    is(guest.post("/api/auth/impersonation/exit", &json!({})).await?, 200).map(drop)
}

async fn ordered(client: &Client, label: &str) -> Result<Reply> {
    let plan = plan_called(client, "Nano").await?;
    client.post_once("/api/vps", &order(&plan, label), &fresh_key()).await
}

async fn read_only(stage: &Stage, cast: &Cast) -> Result<()> {
    let guest = enter(cast, false).await?;
    let me = is(guest.get("/api/auth/me").await?, 200)?;
    ensure!(me["user"]["email"] == CUSTOMER && me["impersonation"]["writes"] == false, "{me}");
    for base in &stage.apis {
        is(guest.at(base).get("/api/wallet").await?, 200).with_context(|| base.clone())?;
        refuses(&ordered(&guest.at(base), "not-this").await?, 403, "forbidden")?;
    }
    refuses(&guest.get("/api/admin/users").await?, 403, "forbidden")?;
    leave(&guest).await
}

async fn writing(stage: &Stage, cast: &Cast) -> Result<Client> {
    let guest = enter(cast, true).await?;
    let made = is(ordered(&guest, "helped").await?, 202)?;
    await_status(&cast.customer, &text(&made, "/vps/id"), "running", LONG).await?;
    ensure!(stage.apis.len() == 3, "three processes");
    Ok(guest)
}

async fn forbidden(stage: &Stage, guest: &Client) -> Result<()> {
    let org = text(&is(guest.get("/api/auth/me").await?, 200)?, "/organisations/0/id");
    let counted = "select coalesce(sum(count), 0)::bigint from security_event where kind = 'role_refused'";
    let before: i64 = stage.checker.figure(counted).await?;
    let tried = [
        ("/api/auth/password", json!({ "current": PASSWORD, "new": "another-Horse8-battery" })),
        ("/api/auth/email", json!({ "email": "mine@example.com" })),
        ("/api/auth/totp", json!({})),
        ("/api/auth/recovery-codes", json!({})),
        ("/api/auth/passkeys/start", json!({})),
        ("/api/keys", json!({ "name": "mine", "scopes": ["vps:read"], "expires_at": "2030-01-01T00:00:00Z" })),
        (&format!("/api/orgs/{org}/invitations"), json!({ "email": "mine@example.com", "role": "owner" })),
        ("/api/orgs", json!({ "name": "Mine" })),
    ];
    for (path, body) in &tried {
        refuses(&guest.post(path, body).await?, 403, "forbidden").with_context(|| (*path).to_owned())?;
    }
    let closing =
        guest.delete(&format!("/api/orgs/{org}"), Some(&json!({ "name": "Org of cora@example.com" }))).await?;
    refuses(&closing, 403, "forbidden")?;
    leave(guest).await?;
    testkit::fixture::until(LONG, async || {
        let now: i64 = stage.checker.figure(counted).await?;
        Ok((now > before).then_some(()))
    })
    .await
    .context("the refusals are on record")
}

async fn attributed(stage: &Stage, cast: &Cast) -> Result<()> {
    let acts = "select count(*) from activity where event = 'vps.create' and impersonator_id is not null";
    let jobs = "select count(*) from job where kind = 'vps.provision' and impersonator_id is not null";
    for sql in [acts, jobs] {
        let count: i64 = stage.checker.figure(sql).await?;
        ensure!(count == 1, "{count} of: {sql}");
    }
    let seen = is(cast.customer.get("/api/activity").await?, 200)?;
    let order = row(&seen, "event", "vps.create");
    ensure!(order["support"].is_string(), "the customer sees nothing of it: {seen}");
    Ok(())
}

async fn never(stage: &Stage, cast: &Cast) -> Result<()> {
    stage.stack.run(&["admin", "create", "--email", SECOND_ADMIN], PASSWORD).await?;
    let body = json!({ "reason": REASON });
    for person in [&cast.admin, &stage.stack.anonymous().sign_in(SECOND_ADMIN, PASSWORD).await?] {
        let path = format!("/api/admin/users/{}/impersonate", user_of(person).await?);
        refuses(&cast.admin.post(&path, &body).await?, 403, "forbidden")?;
    }
    let stays = "select count(*) from impersonation i join app_user u on u.id = i.user_id where u.role = 'admin'";
    let stays: i64 = stage.checker.figure(stays).await?;
    ensure!(stays == 0, "{stays} stays in an administrator's place");
    Ok(())
}

async fn user_of(person: &Client) -> Result<String> {
    Ok(text(&is(person.get("/api/auth/me").await?, 200)?, "/user/id"))
}

/// Tells a user's row something, as the administrator, with a reason.
async fn act(cast: &Cast, user: &str, verb: &str) -> Result<Json> {
    let path = format!("/api/admin/users/{user}/{verb}");
    is(cast.admin.post(&path, &json!({ "reason": "asked for" })).await?, 200)
}

async fn set_role(cast: &Cast, user: &str, role: &str) -> Result<Reply> {
    let body = json!({ "role": role, "reason": "asked for" });
    cast.admin.patch(&format!("/api/admin/users/{user}/role"), &body).await
}

async fn out_everywhere(stage: &Stage, person: &Client) -> Result<()> {
    let (token, began) = (person.token().context("signed in")?, std::time::Instant::now());
    for base in &stage.apis {
        let took = super::revoked::refused(base, token, began).await?;
        ensure!(took < OUT, "{base} only after {took:?}");
    }
    Ok(())
}

async fn unmade(stage: &Stage, cast: &Cast) -> Result<()> {
    let second = stage.stack.anonymous().sign_in(SECOND_ADMIN, PASSWORD).await?;
    let theirs = user_of(&second).await?;
    let own = user_of(&cast.admin).await?;
    refuses(&set_role(cast, &own, "user").await?, 409, "own_account")?;
    is(set_role(cast, &theirs, "user").await?, 200)?;
    out_everywhere(stage, &second).await?;
    let again = second.sign_in(SECOND_ADMIN, PASSWORD).await?;
    refuses(&again.get("/api/admin/users").await?, 403, "forbidden")?;
    let body = json!({ "reason": REASON });
    refuses(&again.post(&format!("/api/admin/users/{}/impersonate", cast.user), &body).await?, 403, "forbidden")
}

async fn made(stage: &Stage, cast: &Cast) -> Result<()> {
    let body = json!({ "email": MADE, "name": "Dana", "organisation": "Dana's" });
    is(cast.admin.post("/api/admin/users", &body).await?, 201)?;
    refuses(&cast.admin.post("/api/admin/users", &body).await?, 409, "email_taken")?;
    let chosen = json!({ "token": mails::token(stage, MADE, "/reset").await?, "password": PASSWORD });
    is(stage.stack.anonymous().post("/api/auth/reset/confirm", &chosen).await?, 204)?;
    let again = stage.stack.anonymous().post("/api/auth/reset/confirm", &chosen).await?;
    ensure!(again.status == 410, "the second time: {} {}", again.status, again.body);
    stage.stack.anonymous().sign_in(MADE, PASSWORD).await.map(drop)
}

async fn enlarged(stage: &Stage, cast: &Cast) -> Result<()> {
    let dana = stage.stack.anonymous().sign_in(MADE, PASSWORD).await?;
    let body = json!({ "owner": user_of(&dana).await?, "name": "Dana's second" });
    let org = is(cast.admin.post("/api/admin/customers", &body).await?, 201)?;
    let dana = dana.sign_in(MADE, PASSWORD).await?;
    let me = is(dana.get("/api/auth/me").await?, 200)?;
    ensure!(me["organisations"].as_array().is_some_and(|all| all.len() == 2), "{me}");
    let wallet = is(dana.for_org(&text(&org, "/org_id")).get("/api/wallet").await?, 200)?;
    ensure!(wallet["balance"]["amount"].as_str().is_some_and(|amount| amount.starts_with('0')), "{wallet}");
    Ok(())
}

async fn role(stage: &Stage, cast: &Cast) -> Result<()> {
    let (liam, _) = register(&stage.stack.anonymous(), LIMITED).await?;
    let user = user_of(&liam).await?;
    refuses(&set_role(cast, &user, "admin").await?, 409, "named_by_operator")?;
    is(set_role(cast, &user, "readonly").await?, 200)?;
    out_everywhere(stage, &liam).await?;
    let reader = liam.sign_in(LIMITED, PASSWORD).await?;
    is(reader.get("/api/vps").await?, 200)?;
    refuses(&ordered(&reader, "not-this").await?, 403, "forbidden")?;
    is(set_role(cast, &user, "user").await?, 200).map(drop)
}

async fn ended(stage: &Stage, cast: &Cast) -> Result<()> {
    let (here, there) = (
        stage.stack.anonymous().sign_in(LIMITED, PASSWORD).await?,
        stage.stack.anonymous().sign_in(LIMITED, PASSWORD).await?,
    );
    act(cast, &user_of(&here).await?, "sessions/end").await?;
    out_everywhere(stage, &here).await?;
    out_everywhere(stage, &there).await?;
    let again = here.sign_in(LIMITED, PASSWORD).await?;
    is(again.get("/api/vps").await?, 200).map(drop)
}

async fn disabled(stage: &Stage, cast: &Cast) -> Result<()> {
    act(cast, &cast.user, "disable").await?;
    let token = cast.customer.token().context("signed in")?;
    for base in &stage.apis {
        super::revoked::refused(base, token, std::time::Instant::now()).await?;
    }
    ensure!(cast.customer.sign_in(CUSTOMER, PASSWORD).await.is_err(), "a disabled user signs in");
    act(cast, &cast.user, "enable").await?;
    cast.customer.sign_in(CUSTOMER, PASSWORD).await.map(drop)
}

async fn quota(stage: &Stage, cast: &Cast) -> Result<()> {
    stage.stack.run(&["org", "quota", &cast.org, "--vps", "1", "--reason", "one is enough"], "").await?;
    let customer = cast.customer.sign_in(CUSTOMER, PASSWORD).await?;
    refuses(&ordered(&customer, "one-too-many").await?, 403, "quota_reached")
}
