//! `skypanel key`.

use api::routes::keys::ApiKey;
use api::wire::{List, json_of};
use domain::Actor;
use domain::key::{self, KeyView};
use runtime::settings::Source;

use super::output::{self, time, time_or_dash};
use crate::args::operator::{Keys, Output};
use crate::wiring::{Purpose, ready_ctx};

/// Shows API keys of customers, and revokes them.
pub async fn run(source: &Source, output: Output, what: Option<Keys>) -> anyhow::Result<()> {
    let ctx = ready_ctx(source, Purpose::Work).await?;
    let actor = Actor::Operator;
    match what.unwrap_or(Keys::List { org: None, user: None }) {
        Keys::List { org, user } => {
            let found = key::list_of_all(&ctx, &actor, org, user.as_deref()).await?;
            if output.json {
                output::json(&json_of(&List::of(found, ApiKey::from)));
            } else {
                table(&found);
            }
        }
        Keys::Revoke { id } => {
            let (key, was_alive) = key::revoke_any(&ctx, &actor, id).await?;
            if output.json {
                output::json(&json_of(&ApiKey::from(key)));
            } else if was_alive {
                say!("The API key {} (sp_{}…) is revoked: it is refused within five seconds.", key.name, key.ident);
            } else {
                say!("The API key {} (sp_{}…) was revoked already. Nothing was changed.", key.name, key.ident);
            }
        }
    }
    Ok(())
}

fn table(keys: &[KeyView]) {
    let row = |key: &KeyView| {
        let state = match (key.alive, key.revoked_at) {
            (true, _) => "active",
            (false, Some(_)) => "revoked",
            (false, None) => "ended",
        };
        [
            key.id.to_string(),
            format!("sp_{}…", key.ident),
            key.name.clone(),
            key.user_name.clone(),
            key.org_id.to_string(),
            key.scopes.join(" "),
            state.to_owned(),
            time(key.expires_at),
            time_or_dash(key.last_used_at),
        ]
    };
    let columns = ["key", "text", "name", "owner", "organisation", "scopes", "is", "ends", "last used"];
    output::rows(columns, keys.iter().map(row));
}
