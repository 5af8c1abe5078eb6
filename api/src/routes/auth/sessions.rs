//! Where the user is signed in.

use domain::SessionId;
use domain::identity::{self, SessionView};
use poem::http::header::SET_COOKIE;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::Own;
use crate::auth::cookie::Kind;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Done, Gone, Id, List, NoContent, Time};

/// A session of the user.
#[derive(Debug, Object)]
pub struct Session {
    /// Its id.
    pub id: Id<SessionId>,
    /// The browser or program and its system, such as `Firefox on Windows`.
    #[oai(validator(max_length = 100))]
    pub device: String,
    /// The address from which it was opened.
    #[oai(validator(max_length = 45))]
    pub ip: Option<String>,
    /// How the user proved who they are, in the words of RFC 8176: `pwd`, `otp`, `hwk`, `mfa`.
    #[oai(validator(max_items = 10, max_length = 20))]
    pub amr: Vec<String>,
    /// When it was opened.
    pub created_at: Time,
    /// When it was last renewed.
    pub seen_at: Time,
    /// When it ends unless it is renewed.
    pub expires_at: Time,
    /// Whether an administrator acts in the user's place there.
    pub impersonated: bool,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Session {
    /// A session; `current` is the one that asks, if a session does.
    #[must_use]
    pub fn of(view: SessionView, current: Option<SessionId>) -> Self {
        Self {
            device: view.device().to_string(),
            current: current == Some(view.id),
            id: Id(view.id),
            ip: view.ip,
            amr: view.amr,
            created_at: view.created_at.into(),
            seen_at: view.seen_at.into(),
            expires_at: view.expires_at.into(),
            impersonated: view.impersonated,
        }
    }
}

/// The operations on the user's sessions.
pub struct SessionsApi;

#[OpenApi]
impl SessionsApi {
    /// List the sessions
    ///
    /// Where the user is signed in, the last seen first; at most 20, as the oldest ends when one more is opened.
    #[oai(path = "/api/auth/sessions", method = "get", operation_id = "listSessions", tag = "Tag::Auth")]
    async fn list(&self, own: Own, app: Data<&Shared>) -> Done<List<Session>> {
        let found = identity::sessions(&app.ctx, &own.actor()).await?;
        Ok(Answer::new(List::of(found, |view| Session::of(view, Some(own.session.claims.sid)))))
    }

    /// End a session
    ///
    /// Its tokens are void and its live streams end within five seconds.
    #[oai(path = "/api/auth/sessions/:id", method = "delete", operation_id = "endSession", tag = "Tag::Auth")]
    async fn end(
        &self,
        own: Own,
        app: Data<&Shared>,
        /// The session.
        id: Path<Id<SessionId>>,
    ) -> Gone {
        identity::end_session(&app.ctx, &own.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }

    /// End the other sessions
    ///
    /// All but the one that asks; with `all` that one too, and its cookies are cleared.
    #[oai(path = "/api/auth/sessions", method = "delete", operation_id = "endSessions", tag = "Tag::Auth")]
    async fn end_others(
        &self,
        own: Own,
        app: Data<&Shared>,
        /// Whether the session that asks ends too.
        all: Query<Option<bool>>,
    ) -> Gone {
        let all = all.0.unwrap_or(false);
        identity::end_sessions(&app.ctx, &own.actor(), all).await?;
        let answer = NoContent::default();
        if !all {
            return Ok(answer);
        }
        Ok(answer.with(SET_COOKIE, app.cookies.clear(Kind::Access)).with(SET_COOKIE, app.cookies.clear(Kind::Refresh)))
    }
}
