//! The signed-in user's own profile.

use domain::identity::{self, ProfileChanges};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::{Me, me};
use crate::auth::Own;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done};

/// Changes of a profile; what is left out stays.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeProfile {
    /// How the user is addressed.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: Option<String>,
    /// Their language, as a BCP 47 tag such as `en` or `de-AT`.
    #[oai(validator(min_length = 2, max_length = 35))]
    locale: Option<String>,
    /// Their time zone, by its IANA name such as `Europe/Berlin`.
    #[oai(validator(min_length = 1, max_length = 64))]
    time_zone: Option<String>,
}

/// The operations on the user's own account.
pub struct ProfileApi;

#[OpenApi]
impl ProfileApi {
    /// Change the profile
    ///
    /// Name, language and time zone of the signed-in user.
    #[oai(path = "/api/account", method = "patch", operation_id = "changeProfile", tag = "Tag::Auth")]
    async fn change(&self, own: Own, app: Data<&Shared>, body: Body<ChangeProfile>) -> Done<Me> {
        let ChangeProfile { name, locale, time_zone } = body.0;
        identity::change_profile(&app.ctx, &own.actor(), &ProfileChanges { name, locale, time_zone }).await?;
        Ok(Answer::new(me(&app, &own.session.claims).await?))
    }
}
