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
            if domain::identity::promote(&ctx, &email).await?.changed {
                println!("{email} is now an administrator. Open sessions have the role within seconds.");
            } else {
                println!("{email} was an administrator already. Nothing was changed.");
            }
        }
        Admin::Demote { email } => {
            let change = domain::identity::demote(&ctx, &email).await?;
            if change.changed {
                println!("{email} is no longer an administrator. Open sessions lose the role within seconds.");
            } else {
                println!("{email} was no administrator. Nothing was changed.");
            }
            if change.admins == 0 {
                println!("No administrator is left. `skypanel admin promote` gives the role to a user.");
            }
        }
        Admin::SetPassword { email } => {
            domain::identity::set_password(&ctx, &email, &secret_from_stdin()?).await?;
            println!("{email} has a new password; all of their sessions have ended.");
        }
    }
    Ok(())
}
