//! The issuer over HTTP.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};
use serde_json::{Value, json};

use super::{
    CODE_TTL, Grant, Issuer, LieKind, MAX_REQUESTS, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, Person, random, remember, token,
};
use crate::http;

/// Serves the issuer.
pub(crate) struct Door(pub(crate) Arc<Issuer>);

type Fields = HashMap<String, String>;

impl Endpoint for Door {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let issuer = &self.0;
        let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
        let query = fields(request.uri().query().unwrap_or_default());
        let bearer = request.header(header::AUTHORIZATION).map(str::to_owned);
        let body = http::body(&mut request).await.map(|body| fields(&String::from_utf8_lossy(&body)));
        let (down, late) = {
            let mut state = issuer.lock();
            state.truth.requests.push(format!("{method} {path}"));
            let many = state.truth.requests.len().saturating_sub(MAX_REQUESTS);
            state.truth.requests.drain(..many);
            let late = path == "/token" && state.lies(LieKind::Late);
            (state.lies(LieKind::Down), late)
        };
        if late {
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
        Ok(match (method.as_str(), path.as_str(), body) {
            _ if down => plain(StatusCode::INTERNAL_SERVER_ERROR, "down"),
            ("GET", "/.well-known/openid-configuration", _) => answer(StatusCode::OK, &issuer.document()),
            ("GET", "/jwks", _) => {
                let mut state = issuer.lock();
                let alg = state.alg;
                answer(StatusCode::OK, &state.keys.shown(alg))
            }
            ("GET", "/authorize", _) => issuer.authorize(&query),
            ("POST", "/token", Ok(body)) => issuer.trade(&body, bearer.as_deref()),
            ("GET", "/userinfo", _) => issuer.userinfo(bearer.as_deref()),
            _ => plain(StatusCode::NOT_FOUND, "nothing here"),
        })
    }
}

impl Issuer {
    fn document(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.name);
        json!({
            "issuer": self.name,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "jwks_uri": at("/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// A browser comes: sends it back with a code, or asks who its person is.
    fn authorize(&self, query: &Fields) -> Response {
        let get = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
        let redirect = get("redirect_uri");
        let own = ["http://localhost", "http://127.0.0.1", "https://"].iter().any(|begin| redirect.starts_with(begin));
        if get("client_id") != OIDC_CLIENT_ID || !own {
            return plain(StatusCode::BAD_REQUEST, "no such client");
        }
        if get("response_type") != "code" || get("code_challenge_method") != "S256" || get("state").is_empty() {
            return back(redirect, &[("error", "invalid_request"), ("state", get("state"))]);
        }
        let (now, again) = (self.now(), get("max_age") == "0" || get("prompt") == "login");
        let mut state = self.lock();
        let secrets = ["state", "nonce", "code_challenge"];
        state.truth.last_question =
            query.iter().filter(|(name, _)| !secrets.contains(&name.as_str())).map(pair).collect();
        if get("refuse") == "yes" {
            return back(redirect, &[("error", "access_denied"), ("state", get("state"))]);
        }
        let Some(person) = chosen(query).or_else(|| state.person.clone()) else {
            return page(query);
        };
        if again || state.session_since.is_none() {
            state.session_since = Some(now);
        }
        let grant = Grant {
            client_id: get("client_id").to_owned(),
            redirect_uri: redirect.to_owned(),
            nonce: query.get("nonce").cloned(),
            challenge: get("code_challenge").to_owned(),
            person,
            signed_in_at: state.session_since.unwrap_or(now),
            expires_at: now + CODE_TTL,
        };
        let code = random();
        remember(&mut state.codes, code.clone(), grant);
        back(redirect, &[("code", &code), ("state", get("state")), ("iss", &self.name)])
    }

    /// Trades a code once.
    fn trade(&self, body: &Fields, authorization: Option<&str>) -> Response {
        let get = |name: &str| body.get(name).map(String::as_str).unwrap_or_default();
        let now = self.now();
        let mut state = self.lock();
        let refuse = |word: &str| answer(StatusCode::BAD_REQUEST, &json!({ "error": word }));
        if !is_client(authorization, get("client_id"), get("client_secret")) {
            state.truth.refused += 1;
            return answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_client" }));
        }
        let place = state.codes.iter().position(|(code, _)| code == get("code"));
        let grant = place.and_then(|place| state.codes.remove(place)).map(|(_, grant)| grant);
        let fits = |grant: &Grant| {
            get("grant_type") == "authorization_code"
                && grant.expires_at > now
                && grant.redirect_uri == get("redirect_uri")
                && grant.challenge == token::challenge(get("code_verifier"))
        };
        let Some(grant) = grant.filter(fits) else {
            state.truth.refused += 1;
            return refuse("invalid_grant");
        };
        let access = random();
        let id_token = state.id_token(&self.name, &grant, &access, now);
        remember(&mut state.tokens, access.clone(), grant.person);
        state.truth.traded += 1;
        let given = json!({ "access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": id_token });
        answer(StatusCode::OK, &given)
    }

    fn userinfo(&self, authorization: Option<&str>) -> Response {
        let mut state = self.lock();
        let token = authorization.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let found = state.tokens.iter().find(|(known, _)| known == token).map(|(_, person)| person.clone());
        let Some(person) = found else {
            return answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
        };
        let mut told = token::told(&person);
        let other = state.lies(LieKind::OtherPerson);
        told["sub"] = if other { "another person".into() } else { person.subject.as_str().into() };
        answer(StatusCode::OK, &told)
    }
}

/// Who a person says on the page that they are.
fn chosen(query: &Fields) -> Option<Person> {
    let subject = query.get("subject").filter(|subject| !subject.is_empty())?;
    let text = |name: &str| query.get(name).filter(|value| !value.is_empty()).cloned();
    let email_verified = query.get("email_verified").is_some();
    Some(Person { subject: subject.clone(), email: text("email"), email_verified, name: text("name"), apart: false })
}

fn is_client(authorization: Option<&str>, id: &str, secret: &str) -> bool {
    let basic =
        authorization.and_then(|value| value.strip_prefix("Basic ")).and_then(|text| STANDARD.decode(text).ok());
    match basic {
        Some(pair) => pair == format!("{OIDC_CLIENT_ID}:{OIDC_CLIENT_SECRET}").as_bytes(),
        None => (id, secret) == (OIDC_CLIENT_ID, OIDC_CLIENT_SECRET),
    }
}

/// A page on which people of a development installation say who they are.
fn page(query: &Fields) -> Response {
    let hidden = query.iter().fold(String::new(), |fields, (name, value)| {
        fields + &format!("<input type=hidden name=\"{}\" value=\"{}\">", safe(name), safe(value))
    });
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Demo identity</title><link rel=icon href=\"data:,\">\
         <meta name=viewport content=\"width=device-width\">\
         <body style=\"font:16px system-ui;max-width:24rem;margin:4rem auto;padding:0 1rem\">\
         <h1>Demo identity</h1><p>A simulated issuer. Say who you are: the same name is the same person.</p>\
         <form>{hidden}\
         <p><label>Name here<br><input name=subject value=demo-1 required></label>\
         <p><label>Full name<br><input name=name value=\"Dana Demo\"></label>\
         <p><label>Email<br><input name=email type=email value=dana@skypanel.example></label>\
         <p><label><input name=email_verified type=checkbox value=yes checked> They read mail there</label>\
         <p><button>Sign in</button> <button name=refuse value=yes formnovalidate>Refuse</button>\
         </form></body></html>"
    );
    Response::builder().content_type("text/html; charset=utf-8").body(html)
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn back(redirect: &str, pairs: &[(&str, &str)]) -> Response {
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let join = if redirect.contains('?') { '&' } else { '?' };
    let address = format!("{redirect}{join}{}", query.join("&"));
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, address).finish()
}

fn answer(status: StatusCode, value: &Value) -> Response {
    let builder = Response::builder().status(status).content_type("application/json");
    builder.header(header::CACHE_CONTROL, "no-store").body(value.to_string())
}

fn plain(status: StatusCode, words: &str) -> Response {
    Response::builder().status(status).content_type("text/plain").body(words.to_owned())
}

fn pair((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// The fields of a form or a query.
fn fields(text: &str) -> Fields {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(n, v)| (unescaped(n), unescaped(v))).collect()
}

fn unescaped(text: &str) -> String {
    let plain = text.replace('+', " ");
    let bytes = plain.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| bytes[at] == b'%');
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            out + char::from(byte).encode_utf8(&mut [0; 4])
        }
        _ => out + &format!("%{byte:02X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        let odd = "a b&c=d%+é/\\";
        assert_eq!(unescaped(&escaped(odd)), odd);
        let form = fields("a=1&b=two+words&c=%2Fx%3D&d");
        assert_eq!((form["b"].as_str(), form["c"].as_str(), form["d"].as_str()), ("two words", "/x=", ""));
    }
}
