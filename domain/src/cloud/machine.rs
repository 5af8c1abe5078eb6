//! A machine as a provider lists it, and what is told of it to the job that waits for it.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::{Ctx, db};

/// A machine with this installation's tag, or a server's, as a provider listed it.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The provider's own id.
    pub provider_ref: String,
    /// Its label now: anybody at the provider may change it.
    pub label: String,
    /// The label of the server that its tags name.
    pub server: Option<String>,
    /// All its tags.
    pub tags: Vec<String>,
    /// Whether this installation's is among them.
    pub tagged: bool,
    /// The provider's id of its size.
    pub type_id: Option<String>,
    /// What it does, in the words of `jobs`, such as `running`.
    pub state: String,
    /// The first public IPv4 address.
    pub ipv4: Option<IpAddr>,
    /// The IPv6 address.
    pub ipv6: Option<IpAddr>,
    /// When the provider created it.
    pub made_at: Option<DateTime<Utc>>,
}

/// What a watcher saw of the machine that a job waits for, told to the job's next run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "seen", deny_unknown_fields)]
pub enum Sighting {
    /// The provider lists it no more.
    Gone,
    /// It is as the job waits for it.
    Changed {
        /// The provider's own id.
        reference: String,
        /// What it does, in the words of `jobs`, such as `running`.
        state: String,
        /// The first public IPv4 address.
        ipv4: Option<IpAddr>,
        /// The IPv6 address.
        ipv6: Option<IpAddr>,
        /// When the provider created it.
        made_at: Option<DateTime<Utc>>,
    },
}

/// The database's own clock: a list that is asked for after it shows what was done before it.
///
/// # Errors
/// When the database does not answer.
pub async fn listing_begins(ctx: &Ctx) -> Result<DateTime<Utc>> {
    select_clock().only(&ctx.db).await
}

/// Machines as `machines.sql` reads them.
pub(super) fn to_json(machines: &[Machine]) -> Json {
    let row = |machine: &Machine| {
        json!({
            "provider_ref": machine.provider_ref,
            "label": machine.label,
            "server": machine.server,
            "tagged": machine.tagged,
            "type_id": machine.type_id,
            "state": machine.state,
            "ipv4": machine.ipv4,
            "ipv6": machine.ipv6,
            "made_at": machine.made_at,
        })
    };
    machines.iter().map(row).collect()
}

db::statement! {
    fn select_clock() -> DateTime<Utc> = "select clock_timestamp()";
}
