//! Machines as the API shows them.

use std::{fmt::Write as _, net::Ipv4Addr};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    catalog,
    instances::{Instance, Status},
    truth::TruthInstance,
};
use crate::clock::Clock;

/// Fields of a machine that X-Filter may name.
pub(crate) const FIELDS: &[&str] = &["group", "id", "image", "ipv4", "label", "region", "tags"];
const SWAP_MB: u32 = 512;

/// A time as the API writes it: UTC without a zone.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn instance(it: &Instance, clock: &Clock, now: Instant) -> Value {
    let ipv4: Vec<Ipv4Addr> = std::iter::once(it.ipv4).chain(it.private_ipv4).collect();
    json!({
        "id": it.id, "label": it.label, "group": it.group, "tags": it.tags, "status": it.status.as_str(),
        "type": it.kind.id, "region": it.region, "image": it.image, "hypervisor": "kvm",
        "host_uuid": it.host_uuid, "watchdog_enabled": it.watchdog,
        "created": time(it.created), "updated": time(it.updated),
        "ipv4": ipv4, "ipv6": format!("{}/128", it.ipv6),
        "specs": {
            "vcpus": it.kind.vcpus, "memory": it.kind.memory_mb, "disk": it.kind.disk_mb,
            "transfer": it.kind.transfer_gb, "gpus": 0,
        },
        "alerts": {
            "cpu": it.kind.vcpus * 90, "io": 10000, "network_in": 10, "network_out": 10, "transfer_quota": 80,
        },
        "backups": it.backups.summary(clock, now),
    })
}

/// The boot disk and the swap; none without an image.
pub(crate) fn disks(it: &Instance) -> Vec<Value> {
    let Some(image) = it.image.as_deref() else {
        return Vec::new();
    };
    let ready = !matches!(it.status, Status::Provisioning | Status::Rebuilding);
    let status = if ready { "ready" } else { "not ready" };
    let created = time(it.created);
    let disk = |number: u64, label: &str, size: u32, filesystem: &str| {
        json!({
            "id": it.id * 10 + number, "label": label, "size": size, "filesystem": filesystem,
            "status": status, "created": created, "updated": created,
        })
    };
    let main = format!("{} Disk", catalog::image_label(image));
    vec![disk(1, &main, it.kind.disk_mb - SWAP_MB, "ext4"), disk(2, "512 MB Swap Image", SWAP_MB, "swap")]
}

pub(crate) fn config_label(it: &Instance) -> String {
    let image = it.image.as_deref().map_or("Linux", catalog::image_label);
    format!("My {image} Disk Profile")
}

/// The boot configuration; none without an image.
pub(crate) fn configs(it: &Instance) -> Vec<Value> {
    if it.image.is_none() {
        return Vec::new();
    }
    let device = |number: u64| json!({ "disk_id": it.id * 10 + number, "volume_id": null });
    vec![json!({
        "id": it.id * 10, "label": config_label(it), "comments": "", "kernel": "linode/grub2",
        "memory_limit": 0, "root_device": "/dev/sda", "run_level": "default", "virt_mode": "paravirt",
        "interfaces": [], "devices": { "sda": device(1), "sdb": device(2) },
        "helpers": {
            "devtmpfs_automount": true, "distro": true, "modules_dep": true, "network": true,
            "updatedb_disabled": true,
        },
    })]
}

pub(crate) fn ips(it: &Instance) -> Value {
    let [a, b, c, d] = it.ipv4.octets();
    let public = json!({
        "address": it.ipv4, "gateway": Ipv4Addr::new(a, b, c, 1), "linode_id": it.id, "prefix": 24,
        "public": true, "rdns": format!("{a}-{b}-{c}-{d}.ip.linodeusercontent.com"),
        "region": it.region, "subnet_mask": "255.255.255.0", "type": "ipv4",
    });
    let private: Vec<Value> = it
        .private_ipv4
        .iter()
        .map(|address| {
            json!({
                "address": address, "gateway": null, "linode_id": it.id, "prefix": 17, "public": false,
                "rdns": null, "region": it.region, "subnet_mask": "255.255.128.0", "type": "ipv4",
            })
        })
        .collect();
    let ipv6 = |address: String, public: bool| {
        json!({
            "address": address, "gateway": "fe80::1", "linode_id": it.id, "prefix": 64, "public": public,
            "rdns": null, "region": it.region, "subnet_mask": "ffff:ffff:ffff:ffff::", "type": "ipv6",
        })
    };
    let mut link_local = it.ipv6.segments();
    link_local[..4].copy_from_slice(&[0xfe80, 0, 0, 0]);
    json!({
        "ipv4": { "public": [public], "private": private, "reserved": [], "shared": [] },
        "ipv6": {
            "slaac": ipv6(it.ipv6.to_string(), true),
            "link_local": ipv6(std::net::Ipv6Addr::from(link_local).to_string(), false),
        },
    })
}

pub(crate) fn truth(it: &Instance) -> TruthInstance {
    TruthInstance {
        id: it.id,
        label: it.label.clone(),
        status: if it.gone { "deleted" } else { it.status.as_str() }.to_owned(),
        tags: it.tags.clone(),
        type_id: it.kind.id.to_owned(),
        region: it.region.clone(),
        image: it.image.clone(),
        ipv4: it.ipv4.to_string(),
        created: it.created.to_rfc3339(),
        deleted: it.gone,
        root_pass_sha256: it.root_pass_sha256.clone(),
        authorized_keys: it.authorized_keys.clone(),
        stray: it.stray,
    }
}
