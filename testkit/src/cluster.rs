//! A private `PostgreSQL` cluster that may be stopped without ceremony and started again.
//!
//! Invariant: what a transaction committed is with the operating system. `fsync` is off, which only
//! the machine's own end could punish; the server's end, however sudden, does not.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use sea_orm::ConnectionTrait as _;
use tokio::process::{Child, Command};
use url::Url;

use crate::database::{Server, connect};

/// How long the server may take to start or to stop.
const PATIENCE: Duration = Duration::from_mins(1);
/// Passwords of a cluster that lives for minutes and listens on loopback alone.
const PASSWORD: &str = "a-cluster-of-minutes";
/// Whom the server runs as where we are root, which it refuses to be.
const USERS: [&str; 2] = ["postgres", "nobody"];
/// What the roles of an installation are made by, here as in production.
const ROLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/postgres/init.sh");
/// The longest path that a socket's folder may have: the address of a socket has 107 bytes.
const SOCKET_PATH: usize = 80;

/// A running cluster. Ends with the value; its folder is the caller's to remove.
#[derive(Debug)]
pub struct Cluster {
    binaries: PathBuf,
    /// What a command of the server begins with: a change of user, where we are root.
    prefix: Vec<String>,
    folder: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// A fresh cluster below `folder`, with the two roles of an installation.
    ///
    /// # Errors
    /// When there is no `PostgreSQL`, or it does not come up in 60 s.
    pub async fn start(folder: &Path, port: u16) -> Result<Self> {
        let folder = folder.join("pg");
        ensure!(folder.as_os_str().len() < SOCKET_PATH, "{} is too long for a socket", folder.display());
        let (prefix, owner) = servers_user().await?;
        run(&["mkdir", "-m", "700", &folder.display().to_string()]).await?;
        if let Some(owner) = owner {
            run(&["chown", &owner, &folder.display().to_string()]).await?;
        }
        let mut cluster = Self { binaries: binaries()?, prefix, folder, port, server: None };
        cluster.init().await?;
        cluster.resume().await?;
        cluster.make_roles().await?;
        Ok(cluster)
    }

    /// Where databases can be made.
    ///
    /// # Errors
    /// Never: the addresses are made of plain words.
    pub fn server(&self) -> Result<Server> {
        let url = |user: &str| Url::parse(&format!("postgres://{user}:{PASSWORD}@127.0.0.1:{}/postgres", self.port));
        Ok(Server { admin: url("postgres")?, app: url("skypanel")?, owner: url("skypanel_owner")? })
    }

    async fn init(&self) -> Result<()> {
        let data = self.data();
        let secret = self.folder.join("secret");
        self.write(&secret, PASSWORD).await?;
        self.run(
            "initdb",
            &["--no-sync", "-D", &data, "-U", "postgres", "--encoding", "UTF8", "--locale", "C", "--auth", "trust"],
            &["--pwfile", &secret.display().to_string()],
        )
        .await?;
        self.configure().await?;
        self.write(&self.folder.join("data/pg_hba.conf"), "local all all trust\nhost all all 127.0.0.1/32 password\n")
            .await
    }

    async fn configure(&self) -> Result<()> {
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\n\
             unix_socket_directories = '{}'\nunix_socket_permissions = 0700\n\
             max_connections = 200\ntimezone = 'UTC'\nlog_timezone = 'UTC'\nfsync = off\nfull_page_writes = off\n\
             shared_buffers = '64MB'\n",
            self.port,
            self.folder.display()
        );
        self.write(&self.folder.join("data/postgresql.auto.conf"), &settings).await
    }

    async fn make_roles(&self) -> Result<()> {
        let script = tokio::fs::read(ROLES).await.with_context(|| format!("reading {ROLES}"))?;
        let path = format!("{}:{}", self.binaries.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = self.command("bash");
        command
            .args(["-s"])
            .env("PATH", path)
            .env("PGHOST", &self.folder)
            .env("PGPORT", self.port.to_string())
            .env("SKYPANEL_OWNER_PASSWORD", PASSWORD)
            .env("SKYPANEL_APP_PASSWORD", PASSWORD);
        feed(command, &script).await
    }

    /// Starts the server again after [`Cluster::stop_at_once`], and waits until it takes connections.
    ///
    /// # Errors
    /// When it does not within 60 s.
    pub async fn resume(&mut self) -> Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(self.log())?;
        let mut command = self.command(&self.binaries.join("postgres").display().to_string());
        command.args(["-D", &self.data()]).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        self.server = Some(command.spawn().context("starting PostgreSQL")?);
        let began = Instant::now();
        loop {
            let port = self.port.to_string();
            if self.run("pg_isready", &["-q", "-h", "127.0.0.1", "-p", &port], &[]).await.is_ok() {
                return Ok(());
            }
            if began.elapsed() > PATIENCE
                || self.server.as_mut().is_some_and(|server| server.try_wait().is_ok_and(|ended| ended.is_some()))
            {
                bail!("PostgreSQL does not come up:\n{}", std::fs::read_to_string(self.log()).unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// `pg_ctl stop -m immediate`: every connection is cut, nothing is written, as in a crash.
    ///
    /// # Errors
    /// When the server is not gone within 60 s.
    pub async fn stop_at_once(&mut self) -> Result<()> {
        self.run("pg_ctl", &["stop", "-D", &self.data(), "-m", "immediate"], &[]).await?;
        if let Some(mut server) = self.server.take() {
            tokio::time::timeout(PATIENCE, server.wait()).await.context("PostgreSQL does not end")??;
        }
        Ok(())
    }

    /// Takes a dump of a database while everything runs, as `docs/deployment.md` says, and returns its file.
    ///
    /// # Errors
    /// When `pg_dump` fails.
    pub async fn dump(&self, database: &str) -> Result<PathBuf> {
        let file = self.folder.join(format!("{database}.dump"));
        let (host, port, to) = (self.folder.display().to_string(), self.port.to_string(), file.display().to_string());
        self.run("pg_dump", &["-h", &host, "-p", &port, "-U", "postgres"], &["-Fc", "-f", &to, database]).await?;
        Ok(file)
    }

    /// Loads a dump into a fresh database of that name, as `docs/deployment.md` says. One of that name is dropped.
    ///
    /// # Errors
    /// When the server or `pg_restore` refuses.
    pub async fn restore(&self, dump: &Path, database: &str) -> Result<()> {
        let admin = connect(&self.server()?.admin).await?;
        admin.execute_unprepared(&format!("drop database if exists {database} with (force)")).await?;
        admin.execute_unprepared(&format!("create database {database} owner skypanel_owner")).await?;
        admin.close().await?;
        let (host, port, from) = (self.folder.display().to_string(), self.port.to_string(), dump.display().to_string());
        let into = ["-d", database, "--no-owner", "--role=skypanel_owner", &from];
        self.run("pg_restore", &["-h", &host, "-p", &port, "-U", "postgres"], &into).await
    }

    /// Stops the server, copies its data folder, and starts both: the copy on a port of its own, below `folder`.
    ///
    /// # Errors
    /// When one of them does not come up.
    pub async fn copy(&mut self, folder: &Path, port: u16) -> Result<Self> {
        let folder = folder.join("pg");
        let path = folder.display().to_string();
        ensure!(folder.as_os_str().len() < SOCKET_PATH, "{path} is too long for a socket");
        let (prefix, owner) = servers_user().await?;
        run(&["mkdir", "-m", "700", &path]).await?;
        if let Some(owner) = owner {
            run(&["chown", &owner, &path]).await?;
        }
        self.stop_at_once().await?;
        let output = self.command("cp").args(["-a", &self.data(), &path]).output().await?;
        ensure!(output.status.success(), "cp: {}", String::from_utf8_lossy(&output.stderr));
        self.resume().await?;
        let mut copy = Self { binaries: self.binaries.clone(), prefix, folder, port, server: None };
        copy.configure().await?;
        copy.resume().await?;
        Ok(copy)
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn log(&self) -> PathBuf {
        self.folder.with_file_name("postgres.log")
    }

    /// A command with the server's rights.
    fn command(&self, program: &str) -> Command {
        let mut words = self.prefix.iter().map(String::as_str).chain([program]);
        let mut command = Command::new(words.next().unwrap_or(program));
        command.args(words).stdin(Stdio::null());
        command
    }

    async fn run(&self, program: &str, args: &[&str], more: &[&str]) -> Result<()> {
        let mut command = self.command(&self.binaries.join(program).display().to_string());
        let output = command.args(args).args(more).output().await?;
        ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Writes a file with the server's rights.
    async fn write(&self, path: &Path, text: &str) -> Result<()> {
        let mut command = self.command("tee");
        command.arg(path).stdout(Stdio::null());
        feed(command, text.as_bytes()).await
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(server) = &mut self.server else { return };
        let Some(pid) = server.id() else { return };
        let _ = std::process::Command::new("kill").args(["-QUIT", &pid.to_string()]).status();
        for _ in 0..100 {
            if server.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The change of user that a server's commands begin with, and that user.
async fn servers_user() -> Result<(Vec<String>, Option<String>)> {
    if run(&["id", "-u"]).await?.trim() != "0" {
        return Ok((Vec::new(), None));
    }
    for user in USERS {
        if let Ok(group) = run(&["id", "-g", user]).await {
            let words =
                ["setpriv", "--reuid", user, "--regid", group.trim(), "--clear-groups", "env", "-C", "/", "HOME=/"];
            return Ok((words.into_iter().map(ToOwned::to_owned).collect(), Some(user.to_owned())));
        }
    }
    bail!("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it")
}

/// Where the server's binaries are: `SKYPANEL_PG_BIN`, else the newest that Debian keeps.
fn binaries() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("SKYPANEL_PG_BIN") {
        return Ok(folder.into());
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().context("no PostgreSQL is found; name the folder of its binaries in SKYPANEL_PG_BIN")
}

async fn run(words: &[&str]) -> Result<String> {
    let output = Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()).output().await?;
    ensure!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

async fn feed(mut command: Command, input: &[u8]) -> Result<()> {
    use tokio::io::AsyncWriteExt as _;
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input).await?;
    }
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
