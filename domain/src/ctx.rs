//! What every use case is handed.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    SqlxPostgresConnector, TransactionTrait,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::factor::passkey::Passkeys;
use crate::identity::{Hasher, RegistrationMode};
use crate::oidc::Issuer;
use crate::org::DefaultQuotas;
use crate::payment::signature::Verifier;
use crate::queue::Pressure;
use crate::vault::Vault;

/// What customers' work is bounded by.
#[derive(Clone, Copy, Debug)]
pub struct WorkLimits {
    /// Jobs that one organisation may have open; more are refused.
    pub org_open_jobs: i64,
    /// New work is refused while its queue's first due job waits longer than this.
    pub oldest_due: Duration,
    /// What organisations may have whose first payment is young, if that is less than others.
    pub new_funds: Option<NewFunds>,
}

/// Young money may be taken back: until then its servers are few.
#[derive(Clone, Copy, Debug)]
pub struct NewFunds {
    /// For so many days after the first payment.
    pub days: u32,
    /// At most so many servers.
    pub servers: u32,
}

impl NewFunds {
    /// The policy of so many days; none where it is turned off.
    #[must_use]
    pub fn of(days: u32, servers: u32) -> Option<Self> {
        (days > 0).then_some(Self { days, servers })
    }
}

impl Default for WorkLimits {
    fn default() -> Self {
        Self { org_open_jobs: 200, oldest_due: Duration::from_mins(10), new_funds: None }
    }
}

/// A connection that was idle for longer is asked whether it lives before it is used: after a restart of the database,
/// or behind a firewall that forgot it, it would cost its next user an error. One in constant use is not asked.
const SEEN_ALIVE: Duration = Duration::from_secs(1);

/// How to reach the database and what to seal with.
#[derive(Clone, Debug)]
pub struct CtxOptions {
    /// `postgres://…` of the app role.
    pub database_url: SecretString,
    /// The secret that tokens and passwords at rest are sealed under.
    pub vault_secret: SecretString,
    /// The most connections of this process.
    pub max_connections: u32,
    /// How long one statement may take: 5 s in the API, 30 s in workers.
    pub statement_timeout: Duration,
    /// Whether this is production: then business time can't be moved.
    pub production: bool,
    /// How many servers a new organisation may have.
    pub vps_quota: i32,
    /// What else it may have.
    pub quotas: DefaultQuotas,
    /// Who may register.
    pub registration: RegistrationMode,
    /// Whether only those order who confirmed their e-mail address.
    pub verified_email: bool,
    /// What customers' work is bounded by.
    pub limits: WorkLimits,
    /// A simulated cloud to try things on; never in production.
    pub sample: Option<SampleCloud>,
    /// Where people open the panel, where that is known: passkeys are made for its host.
    pub client_url: Option<Url>,
    /// The panel's name, which devices show beside codes and passkeys.
    pub panel_name: String,
    /// The issuer by whose word people sign in, if there is one.
    pub issuer: Option<Arc<dyn Issuer>>,
    /// What judges a payment provider's messages, if one is set up.
    pub payments: Option<Arc<Verifier>>,
}

/// Where a simulated cloud listens, and the token that it accepts.
#[derive(Clone, Debug)]
pub struct SampleCloud {
    /// Its base URL.
    pub endpoint: String,
    /// The token that it accepts.
    pub token: SecretString,
}

/// The database, the clock, chance and the keys: cheap to clone.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The pool of the app role.
    pub db: DatabaseConnection,
    /// Business time.
    pub clock: Clock,
    /// Ids and secrets.
    pub chance: Chance,
    /// Secrets at rest.
    pub vault: Vault,
    /// Passwords.
    pub hasher: Arc<Hasher>,
    /// Whether this is production.
    pub production: bool,
    /// How many servers a new organisation may have.
    pub vps_quota: i32,
    /// What else it may have.
    pub quotas: DefaultQuotas,
    /// Who may register.
    pub registration: RegistrationMode,
    /// Whether only those order who confirmed their e-mail address.
    pub verified_email: bool,
    /// What customers' work is bounded by.
    pub limits: WorkLimits,
    /// How far behind the queues are.
    pub pressure: Pressure,
    /// A simulated cloud to try things on; never in production.
    pub sample: Option<SampleCloud>,
    /// Passkeys, if the panel's address allows them.
    pub passkeys: Arc<Passkeys>,
    /// The panel's name, which devices show beside codes and passkeys.
    pub panel_name: String,
    /// The issuer by whose word people sign in, if there is one.
    pub issuer: Option<Arc<dyn Issuer>>,
    /// What judges a payment provider's messages, if one is set up.
    pub payments: Option<Arc<Verifier>>,
}

impl Ctx {
    /// Connects with the given options.
    ///
    /// # Errors
    /// When the database can't be reached or no key can be derived.
    pub async fn connect(options: &CtxOptions, chance: Chance) -> Result<Self> {
        let statement_ms = options.statement_timeout.as_millis();
        let mut connect = ConnectOptions::new(options.database_url.expose_secret());
        connect
            .max_connections(options.max_connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(2))
            .connect_timeout(Duration::from_secs(5))
            .sqlx_logging(false)
            .test_before_acquire_if_idle_for(SEEN_ALIVE)
            .map_sqlx_postgres_opts(move |pg| {
                pg.application_name("skypanel").options([
                    ("statement_timeout", format!("{statement_ms}")),
                    ("lock_timeout", "2000".to_owned()),
                    ("idle_in_transaction_session_timeout", "10000".to_owned()),
                    ("timezone", "UTC".to_owned()),
                    // Our statements touch few rows by many conditions: compiling one costs a
                    // thousand times what running it does.
                    ("jit", "off".to_owned()),
                ])
            });
        let db = Database::connect(connect).await.map_err(Error::from)?;
        Ok(Self {
            db,
            clock: Clock::default(),
            chance,
            vault: Vault::new(&options.vault_secret)?,
            hasher: Arc::new(Hasher::new()),
            production: options.production,
            vps_quota: options.vps_quota,
            quotas: options.quotas,
            registration: options.registration,
            verified_email: options.verified_email,
            limits: options.limits,
            pressure: Pressure::default(),
            sample: options.sample.clone().filter(|_| !options.production),
            passkeys: Arc::new(Passkeys::new(options.client_url.as_ref(), &options.panel_name)?),
            panel_name: options.panel_name.clone(),
            issuer: options.issuer.clone(),
            payments: options.payments.clone(),
        })
    }

    /// The same with one connection of its own, opened when it is first asked. A caller who asks the same
    /// few things one after the other waits for nobody there, and finds its statements planned.
    ///
    /// A statement is planned once there: planning takes longer than running it. The plan must
    /// stay good while a table grows from nothing to millions of rows, so it reads no table that has an
    /// index from end to end.
    #[must_use]
    pub fn with_own_connection(&self) -> Self {
        let pool = self.db.get_postgres_connection_pool();
        let one = pool.options().clone().max_connections(1).min_connections(0);
        let options = pool.connect_options().as_ref().clone();
        let options = options.options([("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off")]);
        let db = SqlxPostgresConnector::from_sqlx_postgres_pool(one.connect_lazy_with(options));
        Self { db, ..self.clone() }
    }

    /// The same with one connection of its own on which a statement may take this long: for an operator's look at
    /// everything, whose time grows with the tables. Never for a request.
    #[must_use]
    pub fn with_patience(&self, statement_timeout: Duration) -> Self {
        let pool = self.db.get_postgres_connection_pool();
        let one = pool.options().clone().max_connections(1).min_connections(0);
        let options = pool.connect_options().as_ref().clone();
        // Of two settings of one name, the later one holds.
        let options = options.options([("statement_timeout", statement_timeout.as_millis().to_string())]);
        let db = SqlxPostgresConnector::from_sqlx_postgres_pool(one.connect_lazy_with(options));
        Self { db, ..self.clone() }
    }

    /// Begins a transaction; dropping it rolls it back.
    ///
    /// # Errors
    /// When no connection is free.
    pub async fn begin(&self) -> Result<DatabaseTransaction> {
        Ok(self.db.begin().await?)
    }

    /// Begins a transaction for reads that must agree: all of them see the database as the first one found it.
    ///
    /// # Errors
    /// When no connection is free.
    pub async fn begin_snapshot(&self) -> Result<DatabaseTransaction> {
        let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
        Ok(self.db.begin_with_config(Some(isolation), Some(access)).await?)
    }
}
