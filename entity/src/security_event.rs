//! Who was refused, from where and how often: rows that may be erased.

use sea_orm::entity::prelude::*;

use crate::UserId;
use crate::table::no_relations;
use crate::text_enum::text_enum;

text_enum! {
    /// What was refused.
    pub enum SecurityKind {
        /// A sign-in with an unknown address or a wrong password.
        SignInFailed = "sign_in_failed",
        /// A request beyond a limit, or an attempt to sign in beyond one.
        LimitHit = "limit_hit",
        /// A request that the sender's role does not allow.
        RoleRefused = "role_refused",
        /// A change that another site's page sent.
        OriginRefused = "origin_refused",
        /// A used refresh token came back: its session was ended.
        TokenReused = "token_reused",
        /// A code of an app or a recovery code that was wrong, used or of another time.
        CodeRefused = "code_refused",
        /// A passkey whose answer proved nothing.
        PasskeyRefused = "passkey_refused",
        /// A passkey of which a copy may exist.
        PasskeyCopied = "passkey_copied",
        /// An issuer's answer that could not be believed.
        IdentityRefused = "identity_refused",
    }
}

/// A row of `security_event`: what happened within a minute.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "security_event")]
pub struct Model {
    /// Assigned by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The minute's begin; by business time.
    pub minute: DateTimeUtc,
    /// What was refused.
    pub kind: SecurityKind,
    /// Whose account it was about, or who asked.
    pub user_id: Option<UserId>,
    /// Without a user: a keyed hash of the e-mail address that was typed.
    pub email_mac: Option<Vec<u8>>,
    /// The client's address with its prefix length, such as `203.0.113.7/32`.
    #[sea_orm(column_type = "Inet", select_as = "text", save_as = "inet")]
    pub ip: Option<String>,
    /// How often within the minute, at least 1.
    pub count: i32,
    /// The last time; by business time.
    pub last_at: DateTimeUtc,
}
no_relations!();
