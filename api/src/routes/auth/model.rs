//! The signed-in user on the wire.

use domain::identity::{self, Grant};
use domain::{Actor, OrgId, Role, UserId};
use poem::http::header::SET_COOKIE;
use poem_openapi::Object;
use secrecy::ExposeSecret;

use crate::auth::cookie::Kind;
use crate::auth::token::ACCESS_TTL_S;
use crate::problem::Failure;
use crate::state::State;
use crate::wire::{Answer, Id, Word};

/// A user of the panel.
#[derive(Debug, Object)]
pub struct User {
    /// Their id.
    pub id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

/// An organisation by id and name.
#[derive(Debug, Object)]
pub struct Organisation {
    /// Its id.
    pub id: Id<OrgId>,
    /// Its name, as its members chose it.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

/// The signed-in user with their organisation and role.
#[derive(Debug, Object)]
pub struct Me {
    /// The user.
    user: User,
    /// The organisation that they act for.
    organisation: Organisation,
    /// What they may do.
    role: Word<Role>,
}

/// The user behind an actor's session.
pub(super) async fn me(app: &State, actor: &Actor) -> Result<Me, Failure> {
    let me = identity::me(&app.ctx, actor).await?;
    Ok(Me {
        user: User { id: Id(me.user_id), email: me.email, name: me.name },
        organisation: Organisation { id: Id(me.org_id), name: me.org_name },
        role: Word(me.role),
    })
}

/// The answer that gives a browser its session.
pub(super) async fn signed_in<const STATUS: u16>(app: &State, grant: &Grant) -> Result<Answer<Me, STATUS>, Failure> {
    let now = app.ctx.clock.estimate();
    let access = app.tokens.issue(grant, now)?;
    let me = me(app, &Actor::of(grant.user, grant.org, grant.role)).await?;
    let left_s = grant.expires_at.signed_duration_since(now).num_seconds().max(0);
    Ok(Answer::new(me)
        .with(SET_COOKIE, app.cookies.set(Kind::Access, &access, left_s.min(ACCESS_TTL_S)))
        .with(SET_COOKIE, app.cookies.set(Kind::Refresh, grant.refresh_token.expose_secret(), left_s)))
}
