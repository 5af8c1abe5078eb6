//! The payment provider by which customers pay.

use std::path::PathBuf;

use secrecy::SecretString;
use url::{Host, Url};

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// What every event of PayPal's own webhooks simulator is signed for.
const SIMULATOR_ID: &str = "WEBHOOK_ID";

/// Which `PayPal` it is: this alone decides where its API, its pages and its certificates are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaypalMode {
    /// Real money.
    Live,
    /// `PayPal`'s sandbox.
    Sandbox,
    /// A simulated one on this computer; production refuses it.
    Simulated {
        /// Where it listens.
        address: Url,
        /// The root that its certificates lead to, in PEM.
        ca_file: PathBuf,
    },
}

/// An application's access to `PayPal`.
#[derive(Clone, Debug)]
pub struct Paypal {
    /// Which `PayPal`.
    pub mode: PaypalMode,
    /// The application's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The id of the webhook that sends messages to the panel.
    pub webhook_id: String,
}

impl Paypal {
    /// Reads `PAYPAL_{MODE,CLIENT_ID,CLIENT_SECRET,WEBHOOK_ID}`, and in mode `simulated` alone
    /// `PAYPAL_SIMULATED_{URL,CA_FILE}`; none when no mode is named.
    ///
    /// # Errors
    /// Each variable that is wrong; in production also the mode `simulated`.
    pub fn load(source: &Source) -> Result<Option<Self>, SettingsErrors> {
        let mut reader = Reader::new(source);
        let word = |value: &str| ["live", "sandbox", "simulated"].contains(&value);
        let mode = reader.text_if("PAYPAL_MODE", "write live, sandbox or simulated", word);
        let client_id = reader.text_if("PAYPAL_CLIENT_ID", "write the application's client id", is_word);
        let client_secret = reader.secret("PAYPAL_CLIENT_SECRET");
        let webhook_id = reader.text_if("PAYPAL_WEBHOOK_ID", "write the id of the application's webhook", is_webhook);
        let named = ["PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID"];
        if source.get("PAYPAL_MODE").is_none() {
            if let Some(set) = named.iter().find(|name| source.get(name).is_some()) {
                reader.refuse("PAYPAL_MODE", format!("is missing: {set} is set"));
            }
            return reader.finish(Some(None));
        }
        for name in named.iter().filter(|name| source.get(name).is_none()) {
            reader.refuse(name, "is missing: PAYPAL_MODE is set");
        }
        let mode = match mode.as_deref() {
            Some("live") => Some(PaypalMode::Live),
            Some("sandbox") => Some(PaypalMode::Sandbox),
            Some("simulated") => simulated(&mut reader, source),
            _ => None,
        };
        let whole = || {
            Some(Self { mode: mode?, client_id: client_id?, client_secret: client_secret?, webhook_id: webhook_id? })
        };
        let whole = whole();
        reader.finish(whole.map(Some))
    }
}

fn simulated(reader: &mut Reader<'_>, source: &Source) -> Option<PaypalMode> {
    if reader.production {
        reader.refuse("PAYPAL_MODE", "must be live or sandbox in production: a simulated payment is none");
        return None;
    }
    for name in ["PAYPAL_SIMULATED_URL", "PAYPAL_SIMULATED_CA_FILE"] {
        if source.get(name).is_none() {
            reader.refuse(name, "is missing: PAYPAL_MODE is simulated");
        }
    }
    let ca_file = reader.text("PAYPAL_SIMULATED_CA_FILE").map(PathBuf::from);
    source.get("PAYPAL_SIMULATED_URL")?;
    let address = reader.web_address("PAYPAL_SIMULATED_URL")?;
    let own = match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(host)) => host.is_loopback(),
        Some(Host::Ipv6(host)) => host.is_loopback(),
        None => false,
    };
    if !own || address.query().is_some() || address.fragment().is_some() {
        reader.refuse("PAYPAL_SIMULATED_URL", "write an address of this computer such as http://127.0.0.1:4240");
        return None;
    }
    Some(PaypalMode::Simulated { address, ca_file: ca_file? })
}

fn is_word(value: &str) -> bool {
    !value.is_empty() && value.len() <= 500 && value.bytes().all(|byte| byte.is_ascii_graphic())
}

/// To accept what is signed for `WEBHOOK_ID` is to accept what anybody has PayPal sign.
fn is_webhook(value: &str) -> bool {
    (1..=50).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !value.eq_ignore_ascii_case(SIMULATOR_ID)
}
