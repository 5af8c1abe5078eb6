//! Settings: what the environment says, checked before anything starts.
//!
//! A process loads the sections that it needs and reports everything that is wrong with them at once:
//!
//! ```
//! use runtime::settings::{App, Brand, SettingsErrors, Source};
//! # fn main() -> Result<(), SettingsErrors> {
//! let source = Source::from_pairs([("APP_ENV", "development"), ("BRAND_HUE", "140")]);
//! let mut errors = SettingsErrors::default();
//! let (app, brand) = (errors.keep(App::load(&source)), errors.keep(Brand::load(&source)));
//! errors.into_result()?;
//! # assert!(app.is_some_and(|app| !app.production) && brand.is_some_and(|brand| brand.hue == 140));
//! # Ok(())
//! # }
//! ```

mod advice;
mod app;
mod brand;
mod cloud;
mod errors;
mod http;
mod limits;
mod mail;
mod oidc;
mod paypal;
mod reader;
mod secrets;
mod sign_in;
mod source;
mod stores;
#[cfg(test)]
mod tests;
mod traces;
mod vars;
mod workers;

pub use self::advice::{Advice, advice, misquoted};
pub use self::app::{App, Log, Quotas};
pub use self::brand::Brand;
pub use self::cloud::Cloud;
pub use self::errors::{Problem, SettingsErrors};
pub use self::http::Http;
pub use self::limits::{Limits, Rate};
pub use self::mail::{Mail, MailTls};
pub use self::oidc::Oidc;
pub use self::paypal::{Paypal, PaypalMode};
pub use self::secrets::Secrets;
pub use self::sign_in::SignIn;
pub use self::source::Source;
pub use self::stores::{Database, Redis};
pub use self::traces::Traces;
pub use self::vars::{VARS, Var, env_example};
pub use self::workers::{QueuesError, Workers, parse_queues};

/// Reads every section: for processes that use most of them, and for `skypanel doctor`.
///
/// # Errors
/// Everything that is wrong, in every section, at once.
pub fn check(source: &Source) -> Result<(), SettingsErrors> {
    let mut errors = SettingsErrors::default();
    errors.keep(App::load(source));
    errors.keep(Log::load(source));
    errors.keep(Traces::load(source));
    errors.keep(Quotas::load(source));
    errors.keep(Database::load(source));
    errors.keep(Redis::load(source));
    errors.keep(Secrets::load(source));
    errors.keep(Http::load(source));
    errors.keep(Limits::load(source));
    errors.keep(Brand::load(source));
    errors.keep(SignIn::load(source));
    errors.keep(Oidc::load(source));
    errors.keep(Mail::load(source));
    errors.keep(Cloud::load(source));
    errors.keep(Paypal::load(source));
    errors.keep(Workers::load(source));
    errors.into_result()
}
