//! Counters of requests.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    limits::LimitClass,
    truth::{Traffic, TrafficRoute},
};

/// The route under which requests to unknown paths are counted.
const OTHER: &str = "other";

/// Requests by route and method.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    routes: BTreeMap<(&'static str, &'static str), (LimitClass, u64, u64)>,
}

impl Counters {
    /// Counts a request; `segments` is the path below `/v4`, `status` the answer's or 0.
    pub(crate) fn count(&mut self, method: &str, segments: &[&str], status: u16) {
        let key = (template(segments), known_method(method));
        let (_, requests, limited) = self.routes.entry(key).or_insert_with(|| (LimitClass::of(method, segments), 0, 0));
        *requests += 1;
        *limited += u64::from(status == 429);
    }

    /// What was counted, without what [`Load`] and the gate know.
    pub(crate) fn traffic(&self) -> Traffic {
        let routes = self.routes.iter().map(|((route, method), (class, requests, rate_limited))| TrafficRoute {
            method: (*method).to_owned(),
            route: (*route).to_owned(),
            class: *class,
            requests: *requests,
            rate_limited: *rate_limited,
        });
        let rate_limited = self.routes.values().map(|(_, _, limited)| limited).sum();
        Traffic { routes: routes.collect(), rate_limited, ..Traffic::default() }
    }
}

fn known_method(method: &str) -> &'static str {
    ["GET", "POST", "PUT", "DELETE"].into_iter().find(|known| *known == method).unwrap_or(OTHER)
}

fn template(segments: &[&str]) -> &'static str {
    match segments {
        ["account"] => "/account",
        ["profile"] => "/profile",
        ["account", "events"] => "/account/events",
        ["account", "events", _] => "/account/events/{id}",
        ["regions"] => "/regions",
        ["regions", _] => "/regions/{id}",
        ["images"] => "/images",
        ["images", ..] => "/images/{id}",
        ["linode", "types"] => "/linode/types",
        ["linode", "types", _] => "/linode/types/{id}",
        ["linode", "instances"] => "/linode/instances",
        ["linode", "instances", _, rest @ ..] => of_instance(rest),
        _ => OTHER,
    }
}

fn of_instance(rest: &[&str]) -> &'static str {
    match rest {
        [] => "/linode/instances/{id}",
        ["boot"] => "/linode/instances/{id}/boot",
        ["shutdown"] => "/linode/instances/{id}/shutdown",
        ["reboot"] => "/linode/instances/{id}/reboot",
        ["resize"] => "/linode/instances/{id}/resize",
        ["rebuild"] => "/linode/instances/{id}/rebuild",
        ["ips"] => "/linode/instances/{id}/ips",
        ["disks"] => "/linode/instances/{id}/disks",
        ["configs"] => "/linode/instances/{id}/configs",
        ["backups"] => "/linode/instances/{id}/backups",
        ["backups", "enable"] => "/linode/instances/{id}/backups/enable",
        ["backups", "cancel"] => "/linode/instances/{id}/backups/cancel",
        ["backups", _] => "/linode/instances/{id}/backups/{id}",
        _ => OTHER,
    }
}

/// Requests in progress.
#[derive(Debug, Default)]
pub(crate) struct Load {
    now: AtomicU64,
    most: AtomicU64,
}

impl Load {
    /// One more, until what is returned is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> Underway {
        let now = self.now.fetch_add(1, Ordering::AcqRel) + 1;
        self.most.fetch_max(now, Ordering::AcqRel);
        Underway(Arc::clone(self))
    }

    /// How many there are, and the most there were.
    pub(crate) fn read(&self) -> (u64, u64) {
        (self.now.load(Ordering::Acquire), self.most.load(Ordering::Acquire))
    }

    /// Forgets the most there were.
    pub(crate) fn reset(&self) {
        self.most.store(self.now.load(Ordering::Acquire), Ordering::Release);
    }
}

/// A request in progress.
pub(crate) struct Underway(Arc<Load>);

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::AcqRel);
    }
}
