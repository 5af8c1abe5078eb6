//! Who is signed in, as it is written.

use domain::identity::{self, Grant};
use domain::{Actor, OrgId, Role, UserId};
use poem::http::header::SET_COOKIE;
use poem_openapi::Object;
use secrecy::ExposeSecret;

use crate::auth::cookie::Kind;
use crate::problem::Failure;
use crate::state::State;
use crate::wire::{Answer, Id, Word};

/// The signed-in person.
#[derive(Debug, Object)]
pub struct User {
    /// The person.
    pub id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    pub email: String,
    /// Their name.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

/// An organisation by its name.
#[derive(Debug, Object)]
pub struct Organisation {
    /// The organisation.
    pub id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    pub name: String,
}

/// Who is signed in, for whom, and as what.
#[derive(Debug, Object)]
pub struct Me {
    /// The person.
    user: User,
    /// Their organisation.
    organisation: Organisation,
    /// What they may do.
    role: Word<Role>,
}

/// Whom the session of an actor is for.
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
    let access = app.tokens.issue(grant, app.ctx.clock.estimate())?;
    let me = me(app, &Actor::of(grant.user, grant.org, grant.role)).await?;
    Ok(Answer::new(me)
        .with(SET_COOKIE, app.cookies.set(Kind::Access, &access))
        .with(SET_COOKIE, app.cookies.set(Kind::Refresh, grant.refresh_token.expose_secret())))
}
