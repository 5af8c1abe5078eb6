//! `skypanel provider`.

use std::process::ExitCode;

use anyhow::ensure;
use comfy_table::{Table, presets};
use domain::Actor;
use domain::catalog::AccountView;
use runtime::settings::Source;

use crate::args::Provider;
use crate::wiring::{self, Purpose};

/// Asks clouds whether they accept their tokens.
pub async fn run(source: &Source, what: Provider) -> anyhow::Result<ExitCode> {
    let Provider::Test { cloud } = what;
    let ctx = wiring::ready_ctx(source, Purpose::Work).await?;
    let env = wiring::env(source, ctx)?;
    let accounts: Vec<AccountView> = domain::catalog::accounts(&env.ctx, &Actor::operator())
        .await?
        .into_iter()
        .filter(|account| {
            cloud.as_ref().is_none_or(|wanted| *wanted == account.id.to_string() || *wanted == account.name)
        })
        .collect();
    ensure!(!accounts.is_empty(), "no such cloud is connected; connect one under Clouds on the page");
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(["cloud", "token", "account", "sells"]);
    let mut all_well = true;
    for account in accounts {
        let (token, email, sells) = ask(&env, &account).await.unwrap_or_else(|error| {
            all_well = false;
            (format!("refused: {error}"), String::new(), String::new())
        });
        table.add_row([account.name, token, email, sells]);
    }
    println!("{table}");
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn ask(env: &jobs::Env, account: &AccountView) -> Result<(String, String, String), String> {
    let cloud = env.cloud(account.id, |_| None).await.map_err(|error| format!("{error:?}"))?;
    let known = cloud.account().await.map_err(|error| error.to_string())?.value;
    let catalog = cloud.catalog().await.map_err(|error| error.to_string())?.value;
    let sells =
        format!("{} sizes, {} regions, {} images", catalog.types.len(), catalog.regions.len(), catalog.images.len());
    Ok(("accepted".to_owned(), known.email.unwrap_or_default(), sells))
}
