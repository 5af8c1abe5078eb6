//! `skypanel doctor`: a line for each check, and what to do where it fails.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use domain::work::{Job, NewJob};
use domain::{Actor, Ctx, Money};
use runtime::settings::{Http, Oidc, Redis, Source, advice, misquoted};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::issuer;
use crate::wiring::{self, Purpose};

/// How long a probe may take from the row to a worker.
const PROBE: Duration = Duration::from_secs(10);

/// Where the panel takes the payment provider's messages.
const WEBHOOK_PATH: &str = "/api/payments/webhook";

/// How far our clock may be off the payment provider's, in seconds.
const MAX_CLOCK_OFF_S: i64 = 60;

/// The most that is read of metrics, in bytes.
const MAX_METRICS: u64 = 4 << 20;

struct Report {
    all_well: bool,
}

impl Report {
    fn line(&mut self, what: &str, outcome: Result<String, String>) {
        let (mark, words) = match outcome {
            Ok(words) => ("ok  ", words),
            Err(words) => {
                self.all_well = false;
                ("FAIL", words)
            }
        };
        say!("{mark}  {what:<10} {words}");
    }

    /// What works and should not stay so.
    fn warn(what: &str, words: &str) {
        say!("warn  {what:<10} {words}");
    }
}

/// Checks everything that the panel depends on.
pub async fn run(source: &Source, env_file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mut report = Report { all_well: true };
    report.line("settings", settings(source));
    for advice in advice(source) {
        Report::warn("settings", &format!("{} {}", advice.variable, advice.message));
    }
    for advice in misquoted(&file(env_file)?) {
        Report::warn("settings", &format!("{} {}", advice.variable, advice.message));
    }
    if let Some(words) = proxy(source).await {
        Report::warn("proxy", &words);
    }
    report.line("redis", redis(source).await);
    if let Some(outcome) = issuer(source).await {
        report.line("issuer", outcome);
    }
    match wiring::ready_ctx(source, Purpose::Work).await {
        Err(error) => report.line("database", Err(format!("{error:#}"))),
        Ok(ctx) => database_and_beyond(source, ctx, &mut report).await,
    }
    Ok(if report.all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn database_and_beyond(source: &Source, ctx: Ctx, report: &mut Report) {
    report.line("database", database(&ctx).await.map_err(|error| error.to_string()).and_then(|outcome| outcome));
    report.line("books", books(&ctx).await.map_err(|error| error.to_string()).and_then(|outcome| outcome));
    report.line("queues", queues(&ctx).await.map_err(|error| error.to_string()));
    report.line("workers", probe(&ctx).await.map_err(|error| error.to_string()).and_then(|outcome| outcome));
    match wiring::env(source, ctx) {
        Err(error) => report.line("mail", Err(format!("{error:#}"))),
        Ok(env) => {
            let mail = env.postbox.mailer.check().await;
            let mail = mail.map(|()| "the server accepts our login".to_owned()).map_err(|error| error.to_string());
            report.line("mail", mail);
            if let Some(outcome) = payments(source, &env).await {
                report.line("payments", outcome);
            }
            clouds(&env, report).await;
        }
    }
}

/// The file of settings as it was written: that it was misread can only be seen there.
fn file(named: Option<&Path>) -> anyhow::Result<String> {
    match named {
        Some(path) if path == Path::new("-") => {
            std::io::read_to_string(std::io::stdin()).context("reading the settings from standard input")
        }
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display())),
        None => Ok(std::fs::read_to_string(".env").unwrap_or_default()),
    }
}

/// Whether the API beside us was asked through a proxy that nobody named, as its metrics tell.
async fn proxy(source: &Source) -> Option<String> {
    let at = Http::load(source).ok()?.metrics?;
    let text = tokio::time::timeout(Duration::from_secs(2), metrics(at)).await.ok()?.ok()?;
    let of = |line: &str| line.strip_prefix("http_untrusted_forwarded_total ")?.trim().parse::<f64>().ok();
    let count = text.lines().find_map(of).filter(|count| *count > 0.0)?;
    Some(format!(
        "{count} requests came through a proxy that TRUST_PROXY does not name; the log of the API names its address"
    ))
}

async fn metrics(at: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut text = String::new();
    stream.take(MAX_METRICS).read_to_string(&mut text).await?;
    Ok(text)
}

fn settings(source: &Source) -> Result<String, String> {
    runtime::settings::check(source)
        .map(|()| "every setting can be read".to_owned())
        .map_err(|errors| errors.to_string())
}

async fn redis(source: &Source) -> Result<String, String> {
    let redis = Redis::load(source).map_err(|error| error.to_string())?;
    let took = runtime::redis::ping(&redis, Duration::from_secs(2))
        .await
        .map_err(|error| format!("{error:#}; jobs still run, but start some seconds later"))?;
    Ok(format!("answers in {} ms", took.as_millis()))
}

/// Whether the issuer of identities can be read, where one is set.
async fn issuer(source: &Source) -> Option<Result<String, String>> {
    let (settings, http) = (Oidc::load(source).ok()??, Http::load(source).ok()?);
    let client = match issuer::client(&settings, &http) {
        Ok(client) => client,
        Err(error) => return Some(Err(format!("OIDC_ISSUER: {error:#}"))),
    };
    let read = client.read().await;
    Some(match read {
        Ok(keys) => Ok(format!("{} answers, with {keys} keys", client.issuer())),
        Err(error) => Err(format!("OIDC_ISSUER: {error}; people can sign in with their passwords alone")),
    })
}

/// Whether the payment provider takes our credentials, knows our webhook and has our time, where one is set.
async fn payments(source: &Source, env: &jobs::Env) -> Option<Result<String, String>> {
    let (provider, verifier) = (env.payments.as_ref()?, env.ctx.payments.as_ref()?);
    let mode = verifier.mode().as_str();
    let found = match provider.identity().await {
        Ok(found) => found,
        Err(error) => return Some(Err(format!("PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET ({mode}): {error}"))),
    };
    let Some(told) = found.webhook_url.filter(|_| found.webhook_known) else {
        let words = format!("PAYPAL_WEBHOOK_ID: the application ({mode}) has no webhook with this id");
        return Some(Err(words));
    };
    let expected = Http::load(source).ok().and_then(|http| http.client_url.join(WEBHOOK_PATH).ok());
    if mode != "simulated" && expected.as_ref().is_some_and(|expected| expected.as_str() != told) {
        let expected = expected.map(|url| url.to_string()).unwrap_or_default();
        return Some(Err(format!("the webhook sends to {told}, and the panel listens at {expected}")));
    }
    let ours = env.ctx.clock.now(&env.ctx.db).await.ok()?;
    let off = found.now.map_or(0, |theirs| (ours - theirs).num_seconds());
    if mode != "simulated" && off.abs() > MAX_CLOCK_OFF_S {
        return Some(Err(format!("the database's clock is {off} s off the provider's; set it by NTP")));
    }
    let reports = if found.reports {
        "reports can be read"
    } else {
        "reports cannot be read: give the application Transaction Search"
    };
    Some(Ok(format!("mode {mode}: credentials and webhook are right, {reports}")))
}

async fn database(ctx: &Ctx) -> domain::Result<Result<String, String>> {
    if domain::health::may_rewrite_history(ctx).await? {
        let words = "the schema is right, but this role may rewrite the ledger; give DATABASE_URL a role in \
                     skypanel_app and keep the owner for migrations";
        return Ok(Err(words.to_owned()));
    }
    Ok(Ok(format!("schema {}, history cannot be rewritten", wiring::expected_schema())))
}

async fn books(ctx: &Ctx) -> domain::Result<Result<String, String>> {
    let books = domain::ledger::books(ctx).await?;
    Ok(if books.right() {
        Ok("all postings sum to zero, and every balance is the sum of its postings".to_owned())
    } else {
        Err(format!(
            "postings sum to {}, and {} balances differ from their postings; stop billing and restore a backup",
            Money::usd(books.sum_micros).exact(),
            books.wrong_accounts
        ))
    })
}

async fn queues(ctx: &Ctx) -> domain::Result<String> {
    let counts = domain::work::counts(ctx, &Actor::Operator).await?;
    let queues: Vec<String> = counts
        .by_queue
        .iter()
        .map(|queue| format!("{} {} due, {} running", queue.queue, queue.due, queue.running))
        .collect();
    let attention: i64 = counts
        .by_state
        .iter()
        .filter(|(state, _)| matches!(state, domain::JobState::Failed | domain::JobState::Stuck))
        .map(|(_, count)| count)
        .sum();
    Ok(format!("{}; {attention} failed or stuck", queues.join(", ")))
}

async fn probe(ctx: &Ctx) -> domain::Result<Result<String, String>> {
    let began = Instant::now();
    let tx = ctx.begin().await?;
    let id = domain::work::enqueue(ctx, &tx, NewJob::new(Job::Probe { sleep_ms: None })).await?;
    tx.commit().await.map_err(domain::Error::from)?;
    while began.elapsed() < PROBE {
        let notice = domain::queue::notice(ctx, id).await?;
        if notice.is_some_and(|notice| notice.state == domain::JobState::Succeeded) {
            return Ok(Ok(format!("a probe succeeded after {} ms", began.elapsed().as_millis())));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    domain::work::cancel(ctx, &Actor::Operator, id, None).await?;
    Ok(Err(format!("no worker ran a probe from the queue mail within {} s; start `skypanel worker`", PROBE.as_secs())))
}

async fn clouds(env: &jobs::Env, report: &mut Report) {
    match domain::cloud::list(&env.ctx, &Actor::Operator).await {
        Err(error) => report.line("clouds", Err(error.to_string())),
        Ok(clouds) if clouds.is_empty() => report.line("clouds", Ok("none is connected".to_owned())),
        Ok(clouds) => {
            for cloud in clouds {
                let outcome = match env.cloud(cloud.id, |_| None).await {
                    Ok(provider) => provider
                        .identity()
                        .await
                        .map(|_| format!("{} accepts its token", cloud.name))
                        .map_err(|error| format!("{}: {error}", cloud.name)),
                    Err(error) => Err(format!("{}: {error:?}", cloud.name)),
                };
                report.line("cloud", outcome);
            }
        }
    }
}
