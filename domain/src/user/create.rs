//! A user whom an administrator creates.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::user::Role;
use entity::{OrgId, UserId};
use secrecy::SecretString;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::identity::Registration;
use crate::identity::register::{check, insert};
use crate::identity::session::bump_epoch;
use crate::org::{self, NewOrg};
use crate::{Actor, Ctx, EventStatus, db, text};

/// What an administrator enters.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Where they read mail.
    pub email: String,
    /// How they are addressed, 1 to 100 characters.
    pub name: String,
    /// Their organisation's name; their own name when left out.
    pub organisation: Option<String>,
}

/// Creates a user with an organisation and an empty wallet. Nobody knows their password: they choose one by the link of
/// the mail that they get, for a week, and later by the link for those who forgot theirs.
///
/// # Errors
/// Field errors, `email_taken`; `forbidden` for others than administrators.
pub async fn create(ctx: &Ctx, actor: &Actor, new: NewUser) -> Result<(UserId, OrgId)> {
    actor.admin()?;
    let password = SecretString::from(URL_SAFE_NO_PAD.encode(ctx.chance.bytes::<32>()));
    let NewUser { email, name, organisation } = new;
    let mut checked = check(ctx, Registration { email, password, name, organisation, invitation: None }).await?;
    checked.for_another = true;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let (user, org) = insert(ctx, &tx, checked, Role::User, now).await?;
    let event = Event::new("user.create", EventStatus::Info, "The account was created by an administrator");
    activity::record(&tx, event.by(actor).entity("user", user)).await?;
    tx.commit().await?;
    Ok((user, org))
}

/// Creates an organisation with an empty wallet for a user, who owns it.
///
/// # Errors
/// Field errors; `not_found` for a user who can't sign in; `forbidden` for others than administrators.
pub async fn create_organisation(ctx: &Ctx, actor: &Actor, owner: UserId, name: &str) -> Result<OrgId> {
    actor.admin()?;
    let name = text::line("/name", name, 1, 100)?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    share_user(owner).one(&tx).await?.ok_or_else(|| Error::not_found("user"))?;
    let org = org::insert(ctx, &tx, NewOrg { name: &name, owner }, now).await?;
    bump_epoch(&tx, owner, now).await?;
    let event = Event::new("org.create", EventStatus::Info, "The organisation was created by an administrator");
    activity::record(&tx, event.org(org).by(actor).entity("org", org)).await?;
    tx.commit().await?;
    Ok(org)
}

db::statement! {
    fn share_user(user: UserId) -> UserId =
        "select id from app_user where id = $1 and deleted_at is null and disabled_at is null for no key update";
}
