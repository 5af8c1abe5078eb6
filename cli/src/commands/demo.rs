//! `skypanel demo`: demonstration data, for development only.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use chrono::TimeDelta;
use domain::cloud::NewCloud;
use domain::idempotency::IdempotencyKey;
use domain::identity::{Client, Presented, Registration, SignIn};
use domain::queue::{LeaseTimes, Turn};
use domain::{Actor, CloudId, Ctx, ErrorKind, Money, OrgId, Provider, Queue, Role, UserId};
use runtime::settings::Source;
use secrecy::SecretString;

use crate::args::Demo;
use crate::wiring::{self, Purpose};

/// How long the cloud may take until its catalog has been read.
const CLOUD: Duration = Duration::from_secs(30);
/// The demo customer's first credit, in micro-units.
const CREDIT_MICROS: i64 = 25_000_000;
/// Fills a development installation, or moves its clock.
pub async fn run(source: &Source, what: Demo) -> anyhow::Result<()> {
    let ctx = wiring::ready_ctx(source, Purpose::Work).await?;
    ensure!(!ctx.production, "demonstration data and moving the clock are refused in production");
    match what {
        Demo::Clock { ahead_s } => {
            domain::clock::set_offset(&ctx.db, ctx.production, TimeDelta::seconds(ahead_s)).await?;
            say!("Business time is {ahead_s} s ahead.");
        }
        Demo::Seed => seed(source, ctx).await?,
    }
    Ok(())
}

async fn seed(source: &Source, ctx: Ctx) -> anyhow::Result<()> {
    let var = |name: &str| std::env::var(name).with_context(|| format!("set {name}"));
    let (admin, _) =
        user(&ctx, &var("DEMO_ADMIN_EMAIL")?, &var("DEMO_ADMIN_PASSWORD")?, "Avery Admin", "SkyPanel", Role::Admin)
            .await?;
    let (_, customer) = user(
        &ctx,
        &var("DEMO_CUSTOMER_EMAIL")?,
        &var("DEMO_CUSTOMER_PASSWORD")?,
        "Casey Customer",
        "Casey's Bakery",
        Role::User,
    )
    .await?;
    let admin = Actor::OnBehalf(admin);
    let key = IdempotencyKey::new("demo-seed-credit", "demo", Vec::new())?;
    domain::credit::give(&ctx, &admin, customer, Money::usd(CREDIT_MICROS), "Welcome credit", &key).await?;
    if let (Ok(token), Ok(endpoint)) = (var("DEMO_CLOUD_TOKEN"), var("DEMO_CLOUD_ENDPOINT"))
        && domain::cloud::list(&ctx, &admin).await?.is_empty()
    {
        let new = NewCloud {
            provider: Provider::Linode,
            name: "Simulated cloud".to_owned(),
            token: SecretString::from(token),
            endpoint: Some(endpoint),
        };
        let cloud = domain::cloud::connect(&ctx, &admin, new).await?.cloud.id;
        await_catalog(source, &ctx, &admin, cloud).await?;
        domain::setup::price_sample(&ctx, &admin, cloud).await?;
    }
    say!("The demonstration data were created.");
    Ok(())
}

/// Registers a user, or signs in as one who exists already.
async fn user(
    ctx: &Ctx,
    email: &str,
    password: &str,
    name: &str,
    organisation: &str,
    role: Role,
) -> anyhow::Result<(UserId, OrgId)> {
    let new = Registration {
        email: email.to_owned(),
        password: SecretString::from(password),
        name: name.to_owned(),
        organisation: Some(organisation.to_owned()),
        invitation: None,
    };
    let (user, org): (_, OrgId) = match domain::identity::create_user(ctx, new, role).await {
        Ok(created) => created,
        Err(error) if error.kind == ErrorKind::Conflict => {
            let signed_in = domain::identity::authenticate(
                ctx,
                email,
                &SecretString::from(password),
                &Presented::default(),
                &Client::default(),
            )
            .await
            .context("the user exists with another password")?;
            let SignIn::Done(grant) = signed_in else { bail!("the user {email} has a second factor by now") };
            (grant.user, grant.memberships.first().context("the user belongs to no organisation")?.org_id)
        }
        Err(error) => return Err(error.into()),
    };
    Ok((user, org))
}

/// Runs the cloud's jobs right here, since no worker may be running yet.
async fn await_catalog(source: &Source, ctx: &Ctx, admin: &Actor, cloud: CloudId) -> anyhow::Result<()> {
    let env = wiring::env(source, ctx.clone())?;
    let began = Instant::now();
    while domain::cloud::get(ctx, admin, cloud).await?.synced_at.is_none() {
        ensure!(began.elapsed() < CLOUD, "the demo's cloud does not answer; was it started?");
        if let Some(turn) = Turn::take(ctx, Queue::Upkeep).await? {
            for rung in turn.ring(10, Duration::from_secs(1), domain::work::known_kinds()).await? {
                workers::execute(&env, &LeaseTimes::default(), "demo-seed", rung.id).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
