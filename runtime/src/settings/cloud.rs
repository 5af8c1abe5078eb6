//! Where the providers' APIs are.

use url::Url;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// Where the providers' APIs are. Tokens are no settings: they are stored encrypted in the database.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// Linode's API, with its version and without a trailing slash; a connected cloud may have its own.
    pub linode_url: Url,
}

impl Cloud {
    /// Reads `LINODE_API_URL`.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let cloud = reader.web_address("LINODE_API_URL").map(|linode_url| Self { linode_url });
        reader.finish(cloud)
    }
}
