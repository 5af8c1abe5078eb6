//! Registration: user, organisation, wallet, welcome mail and session in one transaction.

use chrono::{DateTime, Utc};
use entity::mail_token::MailTokenKind;
use entity::{OrgId, UserId, user::Role};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, Set};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::session::{self, Holder};
use super::{Client, Grant, Presented};
use crate::activity::{self, Event};
use crate::error::{Error, ErrorKind, FieldError, Result, violates};
use crate::mail::{Mail, token};
use crate::org::{self, NewOrg, Offer};
use crate::work::{self, Job, NewJob};
use crate::{Ctx, EventStatus, db, text};

/// What a new user enters.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Where they read mail, and what they sign in with.
    pub email: String,
    /// 12 to 256 characters.
    pub password: SecretString,
    /// How they are addressed, 1 to 100 characters.
    pub name: String,
    /// Their organisation's name; their own name when left out.
    pub organisation: Option<String>,
    /// The token of an invitation: it proves the address, and what they join is the inviting organisation alone.
    pub invitation: Option<SecretString>,
}

/// Who may register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Anybody.
    #[default]
    Open,
    /// Those who were invited.
    Invitation,
    /// Nobody: users are created by administrators.
    Closed,
}

impl RegistrationMode {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Open, Self::Invitation, Self::Closed];

    /// The word of the setting `REGISTRATION`, and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        }
    }

    /// The value of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mode| mode.as_str() == word)
    }

    /// Lets those register whom the setting admits.
    ///
    /// # Errors
    /// `registration_closed`, `registration_by_invitation`.
    pub(crate) fn admits(self, invited: bool) -> Result<()> {
        match self {
            Self::Closed => Err(Error::new(
                ErrorKind::Forbidden,
                "registration_closed",
                "Nobody registers here by themselves. Ask support for an account.",
            )),
            Self::Invitation if !invited => Err(Error::new(
                ErrorKind::Forbidden,
                "registration_by_invitation",
                "Registering takes an invitation. Open the link of yours, or ask a customer to invite you.",
            )),
            _ => Ok(()),
        }
    }
}

/// A registration that passed every check, with the password hashed.
pub(crate) struct Checked {
    email: String,
    /// None for who comes by an issuer.
    password_hash: Option<String>,
    name: String,
    org_name: String,
    invitation: Option<SecretString>,
    /// Whether an administrator enters it: the user chooses a password by the link of a mail.
    pub(crate) for_another: bool,
    /// Whether an issuer whom we believe says that they read mail there.
    verified: bool,
}

impl Checked {
    /// A person whom an issuer named: without a password, with an organisation of their own.
    pub(crate) fn by_issuer(email: String, name: String, verified: bool) -> Self {
        Self {
            email,
            password_hash: None,
            org_name: name.clone(),
            name,
            invitation: None,
            for_another: false,
            verified,
        }
    }
}

/// Registers a user with an organisation and an empty wallet, sends a welcome, and signs them in. One who was invited
/// joins that organisation and has none of their own. The session that the request presented ends.
///
/// # Errors
/// Field errors, and `email_taken`; `registration_closed`, `registration_by_invitation`; what an invitation's token
/// may be refused for.
pub async fn register(ctx: &Ctx, new: Registration, presented: &Presented, client: &Client) -> Result<Grant> {
    ctx.registration.admits(new.invitation.is_some())?;
    let new = check(ctx, new).await?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    session::end(&tx, presented, now, "Signed out by registering again").await?;
    let (user, _) = insert(ctx, &tx, new, Role::User, now).await?;
    let holder = Holder { user, role: Role::User, epoch: 0, amr: &["pwd"] };
    let grant = session::open(ctx, &tx, holder, client, now).await?;
    tx.commit().await?;
    Ok(grant)
}

/// Creates a user of any role, as [`register`] does but without signing them in. For the command line: the operator
/// vouches for the address, so that a first administrator can add a second factor before any mail is sent.
///
/// # Errors
/// Field errors, and `email_taken`.
pub async fn create_user(ctx: &Ctx, new: Registration, role: Role) -> Result<(UserId, OrgId)> {
    let new = check(ctx, new).await?;
    let tx = ctx.begin().await?;
    let now = ctx.clock.now(&tx).await?;
    let created = insert(ctx, &tx, new, role, now).await?;
    vouch_for(created.0, now).exec(&tx).await?;
    tx.commit().await?;
    Ok(created)
}

/// Hashing takes a tenth of a second, so it is done before the transaction begins.
pub(crate) async fn check(ctx: &Ctx, new: Registration) -> Result<Checked> {
    let email = text::email("/email", &new.email)?;
    let name = text::line("/name", &new.name, 1, 100)?;
    let org_name = match new.organisation.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(organisation) => text::line("/organisation", organisation, 1, 100)?,
        None => name.clone(),
    };
    let password_hash = ctx.hasher.accept("/password", &new.password, &[&email, &name, &org_name]).await?;
    Ok(Checked {
        email,
        password_hash: Some(password_hash),
        name,
        org_name,
        invitation: new.invitation,
        for_another: false,
        verified: false,
    })
}

/// Writes the user, their organisation and what follows, in the caller's transaction.
pub(crate) async fn insert(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    new: Checked,
    role: Role,
    now: DateTime<Utc>,
) -> Result<(UserId, OrgId)> {
    let (user, email): (UserId, _) = (ctx.chance.id(now), new.email);
    let offer = match &new.invitation {
        Some(token) => Some(org::claim(tx, token.expose_secret(), now).await?),
        None => None,
    };
    if offer.as_ref().is_some_and(|offer| offer.email != email) {
        return Err(org::for_another());
    }
    // The token of an invitation came by mail to this address.
    let verified = new.verified || offer.is_some();
    let row = entity::user::ActiveModel {
        id: Set(user),
        email: Set(email.clone()),
        password_hash: Set(new.password_hash),
        name: Set(new.name),
        role: Set(role),
        token_epoch: Set(0),
        epoch_changed_at: Set(now),
        created_at: Set(now),
        deleted_at: Set(None),
        email_verified_at: Set(verified.then_some(now)),
        disabled_at: Set(None),
        locale: Set("en".to_owned()),
        time_zone: Set("UTC".to_owned()),
        erased_at: Set(None),
    };
    row.insert(tx).await.map_err(|error| email_taken(error.into()))?;
    let org = match &offer {
        Some(offer) => join(tx, offer, user, now).await?,
        None => org::insert(ctx, tx, NewOrg { name: &new.org_name, owner: user }, now).await?,
    };
    let mail = first_mail(ctx, tx, &email, user, (verified, new.for_another)).await?;
    work::enqueue(ctx, tx, NewJob::new(Job::SendMail { mail }).org(org).actor(user)).await?;
    let event = Event::new("auth.register", EventStatus::Success, "Account created").org(org).actor(user);
    activity::record(tx, event.entity("user", user)).await?;
    Ok((user, org))
}

/// Who was invited proved the address by the token of the invitation, and an issuer vouches for it; who chooses a
/// password proves it by that link.
async fn first_mail(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    email: &str,
    user: UserId,
    (verified, for_another): (bool, bool),
) -> Result<Mail> {
    if for_another {
        let token = token::issue(ctx, tx, MailTokenKind::Choose, email, Some(user)).await?;
        return Ok(Mail::AccountCreated { user, token });
    }
    if verified {
        return Ok(Mail::Welcome { user, token: None });
    }
    let token = token::issue(ctx, tx, MailTokenKind::Verify, email, Some(user)).await?;
    Ok(Mail::Welcome { user, token: Some(token) })
}

/// Makes a new user a member of the organisation that invited them.
async fn join(tx: &impl ConnectionTrait, offer: &Offer, user: UserId, now: DateTime<Utc>) -> Result<OrgId> {
    let joined = org::admit(tx, offer, user, now).await?;
    let event = Event::new("member.join", EventStatus::Success, "A member joined").org(joined.org_id).actor(user);
    activity::record(tx, event.entity("user", user).metadata(json!({ "role": joined.role }))).await?;
    Ok(joined.org_id)
}

/// Turns the database's refusal of a second user with one address into words.
pub(super) fn email_taken(error: Error) -> Error {
    let refusal = error.cause.as_ref().and_then(|cause| cause.downcast_ref::<DbErr>());
    if !refusal.is_some_and(|refusal| violates(refusal, "app_user_email")) {
        return error;
    }
    let mut taken = Error::conflict(
        "email_taken",
        "An account with this address exists already. Sign in instead, or use another address.",
    );
    taken
        .fields
        .push(FieldError { pointer: "/email".into(), detail: "an account with this address exists already".into() });
    taken
}

db::statement! {
    fn vouch_for(user: UserId, now: DateTime<Utc>) = "update app_user set email_verified_at = $2 where id = $1";
}
