//! A client for one test's own simulators.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use simulators::{Config, LimitSettings, Simulators, Timing};

pub const TOKEN: &str = "dev-token";

pub struct World {
    pub sim: Simulators,
    http: reqwest::Client,
}

/// Fast machines and no rate limits.
pub fn quick() -> Config {
    Config {
        timing: Timing { boot_ms: 60, power_ms: 30, delete_ms: 30, lag_ms: 0 },
        limits: LimitSettings { enabled: false, ..LimitSettings::default() },
        ..Config::default()
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(quick()).await
    }

    pub async fn with(config: Config) -> Self {
        let sim = simulators::start(config).await.expect("start");
        #[expect(clippy::disallowed_methods, reason = "a test's client needs none of the product's settings")]
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().expect("client");
        Self { sim, http }
    }

    pub async fn try_call(&self, method: Method, path: &str, body: Option<&Value>) -> reqwest::Result<Response> {
        let mut request = self.http.request(method, format!("{}{path}", self.sim.linode_url)).bearer_auth(TOKEN);
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let response = self.try_call(method, path, body).await.expect("answer");
        (response.status().as_u16(), response.json().await.expect("json"))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, None).await
    }

    /// The status that this token is answered with.
    pub async fn get_as(&self, token: &str, path: &str) -> u16 {
        let request = self.http.get(format!("{}{path}", self.sim.linode_url)).bearer_auth(token);
        request.send().await.expect("answer").status().as_u16()
    }

    pub async fn get_filtered(&self, path: &str, filter: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.sim.linode_url)).bearer_auth(TOKEN);
        let response = request.header("X-Filter", filter).send().await.expect("answer");
        (response.status().as_u16(), response.json().await.expect("json"))
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn control(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.sim.control_url)).json(&body);
        let response = request.send().await.expect("answer");
        (response.status().as_u16(), response.json().await.expect("json"))
    }

    /// Makes a machine and tells its id.
    pub async fn create(&self, label: &str) -> u64 {
        let (status, machine) = self.post("/linode/instances", &order(label)).await;
        assert_eq!(status, 200, "{machine}");
        machine["id"].as_u64().expect("id")
    }

    /// Waits until the machine has the status.
    pub async fn until(&self, id: u64, wanted: &str) {
        for _ in 0..200 {
            let (status, machine) = self.get(&format!("/linode/instances/{id}")).await;
            if machine["status"] == wanted || (wanted == "gone" && status == 404) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never {wanted}");
    }

    pub async fn labels(&self, path: &str) -> Vec<String> {
        let (status, list) = self.get(path).await;
        assert_eq!(status, 200, "{list}");
        labels(&list)
    }
}

pub fn labels(list: &Value) -> Vec<String> {
    let items = list["data"].as_array().expect("data");
    items.iter().map(|item| item["label"].as_str().expect("label").to_owned()).collect()
}

pub fn order(label: &str) -> Value {
    json!({
        "type": "g6-nanode-1", "region": "us-east", "image": "linode/debian12", "label": label,
        "root_pass": "aComplexP@ssword123", "tags": ["sp-test", "job:1"],
    })
}
