//! Passwords: forgotten ones, and ones that are changed.

use domain::{ErrorKind, MailTokenKind, SecurityKind, identity};
use poem::Request;
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::email::Asked;
use crate::auth::{OwnVerified, client_of};
use crate::limits::device;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Gone, NoContent, Secret};

/// Whose password was forgotten.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// The e-mail address with which they sign in.
    #[oai(validator(min_length = 3, max_length = 254))]
    email: String,
}

/// A new password by a link.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ResetPassword {
    /// What stands behind `#` in the mail's link.
    #[oai(validator(min_length = 1, max_length = 100))]
    token: Secret,
    /// The new password, under the rules of registration.
    #[oai(validator(min_length = 12, max_length = 1024))]
    password: Secret,
}

/// A new password in place of a known one.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password as it is.
    #[oai(validator(min_length = 1, max_length = 1024))]
    current: Secret,
    /// The new password, under the rules of registration.
    #[oai(validator(min_length = 12, max_length = 1024))]
    new: Secret,
}

/// Why a password is not reset.
pub struct ResetProblems;

impl Problems for ResetProblems {
    const OWN: &'static [(u16, &'static str)] = &[(410, "link_expired"), (503, "overloaded")];
}

/// Why a password is not changed.
pub struct PasswordProblems;

impl Problems for PasswordProblems {
    const OWN: &'static [(u16, &'static str)] = &[(400, "wrong_password"), (409, "no_password"), (503, "overloaded")];
}

/// The operations on passwords.
pub struct PasswordApi;

#[OpenApi]
impl PasswordApi {
    /// Ask for a new password
    ///
    /// Sends a link to the address if it is a user's. The answer is the same, and as fast, whether it is or not; an
    /// address that asks too often gets no more mails for a while.
    #[oai(path = "/api/auth/reset", method = "post", operation_id = "askPasswordReset", tag = "Tag::Auth")]
    async fn ask(&self, app: Data<&Shared>, request: &Request, body: Body<ForgottenPassword>) -> Accepted<Asked> {
        let (email, client) = (body.0.email, client_of(request));
        match app.limits.mail(&app.ctx, &email).await {
            Ok(()) => identity::ask_reset(&app.ctx, &email).await?,
            // Told to nobody: who asks in another's name learns nothing from the other's requests.
            Err(_) => app.security.note_typed(SecurityKind::LimitHit, &email, client.ip),
        }
        Ok(Answer::new(Asked::new(MailTokenKind::Reset)))
    }

    /// Set a new password by a link
    ///
    /// The link works once, for 30 minutes, and only the newest does. It opens no session and leaves second factors as
    /// they are; all sessions end. A user who had never confirmed the address loses second factors and keys too, and
    /// the address is confirmed.
    #[oai(path = "/api/auth/reset/confirm", method = "post", operation_id = "resetPassword", tag = "Tag::Auth")]
    async fn confirm(&self, app: Data<&Shared>, _request: &Request, body: Body<ResetPassword>) -> Gone<ResetProblems> {
        identity::reset_password(&app.ctx, &body.0.token.0, &body.0.password.0).await?;
        Ok(NoContent::default())
    }

    /// Change the password
    ///
    /// Other sessions end, and links that mails brought are void.
    #[oai(path = "/api/auth/password", method = "post", operation_id = "changePassword", tag = "Tag::Auth")]
    async fn change(
        &self,
        own: OwnVerified,
        app: Data<&Shared>,
        request: &Request,
        body: Body<ChangePassword>,
    ) -> Gone<PasswordProblems> {
        let (actor, client) = (own.actor(), client_of(request));
        let email = identity::own_address(&app.ctx, &actor).await?;
        let known = device::known(&app.ctx, app.cookies, request.headers());
        let attempt = app.limits.password(&app.ctx, client.ip, &email, &known).await?;
        let changed = identity::change_password(&app.ctx, &actor, &body.0.current.0, &body.0.new.0).await;
        let wrong = |error: &domain::Error| error.kind == ErrorKind::Invalid && error.code == "wrong_password";
        attempt.judge(changed, |outcome| outcome.as_ref().is_err_and(wrong)).await?;
        Ok(NoContent::default())
    }
}
