//! `skypanel user`.

use domain::{Actor, factor, identity};
use runtime::settings::Source;

use crate::args::User;
use crate::wiring::{Purpose, ready_ctx};

/// Manages users.
pub async fn run(source: &Source, what: User) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what {
        User::ResetFactors { email, now: true, .. } => {
            let user = identity::find(&ctx, &email).await?;
            factor::reset_now(&ctx, &Actor::Operator, user).await?;
            say!("{email} has no second factor any more, and all of their sessions have ended.");
        }
        User::ResetFactors { email, reason, now: false } => {
            let user = identity::find(&ctx, &email).await?;
            let pending = factor::request_reset(&ctx, &Actor::Operator, user, &reason).await?;
            let due = pending.due_at.format("%Y-%m-%d %H:%M UTC");
            say!("{email} was told by mail. The second factors are reset at {due}, unless one is used before.");
        }
    }
    Ok(())
}
