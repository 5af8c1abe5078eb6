//! Connections that calls share, and the door to a cloud.
//!
//! Invariant: a token is never kept here; it goes into each request's own header.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Client;
use secrecy::SecretString;
use url::Url;

use crate::{
    cloud::{CloudProvider, ProviderKind},
    error::ProviderError,
    http,
    linode::Linode,
    meter::Meter,
    payment::PaymentProvider,
    paypal::{PayPal, PaypalSettings},
};

/// Open connections to providers, kept for the next call: cheap to clone, and a clone shares them.
///
/// There is one HTTP client for `https` and one for `http` on this computer. Each keeps up to 32
/// idle connections for each host, for 20 s, whichever cloud's calls they carried. Keep one
/// value for as long as the process (and its async runtime) lives.
#[derive(Clone, Default)]
pub struct Connections {
    clients: Arc<Mutex<Clients>>,
}

#[derive(Default)]
struct Clients {
    secure: Option<Client>,
    local: Option<Client>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

impl Connections {
    /// No connection yet: the first call opens one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A client for one cloud, over these connections; nothing is sent yet.
    ///
    /// `endpoint` is the root of the API, `https`, or `http` on a loopback host. With a `meter`,
    /// every exchange is allowed before it is made and reported after.
    ///
    /// # Errors
    /// `VALIDATION` for an endpoint that may not be used, `UNAUTHENTICATED` for a token that
    /// cannot be one, `UNAVAILABLE` when TLS cannot be set up (no certificate store).
    #[expect(clippy::needless_pass_by_value, reason = "the token is given away: it is wiped when this returns")]
    pub fn connect(
        &self,
        kind: ProviderKind,
        endpoint: &Url,
        token: SecretString,
        meter: Option<Arc<dyn Meter>>,
    ) -> Result<Box<dyn CloudProvider>, ProviderError> {
        http::check_endpoint(endpoint)?;
        let client = self.client(endpoint)?;
        match kind {
            ProviderKind::Linode => Ok(Box::new(Linode::new(client, endpoint, &token, meter)?)),
        }
    }

    /// A payment provider's account, over these connections; nothing is sent yet. With a `meter`, every exchange is
    /// allowed before it is made and reported after; of its classes, [`CallClass::Read`](crate::CallClass::Read) only
    /// asks, and [`CallClass::Change`](crate::CallClass::Change) asks for money or for a token.
    ///
    /// # Errors
    /// `VALIDATION` for the address of a simulated one that may not be used, `UNAVAILABLE` when TLS cannot be set up.
    pub fn paypal(
        &self,
        settings: PaypalSettings,
        meter: Option<Arc<dyn Meter>>,
    ) -> Result<Arc<dyn PaymentProvider>, ProviderError> {
        let base = PayPal::endpoint(&settings)?;
        let client = self.client(&base)?;
        Ok(Arc::new(PayPal::new(client, base, settings, meter)))
    }

    fn client(&self, endpoint: &Url) -> Result<Client, ProviderError> {
        let secure = endpoint.scheme() == "https";
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let place = if secure { &mut clients.secure } else { &mut clients.local };
        match place {
            Some(client) => Ok(client.clone()),
            None => Ok(place.insert(http::client(secure)?).clone()),
        }
    }
}
