//! Who may call what: every operation as every identity.

use anyhow::{Result, ensure};
use domain::Ctx;
use domain::chance::Chance;
use testkit::app::ctx_options;
use testkit::matrix;
use testkit::stack::SECRET;

use super::Stage;
use crate::story::Story;

pub(super) async fn play(story: &mut Story, stage: &Stage) -> Result<()> {
    let playing = async {
        let ctx = Ctx::connect(&ctx_options(&stage.stack.database), Chance::from_os()).await?;
        matrix::play(&stage.stack.anonymous(), &ctx, SECRET).await
    };
    let playing = Box::pin(playing);
    let played = story.step("every operation is called as every identity", playing).await?;
    Story::figure(&format!(
        "{} operations x {} identities = {} calls, {} answered otherwise than the table says",
        played.operations,
        played.identities,
        played.tried,
        played.wrong.len()
    ));
    ensure!(played.wrong.is_empty(), "answered wrong:\n{}", played.wrong.join("\n"));
    Ok(())
}
