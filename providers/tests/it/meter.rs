//! What a meter lets pass and records, and the connections that calls share.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use providers::{
    Call, CallClass, CloudProvider, Connections, ErrorClass, InstanceState, Meter, ProviderError, ProviderKind, code,
};
use secrecy::SecretString;
use simulators::{Fault, FaultKind, LimitSettings, Simulators, Stray};

use crate::linode::order;

/// Writes down every call, and lets so many pass.
pub struct Log {
    calls: Mutex<Vec<Call>>,
    left: Mutex<u32>,
}

#[async_trait]
impl Meter for Log {
    async fn before(&self, _class: CallClass) -> Result<(), ProviderError> {
        let mut left = self.left.lock().unwrap();
        if *left == 0 {
            let mut error = ProviderError::new(ErrorClass::RateLimited, code::RATE_LIMITED, "not now");
            error.retry_after = Some(Duration::from_secs(3));
            return Err(error);
        }
        *left -= 1;
        Ok(())
    }

    fn after(&self, call: Call) {
        self.calls.lock().unwrap().push(call);
    }
}

impl Log {
    pub fn letting_pass(calls: u32) -> Arc<Self> {
        Arc::new(Self { calls: Mutex::default(), left: Mutex::new(calls) })
    }

    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }
}

struct World {
    simulators: Simulators,
    connections: Connections,
    log: Arc<Log>,
    cloud: Box<dyn CloudProvider>,
}

async fn world(limits: LimitSettings, left: u32) -> World {
    let config = simulators::Config { limits, ..simulators::Config::default() };
    let simulators = simulators::start(config).await.expect("simulators start");
    let log = Log::letting_pass(left);
    let connections = Connections::new();
    let cloud = client(&connections, &simulators, &log);
    World { simulators, connections, log, cloud }
}

fn client(connections: &Connections, simulators: &Simulators, log: &Arc<Log>) -> Box<dyn CloudProvider> {
    let endpoint = simulators.linode_url.parse().expect("an address");
    let meter: Arc<dyn Meter> = log.clone();
    connections
        .connect(ProviderKind::Linode, &endpoint, SecretString::from("dev-token"), Some(meter))
        .expect("a client")
}

#[tokio::test]
async fn every_exchange_is_told_once_with_its_class() {
    let world = world(LimitSettings::default(), 100).await;
    let id = world.cloud.create(&order("sp-meter")).await.unwrap().value.reference;
    world.cloud.catalog().await.unwrap();
    world.cloud.list_by_tag("skypanel").await.unwrap();
    world.cloud.find_by_label("sp-meter").await.unwrap();
    world.cloud.get(&id).await.unwrap();
    world.cloud.identity().await.unwrap();
    world.cloud.reboot(&id).await.expect_err("it is being made");
    world.cloud.delete(&id).await.unwrap();

    let calls = world.log.take();
    let server = format!("/v4/linode/instances/{id}");
    let reboot = format!("{server}/reboot");
    let told: Vec<_> =
        calls.iter().map(|it| (it.method.as_str(), it.path.as_str(), it.class.as_str(), it.status.unwrap())).collect();
    let expected = [
        ("POST", "/v4/linode/instances", "create", 200),
        ("GET", "/v4/linode/types", "catalog", 200),
        ("GET", "/v4/regions", "catalog", 200),
        ("GET", "/v4/regions/availability", "list", 200),
        ("GET", "/v4/images", "catalog", 200),
        ("GET", "/v4/linode/instances", "list", 200),
        ("GET", "/v4/linode/instances", "list", 200),
        ("GET", server.as_str(), "read", 200),
        ("GET", "/v4/account", "read", 200),
        ("POST", reboot.as_str(), "change", 400),
        ("DELETE", server.as_str(), "delete", 200),
    ];
    assert_eq!(told, expected);
    let truth: Vec<_> = world.simulators.truth().requests.into_iter().map(|it| Some(it.request_id)).collect();
    assert_eq!(calls.iter().map(|it| it.request_id.clone()).collect::<Vec<_>>(), truth);
    let errors: Vec<_> = calls.iter().filter_map(|it| it.error.as_deref()).collect();
    assert_eq!(errors, [code::BUSY]);
    assert!(calls.iter().all(|it| it.duration > Duration::ZERO));
    let limit = calls[0].limit.expect("headers");
    assert_eq!((limit.limit, limit.remaining), (Some(20), Some(19)));
    assert!((1..=15).contains(&limit.reset_in.expect("a reset").as_secs()));
}

#[tokio::test]
async fn the_budgets_are_those_that_the_provider_holds() {
    let world = world(LimitSettings::default(), 100).await;
    let id = world.cloud.create(&order("sp-budget")).await.unwrap().value.reference;
    let _ = (world.cloud.catalog().await, world.cloud.list_by_tag("skypanel").await, world.cloud.get(&id).await);
    let _ = (world.cloud.reboot(&id).await, world.cloud.delete(&id).await);
    let calls = world.log.take();
    let budgets = ProviderKind::Linode.budgets();
    for class in CallClass::ALL {
        let budget: Vec<_> = budgets.iter().filter(|it| it.class == class).collect();
        assert_eq!(budget.len(), 1, "{class}");
        let told = calls.iter().filter(|it| it.class == class).filter_map(|it| it.limit);
        let tightest = told.min_by_key(|it| it.limit).expect("a call of each class");
        assert_eq!(tightest.limit, Some(budget[0].calls), "{class}");
        assert!(tightest.reset_in.expect("a reset") <= budget[0].per, "{class}");
    }
}

#[tokio::test]
async fn what_the_meter_refuses_is_not_sent() {
    let world = world(LimitSettings::default(), 0).await;
    let error = world.cloud.create(&order("sp-refused")).await.unwrap_err();
    assert_eq!((error.class, error.retry_after), (ErrorClass::RateLimited, Some(Duration::from_secs(3))));
    assert!(world.simulators.truth().requests.is_empty() && world.log.take().is_empty());

    // Each page needs leave of its own, and a list without its second page is no list.
    for number in 0..501 {
        let stray =
            Stray { tags: vec!["skypanel".to_owned()], label: Some(format!("sp-{number}")), ..Stray::default() };
        world.simulators.add_stray(stray).unwrap();
    }
    *world.log.left.lock().unwrap() = 1;
    let error = world.cloud.list_by_tag("skypanel").await.unwrap_err();
    assert_eq!(error.class, ErrorClass::RateLimited);
    assert_eq!(world.log.take().len(), 1);
    *world.log.left.lock().unwrap() = 2;
    let all = world.cloud.list_by_tag("skypanel").await.unwrap().value;
    assert_eq!((all.len(), world.log.take().len()), (501, 2));
    assert!(all.iter().all(|it| it.state == InstanceState::Running && it.ipv4.is_some() && it.created_at.is_some()));
    let filter = world.simulators.truth().requests.pop().and_then(|it| it.filter);
    assert_eq!(filter.as_deref(), Some(r#"{"tags":"skypanel"}"#));
}

#[tokio::test]
async fn a_429_tells_how_long_to_wait() {
    let world = world(LimitSettings { create_max: 0, ..LimitSettings::default() }, 100).await;
    world.cloud.create(&order("sp-limit")).await.unwrap_err();
    let call = world.log.take().pop().unwrap();
    assert_eq!((call.status, call.error.as_deref()), (Some(429), Some(code::RATE_LIMITED)));
    assert!((1..=16).contains(&call.retry_after.expect("a time to wait").as_secs()));
    assert_eq!(call.limit.and_then(|it| it.remaining), Some(0));

    let limits = LimitSettings { create_max: 0, retry_after: false, ..LimitSettings::default() };
    world.simulators.set_limits(limits);
    let error = world.cloud.create(&order("sp-limit")).await.unwrap_err();
    assert!((1..=16).contains(&error.retry_after.expect("from X-RateLimit-Reset").as_secs()));
}

#[tokio::test]
async fn calls_that_come_to_nothing_are_told_too() {
    let world = world(LimitSettings::default(), 100).await;
    let hang = Fault::new(FaultKind::Hang).on("POST", "/linode/instances$");
    world.simulators.fault(hang).unwrap();
    let wanted = order("sp-hang");
    let call = world.cloud.create(&wanted);
    assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
    let given_up = world.log.take();
    assert_eq!((given_up.len(), given_up[0].status, given_up[0].class), (1, None, CallClass::Create));
    assert_eq!(given_up[0].error.as_deref(), Some(code::GIVEN_UP));
    assert!(given_up[0].duration >= Duration::from_millis(190));

    world.simulators.fault(Fault::new(FaultKind::LostRequest).on("GET", "/account$")).unwrap();
    world.cloud.identity().await.unwrap_err();
    world.simulators.shutdown().await;
    world.cloud.identity().await.unwrap_err();
    let errors: Vec<_> = world.log.take().into_iter().map(|it| (it.status, it.error)).collect();
    let none = |word: &str| (None, Some(word.to_owned()));
    assert_eq!(errors, [none(code::LOST_ANSWER), none(code::UNAVAILABLE)]);
}

#[tokio::test]
async fn clients_of_one_endpoint_share_a_connection() {
    let world = world(LimitSettings::default(), 100).await;
    for _ in 0..5 {
        let cloud = client(&world.connections.clone(), &world.simulators, &world.log);
        cloud.identity().await.unwrap();
    }
    assert_eq!(world.simulators.traffic().connections, 1);
    client(&Connections::new(), &world.simulators, &world.log).identity().await.unwrap();
    assert_eq!(world.simulators.traffic().connections, 2);
}

#[test]
fn the_words_of_the_classes_are_their_own() {
    let words: HashSet<_> = CallClass::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(words.len(), CallClass::ALL.len());
}
