//! All our machines of a cloud, as a provider lists them.

use domain::CloudId;
use domain::cloud::Machine;
use providers::{CloudProvider, Instance, InstanceState};

use crate::Running;
use crate::outcome::JobError;
use crate::vps::{installation_tag, server_of};

/// The machines with this installation's tag: all of them, or an error.
pub async fn ours(running: &Running, cloud: CloudId) -> Result<(Box<dyn CloudProvider>, Vec<Machine>), JobError> {
    let cloud = running.cloud(cloud).await?;
    let tag = our_tag(running).await?;
    let listed = cloud.list_by_tag(&tag).await?.value;
    Ok((cloud, listed.into_iter().map(|instance| machine(instance, &tag)).collect()))
}

/// The tag that only this installation's machines carry.
pub async fn our_tag(running: &Running) -> Result<String, JobError> {
    Ok(installation_tag(domain::health::install_id(&running.env.ctx).await?))
}

/// A machine as the rules know it; `tag` is this installation's.
pub fn machine(instance: Instance, tag: &str) -> Machine {
    let ip = |text: Option<String>| text.and_then(|ip| ip.split('/').next().unwrap_or_default().parse().ok());
    Machine {
        provider_ref: instance.reference,
        label: instance.label,
        server: instance.tags.iter().find_map(|tag| server_of(tag)),
        tagged: instance.tags.iter().any(|its| its == tag),
        type_id: instance.type_id,
        tags: instance.tags,
        state: word(&instance.state).to_owned(),
        ipv4: ip(instance.ipv4),
        ipv6: ip(instance.ipv6),
        made_at: instance.created_at,
    }
}

/// The word under which a state is kept; [`state`] reads it.
pub fn word(state: &InstanceState) -> &str {
    match state {
        InstanceState::Provisioning => "provisioning",
        InstanceState::Booting => "booting",
        InstanceState::Running => "running",
        InstanceState::ShuttingDown => "shutting_down",
        InstanceState::Stopped => "stopped",
        InstanceState::Rebooting => "rebooting",
        InstanceState::Deleting => "deleting",
        InstanceState::Other(word) => word,
    }
}

/// The state of a word.
pub fn state(word: &str) -> InstanceState {
    match word {
        "provisioning" => InstanceState::Provisioning,
        "booting" => InstanceState::Booting,
        "running" => InstanceState::Running,
        "shutting_down" => InstanceState::ShuttingDown,
        "stopped" => InstanceState::Stopped,
        "rebooting" => InstanceState::Rebooting,
        "deleting" => InstanceState::Deleting,
        other => InstanceState::Other(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_survives_its_word() {
        use InstanceState as S;
        let all = [S::Provisioning, S::Booting, S::Running, S::ShuttingDown, S::Stopped, S::Rebooting, S::Deleting];
        for known in all.into_iter().chain([S::Other("migrating".into())]) {
            assert_eq!(state(word(&known)), known);
        }
    }
}
