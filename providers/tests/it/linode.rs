//! The Linode client against the simulated Linode.

use std::time::Duration;

use providers::{
    Answered, CloudProvider, Connections, CreateInstance, ErrorClass, Instance, InstanceState, ProviderKind,
    RestartProgress, code,
};
use secrecy::SecretString;
use simulators::{Config, Fault, FaultKind, LimitSettings, Simulators, Timing};

const PATIENCE: Duration = Duration::from_secs(10);

async fn world() -> (Simulators, Box<dyn CloudProvider>) {
    let simulators = simulators::start(Config {
        timing: Timing { boot_ms: 60, power_ms: 30, delete_ms: 30, lag_ms: 0 },
        limits: LimitSettings { enabled: false, ..LimitSettings::default() },
        ..Config::default()
    })
    .await
    .expect("simulators start");
    let cloud = client(&simulators, "dev-token");
    (simulators, cloud)
}

fn client(simulators: &Simulators, token: &str) -> Box<dyn CloudProvider> {
    let endpoint = simulators.linode_url.parse().expect("an address");
    Connections::new().connect(ProviderKind::Linode, &endpoint, SecretString::from(token), None).expect("a client")
}

pub fn order(label: &str) -> CreateInstance {
    CreateInstance {
        label: label.to_owned(),
        type_id: "g6-nanode-1".to_owned(),
        region: "us-east".to_owned(),
        image: "linode/debian12".to_owned(),
        root_password: SecretString::from("correct Horse 9 battery!"),
        authorized_keys: Vec::new(),
        tags: vec!["skypanel".to_owned(), "env:test".to_owned()],
    }
}

async fn until(cloud: &dyn CloudProvider, reference: &str, state: &InstanceState) -> Instance {
    let wait = async {
        loop {
            let answer = cloud.get(reference).await.expect("an answer");
            match answer.value {
                Some(instance) if instance.state == *state => return instance,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the state in time")
}

#[tokio::test]
async fn a_server_lives_its_whole_life() {
    let (simulators, cloud) = world().await;
    let made = cloud.create(&order("sp-life")).await.unwrap();
    assert!(made.request_id.is_some());
    let id = made.value.reference.clone();
    assert_eq!(made.value.label, "sp-life");
    assert_eq!(made.value.tags, ["env:test", "skypanel"]);
    assert_eq!(made.value.type_id.as_deref(), Some("g6-nanode-1"));
    assert_eq!(made.value.image.as_deref(), Some("linode/debian12"));
    assert!(made.value.created_at.is_some());

    let running = until(cloud.as_ref(), &id, &InstanceState::Running).await;
    assert_eq!(running.ipv4.as_deref(), Some(simulators.truth().instances[0].ipv4.as_str()));
    assert!(running.ipv6.is_some_and(|it| !it.contains('/')));

    let found = cloud.find_by_label("sp-life").await.unwrap().value.unwrap();
    assert_eq!(found.reference, id);
    assert_eq!(cloud.find_by_label("sp-lif").await.unwrap().value, None);
    assert_eq!(cloud.list_by_tag("env:test").await.unwrap().value.len(), 1);
    assert_eq!(cloud.list_by_tag("env").await.unwrap().value.len(), 0);

    cloud.boot(&id).await.expect("running already");
    cloud.shutdown(&id).await.unwrap();
    until(cloud.as_ref(), &id, &InstanceState::Stopped).await;
    cloud.shutdown(&id).await.expect("off already");
    cloud.boot(&id).await.unwrap();
    until(cloud.as_ref(), &id, &InstanceState::Running).await;
    let reboot: Answered<()> = cloud.reboot(&id).await.unwrap();
    assert!(reboot.request_id.is_some());
    until(cloud.as_ref(), &id, &InstanceState::Running).await;

    cloud.delete(&id).await.unwrap();
    let gone = async {
        while cloud.get(&id).await.unwrap().value.is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    cloud.delete(&id).await.expect("gone already");
    let truth = simulators.truth();
    assert_eq!((truth.creates, truth.deletes), (1, 1));
}

#[tokio::test]
async fn the_account_and_the_catalogue_are_read() {
    let (_simulators, cloud) = world().await;
    let account = cloud.identity().await.unwrap().value;
    assert_eq!(account.email.as_deref(), Some("cloud@example.com"));
    assert_eq!(account.account.as_deref(), Some("5A11EEC5-526F-487D-B317EBEB34C87D71"));
    let catalog = cloud.catalog().await.unwrap().value;
    let nanode = catalog.types.iter().find(|it| it.id == "g6-nanode-1").unwrap();
    assert_eq!((nanode.hourly_micros, nanode.monthly_micros), (7_500, 5_000_000));
    assert_eq!((nanode.memory_mib, nanode.disk_gib, nanode.transfer_gb), (1024, 25, 1000));
    assert!(catalog.regions.iter().any(|it| it.id == "us-east" && it.type_capable));
    assert!(catalog.images.iter().any(|it| it.id == "linode/debian10" && it.deprecated));
    assert!(catalog.images.iter().all(|it| !it.vendor.is_empty()));
}

#[tokio::test]
async fn a_list_of_two_pages_is_whole() {
    const SERVERS: usize = 503;
    let (simulators, cloud) = world().await;
    for number in 0..SERVERS {
        cloud.create(&order(&format!("sp-{number}"))).await.unwrap();
    }
    let all = cloud.list_by_tag("skypanel").await.unwrap().value;
    assert_eq!(all.len(), SERVERS);
    let pages = simulators
        .truth()
        .requests
        .iter()
        .filter(|it| it.query.as_deref().is_some_and(|query| query.contains("page_size=500")))
        .count();
    assert_eq!(pages, 2);
}

#[tokio::test]
async fn a_wrong_token_is_told_as_such() {
    let (simulators, cloud) = world().await;
    let error = client(&simulators, "other").identity().await.unwrap_err();
    assert_eq!((error.class, error.status), (ErrorClass::Credentials, Some(401)));
    assert_eq!(error.code, code::UNAUTHENTICATED);
    simulators.set_token("dev-token", false);
    let error = cloud.create(&order("sp-none")).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Credentials);
    simulators.set_token("dev-token", true);
    assert!(cloud.identity().await.is_ok());
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_back() {
    let (simulators, cloud) = world().await;
    let mut fault = Fault::new(FaultKind::RateLimited).on("POST", "/linode/instances$");
    fault.retry_after_s = Some(7);
    simulators.fault(fault).unwrap();
    let error = cloud.create(&order("sp-limit")).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::RateLimited, code::RATE_LIMITED));
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(simulators.truth().creates, 0);

    simulators.set_limits(LimitSettings { create_max: 0, ..LimitSettings::default() });
    let error = cloud.create(&order("sp-limit")).await.unwrap_err();
    let wait = error.retry_after.expect("a time to wait").as_secs();
    assert!((1..=16).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_label_finds_what_was_made() {
    let (simulators, cloud) = world().await;
    let fault = Fault::new(FaultKind::LostAnswer).on("POST", "/linode/instances$");
    simulators.fault(fault).unwrap();
    let error = cloud.create(&order("sp-lost")).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Unknown, code::LOST_ANSWER));
    assert_eq!(simulators.truth().creates, 1, "sent once, and not again by itself");

    let found = cloud.find_by_label("sp-lost").await.unwrap().value;
    assert!(found.is_some_and(|it| it.tags.contains(&"env:test".to_owned())));
    let error = cloud.create(&order("sp-lost")).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Permanent, code::LABEL_TAKEN));
    assert_eq!(error.field.as_deref(), Some("label"));
    assert_eq!(simulators.truth().creates, 1);
}

#[tokio::test]
async fn lost_answers_to_what_may_be_repeated_are_transient() {
    let (simulators, cloud) = world().await;
    let id = cloud.create(&order("sp-again")).await.unwrap().value.reference;
    until(cloud.as_ref(), &id, &InstanceState::Running).await;
    simulators.fault(Fault::new(FaultKind::LostAnswer).on("POST", "/reboot$")).unwrap();
    let error = cloud.reboot(&id).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unknown);
    until(cloud.as_ref(), &id, &InstanceState::Running).await;
    simulators.fault(Fault::new(FaultKind::LostAnswer).on("DELETE", "/linode/instances/")).unwrap();
    let error = cloud.delete(&id).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Transient);
    cloud.delete(&id).await.expect("going already, or gone");
    assert_eq!(simulators.truth().deletes, 1);
}

#[tokio::test]
async fn a_page_of_html_is_an_outage_not_an_answer() {
    let (simulators, cloud) = world().await;
    let mut fault = Fault::new(FaultKind::ServerError).times(2);
    fault.status = Some(502);
    simulators.fault(fault).unwrap();
    let error = cloud.identity().await.unwrap_err();
    assert_eq!((error.class, error.status), (ErrorClass::Transient, Some(502)));
    assert!(!error.message.contains('<'));
    let error = cloud.create(&order("sp-html")).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Unknown, code::UNAVAILABLE));
    assert_eq!(simulators.truth().creates, 0);
}

#[tokio::test]
async fn a_provider_that_is_down_is_transient_even_for_an_order() {
    let (simulators, cloud) = world().await;
    let endpoint = simulators.linode_url.clone();
    simulators.shutdown().await;
    let error = cloud.create(&order("sp-down")).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Transient, code::UNAVAILABLE));
    assert!(!error.message.contains(&endpoint));
}

#[tokio::test]
async fn a_refusal_names_the_field_but_not_the_supplier() {
    let (_simulators, cloud) = world().await;
    let mut wrong = order("sp-wrong");
    wrong.region = "nowhere".to_owned();
    let error = cloud.create(&wrong).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Permanent, code::VALIDATION));
    assert_eq!(error.field.as_deref(), Some("region"));

    let id = cloud.create(&order("sp-busy")).await.unwrap().value.reference;
    let error = cloud.reboot(&id).await.unwrap_err();
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Busy, code::BUSY));
    assert!(!error.message.to_ascii_lowercase().contains("linode"), "{}", error.message);
}

#[tokio::test]
async fn a_restart_is_told_with_how_far_it_is_and_tags_are_replaced() {
    let (simulators, cloud) = world().await;
    let id = cloud.create(&order("sp-restart")).await.unwrap().value.reference;
    until(cloud.as_ref(), &id, &InstanceState::Running).await;
    assert_eq!(cloud.last_reboot(&id).await.unwrap().value, None);
    simulators.set_timing(Timing { power_ms: 300, lag_ms: 300, ..Timing::default() });
    cloud.reboot(&id).await.unwrap();
    let taken = cloud.last_reboot(&id).await.unwrap().value.expect("it is told of at once");
    assert_eq!(taken.progress, RestartProgress::Pending);
    assert_eq!(cloud.get(&id).await.unwrap().value.unwrap().state, InstanceState::Running, "it has not begun");
    until(cloud.as_ref(), &id, &InstanceState::Rebooting).await;
    until(cloud.as_ref(), &id, &InstanceState::Running).await;
    let finished = cloud.last_reboot(&id).await.unwrap().value.unwrap();
    assert_eq!((finished.id, finished.progress), (taken.id, RestartProgress::Finished));

    cloud.set_tags(&id, &["other".to_owned()]).await.unwrap();
    assert_eq!(cloud.get(&id).await.unwrap().value.unwrap().tags, ["other"]);
    let refused = cloud.set_tags(&id, &["no".to_owned()]).await.unwrap_err();
    assert_eq!(refused.code, code::VALIDATION);
    let missing = cloud.set_tags("1", &["other".to_owned()]).await.unwrap_err();
    assert_eq!(missing.code, code::NOT_FOUND);
}
