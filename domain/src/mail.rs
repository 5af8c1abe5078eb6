//! What a mail needs to be written.

use entity::{UserId, VpsId};

use crate::error::{Error, Result};
use crate::{Ctx, db};

db::row! {
    /// The user whom a mail goes to. Nobody confirmed that they own the address, so no mail carries their name: a
    /// stranger may have chosen it, and our mail server would send those words to another stranger.
    #[derive(Clone, Debug)]
    pub struct Recipient {
        /// The address, in its canonical form.
        pub email: String,
    }
}

db::row! {
    /// What a mail says about a server.
    #[derive(Clone, Debug)]
    pub struct MailedServer {
        /// The customer's name for it.
        pub label: String,
        /// Words for the customer when the order failed.
        pub failure: Option<String>,
    }
}

/// The user to write to, as they are now.
///
/// # Errors
/// `not_found` when the user was deleted.
pub async fn recipient(ctx: &Ctx, user: UserId) -> Result<Recipient> {
    select_recipient(user).one(&ctx.db).await?.ok_or_else(|| Error::not_found("user"))
}

/// The server to write about, as it is now; a deleted one is found too.
///
/// # Errors
/// `not_found` when it does not exist.
pub async fn mailed_server(ctx: &Ctx, vps: VpsId) -> Result<MailedServer> {
    select_server(vps).one(&ctx.db).await?.ok_or_else(|| Error::not_found("server"))
}

db::statement! {
    fn select_recipient(user: UserId) -> Recipient =
        "select email from app_user where id = $1 and deleted_at is null";

    fn select_server(vps: VpsId) -> MailedServer = "select label, failure from vps where id = $1";
}
