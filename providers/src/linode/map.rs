//! From the provider's types to ours.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{price::micros, wire};
use crate::cloud::{
    CloudIdentity, CloudImage, CloudOffer, CloudPrice, CloudRegion, CloudType, Instance, InstanceState,
    RestartProgress, TakenRestart,
};

const MIB_PER_GIB: i64 = 1024;

/// Whose token it is. An account's `euuid` stays while its e-mail address changes.
pub(super) fn identity(wire: wire::Account) -> CloudIdentity {
    let account = wire.euuid.or_else(|| wire.username.map(|name| format!("user:{name}")));
    CloudIdentity { email: wire.email, account: account.map(|id| id.chars().take(100).collect()) }
}

/// A restart with how far it is.
pub(super) fn restart(wire: &wire::Event) -> TakenRestart {
    let progress = match wire.status.as_deref() {
        Some("finished" | "notification") => RestartProgress::Finished,
        Some("failed") => RestartProgress::Failed,
        _ => RestartProgress::Pending,
    };
    TakenRestart { id: wire.id.to_string(), progress }
}

/// A size that can be sold; `None` for one whose price or figures cannot be used.
pub(super) fn cloud_type(wire: &wire::Type) -> Option<CloudType> {
    let mapped = try_type(wire);
    if mapped.is_none() {
        tracing::warn!(type_id = %wire.id, "left out of the catalog: no usable price or figures");
    }
    mapped
}

fn try_type(wire: &wire::Type) -> Option<CloudType> {
    let price = wire.price.as_ref()?;
    Some(CloudType {
        id: wire.id.clone(),
        label: wire.label.clone().unwrap_or_else(|| wire.id.clone()),
        class: wire.class.clone().unwrap_or_default(),
        vcpus: positive(wire.vcpus)?,
        memory_mib: positive(wire.memory)?,
        disk_gib: positive(wire.disk / MIB_PER_GIB)?,
        transfer_gb: i32::try_from(wire.transfer.max(0)).ok()?,
        hourly_micros: micros(price.hourly.as_ref()?.get())?,
        monthly_micros: micros(price.monthly.as_ref()?.get())?,
    })
}

/// Where types differ from region to region: in price, or because there are none. A price that can't be used takes the
/// type off sale there: its own price would be the wrong one.
pub(super) fn offers(types: &[wire::Type], stock: Vec<wire::Availability>) -> Vec<CloudOffer> {
    let mut offers = BTreeMap::new();
    for wire in types {
        for own in wire.region_prices.iter().flatten() {
            let price = region_price(own);
            if price.is_none() {
                tracing::warn!(type_id = %wire.id, region = %own.id, "not sold in this region: no usable price");
            }
            let (type_id, region, available) = (wire.id.clone(), own.id.clone(), price.is_some());
            offers.insert(
                (type_id.clone(), region.clone()),
                CloudOffer { type_id, region, price: price.filter(|price| !is_own_price(wire, *price)), available },
            );
        }
    }
    for wire::Availability { region, plan, .. } in stock.into_iter().filter(|pair| !pair.available) {
        let none = CloudOffer { type_id: plan.clone(), region: region.clone(), price: None, available: false };
        offers.entry((plan, region)).or_insert(none).available = false;
    }
    offers.into_values().filter(|offer| offer.price.is_some() || !offer.available).collect()
}

fn region_price(wire: &wire::RegionPrice) -> Option<CloudPrice> {
    Some(CloudPrice {
        hourly_micros: micros(wire.hourly.as_ref()?.get())?,
        monthly_micros: micros(wire.monthly.as_ref()?.get())?,
    })
}

fn is_own_price(wire: &wire::Type, price: CloudPrice) -> bool {
    try_type(wire)
        .is_some_and(|own| (own.hourly_micros, own.monthly_micros) == (price.hourly_micros, price.monthly_micros))
}

fn positive(value: i64) -> Option<i32> {
    i32::try_from(value).ok().filter(|value| *value > 0)
}

/// A region with its state.
pub(super) fn region(wire: wire::Region) -> CloudRegion {
    let available = wire.status.as_deref() == Some("ok");
    let offers_servers = wire.capabilities.is_some_and(|names| names.iter().any(|name| name == "Linodes"));
    CloudRegion {
        label: wire.label.unwrap_or_else(|| wire.id.clone()),
        id: wire.id,
        country: wire.country.unwrap_or_default().to_ascii_lowercase(),
        available,
        type_capable: available && offers_servers,
    }
}

/// A public image that is ready; `None` for an account's own images, which are not ours to sell,
/// and for those that the provider keeps for its Kubernetes nodes.
pub(super) fn image(wire: wire::Image) -> Option<CloudImage> {
    let ready = wire.status.as_deref().is_none_or(|it| it == "available");
    if wire.is_public != Some(true) || !ready || wire.id.contains("-kube-") {
        return None;
    }
    Some(CloudImage {
        label: wire.label.unwrap_or_else(|| wire.id.clone()),
        id: wire.id,
        vendor: wire.vendor.unwrap_or_default(),
        deprecated: wire.deprecated.unwrap_or(false),
        min_disk_mib: i32::try_from(wire.size.unwrap_or(0).max(0)).unwrap_or(i32::MAX),
    })
}

/// A server as the provider sees it.
pub(super) fn instance(wire: wire::Instance) -> Instance {
    Instance {
        reference: wire.id.to_string(),
        label: wire.label.unwrap_or_default(),
        state: state(&wire.status),
        tags: wire.tags.unwrap_or_default(),
        type_id: wire.type_id,
        region: wire.region,
        image: wire.image.filter(|id| !id.is_empty()),
        ipv4: wire.ipv4.and_then(first_public),
        ipv6: wire.ipv6.as_deref().and_then(without_prefix),
        created_at: wire.created.as_deref().and_then(moment),
    }
}

fn state(status: &str) -> InstanceState {
    match status {
        "provisioning" => InstanceState::Provisioning,
        "booting" => InstanceState::Booting,
        "running" => InstanceState::Running,
        "shutting_down" => InstanceState::ShuttingDown,
        "offline" | "stopped" => InstanceState::Stopped,
        "rebooting" => InstanceState::Rebooting,
        "deleting" => InstanceState::Deleting,
        other => InstanceState::Other(other.chars().take(40).collect()),
    }
}

fn first_public(addresses: Vec<String>) -> Option<String> {
    addresses.into_iter().find(|text| {
        text.parse::<Ipv4Addr>()
            .is_ok_and(|address| !(address.is_private() || address.is_loopback() || address.is_link_local()))
    })
}

fn without_prefix(text: &str) -> Option<String> {
    let address = text.split('/').next().unwrap_or_default();
    let valid = address.parse::<std::net::Ipv6Addr>().is_ok();
    valid.then(|| address.to_owned())
}

/// Times come without a zone and mean UTC; one with a zone is read as it says.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.with_timezone(&Utc));
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|time| time.and_utc())
}

#[cfg(test)]
mod tests {
    use serde_json::from_str;

    use super::*;

    #[test]
    fn a_type_keeps_its_price_exact() {
        let wire: wire::Type = from_str(
            r#"{"id":"g6-standard-2","label":"4GB","class":"standard","vcpus":2,"memory":4096,
                "disk":81920,"transfer":4000,"gpus":0,"price":{"hourly":0.0360,"monthly":24}}"#,
        )
        .unwrap();
        let mapped = cloud_type(&wire).unwrap();
        assert_eq!((mapped.hourly_micros, mapped.monthly_micros), (36_000, 24_000_000));
        assert_eq!((mapped.disk_gib, mapped.transfer_gb), (80, 4000));
    }

    #[test]
    fn a_type_without_a_usable_price_is_left_out() {
        for price in ["null", r#"{"hourly":null,"monthly":5}"#, r#"{"hourly":-1,"monthly":5}"#] {
            let text = format!(r#"{{"id":"x","vcpus":1,"memory":1024,"disk":25600,"price":{price}}}"#);
            assert_eq!(cloud_type(&from_str(&text).unwrap()), None, "{price}");
        }
    }

    #[test]
    fn a_region_has_its_own_price_and_its_own_stock() {
        // As recorded in August 2026, but for the last price.
        let nanode: wire::Type = from_str(
            r#"{"id":"g6-nanode-1","vcpus":1,"memory":1024,"disk":25600,"price":{"hourly":0.0075,"monthly":5.0},
                "region_prices":[{"id":"id-cgk","hourly":0.009,"monthly":6.0},
                    {"id":"br-gru","hourly":0.0105,"monthly":7.0},{"id":"us-east","hourly":0.0075,"monthly":5},
                    {"id":"us-ord","hourly":null,"monthly":5.0}]}"#,
        )
        .unwrap();
        let stock = |region, available| wire::Availability {
            region: String::from(region),
            plan: "g6-nanode-1".to_owned(),
            available,
        };
        let stock = vec![stock("br-gru", false), stock("id-cgk", true), stock("eu-west", false)];
        let told: Vec<_> = offers(&[nanode], stock)
            .into_iter()
            .map(|offer| (offer.region, offer.price.map(|price| price.monthly_micros), offer.available))
            .collect();
        let expected = [
            ("br-gru", Some(7_000_000), false),
            ("eu-west", None, false),
            ("id-cgk", Some(6_000_000), true),
            ("us-ord", None, false),
        ];
        assert_eq!(told, expected.map(|(region, price, available)| (region.to_owned(), price, available)));
    }

    #[test]
    fn a_region_must_work_and_offer_servers() {
        let text = |status, capability| {
            format!(r#"{{"id":"us-east","country":"US","status":"{status}","capabilities":["{capability}"]}}"#)
        };
        let of = |text: String| region(from_str(&text).unwrap());
        assert!(of(text("ok", "Linodes")).type_capable);
        assert!(!of(text("outage", "Linodes")).type_capable);
        let without = of(text("ok", "Object Storage"));
        assert!(without.available && !without.type_capable);
        assert_eq!(without.country, "us");
    }

    #[test]
    fn private_images_are_not_for_sale() {
        let of = |id, public| {
            let text = format!(r#"{{"id":"{id}","is_public":{public},"status":"available"}}"#);
            image(from_str(&text).unwrap())
        };
        assert!(of("linode/debian12", true).is_some());
        assert!(of("private/1", false).is_none());
        assert!(of("linode/debian11-kube-v1.29", true).is_none());
    }

    #[test]
    fn an_instance_is_read_with_its_public_address_and_utc_time() {
        let wire = from_str(
            r#"{"id":9007199254740993,"label":"sp-1","status":"offline","tags":null,
                "ipv4":["192.168.133.1","203.0.113.1"],"ipv6":"c001:d00d::1337/128",
                "created":"2024-02-29T23:59:58","type":"g6-nanode-1","image":""}"#,
        )
        .unwrap();
        let mapped = instance(wire);
        assert_eq!(mapped.reference, "9007199254740993");
        assert_eq!(mapped.state, InstanceState::Stopped);
        assert_eq!(mapped.ipv4.as_deref(), Some("203.0.113.1"));
        assert_eq!(mapped.ipv6.as_deref(), Some("c001:d00d::1337"));
        assert_eq!(mapped.image, None);
        let expected = moment("2024-02-29T23:59:58Z");
        assert!(expected.is_some() && mapped.created_at == expected);
        assert_eq!(moment("2024-03-01T01:59:58.000+02:00"), expected);
    }
}
