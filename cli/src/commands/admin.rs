//! `skypanel admin`.

use domain::error::sql_state;
use runtime::settings::Source;

use super::secret_from_stdin;
use crate::args::Admin;
use crate::wiring::{Purpose, owner_ctx, ready_ctx};

/// Manages administrators and passwords. Who is an administrator is decided as the owner of the tables: the role that
/// serves requests may not.
pub async fn run(source: &Source, what: Admin) -> anyhow::Result<()> {
    let ctx = match what {
        Admin::SetPassword { .. } => ready_ctx(source, Purpose::Work).await?,
        Admin::Create { .. } | Admin::Promote { .. } | Admin::Demote { .. } => owner_ctx(source).await?,
    };
    match what {
        Admin::Create { email, name } => {
            domain::identity::create_admin(&ctx, &email, &name, secret_from_stdin()?).await.map_err(as_owner)?;
            say!("{email} is now an administrator and can sign in.");
        }
        Admin::Promote { email } => {
            if domain::identity::promote(&ctx, &email).await.map_err(as_owner)?.changed {
                say!("{email} is now an administrator. Open sessions have the role within seconds.");
            } else {
                say!("{email} was an administrator already. Nothing was changed.");
            }
        }
        Admin::Demote { email } => {
            let change = domain::identity::demote(&ctx, &email).await.map_err(as_owner)?;
            if change.changed {
                say!("{email} is no longer an administrator. Open sessions lose the role within seconds.");
            } else {
                say!("{email} was no administrator. Nothing was changed.");
            }
            if change.admins == 0 {
                say!("No administrator is left. `skypanel admin promote` gives the role to a user.");
            }
        }
        Admin::SetPassword { email } => {
            domain::identity::set_password(&ctx, &email, &secret_from_stdin()?).await?;
            say!("{email} has a new password; all of their sessions have ended.");
        }
    }
    Ok(())
}

/// Says what to do where the database's role may not choose administrators.
fn as_owner(error: domain::Error) -> anyhow::Error {
    let state = error.cause.as_ref().and_then(|cause| cause.downcast_ref()).and_then(sql_state);
    match state.as_deref() {
        Some("42501") => anyhow::anyhow!(
            "the role in DATABASE_URL may not choose who is an administrator; nothing was changed. Set \
             DATABASE_OWNER_URL, or with docker compose: docker compose run --rm -T migrate admin …"
        ),
        _ => error.into(),
    }
}
