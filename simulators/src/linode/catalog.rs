//! What the cloud sells: types, regions and images.

use serde_json::{Value, json};

pub(crate) const TYPE_FIELDS: &[&str] =
    &["class", "disk", "gpus", "label", "memory", "network_out", "transfer", "vcpus"];
pub(crate) const IMAGE_FIELDS: &[&str] = &["deprecated", "is_public", "label", "size", "status", "type", "vendor"];
pub(crate) const REGION_FIELDS: &[&str] = &[];

/// A size of machine; prices in US dollars.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) id: &'static str,
    label: &'static str,
    class: &'static str,
    pub(crate) vcpus: u32,
    pub(crate) memory_mb: u32,
    pub(crate) disk_mb: u32,
    pub(crate) transfer_gb: u32,
    network_out_mbps: u32,
    hourly: f64,
    monthly: f64,
    backups_hourly: f64,
    backups_monthly: f64,
}

macro_rules! types {
    ($($id:literal $label:literal $class:literal $vcpus:literal $memory:literal $disk:literal $transfer:literal
        $out:literal $hourly:literal $monthly:literal $backups_hourly:literal $backups_monthly:literal;)*) => {
        &[$(Type {
            id: $id, label: $label, class: $class, vcpus: $vcpus, memory_mb: $memory, disk_mb: $disk,
            transfer_gb: $transfer, network_out_mbps: $out, hourly: $hourly, monthly: $monthly,
            backups_hourly: $backups_hourly, backups_monthly: $backups_monthly,
        }),*]
    };
}

const TYPES: &[Type] = types! {
    "g6-nanode-1" "Nanode 1GB" "nanode" 1 1024 25600 1000 1000 0.0075 5.0 0.003 2.0;
    "g6-standard-1" "Linode 2GB" "standard" 1 2048 51200 2000 2000 0.018 12.0 0.004 2.5;
    "g6-standard-2" "Linode 4GB" "standard" 2 4096 81920 4000 4000 0.036 24.0 0.008 5.0;
    "g6-standard-4" "Linode 8GB" "standard" 4 8192 163_840 5000 5000 0.072 48.0 0.015 10.0;
    "g6-standard-6" "Linode 16GB" "standard" 6 16384 327_680 8000 6000 0.144 96.0 0.03 20.0;
    "g6-standard-8" "Linode 32GB" "standard" 8 32768 655_360 16000 7000 0.288 192.0 0.06 40.0;
    "g6-dedicated-2" "Dedicated 4GB" "dedicated" 2 4096 81920 4000 4000 0.054 36.0 0.008 5.0;
    "g6-dedicated-4" "Dedicated 8GB" "dedicated" 4 8192 163_840 5000 5000 0.108 72.0 0.015 10.0;
    "g6-dedicated-8" "Dedicated 16GB" "dedicated" 8 16384 327_680 6000 6000 0.216 144.0 0.03 20.0;
};

/// Regions that are dearer than others, with how much of the usual price is asked there. As recorded in August 2026.
const DEARER: [(&str, f64); 2] = [("id-cgk", 1.2), ("br-gru", 1.4)];

impl Type {
    fn region_prices(&self) -> Value {
        // The smallest size is priced to a hundredth of a cent, the others to a tenth.
        let grain = if self.hourly < 0.01 { 10_000.0 } else { 1_000.0 };
        let own = |(region, factor): &(&str, f64)| {
            json!({
                "id": region,
                "hourly": (self.hourly * factor * grain).round() / grain,
                "monthly": (self.monthly * factor * 10.0).round() / 10.0,
            })
        };
        DEARER.iter().map(own).collect()
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id, "label": self.label, "class": self.class, "vcpus": self.vcpus,
            "memory": self.memory_mb, "disk": self.disk_mb, "transfer": self.transfer_gb,
            "network_out": self.network_out_mbps, "gpus": 0, "successor": null,
            "price": { "hourly": self.hourly, "monthly": self.monthly },
            "region_prices": self.region_prices(),
            "addons": { "backups": {
                "price": { "hourly": self.backups_hourly, "monthly": self.backups_monthly },
                "region_prices": [],
            } },
        })
    }
}

/// The type with this id.
pub(crate) fn find_type(id: &str) -> Option<&'static Type> {
    TYPES.iter().find(|known| known.id == id)
}

pub(crate) fn types() -> Vec<Value> {
    TYPES.iter().map(Type::to_json).collect()
}

pub(crate) fn type_view(id: &str) -> Option<Value> {
    find_type(id).map(Type::to_json)
}

/// Id, label and country.
const REGIONS: &[(&str, &str, &str)] = &[
    ("us-east", "Newark, NJ, USA", "us"),
    ("us-central", "Dallas, TX, USA", "us"),
    ("us-west", "Fremont, CA, USA", "us"),
    ("us-ord", "Chicago, IL, USA", "us"),
    ("ca-central", "Toronto, ON, CAN", "ca"),
    ("eu-west", "London, England, UK", "gb"),
    ("eu-central", "Frankfurt, DE", "de"),
    ("fr-par", "Paris, FR", "fr"),
    ("ap-south", "Singapore, SG", "sg"),
    ("ap-northeast", "Tokyo 2, JP", "jp"),
    ("id-cgk", "Jakarta, ID", "id"),
    ("br-gru", "Sao Paulo, BR", "br"),
];

pub(crate) fn has_region(id: &str) -> bool {
    REGIONS.iter().any(|(known, _, _)| *known == id)
}

pub(crate) fn regions() -> Vec<Value> {
    REGIONS.iter().zip(0..).map(|((id, label, country), number)| region(id, label, country, number)).collect()
}

pub(crate) fn region_view(id: &str) -> Option<Value> {
    regions().into_iter().find(|region| region["id"] == id)
}

fn region(id: &str, label: &str, country: &str, number: u32) -> Value {
    json!({
        "id": id, "label": label, "country": country, "status": "ok",
        "capabilities": ["Linodes", "Backups", "NodeBalancers", "Block Storage", "Cloud Firewall", "Vlans"],
        "resolvers": {
            "ipv4": format!("192.0.2.{}, 192.0.2.{}", number * 4 + 1, number * 4 + 2),
            "ipv6": format!("2001:db8:ff{number:02x}::1, 2001:db8:ff{number:02x}::2"),
        },
    })
}

struct Image {
    id: &'static str,
    label: &'static str,
    vendor: &'static str,
    size_mb: u32,
    created: &'static str,
    eol: Option<&'static str>,
    deprecated: bool,
}

const fn image(
    id: &'static str,
    label: &'static str,
    vendor: &'static str,
    size_mb: u32,
    created: &'static str,
    eol: Option<&'static str>,
) -> Image {
    Image { id, label, vendor, size_mb, created, eol, deprecated: false }
}

const IMAGES: &[Image] = &[
    image("linode/almalinux9", "AlmaLinux 9", "AlmaLinux", 2200, "2022-05-26T14:30:12", Some("2032-05-31T04:00:00")),
    image("linode/alpine3.21", "Alpine 3.21", "Alpine", 300, "2024-12-06T15:20:05", Some("2026-11-01T04:00:00")),
    image("linode/arch", "Arch Linux", "Arch", 2600, "2016-06-13T20:31:34", None),
    Image {
        deprecated: true,
        ..image("linode/debian10", "Debian 10", "Debian", 1500, "2019-07-07T21:32:18", Some("2024-07-01T04:00:00"))
    },
    image("linode/debian12", "Debian 12", "Debian", 1800, "2023-06-10T21:08:30", Some("2028-06-30T04:00:00")),
    image("linode/debian13", "Debian 13", "Debian", 1900, "2025-08-09T20:15:44", Some("2030-06-30T04:00:00")),
    image("linode/fedora42", "Fedora 42", "Fedora", 2500, "2025-04-15T16:47:51", Some("2026-05-13T04:00:00")),
    image(
        "linode/opensuse15.6",
        "openSUSE Leap 15.6",
        "openSUSE",
        2500,
        "2024-06-12T15:37:20",
        Some("2026-04-30T04:00:00"),
    ),
    image("linode/rocky9", "Rocky Linux 9", "Rocky", 2300, "2022-07-14T20:13:06", Some("2032-05-31T04:00:00")),
    image("linode/ubuntu22.04", "Ubuntu 22.04 LTS", "Ubuntu", 3500, "2022-04-21T18:34:03", Some("2027-04-01T04:00:00")),
    image("linode/ubuntu24.04", "Ubuntu 24.04 LTS", "Ubuntu", 3500, "2024-04-25T19:56:10", Some("2029-04-25T04:00:00")),
];

impl Image {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id, "label": self.label, "vendor": self.vendor, "size": self.size_mb,
            "created": self.created, "updated": self.created, "created_by": "linode", "description": null,
            "deprecated": self.deprecated, "eol": self.eol, "expiry": null, "is_public": true,
            "status": "available", "type": "manual",
        })
    }
}

pub(crate) fn has_image(id: &str) -> bool {
    IMAGES.iter().any(|known| known.id == id)
}

/// What the boot disk of a machine from this image is called.
pub(crate) fn image_label(id: &str) -> &'static str {
    IMAGES.iter().find(|known| known.id == id).map_or("Linux", |known| known.label)
}

pub(crate) fn images() -> Vec<Value> {
    IMAGES.iter().map(Image::to_json).collect()
}

pub(crate) fn image_view(id: &str) -> Option<Value> {
    IMAGES.iter().find(|known| known.id == id).map(Image::to_json)
}
