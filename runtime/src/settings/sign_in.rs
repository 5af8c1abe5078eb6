//! What a sign-in takes.

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// What a sign-in takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Whether administrators need a second factor: without one they can only add one.
    pub require_admin_mfa: bool,
}

impl SignIn {
    /// Reads `REQUIRE_ADMIN_MFA`, which production has on unless it says otherwise.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let said = reader.text_if("REQUIRE_ADMIN_MFA", "write on or off", |value| matches!(value, "on" | "off"));
        let require_admin_mfa = said.map_or(reader.production, |word| word == "on");
        reader.finish(Some(Self { require_admin_mfa }))
    }
}
