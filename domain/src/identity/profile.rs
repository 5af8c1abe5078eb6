//! What a user says about themself.

use entity::UserId;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db, text};

/// Changes of a profile; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct ProfileChanges {
    /// How they are addressed, 1 to 100 characters.
    pub name: Option<String>,
    /// Their language, as a BCP 47 tag.
    pub locale: Option<String>,
    /// Their time zone, by its IANA name.
    pub time_zone: Option<String>,
}

/// Changes the actor's profile.
///
/// # Errors
/// Field errors; `forbidden` for all but a user themself.
pub async fn change_profile(ctx: &Ctx, actor: &Actor, changes: &ProfileChanges) -> Result<()> {
    let user = actor.own()?;
    let name = changes.name.as_deref().map(|name| text::line("/name", name, 1, 100)).transpose()?;
    let locale = changes.locale.as_deref().map(locale).transpose()?;
    let zone = changes.time_zone.as_deref();
    let tx = ctx.begin().await?;
    if let Some(zone) = zone
        && !is_zone(zone).only(&tx).await?
    {
        return Err(Error::field("/time_zone", "choose a time zone such as Europe/Berlin"));
    }
    if update_profile(user, name.as_deref(), locale.as_deref(), zone).exec(&tx).await? == 0 {
        return Err(Error::unauthenticated());
    }
    // The log keeps no names: it says that something changed, not what.
    let event = Event::new("auth.profile_changed", EventStatus::Info, "Profile changed").by(actor);
    activity::record(&tx, event.entity("user", user)).await?;
    tx.commit().await?;
    Ok(())
}

/// A language, with a script and a region where they are given, in the usual capitals.
fn locale(text: &str) -> Result<String> {
    let parts: Vec<&str> = text.trim().split('-').collect();
    let plain = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let [language, rest @ ..] = parts.as_slice() else { return Err(no_language()) };
    let whole = plain(language, 2..=3) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !whole || rest.len() > 3 || !rest.iter().all(|part| plain(part, 2..=8)) {
        return Err(no_language());
    }
    let cased = rest.iter().map(|part| match part.len() {
        2 => part.to_uppercase(),
        4 => part[..1].to_uppercase() + &part[1..].to_lowercase(),
        _ => part.to_lowercase(),
    });
    Ok(std::iter::once(language.to_lowercase()).chain(cased).collect::<Vec<_>>().join("-"))
}

fn no_language() -> Error {
    Error::field("/locale", "choose a language such as en or de-AT")
}

db::statement! {
    /// Only names of the catalog: `PostgreSQL` would take any offset for a zone.
    fn is_zone(name: &str) -> bool = "select exists (select from pg_timezone_names where name = $1)";

    fn update_profile(user: UserId, name: Option<&str>, locale: Option<&str>, time_zone: Option<&str>) =
        "update app_user set name = coalesce($2, name), locale = coalesce($3, locale), \
           time_zone = coalesce($4, time_zone)
         where id = $1 and deleted_at is null";
}

#[cfg(test)]
mod tests {
    use super::locale;

    #[test]
    fn a_language_has_one_form() {
        for (typed, stored) in [("en", "en"), ("DE-at", "de-AT"), ("zh-hans-CN", "zh-Hans-CN"), (" pt-br ", "pt-BR")] {
            assert_eq!(locale(typed).unwrap(), stored);
        }
        for bad in ["", "e", "english", "en_US", "en-", "-en", "12", "en-a", "en-'; drop", "dé", "en-aaaaaaaaa"] {
            assert!(locale(bad).is_err(), "{bad:?}");
        }
    }
}
