//! Machines with this installation's tag, as a cloud's last watch saw them.

use sea_orm::entity::prelude::*;

use crate::CloudId;
use crate::table::no_relations;

/// A row of `cloud_sight`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cloud_sight")]
pub struct Model {
    /// References `cloud`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cloud_id: CloudId,
    /// The provider's own id of the machine.
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_ref: String,
    /// Its name at the provider: a server's `provider_label`.
    pub label: String,
    /// What the provider says it does, in the words of `jobs::cloud::machines`.
    pub state: String,
    /// Its first public IPv4 address.
    pub ipv4: Option<String>,
    /// Its IPv6 address.
    pub ipv6: Option<String>,
    /// When the provider created it; by the provider's clock.
    pub made_at: Option<DateTimeUtc>,
    /// When it first looked like this; by `PostgreSQL`'s own clock.
    pub changed_at: DateTimeUtc,
}
no_relations!();
