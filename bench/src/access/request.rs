//! `GET /api/vps` as it is, beside the same interface that takes everybody for one signed-in user.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use api::auth::{Found, Identify, identify};
use poem::http::{HeaderMap, HeaderValue, header};
use runtime::settings::{Brand, Http, Limits, Redis, Secrets, SignIn, Source};
use std::sync::OnceLock;
use testkit::stack::{SECRET, Stack};
use tokio_util::sync::CancellationToken;

use super::skipped;
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
    let (_, token) = customers.first()?;
    let stop = CancellationToken::new();
    let checked = serve(stack, customers, Box::new(identify), &stop).await?;
    let constant = serve(stack, customers, constant(&token)?, &stop).await?;
    let time = Duration::from_secs(scale.seconds);
    let mut rates = Pairs::default();
    for round in 0..scale.rounds {
        let ask = |host: &str| {
            let (host, cookie) = (host.to_owned(), format!("sp_access={token}"));
            async move {
                let request = format!("GET /api/vps?limit=20 HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n");
                let done = load(&host, CONNECTIONS as usize, time, 200, move |_| request.clone().into_bytes()).await?;
                ensure!(done.wrong == 0, "{} wrong answers, such as {:?}", done.wrong, done.first_wrong);
                Ok(done.rate)
            }
        };
        let (ours, bare) = in_turn(round, ask(&checked), ask(&constant)).await?;
        rates.push(ours, bare);
    }
    stop.cancel();
    Ok(vec![
        Row {
            what: format!("GET /api/vps with cookie, {CONNECTIONS} connections"),
            measured: format!(
                "{:.0}/s; the check replaced by a constant {:.0}/s: {}",
                rates.ours(),
                rates.theirs(),
                rates.said()
            ),
            bar: format!(">= {BAR} of the rate without the check"),
            reached: rates.ratio() >= BAR,
            cpu: String::new(),
        },
        skipped("GET /api/vps with API key", "this build has no API keys"),
    ])
}

/// Answers with the session that this token proves, whatever a request says.
fn constant(token: &str) -> Result<Identify> {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}"))?);
    let known = OnceLock::new();
    Ok(Box::new(move |state, _, now| {
        let caller = known.get_or_init(|| match identify(state, &headers, now) {
            Found::Caller(caller) => Some(caller),
            Found::Nobody | Found::NoKey | Found::Unread(_) => None,
        });
        caller.clone().map_or(Found::Nobody, Found::Caller)
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
