//! What handlers work with.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use documents::Fonts;
use domain::cloud::{Credentials, Patience};
use domain::invoice::Office;
use domain::mail::Letterhead;
use domain::queue::Retention;
use domain::{CloudId, Ctx, Provider};
use providers::{CloudProvider, Connections, Meter, PaymentProvider, SmtpMailer};
use url::Url;

use crate::outcome::JobError;

/// A mark of each cloud that is kept outside the database, in Redis: [`domain::cloud::judge_epoch`] says what for.
#[async_trait]
pub trait MarkStore: Send + Sync + std::fmt::Debug {
    /// The mark of a cloud; none where there is none. The error is in words for a log.
    async fn read(&self, cloud: CloudId) -> Result<Option<String>, String>;

    /// Stores the mark of a cloud. The error is in words for a log.
    async fn write(&self, cloud: CloudId, mark: &str) -> Result<(), String>;
}

/// What handlers work with: cheap to clone.
#[derive(Clone, Debug)]
pub struct Env {
    /// The rules and the database.
    pub ctx: Ctx,
    /// Where Linode's API is, unless a cloud says otherwise.
    pub linode_url: Url,
    /// The way out for mail.
    pub postbox: Arc<Postbox>,
    /// How long to wait between looks at something slow.
    pub waits: Waits,
    /// Connections to providers, shared by all runs.
    pub connections: Connections,
    /// How patient the comparison of rows and machines is.
    pub patience: Patience,
    /// How long ended jobs are kept.
    pub retention: Retention,
    /// Where the clouds' marks are kept outside the database.
    pub marks: Arc<dyn MarkStore>,
    /// What receipts and invoices are drawn with.
    pub press: Arc<Press>,
    /// The payment provider, if one is set up.
    pub payments: Option<Arc<dyn PaymentProvider>>,
}

/// What receipts and invoices are drawn with.
#[derive(Debug)]
pub struct Press {
    /// What the installation says of itself.
    pub office: Office,
    /// The fonts: those that ship, and those of a folder.
    pub fonts: Fonts,
}

impl Press {
    /// The fonts that ship, and after them the files of a folder, each with its name.
    ///
    /// # Errors
    /// Names the first file that is no font.
    pub fn new(office: Office, more: Vec<(String, Vec<u8>)>) -> Result<Self, documents::PdfError> {
        Ok(Self { office, fonts: Fonts::new(more)? })
    }
}

/// The way out for mail, and what every mail says.
pub struct Postbox {
    /// The connection to the mail server.
    pub mailer: SmtpMailer,
    /// The sender's name.
    pub from_name: String,
    /// The sender's address.
    pub from_email: String,
    /// What every mail says.
    pub head: Letterhead,
    /// The host of the pages, which Message-IDs end with.
    pub host: String,
}

impl std::fmt::Debug for Postbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Postbox({})", self.from_email)
    }
}

/// How long to wait between looks at something slow.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// After the first look.
    pub first: Duration,
    /// At most.
    pub max: Duration,
    /// Between two looks at all our machines of a cloud, while jobs wait for one of them.
    pub watch: Duration,
    /// A job that waits for a machine looks for itself after this, in case nobody watches.
    pub unwatched: Duration,
}

impl Waits {
    /// The pause after so many looks: half as long again each time, up to the most.
    #[must_use]
    pub fn after(&self, looks: u32) -> Duration {
        self.first.mul_f64(1.5_f64.powi(i32::try_from(looks.min(30)).unwrap_or(30))).min(self.max)
    }
}

impl Env {
    /// A connection to the provider of a cloud. The `meter` for its kind is asked before each
    /// exchange and told of it after.
    ///
    /// # Errors
    /// When the cloud no longer exists, or its token or endpoint can't be used.
    pub async fn cloud(
        &self,
        cloud: CloudId,
        meter: impl FnOnce(providers::ProviderKind) -> Option<Arc<dyn Meter>>,
    ) -> Result<Box<dyn CloudProvider>, JobError> {
        self.connect(domain::cloud::credentials(&self.ctx, cloud).await?, meter)
    }

    /// The same for the validation of the cloud's token, whatever is known of it.
    ///
    /// # Errors
    /// As [`Env::cloud`].
    pub async fn cloud_to_validate(
        &self,
        cloud: CloudId,
        meter: impl FnOnce(providers::ProviderKind) -> Option<Arc<dyn Meter>>,
    ) -> Result<Box<dyn CloudProvider>, JobError> {
        self.connect(domain::cloud::credentials_to_validate(&self.ctx, cloud).await?, meter)
    }

    fn connect(
        &self,
        credentials: Credentials,
        meter: impl FnOnce(providers::ProviderKind) -> Option<Arc<dyn Meter>>,
    ) -> Result<Box<dyn CloudProvider>, JobError> {
        let (kind, default) = match credentials.provider {
            Provider::Linode => (providers::ProviderKind::Linode, &self.linode_url),
        };
        let endpoint = match &credentials.endpoint {
            Some(endpoint) => Url::parse(endpoint)
                .map_err(|error| domain::Error::invalid(format!("the cloud's endpoint can't be used: {error}")))?,
            None => default.clone(),
        };
        Ok(self.connections.connect(kind, &endpoint, credentials.token, meter(kind))?)
    }
}
