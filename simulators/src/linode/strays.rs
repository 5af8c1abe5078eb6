//! Machines that appear and vanish without a request to the API.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{
    catalog,
    instances::Status,
    order::{Order, System},
    state::State,
};

/// The oldest a stray can be: a year.
const MAX_AGE_S: u32 = 365 * 24 * 3600;

/// A machine that was never ordered through the API: it runs at once, and lists show it at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stray {
    /// Name, unique among the machines that exist; made from the id without it.
    pub label: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Id of the type.
    #[serde(rename = "type")]
    pub type_id: String,
    /// Id of the region.
    pub region: String,
    /// Id of the image.
    pub image: String,
    /// How long ago it was made, in seconds, up to a year.
    pub age_s: u32,
}

impl Default for Stray {
    fn default() -> Self {
        Self {
            label: None,
            tags: Vec::new(),
            type_id: "g6-nanode-1".to_owned(),
            region: "us-east".to_owned(),
            image: "linode/debian12".to_owned(),
            age_s: 0,
        }
    }
}

impl State {
    /// Adds the machine and returns its id.
    pub(crate) fn add_stray(&mut self, stray: Stray, now: Instant) -> Result<u64, String> {
        let kind = catalog::find_type(&stray.type_id).ok_or("no such type")?;
        if !catalog::has_region(&stray.region) || !catalog::has_image(&stray.image) {
            return Err("no such region or image".to_owned());
        }
        if stray.age_s > MAX_AGE_S {
            return Err(format!("age_s must be at most {MAX_AGE_S}"));
        }
        let order = Order {
            label: stray.label,
            kind,
            region: stray.region,
            group: String::new(),
            tags: stray.tags,
            private_ip: false,
            backups: false,
            system: System {
                image: Some(stray.image),
                root_pass_sha256: None,
                authorized_keys: Vec::new(),
                booted: true,
            },
        };
        self.settle(now);
        let ipv4 = self.room_for(&order).map_err(|_| "the label is taken, or the cloud is full")?;
        let id = self.take_id();
        let mut instance = self.record_of(id, order, ipv4, now);
        instance.stray = true;
        instance.status = Status::Running;
        instance.created -= TimeDelta::seconds(i64::from(stray.age_s));
        instance.updated = instance.created;
        self.live.insert(id, instance);
        Ok(id)
    }

    /// Denies a machine that exists, or shows it again.
    pub(crate) fn hide(&mut self, id: u64, hidden: bool) {
        if hidden {
            self.hidden.insert(id);
        } else {
            self.hidden.remove(&id);
        }
    }

    /// Removes a machine; `false` when there is none with this id.
    pub(crate) fn vanish(&mut self, id: u64, now: Instant) -> bool {
        self.settle(now);
        let Some(mut instance) = self.live.remove(&id) else {
            return false;
        };
        instance.gone = true;
        self.bury(instance);
        true
    }
}
