//! Links that mails bring.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{MailTokenId, UserId};

text_enum! {
    /// What a link of a mail does.
    pub enum MailTokenKind {
        /// Confirms an address.
        Verify = "verify",
        /// Lets its reader choose a new password.
        Reset = "reset",
        /// Replaces an address by the one that the mail went to.
        Change = "change",
        /// Takes such a change back.
        Undo = "undo",
        /// Lets a user whom an administrator created choose their first password.
        Choose = "choose",
    }
}

/// A row of `mail_token`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_token")]
pub struct Model {
    /// What the mail's job names; the token itself is another number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailTokenId,
    /// What it does.
    pub kind: MailTokenKind,
    /// Where its mail goes: 3 to 254 characters, in the canonical form.
    pub email: String,
    /// References `app_user`; none for a reset, which a stranger may ask for.
    pub user_id: Option<UserId>,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// The token, until its mail was sent.
    pub sealed: Option<Vec<u8>>,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// By business time.
    pub expires_at: DateTimeUtc,
    /// When it was used, or a newer one took its place; by business time.
    pub used_at: Option<DateTimeUtc>,
}
no_relations!();
