//! The app under test: API, workers and simulators in one process, on a database of its own.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use domain::chance::Chance;
use domain::cloud::Patience;
use domain::identity::RegistrationMode;
use domain::mail::Letterhead;
use domain::queue::Retention;
use domain::{Actor, Ctx, CtxOptions, OrgId, WorkLimits};
use jobs::{Env, Postbox, Waits};
use providers::{Connections, SmtpMailer, SmtpSettings, SmtpTls};
use runtime::settings::{Brand, Http, Limits, Oidc, Quotas, Redis, Secrets, SignIn, Source};
use secrecy::SecretString;
use simulators::Simulators;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;
use workers::RedisMarks;

use crate::client::Client;
use crate::database::TestDatabase;
use crate::fixture::{self, PASSWORD};
use crate::{issuer, payments, press};

mod pools;

/// A secret for tests; nothing real was ever sealed under it.
pub const TEST_SECRET: &str = "a-secret-for-tests-that-seals-nothing-real-0123456789";
/// Where mails say that the pages are.
pub const CLIENT_URL: &str = "https://panel.example.com";
/// The token that the simulated cloud accepts.
pub const CLOUD_TOKEN: &str = "test-token-0123456789";

/// For `OIDC_ISSUER`: the simulated issuer of the same app. For `PAYPAL_MODE`, where nothing else is set: its simulated
/// PayPal; with an empty one the app takes no payments.
pub const SIMULATED: &str = "simulated";

/// The app, running. Ends with the value.
pub struct TestApp {
    /// The rules, for looking at what the API did.
    pub ctx: Ctx,
    /// What handlers work with, for running jobs by hand.
    pub env: Env,
    /// The simulated cloud and mail server.
    pub cloud: Simulators,
    /// A caller whom nobody knows.
    pub anonymous: Client,
    /// The API's address.
    pub base: String,
    database: TestDatabase,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestApp({})", self.base)
    }
}

/// How an app is started.
#[derive(Clone, Copy, Debug)]
pub struct AppOptions {
    /// Whether workers run by themselves.
    pub workers: bool,
    /// Settings for the API that differ from the usual, as in the environment.
    pub settings: &'static [(&'static str, &'static str)],
}

impl Default for AppOptions {
    fn default() -> Self {
        Self { workers: true, settings: &[] }
    }
}

impl TestApp {
    /// An app with workers.
    ///
    /// # Panics
    /// When anything that it needs is not available.
    pub async fn start() -> Self {
        Self::start_with(AppOptions::default()).await
    }

    /// An app set up as told.
    ///
    /// # Panics
    /// When anything that it needs is not available.
    pub async fn start_with(options: AppOptions) -> Self {
        Box::pin(Self::try_start(options)).await.expect("the app starts")
    }

    async fn try_start(options: AppOptions) -> Result<Self> {
        runtime::crypto::install();
        let database = TestDatabase::create().await?;
        let config = simulators::Config {
            timing: simulators::Timing { boot_ms: 150, power_ms: 80, delete_ms: 80, lag_ms: 0 },
            limits: simulators::LimitSettings { enabled: false, ..Default::default() },
            tokens: vec![CLOUD_TOKEN.to_owned()],
            ..Default::default()
        };
        let cloud = simulators::start(config).await?;
        let source = source(&database, &with_issuer(options.settings, &cloud))?;
        let client_url = Some(Http::load(&source)?.client_url);
        let ctx_options = CtxOptions { client_url, ..ctx_options(&database) };
        let mut ctx = Ctx::connect(&ctx_options, Chance::from_os()).await?;
        if let Some(oidc) = Oidc::load(&source)? {
            ctx.issuer = Some(issuer::joined(&oidc, &Http::load(&source)?)?);
        }
        let Quotas { registration, verified_email, new_funds_days, new_funds_servers, .. } = Quotas::load(&source)?;
        ctx.registration = RegistrationMode::of(&registration).context("a word of the setting")?;
        ctx.verified_email = verified_email;
        ctx.limits.new_funds = domain::NewFunds::of(new_funds_days, new_funds_servers);
        if source.get("PAYPAL_MODE") == Some(SIMULATED) {
            ctx.payments = Some(Arc::new(payments::verifier(&cloud)?));
        }
        ctx.clock.now(&ctx.db).await?;
        let stop = CancellationToken::new();
        let marks = RedisMarks::new(Redis::load(&source)?.url, prefix(&database));
        let env = env(&ctx, &cloud, marks)?;
        let (addr, serving) = api::bind(ctx.clone(), api_options(&source)?, stop.clone()).await?;
        let base = format!("http://{addr}");
        cloud.paypal.set_webhook(Some(&format!("{base}{}", payments::WEBHOOK_PATH)));
        let mut tasks = vec![tokio::spawn(async move {
            if let Err(error) = serving.await {
                eprintln!("the API ended: {error:#}");
            }
        })];
        if options.workers {
            tasks.push(pools::spawn(&env, &database, &source, &stop)?);
        }
        Ok(Self { anonymous: Client::new(&base).strict(), ctx, env, cloud, base, database, stop, tasks })
    }

    /// Another API process of the same installation, with the settings that it has beside the usual; returns a caller
    /// whom nobody knows.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn another_api(&mut self, settings: &'static [(&'static str, &'static str)]) -> Client {
        let options = source(&self.database, settings).and_then(|source| api_options(&source)).expect("settings");
        let bound = api::bind(self.ctx.clone(), options, self.stop.clone()).await;
        let (addr, serving) = bound.expect("another API listens");
        self.tasks.push(tokio::spawn(async move {
            if let Err(error) = serving.await {
                eprintln!("the other API ended: {error:#}");
            }
        }));
        Client::new(&format!("http://{addr}")).strict()
    }

    /// The database, for a second connection.
    #[must_use]
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// A signed-in administrator.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn admin(&self) -> Client {
        let email = "admin@example.com";
        if let Err(error) =
            domain::identity::create_admin(&self.ctx, email, "Avery Admin", SecretString::from(PASSWORD)).await
        {
            assert_eq!(error.code, "email_taken", "{error}");
        }
        self.anonymous.sign_in(email, PASSWORD).await.expect("the admin signs in")
    }

    /// A signed-in customer with this credit; returns the client and the organisation.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn customer(&self, name: &str, credit: &str) -> (Client, OrgId) {
        let (client, org) =
            fixture::register(&self.anonymous, &format!("{name}@example.com")).await.expect("the customer registers");
        if credit != "0" {
            fixture::credit(&self.admin().await, &org, credit).await.expect("credit is given");
        }
        (client, org.parse().expect("an organisation's id"))
    }

    /// A connected cloud with one plan of $6 a month; returns the plan's id.
    ///
    /// # Panics
    /// When the API refuses.
    pub async fn plan(&self) -> String {
        let admin = self.admin().await;
        let cloud =
            fixture::connect_cloud(&admin, &self.cloud.linode_url, CLOUD_TOKEN).await.expect("the cloud connects");
        fixture::add_plan(&admin, &cloud, "g6-nanode-1", "Nano", "1").await.expect("the plan is added")
    }

    /// Waits until no job is open but those that need attention.
    ///
    /// # Panics
    /// When that takes longer than 30 s.
    pub async fn run_jobs(&self) {
        let rest =
            fixture::until(Duration::from_secs(30), async || Ok(self.open_jobs().await.is_empty().then_some(())));
        let rested = rest.await.is_ok();
        assert!(rested, "jobs are still open: {:?}", self.open_jobs().await);
    }

    /// The kinds and states of jobs that are neither ended nor stuck.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn open_jobs(&self) -> Vec<String> {
        let sql = "
            select coalesce(array_agg(kind || ' ' || state || ' ' || coalesce(error->>'admin', '')), '{}')
            from job
            where state in ('queued', 'running', 'waiting', 'retry')";
        domain::db::scalar(&self.ctx.db, domain::db::sql(sql, []))
            .await
            .expect("the database answers")
            .unwrap_or_default()
    }

    /// Moves business time this far ahead in all.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn set_ahead(&self, ahead: TimeDelta) {
        domain::clock::set_offset(&self.ctx.db, false, ahead).await.expect("the clock is moved");
        self.ctx.clock.now(&self.ctx.db).await.expect("the clock is read");
    }

    /// What an organisation's wallet holds, in micro-units.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn balance(&self, org: OrgId) -> i64 {
        domain::ledger::customer_wallet(&self.ctx, &Actor::Operator, org)
            .await
            .expect("the wallet is read")
            .balance_micros
    }

    /// Makes sure that the books are right.
    ///
    /// # Panics
    /// When they are not.
    pub async fn check_books(&self) {
        let books = domain::ledger::books(&self.ctx).await.expect("the books are read");
        assert!(books.right(), "postings sum to zero and balances are their sums: {books:?}");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// How a test reaches its database.
#[must_use]
pub fn ctx_options(database: &TestDatabase) -> CtxOptions {
    CtxOptions {
        database_url: SecretString::from(database.url.to_string()),
        vault_secret: SecretString::from(TEST_SECRET),
        max_connections: 8,
        statement_timeout: Duration::from_secs(30),
        production: false,
        vps_quota: 10,
        quotas: domain::org::DefaultQuotas::default(),
        registration: domain::identity::RegistrationMode::Open,
        verified_email: false,
        limits: WorkLimits::default(),
        sample: None,
        client_url: None,
        panel_name: "SkyPanel".to_owned(),
        issuer: None,
        payments: None,
    }
}

fn env(ctx: &Ctx, cloud: &Simulators, marks: RedisMarks) -> Result<Env> {
    let settings = SmtpSettings {
        host: "localhost".to_owned(),
        port: cloud.smtp_addr.port(),
        username: None,
        password: None,
        tls: SmtpTls::Starttls,
        ca_pem: Some(cloud.smtp_cert_pem.clone().into_bytes()),
        timeout: Duration::from_secs(5),
    };
    let postbox = Postbox {
        mailer: SmtpMailer::new(&settings)?,
        from_name: "SkyPanel".to_owned(),
        from_email: "panel@example.com".to_owned(),
        head: Letterhead::new("SkyPanel", CLIENT_URL, 262, None),
        host: "panel.example.com".to_owned(),
    };
    let connections = Connections::new();
    let payments = ctx.payments.as_ref().map(|_| payments::provider(cloud, &connections)).transpose()?;
    Ok(Env {
        ctx: ctx.clone(),
        linode_url: Url::parse(&cloud.linode_url)?,
        postbox: Arc::new(postbox),
        waits: Waits {
            first: Duration::from_millis(60),
            max: Duration::from_millis(400),
            watch: Duration::from_millis(60),
            unwatched: Duration::from_secs(10),
        },
        payments,
        connections,
        patience: Patience { leftover: Duration::ZERO, unknown: Duration::ZERO, missing: Duration::ZERO },
        retention: Retention::default(),
        marks: Arc::new(marks),
        press: Arc::new(press::press()?),
    })
}

/// The settings, where `OIDC_ISSUER` may be the simulated one.
fn with_issuer<'a>(settings: &[(&'a str, &'a str)], cloud: &'a Simulators) -> Vec<(&'a str, &'a str)> {
    let issuer = |value| if value == SIMULATED { cloud.oidc_issuer.as_str() } else { value };
    settings.iter().map(|(name, value)| (*name, issuer(*value))).collect()
}

fn source(database: &TestDatabase, changes: &[(&str, &str)]) -> Result<Source> {
    let redis = std::env::var("REDIS_URL").context("REDIS_URL is not set: run the tests with ./dev test")?;
    let mut pairs = vec![
        ("APP_ENV", "development".to_owned()),
        ("DATABASE_URL", database.url.to_string()),
        ("REDIS_URL", redis),
        ("QUEUE_PREFIX", prefix(database).to_owned()),
        ("JWT_SECRET", TEST_SECRET.to_owned()),
        ("SSH_CRED_SECRET", TEST_SECRET.to_owned()),
        ("HOST", "127.0.0.1".to_owned()),
        ("PORT", "0".to_owned()),
        ("CLIENT_URL", "http://127.0.0.1:3001".to_owned()),
        ("PAYPAL_MODE", SIMULATED.to_owned()),
        ("RATE_LIMIT_ANONYMOUS_MAX", "0".to_owned()),
        ("RATE_LIMIT_AUTHENTICATED_MAX", "0".to_owned()),
        ("RATE_LIMIT_ADMIN_MAX", "0".to_owned()),
        ("RATE_LIMIT_KEY_MAX", "0".to_owned()),
        ("RATE_LIMIT_LOGIN_MAX", "0".to_owned()),
        ("RATE_LIMIT_REGISTRATION_MAX", "0".to_owned()),
        ("RATE_LIMIT_MAIL_MAX", "0".to_owned()),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, (*value).to_owned()));
    }
    Ok(Source::from_pairs(pairs))
}

/// Tests share one Redis and must not hear each other.
fn prefix(database: &TestDatabase) -> &str {
    database.url.path().trim_start_matches('/')
}

fn api_options(source: &Source) -> Result<api::Options> {
    Ok(api::Options {
        http: Http::load(source)?,
        jwt: Secrets::load(source)?.jwt,
        limits: Limits::load(source)?,
        brand: Brand::load(source)?,
        sign_in: SignIn::load(source)?,
        expected_schema: migration::names().pop().unwrap_or_default(),
        redis: Redis::load(source)?,
    })
}
