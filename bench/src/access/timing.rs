//! Whether the time of an answer tells who has an account: the same request for addresses that have one and for
//! addresses that have none, in turn.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use testkit::Client;
use testkit::fixture::{PASSWORD, register};

use super::processes::Processes;
use crate::rounds::{in_turn, median};
use crate::{Row, Scale};

/// Addresses with an account, and as many without.
const ADDRESSES: u32 = 10;
/// Requests of each kind before any is measured.
const WARM: u32 = 5;
/// By which share of the unknown's median the known's may differ.
const BAR: f64 = 0.05;
/// A name and not an address in figures, so that passkeys are offered.
const ORIGIN: &str = "http://localhost:3001";

/// What a stranger asks for.
#[derive(Clone, Copy)]
enum Act {
    SignIn,
    Reset,
    Passkey,
}

impl Act {
    const ALL: [Self; 3] = [Self::SignIn, Self::Reset, Self::Passkey];

    fn words(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in with a wrong password",
            Self::Reset => "password reset",
            // It names no address: what may tell is the cookie of a device that an account knows.
            Self::Passkey => "passkey start, on a known device",
        }
    }
}

/// Measures the three, with as many requests of each kind as the scale has probes: 200.
///
/// # Errors
/// When a request is not answered as it should be.
pub async fn measure(processes: &mut Processes, scale: Scale) -> Result<Vec<Row>> {
    let started = processes.api(1, &[("CLIENT_URL", ORIGIN)]).await?;
    let client = started.first().context("a process")?.anonymous();
    for n in 0..ADDRESSES {
        register(&client, &address(n, true)).await?;
    }
    let stranger = Stranger { device: device(&client).await?, client };
    let mut rows = Vec::new();
    for act in Act::ALL {
        rows.push(stranger.compared(act, scale.probes).await?);
    }
    processes.end(&started).await?;
    Ok(rows)
}

fn address(n: u32, known: bool) -> String {
    let name = if known { "known" } else { "other" };
    format!("{name}-{}@example.com", n % ADDRESSES)
}

/// The cookie of a device that the first account knows.
async fn device(client: &Client) -> Result<String> {
    let body = json!({ "email": address(0, true), "password": PASSWORD });
    let reply = client.post_with("/api/auth/login", &body, &[("origin", ORIGIN)]).await?;
    let set = reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let pair = set.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with("sp_device="));
    pair.map(str::to_owned).context("the device is not remembered")
}

struct Stranger {
    client: Client,
    device: String,
}

impl Stranger {
    async fn compared(&self, act: Act, count: u32) -> Result<Row> {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for n in 0..WARM + count {
            let round = usize::try_from(n)?;
            let (with, without) = in_turn(round, self.once(act, n, true), self.once(act, n, false)).await?;
            if n >= WARM {
                known.push(with);
                unknown.push(without);
            }
        }
        let (with, without) = (median(&known).unwrap_or(f64::NAN), median(&unknown).unwrap_or(f64::NAN));
        let apart = with / without - 1.0;
        Ok(Row {
            what: format!("{}: known beside unknown", act.words()),
            measured: format!("medians of {count}: {with:.2} ms and {without:.2} ms, {:+.1} %", apart * 100.0),
            bar: format!("within {:.0} %", BAR * 100.0),
            reached: apart.abs() <= BAR,
            cpu: String::new(),
        })
    }

    /// How long one answer took, in milliseconds.
    async fn once(&self, act: Act, n: u32, known: bool) -> Result<f64> {
        let email = address(n, known);
        let (path, body, expected) = match act {
            Act::SignIn => ("/api/auth/login", json!({ "email": email, "password": "a guess at random" }), 401),
            Act::Reset => ("/api/auth/reset", json!({ "email": email }), 202),
            Act::Passkey => ("/api/auth/passkey/start", json!({}), 200),
        };
        let mut headers = vec![("origin", ORIGIN)];
        if known && matches!(act, Act::Passkey) {
            headers.push(("cookie", &self.device));
        }
        let began = Instant::now();
        let reply = self.client.post_with(path, &body, &headers).await?;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        ensure!(reply.status.as_u16() == expected, "{path}: {} {}", reply.status, reply.body);
        Ok(took)
    }
}
