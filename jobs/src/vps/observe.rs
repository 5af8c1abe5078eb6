//! What a server's machine does: as the watcher of its cloud told this run, else by asking.

use domain::cloud::Sighting;
use domain::vps::Counterpart;
use providers::{CloudProvider, Instance, InstanceState};

use super::tags::counterpart;
use crate::Running;
use crate::cloud::machines::state;
use crate::outcome::JobError;

/// What a machine does, and what to store of it.
#[derive(Clone, Debug)]
pub struct Observation {
    /// What it does.
    pub state: InstanceState,
    /// What to store of it.
    pub counterpart: Counterpart,
}

impl From<Instance> for Observation {
    fn from(instance: Instance) -> Self {
        Self { counterpart: counterpart(&instance), state: instance.state }
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
        let counterpart = Counterpart { reference: seen.clone(), ipv4: *ipv4, ipv6: *ipv6, created_at: *made_at };
        return Ok(Some(Observation { state: state(word), counterpart }));
    }
    Ok(cloud.get(reference).await?.value.map(Observation::from))
}
