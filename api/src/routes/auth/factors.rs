//! A user's second factors: reading, adding and removing them.

use domain::factor::{self, PasskeyView, PendingReset};
use domain::{ChallengeId, PasskeyId};
use poem::Request;
use poem::http::HeaderValue;
use poem::http::header::SET_COOKIE;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};
use secrecy::ExposeSecret as _;

use super::model::cookies;
use super::second::AskedPasskey;
use super::verify::renewed;
use crate::auth::{Own, OwnVerified};
use crate::problem::{Failure, Problems};
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Answer, Body, Created, Document, Done, Gone, Id, NoContent, Secret, Time, Word};

/// An authenticator app.
#[derive(Debug, Object)]
pub struct App {
    /// When its first code was shown.
    added_at: Time,
}

/// A passkey.
#[derive(Debug, Object)]
pub struct Passkey {
    /// Its id.
    id: Id<PasskeyId>,
    /// The owner's name for it.
    #[oai(validator(max_length = 100))]
    name: String,
    /// The host that it was made for: it works at no other.
    #[oai(validator(max_length = 253))]
    host: String,
    /// When it was added.
    created_at: Time,
    /// When it last signed the owner in, or showed who they are.
    last_used_at: Option<Time>,
}

impl From<PasskeyView> for Passkey {
    fn from(view: PasskeyView) -> Self {
        Self {
            id: Id(view.id),
            name: view.name,
            host: view.host,
            created_at: view.created_at.into(),
            last_used_at: view.last_used_at.map(Into::into),
        }
    }
}

/// A reset that waits.
#[derive(Debug, Object)]
pub struct FactorReset {
    /// When it was asked for.
    requested_at: Time,
    /// When it is done, unless the user signs in with a second factor before.
    due_at: Time,
}

impl From<PendingReset> for FactorReset {
    fn from(pending: PendingReset) -> Self {
        Self { requested_at: pending.requested_at.into(), due_at: pending.due_at.into() }
    }
}

/// What a user has beside their password.
#[derive(Debug, Object)]
pub struct Factors {
    /// The authenticator app, if there is one.
    app: Option<App>,
    /// The passkeys, the newest first.
    #[oai(validator(max_items = 20))]
    passkeys: Vec<Passkey>,
    /// The host that new passkeys are made for; null where none are offered.
    #[oai(validator(max_length = 253))]
    passkey_host: Option<String>,
    /// Why no passkeys are offered; null where they are.
    #[oai(validator(max_length = 500))]
    no_passkeys_because: Option<String>,
    /// Recovery codes that were not used yet.
    recovery_codes: i32,
    /// How the user may show again who they are, the strongest first; empty when their password does, or the issuer.
    #[oai(validator(max_items = 3))]
    step_up: Vec<Word<factor::FactorKind>>,
    /// Whether they have a password.
    password: bool,
    /// Whether they show again at the issuer who they are: with neither a second factor nor a password.
    at_issuer: bool,
    /// A reset that an administrator asked for and that waits.
    reset: Option<FactorReset>,
}

const _: () = assert!(factor::MAX_PASSKEYS == 20, "the bound that the document names");

impl From<factor::Factors> for Factors {
    fn from(factors: factor::Factors) -> Self {
        let (host, reason) = match factors.host {
            Ok(host) => (Some(host), None),
            Err(why) => (None, Some(why.words().to_owned())),
        };
        Self {
            app: factors.app_since.map(|at| App { added_at: at.into() }),
            passkeys: factors.passkeys.into_iter().map(Into::into).collect(),
            passkey_host: host,
            no_passkeys_because: reason,
            recovery_codes: i32::try_from(factors.recovery_codes).unwrap_or(i32::MAX),
            password: factors.password,
            at_issuer: factors.at_issuer,
            step_up: factors.step_up.into_iter().map(Word).collect(),
            reset: factors.reset.map(Into::into),
        }
    }
}

/// What an authenticator app needs.
#[derive(Debug, Object)]
pub struct AppSetup {
    /// To be sent with the app's first code.
    id: Id<ChallengeId>,
    /// The key in base32, for typing it in.
    secret: Secret,
    /// The `otpauth` address, for a QR code.
    uri: Secret,
    /// Until when the first code is awaited.
    expires_at: Time,
}

/// An app's first code.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ConfirmApp {
    /// The id that came with the key.
    id: Id<ChallengeId>,
    /// The six digits; spaces are borne.
    #[oai(validator(min_length = 1, max_length = 64))]
    code: Secret,
}

/// Recovery codes, which are shown this once.
#[derive(Debug, Object)]
pub struct RecoveryCodes {
    /// The codes, in groups of four.
    #[oai(validator(max_items = 10))]
    codes: Vec<Secret>,
}

const _: () = assert!(factor::recovery::COUNT == 10, "the bound that the document names");

/// A passkey that the browser made.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct AddPasskey {
    /// The id of what the browser was asked.
    id: Id<ChallengeId>,
    /// The credential that it made, as `WebAuthn` writes it in JSON.
    credential: Document,
    /// The owner's name for it.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// A passkey's new name.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RenamePasskey {
    /// The owner's name for it.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// Why no factor can be added now.
pub struct BeginProblems;

impl Problems for BeginProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(403, "email_unverified"), (409, "passkeys_not_offered"), (409, "too_many_passkeys")];
}

/// Why an app is not added.
pub struct ConfirmProblems;

impl Problems for ConfirmProblems {
    const OWN: &'static [(u16, &'static str)] = &[(400, "wrong_code"), (400, "clock_off"), (409, "challenge_over")];
}

/// Why a passkey is not added.
pub struct AddProblems;

impl Problems for AddProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (400, "passkey_refused"),
        (409, "challenge_over"),
        (409, "passkey_known"),
        (409, "passkeys_not_offered"),
        (409, "too_many_passkeys"),
    ];
}

/// Why nothing is removed.
pub struct RemoveProblems;

impl Problems for RemoveProblems {
    const OWN: &'static [(u16, &'static str)] = &[(404, "not_found")];
}

/// Why there are no new codes.
pub struct CodesProblems;

impl Problems for CodesProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "no_factor")];
}

/// Tokens that say that the session has shown the new factor: those before are void within seconds. The factor was
/// added by then, so a renewal that fails is left to the browser's next request.
async fn fresh_cookies(app: &State, request: &Request, own: &Own) -> Result<Vec<HeaderValue>, Failure> {
    match renewed(app, request, own).await {
        Ok(Some(grant)) => Ok(cookies(app, &grant)?.to_vec()),
        Ok(None) | Err(_) => Ok(Vec::new()),
    }
}

/// The operations on one's own second factors.
pub struct FactorsApi;

#[OpenApi]
impl FactorsApi {
    /// Read one's second factors
    ///
    /// What the user has beside their password, and how they may show again who they are.
    #[oai(path = "/api/auth/factors", method = "get", operation_id = "getFactors", tag = "Tag::Auth")]
    async fn list(&self, own: Own, app: Data<&Shared>) -> Done<Factors> {
        Ok(Answer::new(factor::list(&app.ctx, &own.actor()).await?.into()))
    }

    /// Begin to add an authenticator app
    ///
    /// Makes a key. Nothing changes before its first code is confirmed: an app that is there stays until then.
    #[oai(path = "/api/auth/totp", method = "post", operation_id = "beginTotp", tag = "Tag::Auth")]
    async fn begin_app(&self, own: OwnVerified, app: Data<&Shared>) -> Done<AppSetup, BeginProblems> {
        let setup = factor::begin_app(&app.ctx, &own.actor()).await?;
        Ok(Answer::new(AppSetup {
            id: Id(setup.id),
            secret: setup.secret.into(),
            uri: setup.uri.into(),
            expires_at: setup.expires_at.into(),
        }))
    }

    /// Add the authenticator app
    ///
    /// By its first code, which is then used. It takes the place of an app before it. The user's other sessions end.
    #[oai(path = "/api/auth/totp/confirm", method = "post", operation_id = "confirmTotp", tag = "Tag::Auth")]
    async fn confirm_app(
        &self,
        own: Own,
        app: Data<&Shared>,
        request: &Request,
        body: Body<ConfirmApp>,
    ) -> Gone<ConfirmProblems> {
        factor::confirm_app(&app.ctx, &own.actor(), body.0.id.0, body.0.code.0.expose_secret()).await?;
        let fresh = fresh_cookies(&app, request, &own).await?;
        Ok(fresh.into_iter().fold(NoContent::default(), |answer, cookie| answer.with(SET_COOKIE, cookie)))
    }

    /// Remove the authenticator app
    ///
    /// The user's other sessions end. Without another factor the recovery codes are void.
    #[oai(path = "/api/auth/totp", method = "delete", operation_id = "removeTotp", tag = "Tag::Auth")]
    async fn remove_app(&self, own: OwnVerified, app: Data<&Shared>) -> Gone<RemoveProblems> {
        factor::remove_app(&app.ctx, &own.actor()).await?;
        Ok(NoContent::default())
    }

    /// Make recovery codes
    ///
    /// Ten codes, which are shown in this answer alone; those before are void. Each signs in once, after the password.
    #[oai(path = "/api/auth/recovery-codes", method = "post", operation_id = "makeRecoveryCodes", tag = "Tag::Auth")]
    async fn make_codes(&self, own: OwnVerified, app: Data<&Shared>) -> Created<RecoveryCodes, CodesProblems> {
        let codes = factor::make_recovery_codes(&app.ctx, &own.actor()).await?;
        Ok(Answer::new(RecoveryCodes { codes: codes.into_iter().map(Into::into).collect() }))
    }

    /// Begin to add a passkey
    ///
    /// Says what to ask of the browser; its answer goes to `POST /api/auth/passkeys`.
    #[oai(path = "/api/auth/passkeys/start", method = "post", operation_id = "beginPasskey", tag = "Tag::Auth")]
    async fn begin_passkey(&self, own: OwnVerified, app: Data<&Shared>) -> Done<AskedPasskey, BeginProblems> {
        Ok(Answer::new(factor::begin_passkey(&app.ctx, &own.actor()).await?.into()))
    }

    /// Add a passkey
    ///
    /// The one that the browser made. The user's other sessions end.
    #[oai(path = "/api/auth/passkeys", method = "post", operation_id = "addPasskey", tag = "Tag::Auth")]
    async fn add_passkey(
        &self,
        own: Own,
        app: Data<&Shared>,
        request: &Request,
        body: Body<AddPasskey>,
    ) -> Created<Passkey, AddProblems> {
        let AddPasskey { id, credential, name } = body.0;
        let answer = credential.into_json();
        let added = factor::add_passkey(&app.ctx, &own.actor(), id.0, &answer, &name).await?;
        let fresh = fresh_cookies(&app, request, &own).await?;
        Ok(fresh.into_iter().fold(Answer::new(added.into()), |answer, cookie| answer.with(SET_COOKIE, cookie)))
    }

    /// Rename a passkey
    ///
    /// The name is the owner's own; the device knows nothing of it.
    #[oai(path = "/api/auth/passkeys/:id", method = "patch", operation_id = "renamePasskey", tag = "Tag::Auth")]
    async fn rename_passkey(
        &self,
        own: Own,
        app: Data<&Shared>,
        /// The passkey.
        id: Path<Id<PasskeyId>>,
        body: Body<RenamePasskey>,
    ) -> Done<Passkey> {
        Ok(Answer::new(factor::rename_passkey(&app.ctx, &own.actor(), id.0.0, &body.0.name).await?.into()))
    }

    /// Remove a passkey
    ///
    /// The user's other sessions end. Without another factor the recovery codes are void.
    #[oai(path = "/api/auth/passkeys/:id", method = "delete", operation_id = "removePasskey", tag = "Tag::Auth")]
    async fn remove_passkey(
        &self,
        own: OwnVerified,
        app: Data<&Shared>,
        /// The passkey.
        id: Path<Id<PasskeyId>>,
    ) -> Gone<RemoveProblems> {
        factor::remove_passkey(&app.ctx, &own.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }
}
