//! What a server's machine does: as whoever watches its cloud told this run, else by asking.

use chrono::{DateTime, Utc};
use domain::vps::Seen;
use providers::{CloudProvider, Instance, InstanceState};
use serde::Deserialize;

use super::tags::seen;
use crate::Running;
use crate::cloud::machines::state;
use crate::outcome::JobError;

/// What a machine does, and what to keep of it.
#[derive(Clone, Debug)]
pub struct Look {
    /// What it does.
    pub state: InstanceState,
    /// What to keep of it.
    pub seen: Seen,
}

impl From<Instance> for Look {
    fn from(instance: Instance) -> Self {
        Self { seen: seen(&instance), state: instance.state }
    }
}

/// What `domain::cloud::keep_look` left in the job's row.
#[derive(Debug, Deserialize)]
struct Told {
    reference: String,
    state: String,
    ipv4: Option<String>,
    ipv6: Option<String>,
    made_at: Option<DateTime<Utc>>,
}

/// One look at a machine. None: the provider itself says that it is not there; a list that leaves
/// it out is no proof.
pub async fn look(running: &Running, cloud: &dyn CloudProvider, reference: &str) -> Result<Option<Look>, JobError> {
    let told =
        running.claim.step_data.get("sight").cloned().and_then(|sight| serde_json::from_value::<Told>(sight).ok());
    if let Some(told) = told.filter(|told| told.reference == reference) {
        let ip = |text: Option<String>| text.and_then(|ip| ip.parse().ok());
        let seen =
            Seen { reference: told.reference, ipv4: ip(told.ipv4), ipv6: ip(told.ipv6), created_at: told.made_at };
        return Ok(Some(Look { state: state(&told.state), seen }));
    }
    Ok(cloud.get(reference).await?.value.map(Look::from))
}
