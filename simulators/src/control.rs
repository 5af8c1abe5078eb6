//! The control server: faults, timing and the truth, over HTTP, in JSON.
//!
//! | Request | Body | What it does |
//! |---|---|---|
//! | `GET /state` | | the truth: machines, the last 1000 requests, counts |
//! | `GET /traffic` | | the counts of requests alone |
//! | `GET`, `POST`, `DELETE /faults` | a [`Fault`] | lists, arms, disarms |
//! | `PUT /limits` | members of `LimitSettings` | changes them and starts the windows again |
//! | `PUT /timing` | members of `Timing` | changes them |
//! | `GET`, `PUT /market` | a [`Market`] | what is sold otherwise than usual: prices and stock |
//! | `PUT /token` | `token`, `valid`, `account` | makes a token valid or invalid; an empty account has that `euuid` |
//! | `PUT /down` | `down` | closes every connection until set back |
//! | `POST /instances` | a [`Stray`], or nothing | adds a machine that was never ordered |
//! | `DELETE /instances/{id}` | | removes a machine without a request to the API |
//! | `PUT /instances/{id}` | `hidden` | denies a machine that exists, until set back |
//! | `POST /reset` | `seed`, or nothing | forgets everything |
//! | `GET /oidc` | | what happened at the issuer of identities |
//! | `PUT /oidc/person` | a [`Person`], or `null` | who signs in there; with nobody, a page asks |
//! | `PUT /oidc/lie` | a [`Lie`], or `null` | makes it lie |
//! | `POST /oidc/key` | `alg` | signs with a new key |
//! | `PUT /oidc/clock` | `ahead_s` | sets its clock ahead |
//! | `/paypal` and below it | as `docs/payments-provider.md` says | what happened at PayPal, and what does next |
//! | `GET`, `DELETE /mail`, `PUT /mail/fault` | a [`MailFault`] | lists, forgets, refuses mails |

use std::sync::Arc;

use chrono::TimeDelta;
use poem::{Endpoint, Request, Response, http::StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    http,
    linode::{Cloud, faults::Fault, market::Market, strays::Stray},
    oidc::{Issuer, Lie, Person, SigningAlg},
    paypal::PayPal,
    smtp::{MailFault, Sink},
};

/// Serves the control API.
pub(crate) struct Control {
    cloud: Arc<Cloud>,
    sink: Arc<Sink>,
    issuer: Arc<Issuer>,
    paypal: Arc<PayPal>,
}

type Controlled = Result<Value, (StatusCode, String)>;

#[derive(Default, Deserialize)]
struct Reset {
    seed: Option<u64>,
}

#[derive(Deserialize)]
struct TokenChange {
    token: String,
    valid: bool,
    #[serde(default)]
    account: Option<String>,
}

#[derive(Deserialize)]
struct Denied {
    hidden: bool,
}

#[derive(Deserialize)]
struct Down {
    down: bool,
}

#[derive(Deserialize)]
struct NewKey {
    alg: SigningAlg,
}

#[derive(Deserialize)]
struct Ahead {
    ahead_s: i64,
}

impl Control {
    pub(crate) fn new(cloud: Arc<Cloud>, sink: Arc<Sink>, issuer: Arc<Issuer>, paypal: Arc<PayPal>) -> Self {
        Self { cloud, sink, issuer, paypal }
    }

    fn answer(&self, method: &str, path: &str, body: &[u8]) -> Controlled {
        match (method, path) {
            ("POST", "/reset") => {
                let reset: Reset = if body.is_empty() { Reset::default() } else { read(body)? };
                self.cloud.reset(reset.seed);
                self.issuer.reset();
                self.paypal.reset();
                self.sink.reset();
                Ok(json!({ "seed": reset.seed }))
            }
            ("GET", "/state") => value(&self.cloud.truth()),
            ("GET", "/traffic") => value(&self.cloud.traffic()),
            ("GET", "/faults") => Ok(json!({ "items": self.cloud.faults() })),
            ("POST", "/faults") => {
                let fault: Fault = read(body)?;
                let armed = self.cloud.arm(fault).map_err(bad)?;
                value(&armed)
            }
            ("DELETE", "/faults") => {
                self.cloud.disarm();
                Ok(json!({}))
            }
            ("PUT", "/timing") => {
                self.cloud.set_timing(merge(&self.cloud.timing(), body)?);
                value(&self.cloud.timing())
            }
            ("PUT", "/limits") => {
                self.cloud.set_limits(merge(&self.cloud.limits(), body)?);
                value(&self.cloud.limits())
            }
            ("GET", "/market") => value(&self.cloud.market()),
            ("PUT", "/market") => {
                let market: Market = read(body)?;
                self.cloud.set_market(market.clone());
                value(&market)
            }
            ("PUT", "/token") => {
                let token: TokenChange = read(body)?;
                if token.valid {
                    self.cloud.accept_token(&token.token, token.account.as_deref());
                } else {
                    self.cloud.refuse_token(&token.token);
                }
                Ok(json!({ "valid": token.valid }))
            }
            ("PUT", "/down") => {
                let down: Down = read(body)?;
                self.cloud.gate().set_down(down.down);
                Ok(json!({ "down": down.down }))
            }
            ("POST", "/instances") => {
                let stray: Stray = if body.is_empty() { Stray::default() } else { read(body)? };
                let id = self.cloud.add_stray(stray).map_err(bad)?;
                Ok(json!({ "id": id }))
            }
            ("PUT", _) if path.starts_with("/instances/") => {
                let denied: Denied = read(body)?;
                self.cloud.hide(machine_id(path)?, denied.hidden);
                Ok(json!({ "hidden": denied.hidden }))
            }
            ("DELETE", _) if path.starts_with("/instances/") => {
                let id = machine_id(path)?;
                let gone = self.cloud.vanish(id);
                gone.then(|| json!({})).ok_or_else(|| (StatusCode::NOT_FOUND, format!("no instance {id}")))
            }
            (_, path) if path.starts_with("/paypal") => self.paypal.asked(method, &path[7..], body).map_err(bad),
            (_, path) if path == "/oidc" || path.starts_with("/oidc/") => self.oidc(method, path, body),
            _ => self.mail(method, path, body),
        }
    }

    fn oidc(&self, method: &str, path: &str, body: &[u8]) -> Controlled {
        match (method, path) {
            ("GET", "/oidc") => return value(&self.issuer.truth()),
            ("PUT", "/oidc/person") => self.issuer.set_person(read::<Option<Person>>(body)?),
            ("PUT", "/oidc/lie") => self.issuer.set_lie(read::<Option<Lie>>(body)?),
            ("POST", "/oidc/key") => self.issuer.rotate(read::<NewKey>(body)?.alg),
            ("PUT", "/oidc/clock") => {
                let seconds = read::<Ahead>(body)?.ahead_s;
                let ahead = TimeDelta::try_seconds(seconds).ok_or_else(|| bad("too far ahead"))?;
                self.issuer.set_ahead(ahead);
            }
            _ => return Err((StatusCode::NOT_FOUND, format!("nothing at {method} {path}"))),
        }
        Ok(json!({}))
    }

    fn mail(&self, method: &str, path: &str, body: &[u8]) -> Controlled {
        match (method, path) {
            ("GET", "/mail") => value(&self.sink.mails()),
            ("DELETE", "/mail") => {
                self.sink.clear();
                Ok(json!({}))
            }
            ("PUT", "/mail/fault") => {
                let fault: MailFault = read(body)?;
                self.sink.set_fault(fault);
                value(&fault)
            }
            _ => Err((StatusCode::NOT_FOUND, format!("nothing at {method} {path}"))),
        }
    }
}

impl Endpoint for Control {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let answer = match http::body(&mut request).await {
            Ok(body) => self.answer(request.method().as_str(), request.uri().path(), &body),
            Err(status) => Err((status, "body too large".to_owned())),
        };
        self.cloud.kept().await;
        let (status, value) = match answer {
            Ok(value) => (StatusCode::OK, value),
            Err((status, words)) => (status, json!({ "error": words })),
        };
        Ok(Response::builder().status(status).content_type("application/json").body(value.to_string()))
    }
}

fn machine_id(path: &str) -> Result<u64, (StatusCode, String)> {
    path.trim_start_matches("/instances/").parse().map_err(|_| bad("the id must be a number"))
}

fn bad(words: impl Into<String>) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, words.into())
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(body).map_err(|error| bad(error.to_string()))
}

fn value(data: &impl serde::Serialize) -> Result<Value, (StatusCode, String)> {
    serde_json::to_value(data).map_err(|error| bad(error.to_string()))
}

/// The settings with the members that the body names replaced.
pub(crate) fn merge<T: serde::Serialize + DeserializeOwned>(
    settings: &T,
    body: &[u8],
) -> Result<T, (StatusCode, String)> {
    let mut merged = value(settings)?;
    let changes: serde_json::Map<String, Value> = read(body)?;
    for (name, change) in changes {
        match merged.get_mut(&name) {
            Some(member) => *member = change,
            None => return Err(bad(format!("no setting {name}"))),
        }
    }
    serde_json::from_value(merged).map_err(|error| bad(error.to_string()))
}
