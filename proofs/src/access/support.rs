//! Story 4: an administrator among users and organisations, and in a customer's place.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use testkit::client::{Client, Reply, row, text};
use testkit::fixture::{PASSWORD, await_status, fresh_key, order, plan_called};

use super::people::confirmed;
use super::{ADMIN, LONG, Stage, is, refuses};
use crate::story::Story;

const CUSTOMER: &str = "cora@example.com";
const REASON: &str = "She cannot see her server";

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
    story.step("nobody takes an administrator's place, or their own", never(&cast)).await?;
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

async fn never(cast: &Cast) -> Result<()> {
    let own = text(&is(cast.admin.get("/api/auth/me").await?, 200)?, "/user/id");
    let body = json!({ "reason": REASON });
    refuses(&cast.admin.post(&format!("/api/admin/users/{own}/impersonate"), &body).await?, 403, "forbidden")
}

async fn disabled(stage: &Stage, cast: &Cast) -> Result<()> {
    let act = async |verb: &str| {
        let path = format!("/api/admin/users/{}/{verb}", cast.user);
        is(cast.admin.post(&path, &json!({ "reason": "asked for" })).await?, 200)
    };
    act("disable").await?;
    let token = cast.customer.token().context("signed in")?;
    for base in &stage.apis {
        super::revoked::refused(base, token, std::time::Instant::now()).await?;
    }
    ensure!(cast.customer.sign_in(CUSTOMER, PASSWORD).await.is_err(), "a disabled user signs in");
    act("enable").await?;
    cast.customer.sign_in(CUSTOMER, PASSWORD).await.map(drop)
}

async fn quota(stage: &Stage, cast: &Cast) -> Result<()> {
    stage.stack.run(&["org", "quota", &cast.org, "--vps", "1", "--reason", "one is enough"], "").await?;
    let customer = cast.customer.sign_in(CUSTOMER, PASSWORD).await?;
    refuses(&ordered(&customer, "one-too-many").await?, 403, "quota_reached")
}
