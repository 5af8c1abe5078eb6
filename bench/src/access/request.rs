//! `GET /api/vps` as it is, beside the same interface that takes everybody for one signed-in user.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use api::auth::{Found, Identify, identify};
use domain::db;
use domain::key::KeyText;
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use runtime::settings::{Brand, Http, Limits, Redis, Secrets, SignIn, Source};
use secrecy::{ExposeSecret as _, SecretString};
use testkit::stack::{SECRET, Stack};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::customers::Customers;
use crate::load::load;
use crate::rounds::{Pairs, in_turn};
use crate::{CONNECTIONS, Row, Scale};

/// What must be reached of the rate without the check.
const BAR: f64 = 0.9;

/// Measures both in this process, on one pool, in alternating rounds.
///
/// # Errors
/// When a request is not answered as it should be.
pub async fn measure(stack: &Stack, customers: &Customers, scale: Scale) -> Result<Vec<Row>> {
    let (org, token) = customers.first()?;
    let key = key_of(customers, org).await?;
    let shown = [
        ("cookie", header::COOKIE, format!("sp_access={token}")),
        ("API key", header::AUTHORIZATION, format!("Bearer {}", key.expose_secret())),
    ];
    let mut rows = Vec::new();
    for (what, name, value) in shown {
        rows.push(beside_constant(stack, customers, scale, (what, name, &value)).await?);
    }
    Ok(rows)
}

/// One way to say who asks, beside the same without the check.
async fn beside_constant(
    stack: &Stack,
    customers: &Customers,
    scale: Scale,
    (what, name, value): (&str, HeaderName, &str),
) -> Result<Row> {
    let stop = CancellationToken::new();
    let checked = serve(stack, customers, Box::new(identify), &stop).await?;
    let constant = serve(stack, customers, constant(&name, value)?, &stop).await?;
    let time = Duration::from_secs(scale.seconds);
    let mut rates = Pairs::default();
    for round in 0..scale.rounds {
        let ask = |host: &str| {
            let host = host.to_owned();
            let request = format!("GET /api/vps?limit=20 HTTP/1.1\r\nhost: {host}\r\n{name}: {value}\r\n\r\n");
            async move {
                let done = load(&host, CONNECTIONS as usize, time, 200, move |_| request.clone().into_bytes()).await?;
                ensure!(done.wrong == 0, "{} wrong answers, such as {:?}", done.wrong, done.first_wrong);
                Ok(done.rate)
            }
        };
        let (ours, bare) = in_turn(round, ask(&checked), ask(&constant)).await?;
        rates.push(ours, bare);
    }
    stop.cancel();
    Ok(Row {
        what: format!("GET /api/vps with {what}, {CONNECTIONS} connections"),
        measured: format!(
            "{:.0}/s; the check replaced by a constant {:.0}/s: {}",
            rates.ours(),
            rates.theirs(),
            rates.said()
        ),
        bar: format!(">= {BAR} of the rate without the check"),
        reached: rates.ratio() >= BAR,
        cpu: String::new(),
    })
}

/// A key of the organisation's first member. Making it as a person does would take a session that signed in lately.
async fn key_of(customers: &Customers, org: Uuid) -> Result<SecretString> {
    let text = KeyText::new(&customers.ctx.chance);
    let sql = "insert into api_key (id, org_id, user_id, name, ident, hash, scopes, created_at, expires_at)
               select gen_random_uuid(), org_id, user_id, 'bench', $2, $3, '{vps:read}', business_now(),
                      business_now() + interval '1 day'
               from org_member where org_id = $1 limit 1";
    let made = db::exec(&customers.ctx.db, db::sql(sql, [org.into(), text.ident().into(), text.hash().into()])).await?;
    ensure!(made == 1, "the organisation has no member");
    Ok(text.secret())
}

/// Answers with what this header proves, once it does, whatever a request says.
fn constant(name: &HeaderName, value: &str) -> Result<Identify> {
    let headers = HeaderMap::from_iter([(name.clone(), HeaderValue::try_from(value)?)]);
    let known = OnceLock::new();
    Ok(Box::new(move |state, _, now| match known.get() {
        Some(caller) => Found::Caller(Clone::clone(caller)),
        None => match identify(state, &headers, now) {
            Found::Caller(caller) => Found::Caller(known.get_or_init(|| caller).clone()),
            // A key that this process has yet to read.
            other => other,
        },
    }))
}

/// Serves the interface on a free port, and says where.
async fn serve(stack: &Stack, customers: &Customers, identify: Identify, stop: &CancellationToken) -> Result<String> {
    let pairs = [
        ("APP_ENV", "development"),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("JWT_SECRET", SECRET),
        ("SSH_CRED_SECRET", SECRET),
        ("CLIENT_URL", "http://localhost:3001"),
        ("REDIS_URL", &stack.redis_url),
        // On, and so high that nobody meets it.
        ("RATE_LIMIT_AUTHENTICATED_MAX", "1000000"),
        ("RATE_LIMIT_AUTHENTICATED_WINDOW_MS", "1000"),
        ("RATE_LIMIT_KEY_MAX", "1000000"),
        ("RATE_LIMIT_KEY_WINDOW_MS", "1000"),
    ];
    let source = Source::from_pairs(pairs.map(|(name, value)| (name, value.to_owned())));
    let options = api::Options {
        http: Http::load(&source)?,
        jwt: Secrets::load(&source)?.jwt,
        limits: Limits::load(&source)?,
        brand: Brand::load(&source)?,
        sign_in: SignIn::load(&source)?,
        expected_schema: String::new(),
        redis: Redis::load(&source)?,
    };
    let (address, serving) = api::http::bind_as(customers.ctx.clone(), options, identify, stop.clone()).await?;
    tokio::spawn(serving);
    let client = testkit::Client::new(&format!("http://{address}"));
    let found = testkit::fixture::until(Duration::from_secs(10), async || {
        Ok((client.get("/readyz").await?.body["limits"] == "shared").then_some(()))
    });
    found.await.context("the limits are not shared")?;
    Ok(address.to_string())
}
