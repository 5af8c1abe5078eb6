//! Whose an e-mail address is.

use entity::UserId;

use crate::error::Result;
use crate::{Ctx, db, text};

/// The user who signs in with an address, in any spelling of it. For decisions that nobody is told of: whether an
/// address is a user's is not to be found out.
///
/// # Errors
/// When the database does not answer.
pub async fn user_of(ctx: &Ctx, email: &str) -> Result<Option<UserId>> {
    let Some(address) = text::canonical_email(email) else { return Ok(None) };
    select_user(&address, &text::former_email(email)).one(&ctx.db).await
}

db::statement! {
    fn select_user(email: &str, former: &str) -> UserId =
        "select id from app_user where email in ($1, $2) and deleted_at is null order by email = $1 desc limit 1";
}
