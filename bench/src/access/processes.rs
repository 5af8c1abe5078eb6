//! API processes of one installation, each with settings of its own.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use testkit::Client;
use testkit::port;
use testkit::stack::Stack;

/// What all processes are told.
const SETTINGS: [(&str, &str); 2] = [("ORG_OPEN_JOBS", "100000"), ("RUST_LOG", "warn")];

/// An installation whose API processes come and go.
#[derive(Debug)]
pub struct Processes {
    /// Its servers and simulators.
    pub stack: Stack,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Process {
    /// Its name in the stack.
    pub name: String,
    /// Where it listens, without a scheme.
    pub host: String,
    /// Where its metrics are, without a scheme.
    pub metrics: String,
}

impl Process {
    /// A caller whom it does not know.
    pub fn anonymous(&self) -> Client {
        Client::new(&format!("http://{}", self.host))
    }
}

impl Processes {
    /// The servers, and no process yet.
    ///
    /// # Errors
    /// When one does not come up.
    pub async fn start() -> Result<Self> {
        Ok(Self { stack: Stack::servers(false, 1500, &SETTINGS).await? })
    }

    /// Starts so many API processes with these settings, and waits until each is ready and counts with the others.
    ///
    /// # Errors
    /// When one does not come up.
    pub async fn api(&mut self, count: usize, settings: &[(&str, &str)]) -> Result<Vec<Process>> {
        let mut started = Vec::new();
        for n in 1..=count {
            let (port, metrics) = (port::free()?, port::free()?);
            let process = Process {
                name: format!("api-{n}"),
                host: format!("127.0.0.1:{port}"),
                metrics: format!("127.0.0.1:{metrics}"),
            };
            let (port, url) = (port.to_string(), format!("http://{}", process.host));
            let own = [("PORT", port.as_str()), ("CLIENT_URL", &url), ("METRICS_ADDR", &process.metrics)];
            let own: Vec<_> = own.into_iter().chain(settings.iter().copied()).collect();
            self.stack.start_role_with(&process.name, &["api"], &own)?;
            started.push(process);
        }
        for process in &started {
            let (client, began) = (process.anonymous(), Instant::now());
            while !client.get("/readyz").await.is_ok_and(|reply| reply.body["limits"] == "shared") {
                let tail = || self.stack.log_tail(&process.name, 20);
                ensure!(began.elapsed() < Duration::from_secs(20), "{} is not ready:\n{}", process.name, tail());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(started)
    }

    /// Ends them.
    ///
    /// # Errors
    /// When one does not run.
    pub async fn end(&mut self, processes: &[Process]) -> Result<()> {
        for process in processes {
            self.stack.kill(&process.name).await.with_context(|| format!("{} ended by itself", process.name))?;
        }
        Ok(())
    }
}
