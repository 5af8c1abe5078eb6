//! Who must have a second factor, and who has shown one.

use entity::UserId;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db};

/// In a session's `amr`: its person showed two factors, or a passkey, which is both (RFC 8176).
pub const MULTIPLE: &str = "mfa";
/// How a session begins whose person typed their password.
pub const BY_PASSWORD: &[&str] = &["pwd"];
/// The same with a code, be it of an app or one for recovery.
pub const BY_CODE: &[&str] = &["pwd", "otp", MULTIPLE];
/// The same with a passkey after the password.
pub const BY_PASSWORD_AND_PASSKEY: &[&str] = &["pwd", "hwk", MULTIPLE];
/// How a session begins whose person an issuer named. Whatever more they showed there is not known here (RFC 8176 has
/// no word for it).
pub const BY_ISSUER: &[&str] = &["oidc"];
/// The same with a code.
pub const BY_ISSUER_AND_CODE: &[&str] = &["oidc", "otp", MULTIPLE];
/// The same with a passkey after it.
pub const BY_ISSUER_AND_PASSKEY: &[&str] = &["oidc", "hwk", MULTIPLE];
/// With a passkey alone, whose device checked who holds it.
pub const BY_PASSKEY: &[&str] = &["hwk", MULTIPLE];

/// What a sign-in began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The password.
    Password,
    /// The word of an issuer.
    Issuer,
}

impl First {
    /// As a challenge keeps it.
    #[must_use]
    pub fn kept(self) -> Option<Json> {
        match self {
            Self::Password => None,
            Self::Issuer => Some(json!({ "first": "oidc" })),
        }
    }

    /// What a challenge kept.
    #[must_use]
    pub fn of(kept: Option<&Json>) -> Self {
        if kept.is_some_and(|kept| kept["first"] == "oidc") { Self::Issuer } else { Self::Password }
    }

    /// How the session begins if nothing more is asked.
    #[must_use]
    pub const fn alone(self) -> &'static [&'static str] {
        match self {
            Self::Password => BY_PASSWORD,
            Self::Issuer => BY_ISSUER,
        }
    }

    /// The same with a code.
    #[must_use]
    pub const fn with_code(self) -> &'static [&'static str] {
        match self {
            Self::Password => BY_CODE,
            Self::Issuer => BY_ISSUER_AND_CODE,
        }
    }

    /// The same with a passkey.
    #[must_use]
    pub const fn with_passkey(self) -> &'static [&'static str] {
        match self {
            Self::Password => BY_PASSWORD_AND_PASSKEY,
            Self::Issuer => BY_ISSUER_AND_PASSKEY,
        }
    }
}

/// Ways to show that one is who one says, other than the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// A passkey.
    Passkey,
    /// A code of an authenticator app.
    Totp,
    /// A recovery code.
    RecoveryCode,
}

impl FactorKind {
    /// Every kind, the strongest first.
    pub const ALL: &[Self] = &[Self::Passkey, Self::Totp, Self::RecoveryCode];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

db::row! {
    /// What a user has enrolled.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Enrolled {
        /// An authenticator app.
        pub totp: bool,
        /// Passkeys that work at this address.
        pub passkeys: i64,
        /// Passkeys that were made for another address of the panel.
        pub passkeys_elsewhere: i64,
        /// Recovery codes that were not used yet.
        pub recovery_codes: i64,
    }
}

impl Enrolled {
    /// Whether a password alone is not enough. A passkey that died with the panel's former address still counts:
    /// moving the panel must open no account.
    #[must_use]
    pub fn any(&self) -> bool {
        self.totp || self.passkeys > 0 || self.passkeys_elsewhere > 0
    }

    /// The ways that are open, the strongest first.
    #[must_use]
    pub fn kinds(&self) -> Vec<FactorKind> {
        let ways = [
            (self.passkeys > 0, FactorKind::Passkey),
            (self.totp, FactorKind::Totp),
            (self.any() && self.recovery_codes > 0, FactorKind::RecoveryCode),
        ];
        ways.into_iter().filter(|(open, _)| *open).map(|(_, kind)| kind).collect()
    }
}

/// What a user has enrolled.
///
/// # Errors
/// When the database does not answer.
pub async fn enrolled(ctx: &Ctx, db: &impl ConnectionTrait, user: UserId) -> Result<Enrolled> {
    select_enrolled(user, ctx.passkeys.host().ok()).only(db).await
}

/// Whether a session's person showed a second factor. Adding one shows it, and so does signing in with it; who
/// loses theirs is signed out.
#[must_use]
pub fn shown(amr: &[String]) -> bool {
    amr.iter().any(|way| way == MULTIPLE)
}

/// Lets through whose session showed a second factor, or who needs none: for administrators as `REQUIRE_ADMIN_MFA` says
/// and for members as their organisation's `require_mfa` does.
///
/// # Errors
/// `mfa_required`.
pub fn demand(required: bool, amr: &[String]) -> Result<()> {
    if !required || shown(amr) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        "mfa_required",
        "This needs a second factor. Add an authenticator app or a passkey to your account first.",
    ))
}

db::statement! {
    fn select_enrolled(user: UserId, host: Option<&str>) -> Enrolled = file "select_enrolled.sql";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(amr: &[&str]) -> Vec<String> {
        amr.iter().map(|way| (*way).to_owned()).collect()
    }

    #[test]
    fn a_second_factor_is_demanded_only_where_it_is_required_and_lacking() {
        for (required, amr, passes) in [
            (true, BY_PASSWORD, false),
            (true, &[][..], false),
            (true, &["otp"][..], false),
            (true, BY_CODE, true),
            (true, BY_PASSKEY, true),
            (true, BY_PASSWORD_AND_PASSKEY, true),
            (true, BY_ISSUER, false),
            (true, BY_ISSUER_AND_CODE, true),
            (true, BY_ISSUER_AND_PASSKEY, true),
            (false, BY_PASSWORD, true),
        ] {
            assert_eq!(demand(required, &words(amr)).is_ok(), passes, "{required} {amr:?}");
        }
        assert_eq!(demand(true, &[]).unwrap_err().code, "mfa_required");
    }

    #[test]
    fn a_challenge_keeps_what_the_sign_in_began_with() {
        for first in [First::Password, First::Issuer] {
            assert_eq!(First::of(first.kept().as_ref()), first);
            assert!(!shown(&words(first.alone())) && shown(&words(first.with_code())));
            assert!(shown(&words(first.with_passkey())) && first.with_passkey()[0] == first.alone()[0]);
        }
    }

    #[test]
    fn recovery_codes_alone_are_no_factor() {
        let none = Enrolled { recovery_codes: 10, ..Enrolled::default() };
        assert!(!none.any() && none.kinds().is_empty());
        let moved = Enrolled { passkeys_elsewhere: 1, recovery_codes: 2, ..Enrolled::default() };
        assert_eq!((moved.any(), moved.kinds()), (true, vec![FactorKind::RecoveryCode]));
        let all = Enrolled { totp: true, passkeys: 1, recovery_codes: 1, ..Enrolled::default() };
        assert_eq!(all.kinds(), [FactorKind::Passkey, FactorKind::Totp, FactorKind::RecoveryCode]);
    }
}
