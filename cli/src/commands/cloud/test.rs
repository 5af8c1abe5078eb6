//! `skypanel cloud test`: asks clouds whether they accept their tokens, and what they sell.

use std::process::ExitCode;

use anyhow::ensure;
use comfy_table::{Table, presets};
use domain::Actor;
use domain::cloud::CloudView;
use runtime::settings::Source;

use crate::wiring::{self, Purpose};

/// Tests one cloud, by its id or name, or all of them; fails when a token is refused.
pub async fn run(source: &Source, wanted: Option<String>) -> anyhow::Result<ExitCode> {
    let ctx = wiring::ready_ctx(source, Purpose::Work).await?;
    let env = wiring::env(source, ctx)?;
    let clouds: Vec<CloudView> = domain::cloud::list(&env.ctx, &Actor::Operator)
        .await?
        .into_iter()
        .filter(|cloud| wanted.as_ref().is_none_or(|wanted| *wanted == cloud.id.to_string() || *wanted == cloud.name))
        .collect();
    ensure!(!clouds.is_empty(), "no such cloud is connected; connect one on the Clouds page");
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(["cloud", "token", "owner", "sells"]);
    let mut all_well = true;
    for cloud in clouds {
        let (token, email, sells) = ask(&env, &cloud).await.unwrap_or_else(|error| {
            all_well = false;
            (format!("refused: {error}"), String::new(), String::new())
        });
        table.add_row([cloud.name, token, email, sells]);
    }
    say!("{table}");
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn ask(env: &jobs::Env, cloud: &CloudView) -> Result<(String, String, String), String> {
    let cloud = env.cloud(cloud.id, |_| None).await.map_err(|error| format!("{error:?}"))?;
    let known = cloud.identity().await.map_err(|error| error.to_string())?.value;
    let catalog = cloud.catalog().await.map_err(|error| error.to_string())?.value;
    let sells =
        format!("{} sizes, {} regions, {} images", catalog.types.len(), catalog.regions.len(), catalog.images.len());
    Ok(("accepted".to_owned(), known.email.unwrap_or_default(), sells))
}
