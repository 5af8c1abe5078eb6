//! What a server's machine does: as the watcher of its cloud told this run, else by asking.

use domain::cloud::Sighting;
use domain::vps::Seen;
use providers::{CloudProvider, Instance, InstanceState};

use super::tags::seen;
use crate::Running;
use crate::cloud::machines::state;
use crate::outcome::JobError;

/// What a machine does, and what to keep of it.
#[derive(Clone, Debug)]
pub struct Observation {
    /// What it does.
    pub state: InstanceState,
    /// What to keep of it.
    pub seen: Seen,
}

impl From<Instance> for Observation {
    fn from(instance: Instance) -> Self {
        Self { seen: seen(&instance), state: instance.state }
    }
}

/// Observes a machine once. None: the provider itself says that it is not there; a list that leaves
/// it out is no proof.
pub async fn observe(
    running: &Running,
    cloud: &dyn CloudProvider,
    reference: &str,
) -> Result<Option<Observation>, JobError> {
    if let Some(Sighting::Changed { reference: seen, state: word, ipv4, ipv6, made_at }) = &running.sighting
        && seen == reference
    {
        let seen = Seen { reference: seen.clone(), ipv4: *ipv4, ipv6: *ipv6, created_at: *made_at };
        return Ok(Some(Observation { state: state(word), seen }));
    }
    Ok(cloud.get(reference).await?.value.map(Observation::from))
}
