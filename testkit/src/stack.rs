//! The real thing as separate processes, for proofs that stop, kill and restart them.

mod beside;
mod ports;

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::process::{Child, Command};

use crate::client::Client;
use crate::cluster::Cluster;
use crate::database::{Server, TestDatabase};
use crate::payments::WEBHOOK_PATH;
use crate::port;

use self::ports::{Ports, at};

/// The processes of one installation, with their servers. Ends with the value.
#[derive(Debug)]
pub struct Stack {
    /// The API's address.
    pub base: String,
    /// Where the simulated cloud answers.
    pub cloud_url: String,
    /// Where the simulators are steered.
    pub control_url: String,
    /// `redis://…`
    pub redis_url: String,
    /// The database.
    pub database: TestDatabase,
    /// The server of the database, where the installation has one of its own.
    pub cluster: Option<Cluster>,
    /// Where the processes write their logs.
    pub folder: PathBuf,
    settings: Vec<(String, String)>,
    children: Vec<(String, Child)>,
}

/// How to send a running process a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ends it at once.
    Kill,
    /// Asks it to end in order.
    Terminate,
    /// Freezes it.
    Stop,
    /// Lets it continue.
    Continue,
}

impl Signal {
    fn word(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Terminate => "TERM",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        }
    }
}

/// The token that the simulated cloud accepts.
pub const CLOUD_TOKEN: &str = "proof-token-0123456789";
/// The secret that the stack signs and seals with.
pub const SECRET: &str = "a-secret-for-proofs-that-seals-nothing-real-0123456789";

fn binary(name: &str, var: &str) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os(var) {
        return Ok(PathBuf::from(path));
    }
    let beside = std::env::current_exe()?.parent().map(|folder| folder.join(name)).filter(|path| path.exists());
    beside.with_context(|| format!("{name} is not built and {var} is not set; run ./dev prove"))
}

impl Stack {
    /// A migrated database, a Redis of its own, simulators, API, two workers and a scheduler.
    /// `extra` settings come on top.
    ///
    /// # Errors
    /// When a process does not come up.
    pub async fn start(extra: &[(&str, &str)]) -> Result<Self> {
        let mut stack = Box::pin(Self::servers(false, 1500, extra)).await?;
        stack.start_role("api", &["api"])?;
        stack.start_role("worker-1", &["worker"])?;
        stack.start_role("worker-2", &["worker"])?;
        stack.start_role("scheduler", &["scheduler"])?;
        stack.await_ready().await?;
        Ok(stack)
    }

    /// Only the servers of an installation: a migrated database, on a cluster of its own if asked for, Redis and
    /// simulators whose machines boot in so many milliseconds.
    ///
    /// # Errors
    /// When one does not come up.
    pub async fn servers(own_cluster: bool, boot_ms: u32, extra: &[(&str, &str)]) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("skypanel-stack-{}-{}", std::process::id(), port::free()?));
        std::fs::create_dir_all(&folder)?;
        let cluster = if own_cluster { Some(Cluster::start(&folder, port::free()?).await?) } else { None };
        let server = cluster.as_ref().map_or_else(Server::from_env, Cluster::server)?;
        let mut database = TestDatabase::create_on(&server).await?;
        database.ends_with_server = own_cluster;
        let ports = Ports::choose()?;
        let mut stack = Self {
            base: format!("http://{}", at(ports.api)),
            cloud_url: format!("http://{}/v4", at(ports.cloud)),
            control_url: format!("http://{}", at(ports.control)),
            redis_url: format!("redis://{}", at(ports.redis)),
            database,
            cluster,
            folder,
            settings: Vec::new(),
            children: Vec::new(),
        };
        stack.settings = stack.base_settings(ports);
        stack.settings.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        stack.start_redis().await?;
        stack.start_simulators(ports, boot_ms).await?;
        Ok(stack)
    }

    /// A caller whom nobody knows.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base)
    }

    fn spawn(&mut self, name: &str, mut command: Command) -> Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(self.log(name))?;
        let child = command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        self.children.push((name.to_owned(), child));
        Ok(())
    }

    /// The file that a process logs to.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.log"))
    }

    /// What a process wrote, for a failure's report.
    #[must_use]
    pub fn log_tail(&self, name: &str, lines: usize) -> String {
        let text = std::fs::read_to_string(self.log(name)).unwrap_or_default();
        let all: Vec<_> = text.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }

    /// Starts a role of the binary under a name.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start_role(&mut self, name: &str, args: &[&str]) -> Result<()> {
        self.start_role_with(name, args, &[])
    }

    /// Starts a role with settings that only this process has.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start_role_with(&mut self, name: &str, args: &[&str], own: &[(&str, &str)]) -> Result<()> {
        let mut command = Command::new(binary("skypanel", "SKYPANEL_BIN")?);
        command.args(args).envs(self.settings.clone()).envs(own.iter().copied());
        self.spawn(name, command)
    }

    /// Processes that ended since the last look, with what they ended by. They are forgotten here.
    pub fn ended(&mut self) -> Vec<(String, std::process::ExitStatus)> {
        let mut ended = Vec::new();
        self.children.retain_mut(|(name, child)| match child.try_wait() {
            Ok(Some(status)) => {
                ended.push((name.clone(), status));
                false
            }
            _ => true,
        });
        ended
    }

    /// Sends a running process a signal.
    ///
    /// # Errors
    /// When the process does not exist.
    pub async fn signal(&self, name: &str, signal: Signal) -> Result<()> {
        let pid = self.pid(name).with_context(|| format!("{name} does not run"))?;
        let status = Command::new("kill").args(["-s", signal.word(), &pid.to_string()]).status().await?;
        ensure!(status.success(), "{name} (pid {pid}) took no signal");
        Ok(())
    }

    /// Asks a process to end in order, and waits for it.
    ///
    /// # Errors
    /// When the process does not exist, or it does not end within `limit`.
    pub async fn stop(&mut self, name: &str, limit: Duration) -> Result<std::process::ExitStatus> {
        self.signal(name, Signal::Terminate).await?;
        self.await_end(name, limit).await
    }

    /// Waits for a process that was told to end in another way.
    ///
    /// # Errors
    /// When the process does not exist, or it does not end within `limit`.
    pub async fn await_end(&mut self, name: &str, limit: Duration) -> Result<std::process::ExitStatus> {
        let place = self.place(name)?;
        let ended = tokio::time::timeout(limit, self.children[place].1.wait()).await;
        let status = ended.with_context(|| format!("{name} does not end within {limit:?}"))??;
        self.children.remove(place);
        Ok(status)
    }

    fn place(&self, name: &str) -> Result<usize> {
        self.children.iter().position(|(known, _)| known == name).with_context(|| format!("{name} does not run"))
    }

    /// Runs a command of the binary to its end, with a line for its standard input.
    ///
    /// # Errors
    /// When it fails.
    pub async fn run(&self, args: &[&str], input: &str) -> Result<String> {
        use tokio::io::AsyncWriteExt as _;
        let mut child = self.command(args)?.stdin(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(format!("{input}\n").as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        ensure!(output.status.success(), "skypanel {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A command of the binary with this installation's settings, its output kept.
    ///
    /// # Errors
    /// When the binary is not built.
    pub fn command(&self, args: &[&str]) -> Result<Command> {
        let mut command = Command::new(binary("skypanel", "SKYPANEL_BIN")?);
        command.args(args).envs(self.settings.clone()).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }

    /// Kills a process at once (SIGKILL).
    ///
    /// # Errors
    /// When the process does not exist.
    pub async fn kill(&mut self, name: &str) -> Result<()> {
        let place = self.place(name)?;
        let (_, mut child) = self.children.remove(place);
        child.kill().await?;
        Ok(())
    }

    /// The process id of a running process.
    #[must_use]
    pub fn pid(&self, name: &str) -> Option<u32> {
        self.children.iter().find(|(known, _)| known == name).and_then(|(_, child)| child.id())
    }

    /// Starts Redis, empty: it keeps nothing on disk.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_redis(&mut self) -> Result<()> {
        let port = self.redis_url.rsplit_once(':').map_or("", |(_, port)| port).to_owned();
        let mut command =
            Command::new(std::env::var("SKYPANEL_REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned()));
        command.args([
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--maxmemory-policy",
            "noeviction",
        ]);
        self.spawn("redis", command)?;
        self.await_tcp("redis", &format!("127.0.0.1:{port}")).await
    }

    async fn start_simulators(&mut self, ports: Ports, boot_ms: u32) -> Result<()> {
        let mut command = Command::new(binary("skypanel-sim", "SKYPANEL_SIM_BIN")?);
        command
            .args([
                "--linode",
                &at(ports.cloud),
                "--smtp",
                &at(ports.smtp),
                "--control",
                &at(ports.control),
                "--oidc",
                &at(ports.oidc),
                "--paypal",
                &at(ports.paypal),
                "--paypal-webhook",
                &format!("{}{WEBHOOK_PATH}", self.base),
                "--seed",
                "1",
                "--boot-ms",
                &boot_ms.to_string(),
                "--token",
                CLOUD_TOKEN,
            ])
            .args(["--no-limits", "--smtp-user", "proof", "--smtp-password", "proof-password"])
            .arg("--smtp-cert-out")
            .arg(self.folder.join("mail-ca.pem"))
            .arg("--paypal-ca-out")
            .arg(self.folder.join("paypal-ca.pem"));
        self.spawn("simulators", command)?;
        self.await_tcp("simulators", &at(ports.control)).await?;
        let began = Instant::now();
        while !self.folder.join("mail-ca.pem").exists() {
            ensure!(began.elapsed() < Duration::from_secs(15), "the mail server's authority was not written");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    async fn await_tcp(&mut self, name: &str, addr: &str) -> Result<()> {
        let began = Instant::now();
        while tokio::net::TcpStream::connect(addr).await.is_err() {
            if began.elapsed() > Duration::from_secs(15) {
                bail!("{name} does not come up:\n{}", self.log_tail(name, 20));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Waits until the API is ready. Returns how long that took.
    ///
    /// # Errors
    /// When it is not within 15 s.
    pub async fn await_ready(&self) -> Result<Duration> {
        let (client, began) = (self.anonymous(), Instant::now());
        loop {
            if client.get("/readyz").await.is_ok_and(|reply| reply.status == 200) {
                return Ok(began.elapsed());
            }
            ensure!(
                began.elapsed() < Duration::from_secs(15),
                "the API does not become ready:\n{}",
                self.log_tail("api", 20)
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            let _ = child.start_kill();
        }
        drop(self.cluster.take());
        if std::env::var_os("SKYPANEL_KEEP_LOGS").is_none() {
            let _ = std::fs::remove_dir_all(&self.folder);
        } else {
            eprintln!("logs are kept in {}", self.folder.display());
        }
    }
}
