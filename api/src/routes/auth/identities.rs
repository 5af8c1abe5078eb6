//! A user's identities at issuers: reading, linking and unlinking them.

use domain::IdentityId;
use domain::oidc::{self, IdentityView};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::oidc::{Away, Leave, LeaveProblems, away};
use crate::auth::{Own, OwnVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Gone, Id, NoContent, Time};

/// An identity that is linked to the account.
#[derive(Debug, Object)]
pub struct Identity {
    /// Its id.
    id: Id<IdentityId>,
    /// The issuer, as its tokens name it.
    #[oai(validator(max_length = 2000))]
    issuer: String,
    /// The address that the issuer said last; it proves nothing here.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
    /// Whether it signs in: the panel's issuer is another one otherwise, or there is none any more.
    in_use: bool,
    /// When it was linked.
    created_at: Time,
    /// When it last signed the owner in.
    last_used_at: Time,
}

impl Identity {
    fn of(view: IdentityView, issuer: Option<&str>) -> Self {
        Self {
            id: Id(view.id),
            in_use: issuer == Some(view.issuer.as_str()),
            issuer: view.issuer,
            email: view.email,
            created_at: view.created_at.into(),
            last_used_at: view.last_used_at.into(),
        }
    }
}

/// Identities of an account.
#[derive(Debug, Object)]
pub struct Identities {
    /// The oldest first.
    #[oai(validator(max_items = 10))]
    items: Vec<Identity>,
}

const _: () = assert!(oidc::MAX_IDENTITIES == 10, "the bound that the document names");

/// Why nothing is unlinked.
pub struct UnlinkProblems;

impl Problems for UnlinkProblems {
    const OWN: &'static [(u16, &'static str)] = &[(404, "not_found"), (409, "last_way")];
}

/// The operations on one's own identities.
pub struct IdentitiesApi;

#[OpenApi]
impl IdentitiesApi {
    /// List one's linked identities
    ///
    /// By which issuers' word the user signs in.
    #[oai(path = "/api/auth/identities", method = "get", operation_id = "listIdentities", tag = "Tag::Auth")]
    async fn list(&self, own: Own, app: Data<&Shared>) -> Done<Identities> {
        let issuer = app.ctx.issuer.as_ref().map(|issuer| issuer.issuer());
        let found = oidc::identities(&app.ctx, &own.actor()).await?;
        Ok(Answer::new(Identities { items: found.into_iter().map(|view| Identity::of(view, issuer)).collect() }))
    }

    /// Begin to link an identity
    ///
    /// Says where to send the browser. Whom the issuer names then signs in to this account, whatever address they have
    /// there; the user's other sessions end, and they get a mail.
    #[oai(path = "/api/auth/identities", method = "post", operation_id = "linkIdentity", tag = "Tag::Auth")]
    async fn link(&self, own: OwnVerified, app: Data<&Shared>, body: Body<Leave>) -> Done<Away, LeaveProblems> {
        let begun = oidc::begin_link(&app.ctx, &own.actor(), body.0.back.as_deref()).await?;
        Ok(away(&app, begun))
    }

    /// Unlink an identity
    ///
    /// It no longer signs in. The user's other sessions end. The last way to sign in stays.
    #[oai(path = "/api/auth/identities/:id", method = "delete", operation_id = "unlinkIdentity", tag = "Tag::Auth")]
    async fn unlink(
        &self,
        own: OwnVerified,
        app: Data<&Shared>,
        /// The identity.
        id: Path<Id<IdentityId>>,
    ) -> Gone<UnlinkProblems> {
        oidc::unlink(&app.ctx, &own.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }
}
