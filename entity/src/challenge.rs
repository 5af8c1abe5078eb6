//! Challenges: what was asked of a person and must still be answered.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{ChallengeId, SessionId, UserId};

text_enum! {
    /// What an answer is for.
    pub enum ChallengeKind {
        /// The password was right, and a second factor is still to come.
        SignIn = "sign_in",
        /// A sign-in with a passkey.
        Passkey = "passkey",
        /// A passkey shows again who is signed in.
        StepUp = "step_up",
        /// An authenticator app is being added.
        TotpSetup = "totp_setup",
        /// A passkey is being added.
        PasskeySetup = "passkey_setup",
        /// A sign-in at an issuer.
        OidcSignIn = "oidc_sign_in",
        /// An issuer's identity is being linked to the account.
        OidcLink = "oidc_link",
        /// An issuer shows again who is signed in.
        OidcStepUp = "oidc_step_up",
    }
}

/// A row of `challenge`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenge")]
pub struct Model {
    /// Known to whom it was given alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChallengeId,
    /// What an answer is for.
    pub kind: ChallengeKind,
    /// Whose answer is awaited; none when any user's passkey may answer.
    pub user_id: Option<UserId>,
    /// The session that alone may answer, where a user is signed in.
    pub session_id: Option<SessionId>,
    /// The sign-in by password that a passkey completes.
    pub parent_id: Option<ChallengeId>,
    /// What was asked of the browser.
    #[sea_orm(column_type = "JsonBinary")]
    pub state: Option<Json>,
    /// The secret of an app that is being added, or what an issuer's answer must fit, sealed.
    pub secret_sealed: Option<Vec<u8>>,
    /// Codes that were tried.
    pub tries: i32,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// By business time.
    pub expires_at: DateTimeUtc,
    /// SHA-256 of what an issuer sends back with its answer.
    pub state_hash: Option<Vec<u8>>,
    /// SHA-256 of the cookie of the browser that was sent to the issuer.
    pub browser_hash: Option<Vec<u8>>,
}
no_relations!();
