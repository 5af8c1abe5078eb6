//! What every cloud can do, and the types that say so.
//!
//! Invariant: no type in here carries a supplier's vocabulary, and no `Debug` prints a secret.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::{error::ProviderError, linode, meter::Budget};

/// A value from a provider, with the provider's own id of the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered<T> {
    /// The requested value.
    pub value: T,
    /// The provider's id of the (last) exchange, for a support ticket.
    pub request_id: Option<String>,
}

impl<T> Answered<T> {
    /// The same exchange with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answered<U> {
        Answered { value: change(self.value), request_id: self.request_id }
    }
}

/// A cloud that servers can be rented from.
///
/// Every method makes a bounded number of requests of at most 15 s each, and repeats none that may
/// have had an effect. An error of class [`Unknown`](crate::ErrorClass::Unknown) comes only from
/// [`create`](Self::create) and [`reboot`](Self::reboot); all the others may be repeated.
#[async_trait]
pub trait CloudProvider: Send + Sync {
    /// Checks the token, and returns whose it is.
    async fn identity(&self) -> Result<Answered<CloudIdentity>, ProviderError>;

    /// All types, regions and images that can be offered: every page, or an error.
    async fn catalog(&self) -> Result<Answered<Catalog>, ProviderError>;

    /// The instance with exactly this label. It may be a stranger's: compare the tags.
    async fn find_by_label(&self, label: &str) -> Result<Answered<Option<Instance>>, ProviderError>;

    /// All instances that carry this tag: every page, or an error, never a part of the list.
    async fn list_by_tag(&self, tag: &str) -> Result<Answered<Vec<Instance>>, ProviderError>;

    /// Orders an instance. After class `Unknown`: [`find_by_label`](Self::find_by_label) first.
    async fn create(&self, order: &CreateInstance) -> Result<Answered<Instance>, ProviderError>;

    /// One instance; `None` when the provider itself says that there is none.
    async fn get(&self, reference: &str) -> Result<Answered<Option<Instance>>, ProviderError>;

    /// Starts an instance; one that runs already is a success.
    async fn boot(&self, reference: &str) -> Result<Answered<()>, ProviderError>;

    /// Stops an instance; one that is off already is a success.
    async fn shutdown(&self, reference: &str) -> Result<Answered<()>, ProviderError>;

    /// Restarts an instance. A lost answer is class `Unknown`: it may have restarted.
    async fn reboot(&self, reference: &str) -> Result<Answered<()>, ProviderError>;

    /// The newest restart that the provider took for an instance; `None` when it knows of none. It
    /// shows whether a [`reboot`](Self::reboot) whose answer was lost was taken, and when it is over.
    async fn last_reboot(&self, reference: &str) -> Result<Answered<Option<TakenRestart>>, ProviderError>;

    /// Gives an instance these tags and no others.
    async fn set_tags(&self, reference: &str, tags: &[String]) -> Result<Answered<()>, ProviderError>;

    /// Deletes an instance and all that is on it; one that no longer exists, or is being deleted,
    /// is a success.
    async fn delete(&self, reference: &str) -> Result<Answered<()>, ProviderError>;
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudIdentity {
    /// The e-mail address of the account, where the token may see one.
    pub email: Option<String>,
    /// The provider's own id of the account, which never changes; where the token may not see it,
    /// the user that it belongs to.
    pub account: Option<String>,
}

/// A restart, as the provider's log tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenRestart {
    /// The provider's id of it; a later one has another.
    pub id: String,
    /// How far it is.
    pub progress: RestartProgress,
}

/// How far a restart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestartProgress {
    /// Accepted, and not begun or not over.
    Pending,
    /// Over: the instance runs again.
    Finished,
    /// Over without success.
    Failed,
}

/// What a provider offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The sizes with a price; one without a usable price is left out.
    pub types: Vec<CloudType>,
    /// All regions, also those that are not available now.
    pub regions: Vec<CloudRegion>,
    /// The public images that can be deployed; an account's own images are left out.
    pub images: Vec<CloudImage>,
    /// Where a size differs from region to region: a pair that is missing is available at the size's price.
    pub offers: Vec<CloudOffer>,
}

/// What a size costs. Prices are integer millionths of a US dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CloudPrice {
    /// An hour.
    pub hourly_micros: i64,
    /// A month.
    pub monthly_micros: i64,
}

/// A size in a region where it differs from the size elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudOffer {
    /// The provider's id of the size.
    pub type_id: String,
    /// The provider's id of the region.
    pub region: String,
    /// The price there; none where it is the size's own.
    pub price: Option<CloudPrice>,
    /// Whether servers of this size can be created there now.
    pub available: bool,
}

/// A size of server. Prices are integer millionths of a US dollar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudType {
    /// The provider's id of the size.
    pub id: String,
    /// The provider's name for people.
    pub label: String,
    /// The provider's group of sizes, for example `standard` or `dedicated`.
    pub class: String,
    /// Virtual processor cores.
    pub vcpus: i32,
    /// Memory in MiB.
    pub memory_mib: i32,
    /// Disk in GiB, rounded down.
    pub disk_gib: i32,
    /// Outbound transfer included in a month, in GB.
    pub transfer_gb: i32,
    /// Cost of an hour in millionths of a US dollar.
    pub hourly_micros: i64,
    /// Cost of a month in millionths of a US dollar.
    pub monthly_micros: i64,
}

/// A place where servers can be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudRegion {
    /// The provider's id of the region.
    pub id: String,
    /// The provider's name for people.
    pub label: String,
    /// Two-letter country code in lower case, or empty.
    pub country: String,
    /// Whether the provider reports the region as working.
    pub available: bool,
    /// Whether the region works and offers servers.
    pub type_capable: bool,
}

/// A public image to deploy from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudImage {
    /// The provider's id of the image.
    pub id: String,
    /// The provider's name for people.
    pub label: String,
    /// Who publishes the distribution, or empty.
    pub vendor: String,
    /// Whether the provider advises against it.
    pub deprecated: bool,
    /// The smallest disk it fits on, in MiB.
    pub min_disk_mib: i32,
}

/// An order for a server.
#[derive(Clone, Debug)]
pub struct CreateInstance {
    /// Unique in the cloud: this is what makes an order repeatable.
    pub label: String,
    /// The provider's id of the size.
    pub type_id: String,
    /// The provider's id of the region.
    pub region: String,
    /// The provider's id of the image.
    pub image: String,
    /// The root password; some providers require one even beside keys.
    pub root_password: SecretString,
    /// Public keys for root, one line each.
    pub authorized_keys: Vec<String>,
    /// Tags that say which installation and which server it belongs to.
    pub tags: Vec<String>,
}

/// A server as the provider sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The provider's id of the server.
    pub reference: String,
    /// The label it was created with.
    pub label: String,
    /// What it is doing.
    pub state: InstanceState,
    /// Its tags, in the provider's order.
    pub tags: Vec<String>,
    /// The provider's id of its size.
    pub type_id: Option<String>,
    /// The provider's id of its region.
    pub region: Option<String>,
    /// The provider's id of the image it was created from.
    pub image: Option<String>,
    /// The first public IPv4 address.
    pub ipv4: Option<String>,
    /// The IPv6 address without its prefix length.
    pub ipv6: Option<String>,
    /// When the provider created it, by the provider's clock.
    pub created_at: Option<DateTime<Utc>>,
}

/// What a server is doing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum InstanceState {
    /// Being created.
    Provisioning,
    /// Starting.
    Booting,
    /// On.
    Running,
    /// Stopping.
    ShuttingDown,
    /// Off.
    Stopped,
    /// Restarting.
    Rebooting,
    /// Being deleted.
    Deleting,
    /// A state that we have no word for, in the provider's spelling.
    Other(String),
}

/// The kinds of provider that clouds can be connected at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProviderKind {
    /// Linode, API v4.
    Linode,
}

impl ProviderKind {
    /// What the provider publishes of its limits, one budget for each class of call.
    #[must_use]
    pub fn budgets(&self) -> &'static [Budget] {
        match self {
            Self::Linode => linode::BUDGETS,
        }
    }
}
