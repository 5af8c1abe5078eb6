//! `skypanel migrate`.

use anyhow::ensure;
use domain::error::sql_state;
use migration::Freedom;
use runtime::settings::{App, Database, Source};
use sea_orm::ConnectOptions;
use secrecy::ExposeSecret as _;

use crate::args::Migrate;
use crate::wiring::unreachable;

/// Changes the schema as its owner.
pub async fn run(source: &Source, what: Migrate) -> anyhow::Result<()> {
    let database = Database::load(source)?;
    let url = database.owner_url.unwrap_or(database.url);
    let mut options = ConnectOptions::new(url.expose_secret());
    options.max_connections(4).sqlx_logging(false).connect_timeout(std::time::Duration::from_secs(10));
    let db = sea_orm::Database::connect(options).await.map_err(|error| {
        let state = sql_state(&error);
        let what = "the database cannot be reached as its owner";
        anyhow::Error::new(error).context(unreachable(what, "DATABASE_OWNER_URL", state.as_deref()))
    })?;
    match what {
        Migrate::Up => {
            migration::up(&db).await?;
            migration::grant(&db, freedom(source)?).await?;
            say!("The schema is {}.", migration::names().last().map_or("empty", String::as_str));
        }
        Migrate::Status => {
            for (name, applied) in migration::status(&db).await? {
                say!("{} {name}", if applied { "applied" } else { "pending" });
            }
        }
        Migrate::Fresh { yes } => {
            allowed(source, yes)?;
            migration::fresh(&db).await?;
            migration::grant(&db, freedom(source)?).await?;
            say!("Everything was dropped, and every migration was applied again.");
        }
        Migrate::Reset { yes } => {
            allowed(source, yes)?;
            migration::reset(&db).await?;
            say!("Everything was dropped.");
        }
    }
    Ok(())
}

fn freedom(source: &Source) -> anyhow::Result<Freedom> {
    Ok(if App::load(source)?.production { Freedom::None } else { Freedom::Development })
}

fn allowed(source: &Source, yes: bool) -> anyhow::Result<()> {
    ensure!(!App::load(source)?.production, "this would drop every customer's data, so it is refused in production");
    ensure!(yes, "this drops every table with its data; add --yes if you mean it");
    Ok(())
}
