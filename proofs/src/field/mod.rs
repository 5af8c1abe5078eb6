//! `./dev prove field`: whose machine is it? What people do at the provider past us, another account, backups and
//! copies of the database. It says what was and what was not destroyed.

mod copies;
mod outside;
mod stage;

use anyhow::Result;
use testkit::stack::Stack;

use crate::checker::Checker;
use crate::story::{Story, last_words};
use stage::Stage;

/// No patience: only the brakes hold a comparison back.
const IMPATIENT: [(&str, &str); 7] = [
    ("ORPHAN_LEFTOVER_MS", "0"),
    ("ORPHAN_UNKNOWN_MS", "0"),
    ("MISSING_MS", "0"),
    ("POLL_FIRST_MS", "150"),
    ("POLL_MAX_MS", "500"),
    ("WATCH_MS", "250"),
    ("DATABASE_MAX_CONNECTIONS", "10"),
];

/// Plays it with so many customers' servers; at least five, of which four vanish at once.
///
/// # Errors
/// The first step that fails.
pub async fn play(servers: usize) -> Result<()> {
    let mut story = Story::begin("field", "Whose machine is it?");
    let mut stack = story
        .step(
            "an installation starts with a database server of its own",
            Box::pin(Stack::servers(true, 300, &IMPATIENT)),
        )
        .await?;
    stack.start_roles().await?;
    let checker = Checker::of(&stack).await?;
    let mut stage = story
        .step("with an administrator, a cloud and customers' servers", Box::pin(Stage::set(stack, checker, servers)))
        .await?;
    let outcome = Box::pin(acts(&mut story, &mut stage)).await;
    if outcome.is_err() {
        last_words(&stage.stack, &stage.checker).await;
    }
    outcome?;
    story.end();
    Ok(())
}

async fn acts(story: &mut Story, stage: &mut Stage) -> Result<()> {
    Box::pin(outside::play(story, stage)).await?;
    Box::pin(copies::play(story, stage)).await?;
    story.step("the books are right, and each hour was charged once", settled(stage)).await?;
    let verdict = stage.verdict().await?;
    for line in verdict.lines() {
        Story::figure(line);
    }
    Ok(())
}

async fn settled(stage: &Stage) -> Result<()> {
    stage.checker.books().await?;
    stage.checker.hours().await?;
    Ok(())
}
