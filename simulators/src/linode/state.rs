//! Everything the simulated cloud knows, and what its operations do to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    account,
    addresses::Addresses,
    backups::Backups,
    events::Events,
    faults::{FaultKind, Faults},
    instances::{Change, Instance, Status},
    limits::Limits,
    market::Market,
    order::Order,
    reply::{ApiError, ApiResult, ErrorReason},
    timing::Timing,
    traffic::Counters,
    truth::{Traffic, Truth, TruthRequest},
    view,
};
use crate::{clock::Clock, config::Config};

/// Machines that exist at once.
const MAX_INSTANCES: usize = 20_000;
/// Deleted machines that the truth remembers.
const MAX_DELETED: usize = 50_000;
const MAX_REQUESTS: usize = 1000;
const FIRST_ID: u64 = 10_000_000;

/// The cloud's memory.
pub(crate) struct State {
    pub(crate) clock: Clock,
    /// The tokens that are accepted, each with the `euuid` of its account.
    pub(crate) tokens: BTreeMap<String, String>,
    pub(crate) timing: Timing,
    pub(crate) limits: Limits,
    pub(crate) market: Market,
    pub(crate) faults: Faults,
    pub(crate) events: Events,
    pub(super) live: BTreeMap<u64, Instance>,
    /// Machines that the API denies although they exist.
    pub(super) hidden: BTreeSet<u64>,
    pub(super) deleted: VecDeque<Instance>,
    pub(super) addresses: Addresses,
    requests: VecDeque<TruthRequest>,
    traffic: Counters,
    pub(super) rng: StdRng,
    pub(super) creates: u64,
    pub(super) deletes: u64,
    pub(super) next_id: u64,
    pub(super) seed: u64,
    /// How often a cloud has started with these machines before.
    pub(super) starts: u64,
    pub(super) next_backup_id: u64,
}

/// What the faults do to a machine that is being created.
#[derive(Clone, Copy, Debug, Default)]
struct Birth {
    boot_fails: bool,
    lag_ms: u64,
}

impl State {
    pub(crate) fn new(config: &Config, seed: u64) -> Self {
        Self {
            clock: Clock::start(),
            tokens: config.tokens.iter().map(|token| (token.clone(), account::HOME.to_owned())).collect(),
            timing: config.timing,
            limits: Limits::new(config.limits),
            market: Market::default(),
            faults: Faults::default(),
            events: Events::default(),
            live: BTreeMap::new(),
            hidden: BTreeSet::new(),
            deleted: VecDeque::new(),
            addresses: Addresses::new(seed),
            requests: VecDeque::new(),
            traffic: Counters::default(),
            rng: StdRng::seed_from_u64(seed),
            creates: 0,
            deletes: 0,
            next_id: FIRST_ID + seed % 1000 * 1000,
            seed,
            starts: 0,
            next_backup_id: 100_000,
        }
    }

    /// Applies every change that is due by now.
    pub(crate) fn settle(&mut self, now: Instant) {
        for instance in self.live.values_mut() {
            instance.settle(now, &self.clock);
        }
        let gone: Vec<Instance> = self.live.extract_if(.., |_, instance| instance.gone).map(|(_, it)| it).collect();
        for instance in gone {
            self.bury(instance);
        }
    }

    /// Remembers a machine that was deleted.
    pub(super) fn bury(&mut self, instance: Instance) {
        self.addresses.release(instance.ipv4);
        if self.deleted.len() >= MAX_DELETED {
            self.deleted.pop_front();
        }
        self.deleted.push_back(instance);
    }

    pub(crate) fn request_id(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.rng.random()).into_uuid().simple().to_string()
    }

    /// One of the statuses that a broken server answers with.
    pub(crate) fn broken_status(&mut self) -> u16 {
        [500, 502, 503][self.rng.random_range(0..3)]
    }

    pub(crate) fn record(&mut self, request: TruthRequest) {
        let below = request.path.strip_prefix("/v4/").unwrap_or_default();
        let segments: Vec<&str> = below.split('/').collect();
        self.traffic.count(&request.method, &segments, request.status);
        if self.requests.len() >= MAX_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    pub(crate) fn truth(&self) -> Truth {
        let mut instances: Vec<_> = self.deleted.iter().chain(self.live.values()).map(view::truth).collect();
        instances.sort_by_key(|instance| instance.id);
        let requests = self.requests.iter().cloned().collect();
        Truth { instances, requests, creates: self.creates, deletes: self.deletes, traffic: self.traffic() }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic.traffic()
    }

    /// The machines that lists show, by id.
    pub(crate) fn listed(&self, now: Instant) -> Vec<Value> {
        let shown = |instance: &&Instance| instance.listed_from <= now && !self.hidden.contains(&instance.id);
        let listed = self.live.values().filter(shown);
        listed.map(|instance| view::instance(instance, &self.clock, now)).collect()
    }

    pub(crate) fn get(&self, id: u64) -> Result<&Instance, ApiError> {
        self.live.get(&id).ok_or_else(ApiError::not_found)
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Result<&mut Instance, ApiError> {
        self.live.get_mut(&id).ok_or_else(ApiError::not_found)
    }

    pub(crate) fn show(&self, id: u64, now: Instant) -> ApiResult {
        Ok(view::instance(self.get(id)?, &self.clock, now))
    }

    /// Creates a machine; `method` and `path` are the request's, for faults that affect only what is created.
    pub(crate) fn create(&mut self, order: Order, method: &str, path: &str, now: Instant) -> ApiResult {
        self.market.admit(&order)?;
        let ipv4 = self.room_for(&order)?;
        let birth = Birth {
            boot_fails: self.faults.take(FaultKind::BootFails, method, path).is_some(),
            lag_ms: self.faults.take(FaultKind::ListLag, method, path).map_or(0, |fault| fault.lag_ms.unwrap_or(3000)),
        };
        let id = self.take_id();
        self.creates += 1;
        let booted = order.system.booted && order.system.image.is_some();
        let mut instance = self.record_of(id, order, ipv4, now);
        instance.listed_from = now + std::time::Duration::from_millis(birth.lag_ms);
        let (half, whole) = (now + self.timing.boot() / 2, now + self.timing.boot());
        let runs = booted && !birth.boot_fails;
        let ahead = if runs {
            vec![(half, Change::Status(Status::Booting)), (whole, Change::Status(Status::Running))]
        } else {
            vec![(half, Change::Status(Status::Offline))]
        };
        instance.begin(Status::Provisioning, ahead, self.clock.wall(now));
        self.events.record("linode_create", (id, &instance.label), (now, half), false);
        if booted {
            self.events.record("linode_boot", (id, &instance.label), (half, whole), birth.boot_fails);
        }
        self.live.insert(id, instance);
        self.show(id, now)
    }

    /// An address for a machine, if its label and one more machine are allowed.
    pub(super) fn room_for(&mut self, order: &Order) -> Result<std::net::Ipv4Addr, ApiError> {
        if let Some(label) = &order.label {
            self.label_is_free(label, None)?;
        }
        if self.live.len() >= MAX_INSTANCES {
            return Err(ApiError::bad("Account Limit reached. Please open a support ticket."));
        }
        self.addresses.take().ok_or_else(|| ApiError::bad("No addresses are left in this region."))
    }

    pub(super) fn take_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(super) fn record_of(&mut self, id: u64, order: Order, ipv4: std::net::Ipv4Addr, now: Instant) -> Instance {
        let host: [u8; 20] = self.rng.random();
        let wall = self.clock.wall(now);
        let [.., high, low] = id.to_be_bytes();
        let mut backups = Backups::default();
        if order.backups {
            backups.enable();
        }
        Instance {
            id,
            label: order.label.unwrap_or_else(|| format!("linode{id}")),
            group: order.group,
            tags: order.tags,
            kind: order.kind,
            region: order.region,
            image: order.system.image,
            created: wall,
            updated: wall,
            status: Status::Provisioning,
            ahead: VecDeque::new(),
            gone: false,
            listed_from: now,
            ipv4,
            private_ipv4: order.private_ip.then(|| [192, 168, high | 128, low].into()),
            ipv6: self.addresses.slaac(id),
            host_uuid: view::hex(&host),
            root_pass_sha256: order.system.root_pass_sha256,
            authorized_keys: order.system.authorized_keys,
            backups,
            watchdog: true,
            stray: false,
        }
    }

    pub(super) fn label_is_free(&self, label: &str, except: Option<u64>) -> Result<(), ApiError> {
        let taken = self.live.values().any(|other| Some(other.id) != except && other.label == label);
        if taken { Err(ErrorReason::of("label", "Label must be unique among your linodes").into()) } else { Ok(()) }
    }
}
