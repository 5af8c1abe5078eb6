//! The door to HTTP that the library is given: bounded exchanges, and only with addresses that are safe.

use std::pin::Pin;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::{Client, Request};
use url::{Host, Url};

use super::OidcError;
use crate::http::{self, Effect};

/// How long one exchange with the issuer may take.
const EXCHANGE: Duration = Duration::from_secs(4);
/// The most of an answer that is read.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// Where the issuer may be asked.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) client: Client,
    /// Whether the issuer is reached by https: then all of its addresses must be.
    pub(super) secure: bool,
}

/// An exchange in progress.
type Exchange = Pin<Box<dyn Future<Output = Result<HttpResponse, OidcError>> + Send>>;

impl Door {
    /// The door as a function, as the library takes it.
    pub(super) fn open(&self) -> impl Fn(HttpRequest) -> Exchange + Send + Sync + 'static {
        let door = self.clone();
        move |request| {
            let door = door.clone();
            Box::pin(async move { door.send(request).await })
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OidcError> {
        let url = Url::parse(&request.uri().to_string())
            .map_err(|_| OidcError::Unavailable("its document names no address".to_owned()))?;
        if !self.may_be_asked(&url) {
            let address = url.as_str().split(['?', '#']).next().unwrap_or_default();
            return Err(OidcError::Unavailable(format!("its document names {address}, which is not safe")));
        }
        let mut request = Request::try_from(request).map_err(|error| OidcError::Unavailable(error.to_string()))?;
        *request.timeout_mut() = Some(EXCHANGE);
        let reply = http::exchange_within(&self.client, request, Effect::Once, MAX_BODY_BYTES).await;
        let reply = reply.map_err(|error| OidcError::Unavailable(error.to_string()))?;
        if reply.cut_short {
            return Err(OidcError::Unavailable("an answer of it is too long".to_owned()));
        }
        let mut response = HttpResponse::new(reply.body);
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers;
        Ok(response)
    }

    /// An issuer is as safe as the least of its addresses. Plain http is for one on this computer.
    pub(super) fn may_be_asked(&self, url: &Url) -> bool {
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.scheme() == "https" || (!self.secure && url.scheme() == "http" && loopback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_by_https_has_no_address_without() {
        let door = |secure| Door { client: http::client(secure).unwrap(), secure };
        let asks = |secure, url: &str| door(secure).may_be_asked(&Url::parse(url).unwrap());
        for (url, safely, plainly) in [
            ("https://id.example/token", true, true),
            ("http://127.0.0.1:9/token", false, true),
            ("http://localhost/token", false, true),
            ("http://id.example/token", false, false),
            ("ftp://127.0.0.1/", false, false),
            ("file:///etc/passwd", false, false),
        ] {
            assert_eq!((asks(true, url), asks(false, url)), (safely, plainly), "{url}");
        }
    }
}
