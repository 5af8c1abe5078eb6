//! The issuer by whose word people may sign in.

use secrecy::SecretString;
use url::Host;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// An issuer of identities, with `OpenID` Connect.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// The issuer exactly as its tokens name it: without a slash at the end unless they have one.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; an issuer may take a client without one.
    pub client_secret: Option<SecretString>,
    /// What people call it: the words of the button after "Continue with".
    pub name: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
}

impl Oidc {
    /// Reads `OIDC_{ISSUER,CLIENT_ID,CLIENT_SECRET,NAME,SCOPES}`; none when no issuer is named.
    ///
    /// # Errors
    /// Each variable that is wrong; in production also an issuer without https.
    pub fn load(source: &Source) -> Result<Option<Self>, SettingsErrors> {
        let mut reader = Reader::new(source);
        let named = reader.text("OIDC_ISSUER");
        let client_id = reader.text_if("OIDC_CLIENT_ID", "write the client's id at the issuer", is_word);
        let client_secret = reader.secret("OIDC_CLIENT_SECRET");
        let name = reader.name("OIDC_NAME");
        let scopes = reader.text_if("OIDC_SCOPES", "write scopes separated by commas", |value| {
            value.split(',').count() <= 20 && value.split(',').all(|scope| is_word(scope.trim()))
        });
        let Some(issuer) = named else {
            if client_id.is_some() || client_secret.is_some() {
                reader.refuse("OIDC_ISSUER", "is missing: OIDC_CLIENT_ID or OIDC_CLIENT_SECRET is set");
            }
            return reader.finish(Some(None));
        };
        let host = issuer_host(&mut reader);
        if client_id.is_none() && source.get("OIDC_CLIENT_ID").is_none() {
            reader.refuse("OIDC_CLIENT_ID", "is missing: OIDC_ISSUER is set");
        }
        let oidc = || {
            let scopes = scopes?.split(',').map(|scope| scope.trim().to_owned()).collect();
            Some(Self { issuer, client_id: client_id?, client_secret, name: name.or(host)?, scopes })
        };
        let oidc = oidc();
        reader.finish(oidc.map(Some))
    }
}

/// The host of a right issuer. Plain http is for a simulated one on the own computer.
fn issuer_host(reader: &mut Reader<'_>) -> Option<String> {
    let url = reader.web_address("OIDC_ISSUER")?;
    let own = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.query().is_some() || url.fragment().is_some() {
        reader.refuse("OIDC_ISSUER", "leave out everything from ? or # on");
        return None;
    }
    if url.scheme() == "http" && !own {
        reader.refuse("OIDC_ISSUER", "must begin with https:// unless it is on this computer");
        return None;
    }
    url.host_str().map(str::to_owned)
}

fn is_word(value: &str) -> bool {
    !value.is_empty() && value.len() <= 500 && value.bytes().all(|byte| byte.is_ascii_graphic())
}
