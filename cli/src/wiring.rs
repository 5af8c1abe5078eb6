//! Joins settings to services.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use domain::chance::Chance;
use domain::cloud::Patience;
use domain::error::sql_state;
use domain::identity::RegistrationMode;
use domain::invoice::Office;
use domain::org::DefaultQuotas;
use domain::queue::{LeaseTimes, Retention};
use domain::{Ctx, CtxOptions, NewFunds, Queue, SampleCloud, WorkLimits};
use jobs::{Env, Postbox, Press, Waits};
use providers::{Connections, SmtpMailer, SmtpSettings, SmtpTls};
use runtime::settings::{
    App, Brand, Cloud, Database, Http, Mail, MailTls, Oidc, Paypal, Quotas, Redis, Secrets, Source, Workers,
};
use secrecy::SecretString;

use crate::{issuer, payments};

/// What the process is for: it bounds how long one statement may take.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// Answering requests: 5 s.
    Requests,
    /// Running jobs, and every command: 30 s.
    Work,
}

/// `domain`, joined to the database that the settings name.
pub async fn ctx(source: &Source, purpose: Purpose) -> anyhow::Result<Ctx> {
    join(source, purpose, Database::load(source)?.url, "DATABASE_URL").await
}

/// The same as the role that owns the tables, where the settings name it: for what the application's own role may not.
pub async fn owner_ctx(source: &Source) -> anyhow::Result<Ctx> {
    let database = Database::load(source)?;
    let ctx = match database.owner_url {
        Some(url) => join(source, Purpose::Work, url, "DATABASE_OWNER_URL").await?,
        None => join(source, Purpose::Work, database.url, "DATABASE_URL").await?,
    };
    ready(ctx).await
}

/// The simulated cloud of a development installation, by the variables of `skypanel demo seed`.
fn sample_cloud() -> Option<SampleCloud> {
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Some(SampleCloud { endpoint: var("DEMO_CLOUD_ENDPOINT")?, token: SecretString::from(var("DEMO_CLOUD_TOKEN")?) })
}

async fn join(source: &Source, purpose: Purpose, url: SecretString, variable: &str) -> anyhow::Result<Ctx> {
    let (app, database, secrets, quotas) =
        (App::load(source)?, Database::load(source)?, Secrets::load(source)?, Quotas::load(source)?);
    // A command that only reads needs neither: the processes that serve pages check both when they start.
    let http = Http::load(source).ok();
    let issuer = match (Oidc::load(source)?, &http) {
        (Some(settings), Some(http)) => Some(issuer::joined(&settings, http)?),
        _ => None,
    };
    let options = CtxOptions {
        database_url: url,
        vault_secret: secrets.ssh_cred,
        max_connections: database.max_connections,
        statement_timeout: match purpose {
            Purpose::Requests => Duration::from_secs(5),
            Purpose::Work => Duration::from_secs(30),
        },
        production: app.production,
        vps_quota: quotas.vps_quota,
        quotas: DefaultQuotas {
            vcpus: quotas.vcpus,
            memory_mib: quotas.memory_mib,
            storage_gib: quotas.storage_gib,
            members: quotas.members,
            keys: quotas.keys,
        },
        registration: RegistrationMode::of(&quotas.registration).unwrap_or(RegistrationMode::Closed),
        verified_email: quotas.verified_email,
        limits: WorkLimits {
            org_open_jobs: quotas.org_open_jobs,
            oldest_due: quotas.overloaded_after,
            new_funds: NewFunds::of(quotas.new_funds_days, quotas.new_funds_servers),
        },
        sample: sample_cloud().filter(|_| !app.production),
        client_url: http.map(|http| http.client_url),
        panel_name: Brand::load(source).map_or_else(|_| "SkyPanel".to_owned(), |brand| brand.company_name),
        issuer,
        payments: Paypal::load(source)?.map(|settings| payments::verifier(&settings)).transpose()?,
    };
    let connected = Ctx::connect(&options, Chance::from_os()).await;
    connected.map_err(|error| {
        let refused = error.cause.as_ref().and_then(|cause| cause.downcast_ref()).and_then(sql_state);
        let words = unreachable("the database cannot be reached", variable, refused.as_deref());
        anyhow::Error::new(error).context(words)
    })
}

/// What to do about a database that cannot be reached; `state` is `PostgreSQL`'s own code, where it sent one.
pub fn unreachable(what: &str, variable: &str, state: Option<&str>) -> String {
    match state {
        Some("28P01" | "28000") => format!(
            "{what}: PostgreSQL refuses the name or the password in {variable}. A password that was changed in .env \
             alone does not reach a database that exists: see \"Change a password of the database\" in \
             docs/deployment.md"
        ),
        _ => format!("{what}; check {variable}"),
    }
}

/// The same, after checking that the schema is the one this build needs.
pub async fn ready_ctx(source: &Source, purpose: Purpose) -> anyhow::Result<Ctx> {
    ready(ctx(source, purpose).await?).await
}

async fn ready(ctx: Ctx) -> anyhow::Result<Ctx> {
    let (found, expected) = (domain::health::schema_version(&ctx).await?, expected_schema());
    ensure!(
        found.as_deref() == Some(expected.as_str()),
        "the database's schema is {}, and this build needs {expected}; run `skypanel migrate up` of the same version",
        found.as_deref().unwrap_or("empty")
    );
    ctx.clock.now(&ctx.db).await?;
    Ok(ctx)
}

/// The newest migration of this build.
pub fn expected_schema() -> String {
    migration::names().pop().unwrap_or_default()
}

/// Makes steps of jobs fail as `FAILPOINTS` says: for tests and proofs.
pub fn arm_failpoints(source: &Source) -> anyhow::Result<()> {
    let app = App::load(source)?;
    match source.get("FAILPOINTS") {
        Some(text) if !app.production => jobs::arm(text).map_err(|error| anyhow::anyhow!("FAILPOINTS: {error}")),
        _ => Ok(()),
    }
}

/// What handlers work with.
pub fn env(source: &Source, ctx: Ctx) -> anyhow::Result<Env> {
    let (mail, cloud, workers) = (Mail::load(source)?, Cloud::load(source)?, Workers::load(source)?);
    let redis = Redis::load(source)?;
    let connections = Connections::new();
    let paypal = Paypal::load(source)?;
    let payments = paypal.map(|settings| payments::provider(&settings, &connections, &ctx)).transpose()?;
    Ok(Env {
        ctx,
        linode_url: cloud.linode_url,
        postbox: Arc::new(postbox(mail, &Brand::load(source)?)?),
        waits: Waits {
            first: workers.poll_first,
            max: workers.poll_max,
            watch: workers.watch,
            unwatched: workers.unwatched,
        },
        payments,
        connections,
        patience: Patience {
            leftover: workers.orphan_leftover,
            unknown: workers.orphan_unknown,
            missing: workers.missing,
        },
        retention: Retention {
            succeeded_days: workers.keep_succeeded_days,
            failed_days: workers.keep_failed_days,
            archive_months: workers.keep_archive_months,
        },
        marks: Arc::new(workers::RedisMarks::new(redis.url, &redis.queue_prefix)),
        press: Arc::new(press(source)?),
    })
}

/// What receipts and invoices are drawn with: the brand, and the fonts of the folder.
fn press(source: &Source) -> anyhow::Result<Press> {
    let (brand, mail) = (Brand::load(source)?, Mail::load(source)?);
    let mut more = Vec::new();
    if let Some(folder) = &brand.fonts_dir {
        let reading = || format!("reading INVOICE_FONTS_DIR {}", folder.display());
        let mut files = std::fs::read_dir(folder)
            .with_context(reading)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .with_context(reading)?;
        files.sort();
        let is_font = |path: &std::path::PathBuf| {
            path.extension().is_some_and(|end| end.eq_ignore_ascii_case("ttf") || end.eq_ignore_ascii_case("otf"))
        };
        for path in files.into_iter().filter(is_font) {
            more.push((path.display().to_string(), std::fs::read(&path).with_context(reading)?));
        }
    }
    let verify_url = format!("{}/verify-ledger", mail.client_url.as_str().trim_end_matches('/'));
    let office = Office { company: brand.company_name, verify_url, hue: brand.hue };
    Ok(Press::new(office, more)?)
}

fn postbox(mail: Mail, brand: &Brand) -> anyhow::Result<Postbox> {
    let ca_pem = mail
        .ca_file
        .as_ref()
        .map(|path| std::fs::read(path).with_context(|| format!("reading SMTP_CA_FILE {}", path.display())))
        .transpose()?;
    let settings = SmtpSettings {
        host: mail.host,
        port: mail.port,
        username: mail.username,
        password: mail.password,
        tls: match mail.tls {
            MailTls::Starttls => SmtpTls::Starttls,
            MailTls::Implicit => SmtpTls::Implicit,
            MailTls::None => SmtpTls::None,
        },
        ca_pem,
        timeout: Duration::from_secs(30),
    };
    Ok(Postbox {
        mailer: SmtpMailer::new(&settings)?,
        from_name: mail.from_name,
        from_email: mail.from_email,
        head: api::letterhead(brand, &mail.client_url),
        host: mail.client_url.host_str().unwrap_or("localhost").to_owned(),
    })
}

/// A worker process's options; `queues` overrides the settings.
pub fn worker_options(source: &Source, queues: Option<&str>) -> anyhow::Result<workers::Options> {
    let (redis, settings) = (Redis::load(source)?, Workers::load(source)?);
    // Set to nothing is not set, as everywhere.
    let listed = match queues.filter(|text| !text.trim().is_empty()) {
        Some(text) => runtime::settings::parse_queues(text)?,
        None => settings.queues,
    };
    let queues = listed
        .into_iter()
        .map(|(name, slots)| match name.parse::<Queue>() {
            Ok(queue) => Ok((queue, slots)),
            Err(_) => bail!(
                "the queue {name:?} does not exist; the queues are {}",
                Queue::ALL.iter().map(|queue| queue.as_str()).collect::<Vec<_>>().join(", ")
            ),
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(workers::Options {
        redis_url: redis.url,
        prefix: redis.queue_prefix,
        queues,
        times: LeaseTimes {
            lease: settings.lease,
            beat: settings.beat,
            rering: settings.rering,
            sweep: settings.sweep,
        },
        drain: settings.drain,
    })
}
