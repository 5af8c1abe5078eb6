//! What the pages need before a user signs in.

use domain::identity::RegistrationMode;
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, Word};

/// How this panel presents itself.
#[derive(Debug, Object)]
pub struct Config {
    /// The company that runs the panel.
    #[oai(validator(max_length = 200))]
    company_name: String,
    /// The e-mail address for support; empty when none is set.
    #[oai(validator(max_length = 320))]
    support_email: String,
    /// The currency of every price and wallet, by its ISO 4217 code.
    #[oai(validator(max_length = 3))]
    currency: String,
    /// The address of the company's logo.
    #[oai(validator(max_length = 2000))]
    logo_url: Option<String>,
    /// The brand's hue in degrees, from 0 to 360.
    #[oai(validator(minimum(value = "0"), maximum(value = "360")))]
    hue: u16,
    /// The shortest password that is accepted, in characters.
    min_password_length: u32,
    /// Why no passkeys are offered; null where they are.
    #[oai(validator(max_length = 500))]
    no_passkeys_because: Option<String>,
    /// The issuer by whose word people may sign in, as the button says it; null where there is none.
    #[oai(validator(max_length = 80))]
    sign_in_with: Option<String>,
    /// Who may register.
    registration: Word<RegistrationMode>,
    /// Whether customers fill their wallet by payments of their own.
    payments: bool,
}

/// Operations on the panel's own settings.
pub struct ConfigApi;

#[OpenApi]
impl ConfigApi {
    /// Read the panel's settings
    ///
    /// What the pages need before a user signs in: the company, its colours, and the rules for
    /// passwords.
    #[oai(path = "/api/config", method = "get", operation_id = "getConfig", tag = "Tag::Config")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn get(&self, app: Data<&Shared>) -> Done<Config> {
        let brand = &app.brand;
        Ok(Answer::new(Config {
            company_name: brand.company_name.clone(),
            support_email: brand.support_email.clone().unwrap_or_default(),
            currency: domain::Currency::USD.code().to_owned(),
            logo_url: brand.logo_url.as_ref().map(ToString::to_string),
            hue: brand.hue,
            min_password_length: u32::try_from(domain::identity::MIN_PASSWORD_LEN).unwrap_or(u32::MAX),
            no_passkeys_because: app.ctx.passkeys.host().err().map(|why| why.words().to_owned()),
            sign_in_with: app.ctx.issuer.as_ref().map(|issuer| issuer.name().to_owned()),
            registration: Word(app.ctx.registration),
            payments: app.ctx.payments.is_some(),
        }))
    }
}
