//! What a server's machine does: as the watch of its cloud told this run, else by asking the provider.

use domain::cloud::Sighting;
use domain::vps::Seen;
use providers::{CloudProvider, Instance, InstanceState};

use super::tags::seen;
use crate::Running;
use crate::cloud::machines::state;
use crate::outcome::JobError;

/// A machine as this run knows it.
#[derive(Clone, Debug)]
pub struct Observed {
    /// What it does.
    pub state: InstanceState,
    /// What to store of it.
    pub seen: Seen,
}

impl From<Instance> for Observed {
    fn from(instance: Instance) -> Self {
        Self { seen: seen(&instance), state: instance.state }
    }
}

/// Looks up a machine. None: the provider itself says that it does not exist; a list that leaves it out is no proof.
pub async fn observe(
    running: &Running,
    cloud: &dyn CloudProvider,
    reference: &str,
) -> Result<Option<Observed>, JobError> {
    if let Some(Sighting::Changed { reference: seen, state: word, ipv4, ipv6, made_at }) = &running.sighting
        && seen == reference
    {
        let seen = Seen { reference: seen.clone(), ipv4: *ipv4, ipv6: *ipv6, created_at: *made_at };
        return Ok(Some(Observed { state: state(word), seen }));
    }
    Ok(cloud.get(reference).await?.value.map(Observed::from))
}
