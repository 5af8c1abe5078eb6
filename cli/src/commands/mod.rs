//! One file a command.

mod admin;
mod cloud;
mod credit;
mod demo;
mod doctor;
mod invoice;
mod jobs;
mod key;
mod ledger;
mod limits;
mod mail;
mod migrate;
mod org;
mod output;
mod payment;
mod promo;
mod queues;
mod quote;
mod schedules;
mod serve;
mod supplier;
mod tick;
mod user;
mod vps;
mod workers;

use std::process::ExitCode;

use anyhow::Context as _;
use runtime::settings::Source;
use secrecy::SecretString;

use crate::args::{Command, Provider};
use crate::say;

/// Runs one command.
pub async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::User { output, what } => Box::pin(user::run(&source()?, output, what)).await?,
        Command::Mail { output, what } => mail::run(&source()?, output, &what)?,
        Command::Openapi => say!("{}", api::spec_json()),
        Command::EnvExample => say::out(format_args!("{}", runtime::settings::env_example())),
        Command::Api => serve::api(&source()?).await?,
        Command::Worker { queues } => serve::worker(&source()?, queues.as_deref()).await?,
        Command::Scheduler => serve::scheduler(&source()?).await?,
        Command::All { queues } => Box::pin(serve::all(&source()?, queues.as_deref())).await?,
        Command::Migrate(what) => migrate::run(&source()?, what).await?,
        Command::Admin(what) => admin::run(&source()?, what).await?,
        Command::Provider(Provider::Test { cloud }) => return cloud::test::run(&source()?, cloud).await,
        Command::Vps { panel, what } => vps::vps(panel, what).await?,
        Command::Wallet { panel } => vps::wallet(panel).await?,
        Command::Key { output, what } => key::run(&source()?, output, what).await?,
        Command::Payment { output, what } => payment::run(&source()?, output, what).await?,
        Command::Jobs { output, what } => jobs::run(&source()?, output, what).await?,
        Command::Queues { output, what } => queues::run(&source()?, output, what).await?,
        Command::Workers { output, what } => workers::run(&source()?, output, what).await?,
        Command::Schedules { output, what } => schedules::run(&source()?, output, what).await?,
        Command::Tick { output, what } => tick::run(&source()?, output, what).await?,
        Command::Cloud { output, what } => return cloud::run(&source()?, output, what).await,
        Command::Ledger { output, what } => return ledger::run(&source()?, output, what).await,
        Command::Credit { output, what } => credit::run(&source()?, output, what).await?,
        Command::Promo { output, what } => promo::run(&source()?, output, what).await?,
        Command::Supplier { output, what } => supplier::run(&source()?, output, what).await?,
        Command::Invoice { output, what } => invoice::run(&source()?, output, what).await?,
        Command::Limits { output, what } => limits::run(&source()?, output, what).await?,
        Command::Org { output, what } => org::run(&source()?, output, what).await?,
        Command::Doctor { env_file } => return Box::pin(doctor::run(&source()?, env_file.as_deref())).await,
        Command::Demo(what) => demo::run(&source()?, what).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn source() -> anyhow::Result<Source> {
    Source::from_process()
}

/// The first line of standard input, as a secret.
fn secret_from_stdin() -> anyhow::Result<SecretString> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("reading the password from standard input")?;
    anyhow::ensure!(!line.contains('\0'), "the password holds the character NUL, which no form can send; leave it out");
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}
