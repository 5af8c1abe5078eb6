//! Whose computers we rent.

use url::Url;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// Where the providers' interfaces are. Their tokens stand sealed in the database, not here.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// Linode's API, with its version and without a slash behind it; a provider cloud may name another.
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
