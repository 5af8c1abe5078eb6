//! How our servers are known among others at the provider.

use domain::TypedId;
use domain::vps::{Counterpart, Task};
use providers::Instance;
use uuid::Uuid;

/// Carried by every server that any `SkyPanel` made.
const PRODUCT: &str = "skypanel";

/// What the tag that names a server begins with.
const SERVER: &str = "vps:";

/// The label of the server that a tag names, as it was created with.
pub fn server_of(tag: &str) -> Option<String> {
    tag.strip_prefix(SERVER).map(|suffix| format!("sp-{suffix}"))
}

/// The tags of a server: the product, this installation, and the server itself.
pub fn tags(task: &Task) -> Vec<String> {
    vec![PRODUCT.to_owned(), installation_tag(task.install_id), format!("{SERVER}{}", task.vps.id.suffix())]
}

/// The tag that only this installation's servers carry.
pub fn installation_tag(install: Uuid) -> String {
    format!("env:{}", install.simple())
}

/// Whether a machine with the server's label is the server, and not a stranger's.
pub fn is_ours(task: &Task, instance: &Instance) -> bool {
    instance.label == task.vps.provider_label && instance.tags.contains(&installation_tag(task.install_id))
}

/// What to store of a machine, from a provider's answer.
pub fn counterpart(instance: &Instance) -> Counterpart {
    Counterpart {
        reference: instance.reference.clone(),
        ipv4: instance.ipv4.as_deref().and_then(|ip| ip.parse().ok()),
        ipv6: instance.ipv6.as_deref().and_then(|ip| ip.split('/').next().unwrap_or(ip).parse().ok()),
        created_at: instance.created_at,
    }
}
