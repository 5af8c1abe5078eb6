//! The user's own e-mail address: confirming, changing, taking a change back.

use domain::identity;
use poem::Request;
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::model::{Me, me};
use crate::auth::{Own, OwnVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Done, Gone, NoContent, Secret};

/// A token from a mail.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct MailedToken {
    /// What stands behind `#` in the mail's link.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub token: Secret,
}

/// Another e-mail address.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewAddress {
    /// The address with which the user wants to sign in.
    #[oai(validator(min_length = 3, max_length = 254))]
    email: String,
}

/// A mail that was asked for. Whether it is sent, its job decides.
#[derive(Debug, Object)]
pub struct Asked {
    /// For how long its link works, in seconds.
    #[oai(validator(minimum(value = "1"), maximum(value = "259200")))]
    link_works_s: i32,
}

impl Asked {
    pub(super) fn new(kind: domain::MailTokenKind) -> Self {
        let seconds = domain::mail::lifetime(kind).num_seconds();
        Self { link_works_s: i32::try_from(seconds).unwrap_or(i32::MAX) }
    }
}

/// Why an address is not confirmed.
pub struct ConfirmProblems;

impl Problems for ConfirmProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "email_taken"), (410, "link_expired")];
}

/// Why no mail is sent.
pub struct AskProblems;

impl Problems for AskProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "email_verified")];
}

/// The operations on the user's own address.
pub struct EmailApi;

#[OpenApi]
impl EmailApi {
    /// Confirm an e-mail address
    ///
    /// Takes the token of the mail that confirms an address or changes it. Only the user whom it was made for can take
    /// it, in a session of theirs; for everybody else it is as if it did not exist. After a change the old address gets
    /// a link that takes the change back.
    #[oai(path = "/api/auth/email/verify", method = "post", operation_id = "verifyEmail", tag = "Tag::Auth")]
    async fn verify(&self, own: Own, app: Data<&Shared>, body: Body<MailedToken>) -> Done<Me, ConfirmProblems> {
        identity::confirm_address(&app.ctx, &own.actor(), &body.0.token.0).await?;
        Ok(Answer::new(me(&app, &own.session.claims).await?))
    }

    /// Send the link that confirms the e-mail address again
    ///
    /// The link before it is void. At most five an hour.
    #[oai(
        path = "/api/auth/email/verify/send",
        method = "post",
        operation_id = "sendEmailVerification",
        tag = "Tag::Auth"
    )]
    async fn send(&self, own: Own, app: Data<&Shared>) -> Accepted<Asked, AskProblems> {
        identity::ask_to_verify(&app.ctx, &own.actor()).await?;
        Ok(Answer::new(Asked::new(domain::MailTokenKind::Verify)))
    }

    /// Change the e-mail address
    ///
    /// Sends a link to the new address; the old one counts until it is taken. Whether the new address is another
    /// user's is not told here.
    #[oai(path = "/api/auth/email", method = "post", operation_id = "changeEmail", tag = "Tag::Auth")]
    async fn change(&self, own: OwnVerified, app: Data<&Shared>, body: Body<NewAddress>) -> Accepted<Asked> {
        identity::ask_to_change(&app.ctx, &own.actor(), &body.0.email).await?;
        Ok(Answer::new(Asked::new(domain::MailTokenKind::Change)))
    }

    /// Take a change of the e-mail address back
    ///
    /// Takes the token that the former address got; it works for 72 hours. The former address counts again, every
    /// session ends, the password opens nothing any more, and a link to choose a new one goes to that address.
    #[oai(path = "/api/auth/email/undo", method = "post", operation_id = "undoEmailChange", tag = "Tag::Auth")]
    async fn undo(&self, app: Data<&Shared>, _request: &Request, body: Body<MailedToken>) -> Gone<ConfirmProblems> {
        identity::undo_change(&app.ctx, &body.0.token.0).await?;
        Ok(NoContent::default())
    }
}
