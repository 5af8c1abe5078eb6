//! Signing in by the word of an issuer, with `OpenID` Connect.
//!
//! Invariant: an account is found by the issuer and the issuer's own name for the person alone. No e-mail address ever
//! leads to one, and an identity is linked only by who is signed in and proved lately who they are.
//!
//! A browser leaves for the issuer with a question ([`begin_sign_in`], [`begin_link`], [`begin_step_up`]) and comes
//! back with an answer ([`answer`]), which is taken once, from the browser that left. What comes of it depends on the
//! question: [`enter`] or [`register`], [`link`], [`verify`]. The issuer is asked between two transactions, never in
//! one.

mod answer;
mod begin;
mod link;
mod person;
mod sign_in;
mod step_up;

use chrono::{DateTime, TimeDelta, Utc};
use entity::UserId;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;

pub use answer::{Answered, Purpose, Shown, answer};
pub use begin::{Begun, begin_link, begin_sign_in, begin_step_up};
pub use link::{IdentityView, MAX_IDENTITIES, identities, link, unlink};
pub use sign_in::{enter, holder, register};
pub use step_up::verify;

use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db};

/// How long a browser may be away.
pub const AWAY: TimeDelta = TimeDelta::minutes(10);

/// What a browser is sent to an issuer with.
#[derive(Clone, Debug)]
pub struct Question {
    /// Comes back with the answer.
    pub state: SecretString,
    /// Comes back within the issuer's token.
    pub nonce: SecretString,
    /// Must be shown with the code: 43 letters and digits (RFC 7636).
    pub verifier: SecretString,
    /// Whether the person must sign in there again, however lately they did.
    pub again: bool,
}

/// Whom an issuer named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The issuer exactly as its token says.
    pub issuer: String,
    /// The issuer's own name for the person.
    pub subject: String,
    /// An e-mail address, as the issuer wrote it.
    pub email: Option<String>,
    /// Whether it says that the person reads mail there.
    pub email_verified: bool,
    /// How the person is called, as the issuer wrote it.
    pub name: Option<String>,
    /// When they signed in there.
    pub signed_in_at: Option<DateTime<Utc>>,
}

/// Why an issuer named nobody. The words are for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unnamed {
    /// It does not answer, or not with sense: the same may work later.
    Unavailable(String),
    /// It refuses, or what it says cannot be believed.
    Refused(String),
}

/// The way to an issuer: the one use case that waits for another computer before it answers
/// ([ADR 32](../../../docs/adr/0032-an-issuers-word.md)).
#[async_trait::async_trait]
pub trait Issuer: std::fmt::Debug + Send + Sync {
    /// The issuer exactly as its tokens name it.
    fn issuer(&self) -> &str;

    /// What people call it: the button says "Continue with" and this.
    fn name(&self) -> &str;

    /// Where to send a browser with a question.
    ///
    /// # Errors
    /// When the issuer cannot be asked where that is.
    async fn address(&self, question: &Question) -> Result<String, Unnamed>;

    /// Trades a code for whom the issuer names. What it says was checked by `now` before it is returned: issuer,
    /// audience, nonce, signature and times.
    ///
    /// # Errors
    /// When nobody is named.
    async fn redeem(&self, code: &SecretString, question: &Question, now: DateTime<Utc>) -> Result<Named, Unnamed>;
}

/// The issuer of this installation.
fn offered(ctx: &Ctx) -> Result<&dyn Issuer> {
    ctx.issuer.as_deref().ok_or_else(|| {
        Error::conflict("oidc_not_offered", "This panel has no other way to sign in than its own. Use your password.")
    })
}

/// The error that a person hears of; the words go to the log.
fn unnamed(issuer: &dyn Issuer, why: Unnamed) -> Error {
    let name = issuer.name();
    let (error, words) = match why {
        Unnamed::Unavailable(words) => {
            let detail = format!("{name} does not answer. Try again in a minute, or sign in another way.");
            (Error::new(ErrorKind::Unavailable, "oidc_unavailable", detail), words)
        }
        Unnamed::Refused(words) => {
            let detail = format!("What {name} answered could not be believed, so nothing was done. Start again.");
            (Error::new(ErrorKind::Unauthenticated, "oidc_refused", detail), words)
        }
    };
    tracing::warn!(cause = %words, code = error.code, "an issuer named nobody");
    error
}

/// Whether the issuer of this installation knows the user.
pub(crate) async fn is_known(ctx: &Ctx, db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    match &ctx.issuer {
        Some(issuer) => is_linked(user, issuer.issuer()).only(db).await,
        None => Ok(false),
    }
}

/// Unlinks all identities of a user, whose account may be another's.
pub(crate) async fn forget(tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    delete_identities(user).exec(tx).await?;
    Ok(())
}

db::statement! {
    fn is_linked(user: UserId, issuer: &str) -> bool =
        "select exists (select from user_identity where user_id = $1 and issuer = $2)";

    fn delete_identities(user: UserId) = "delete from user_identity where user_id = $1";
}
