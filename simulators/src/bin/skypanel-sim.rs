//! `skypanel-sim`: the simulated cloud, PayPal, mail server and issuer of identities as a process.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use clap::Parser;
use simulators::{Config, LimitSettings, Timing};
use tracing_subscriber::EnvFilter;

/// A simulated Linode, an SMTP sink and an issuer of identities, with faults on demand.
#[derive(Parser)]
#[command(name = "skypanel-sim", version)]
struct Arguments {
    /// Address of the simulated Linode API (below /v4).
    #[arg(long, default_value = "127.0.0.1:4200")]
    linode: SocketAddr,
    /// Address of the SMTP sink.
    #[arg(long, default_value = "127.0.0.1:4225")]
    smtp: SocketAddr,
    /// Address of the control server.
    #[arg(long, default_value = "127.0.0.1:4299")]
    control: SocketAddr,
    /// Address of the issuer of identities.
    #[arg(long, default_value = "127.0.0.1:4280")]
    oidc: SocketAddr,
    /// Address of the simulated PayPal: its API and the page on which payers decide.
    #[arg(long, default_value = "127.0.0.1:4240")]
    paypal: SocketAddr,
    /// Where the simulated PayPal sends its messages.
    #[arg(long)]
    paypal_webhook: Option<String>,
    /// Where to write the PEM of the root that its messages' certificates lead to.
    #[arg(long)]
    paypal_ca_out: Option<PathBuf>,
    /// Seed of every random choice, so that a run can be replayed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Milliseconds from the creation of a machine until it runs.
    #[arg(long, default_value_t = 2000)]
    boot_ms: u64,
    /// Milliseconds that a boot, shutdown or reboot takes.
    #[arg(long, default_value_t = 1000)]
    power_ms: u64,
    /// Milliseconds from a deletion until the machine no longer exists.
    #[arg(long, default_value_t = 500)]
    delete_ms: u64,
    /// A token that the cloud accepts; may be repeated.
    #[arg(long = "token", default_value = "dev-token")]
    tokens: Vec<String>,
    /// Apply no rate limits.
    #[arg(long)]
    no_limits: bool,
    /// File to keep the cloud's machines in, so that the next start finds them.
    #[arg(long)]
    state: Option<PathBuf>,
    /// User of the SMTP sink; with it, mail needs AUTH.
    #[arg(long, requires = "smtp_password")]
    smtp_user: Option<String>,
    /// Password of the SMTP sink.
    #[arg(long, requires = "smtp_user")]
    smtp_password: Option<String>,
    /// Refuse AUTH before STARTTLS.
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    smtp_require_tls: bool,
    /// Where to write the PEM of the authority that signed the sink's certificate.
    #[arg(long)]
    smtp_cert_out: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let simulators = simulators::start(Arguments::parse().into()).await?;
    tracing::info!(
        linode = %simulators.linode_url, control = %simulators.control_url, smtp = %simulators.smtp_addr,
        oidc = %simulators.oidc_issuer, paypal = %simulators.paypal_url,
        "simulators started"
    );
    stopped().await?;
    simulators.shutdown().await;
    Ok(())
}

impl From<Arguments> for Config {
    fn from(arguments: Arguments) -> Self {
        Self {
            linode: arguments.linode,
            control: arguments.control,
            smtp: arguments.smtp,
            smtps: Self::default().smtps,
            oidc: arguments.oidc,
            paypal: arguments.paypal,
            paypal_webhook: arguments.paypal_webhook,
            paypal_ca_out: arguments.paypal_ca_out,
            seed: arguments.seed,
            timing: Timing {
                boot_ms: arguments.boot_ms,
                power_ms: arguments.power_ms,
                delete_ms: arguments.delete_ms,
                ..Timing::default()
            },
            limits: LimitSettings { enabled: !arguments.no_limits, ..LimitSettings::default() },
            tokens: arguments.tokens,
            state: arguments.state,
            smtp_login: arguments.smtp_user.zip(arguments.smtp_password),
            smtp_require_tls: arguments.smtp_require_tls,
            smtp_cert_out: arguments.smtp_cert_out,
        }
    }
}

async fn stopped() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result.context("wait for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
    }
}
