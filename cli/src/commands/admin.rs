//! `skypanel admin`.

use runtime::settings::Source;

use super::secret_from_stdin;
use crate::args::Admin;
use crate::wiring::{Purpose, ready_ctx};

/// Manages administrators and passwords.
pub async fn run(source: &Source, what: Admin) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    match what {
        Admin::Create { email, name } => {
            domain::identity::create_admin(&ctx, &email, &name, secret_from_stdin()?).await?;
            println!("{email} is now an administrator and can sign in.");
        }
        Admin::Promote { email } => {
            domain::identity::promote(&ctx, &email).await?;
            println!("{email} is an administrator from the next sign-in on.");
        }
        Admin::SetPassword { email } => {
            domain::identity::set_password(&ctx, &email, &secret_from_stdin()?).await?;
            println!("{email} has a new password; all of their sessions have ended.");
        }
    }
    Ok(())
}
