//! What a sign-in takes.

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// What a sign-in takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Whether administrators need a second factor: without one they can only add one.
    pub require_admin_mfa: bool,
    /// Whether a user gets a mail when an administrator goes into their place.
    pub impersonation_mail: bool,
}

impl SignIn {
    /// Reads `REQUIRE_ADMIN_MFA`, which production has on unless it says otherwise, and `IMPERSONATION_MAIL`, which is
    /// on unless it says otherwise.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let said = reader.text_if("REQUIRE_ADMIN_MFA", "write on or off", |value| matches!(value, "on" | "off"));
        let require_admin_mfa = said.map_or(reader.production, |word| word == "on");
        let said = reader.text_if("IMPERSONATION_MAIL", "write on or off", |value| matches!(value, "on" | "off"));
        let impersonation_mail = said.is_none_or(|word| word == "on");
        reader.finish(Some(Self { require_admin_mfa, impersonation_mail }))
    }
}
