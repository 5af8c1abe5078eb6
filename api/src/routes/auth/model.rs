//! The signed-in user on the wire.

use chrono::{DateTime, Utc};
use domain::access::{MAX_MEMBERSHIPS, Membership, VERIFIED_FOR, memberships};
use domain::identity::{self, Grant};
use domain::impersonation;
use domain::key::LiveKey;
use domain::{Actor, ApiKeyId, Error, OrgId, OrgRole, Perm, Role, SessionId, UserId};
use poem::http::HeaderValue;
use poem::http::header::SET_COOKIE;
use poem_openapi::Object;
use secrecy::ExposeSecret;

use crate::auth::claims::Claims;
use crate::auth::cookie::Kind;
use crate::auth::token::{ACCESS_TTL_S, Tokens};
use crate::problem::Failure;
use crate::state::State;
use crate::wire::{Answer, Id, Time, Word};

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

/// An organisation that the signed-in user belongs to.
#[derive(Debug, Object)]
pub struct MyOrganisation {
    /// Its id, for the header `X-Org`.
    id: Id<OrgId>,
    /// Its name, as its members chose it.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Their role there.
    role: Word<OrgRole>,
    /// What they may do there, by this session.
    #[oai(validator(max_items = 64))]
    may: Vec<Word<Perm>>,
}

/// The signed-in user's account.
#[derive(Debug, Object)]
pub struct Account {
    /// Their id.
    id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    email: String,
    /// Whether they showed that they read mail there.
    email_verified: bool,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Their language, as a BCP 47 tag.
    #[oai(validator(max_length = 35))]
    locale: String,
    /// Their time zone, by its IANA name.
    #[oai(validator(max_length = 64))]
    time_zone: String,
}

/// The session behind the request.
#[derive(Debug, Object)]
pub struct ThisSession {
    /// Its id.
    id: Id<SessionId>,
    /// Until when acts pass that want a person who proved lately who they are; null when they must do so first.
    verified_until: Option<Time>,
}

/// The API key behind the request.
#[derive(Debug, Object)]
pub struct ThisKey {
    /// Its id.
    id: Id<ApiKeyId>,
    /// What its maker calls it.
    #[oai(validator(max_length = 100))]
    name: String,
    /// When it ends.
    expires_at: Time,
}

/// An administrator by id and name.
#[derive(Debug, Object)]
pub struct Supporter {
    /// Their id.
    id: Id<UserId>,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    name: String,
}

/// A stay in another person's place.
#[derive(Debug, Object)]
pub struct InAnothersPlace {
    /// The administrator.
    by: Supporter,
    /// Whether they may change things.
    writes: bool,
    /// When it ends at the latest.
    until: Time,
}

/// The signed-in user, with where they belong and what they may.
#[derive(Debug, Object)]
pub struct Me {
    /// The user.
    user: Account,
    /// What they may do on the platform, besides what they may in their organisations.
    role: Word<Role>,
    /// Where they belong, in the order of joining.
    #[oai(validator(max_items = 1000))]
    organisations: Vec<MyOrganisation>,
    /// The session behind the request; null when it came with an API key.
    session: Option<ThisSession>,
    /// The API key behind the request; null in a session.
    key: Option<ThisKey>,
    /// Who is in the user's place, for whom this session was opened; null for the user themself.
    impersonation: Option<InAnothersPlace>,
}

const _: () = assert!(MAX_MEMBERSHIPS == 1_000, "the bound that the document names");

/// The user behind a token.
pub(super) async fn me(app: &State, claims: &Claims) -> Result<Me, Failure> {
    let places = memberships(&app.ctx.db, claims.sub).await?;
    me_in(app, claims, places).await
}

/// As [`me`], with the memberships that were just read.
async fn me_in(app: &State, claims: &Claims, mut places: Vec<Membership>) -> Result<Me, Failure> {
    let me = identity::me(&app.ctx, &Actor::User(claims.person())).await?;
    let impersonation = match &claims.act {
        None => None,
        Some(act) => {
            // A stay may be bound to one organisation: the others are not its business.
            places.retain(|place| claims.more || claims.m.0.contains_key(&place.org_id));
            let stay = impersonation::stay(&app.ctx.db, act.id).await?.ok_or_else(Error::unauthenticated)?;
            let by = Supporter { id: Id(stay.admin_id), name: stay.admin_name };
            Some(InAnothersPlace { by, writes: stay.writes, until: stay.until_at.into() })
        }
    };
    let until = me.verified_at.map(|at| at + VERIFIED_FOR).filter(|until| *until > app.ctx.clock.estimate());
    Ok(Me {
        role: Word(me.role),
        user: account(me),
        organisations: places.into_iter().map(|place| mine(place, claims)).collect(),
        session: Some(ThisSession { id: Id(claims.sid), verified_until: until.map(Into::into) }),
        key: None,
        impersonation,
    })
}

/// The maker of a key, in its organisation alone.
pub(super) async fn me_by_key(app: &State, key: &LiveKey) -> Result<Me, Failure> {
    let me = identity::me(&app.ctx, &Actor::User(key.person())).await?;
    let place = memberships(&app.ctx.db, me.user_id).await?.into_iter().find(|place| place.org_id == key.org);
    let place = place.ok_or_else(domain::Error::unauthenticated)?;
    let may = key.rights.iter().map(Word).collect();
    Ok(Me {
        role: Word(me.role),
        user: account(me),
        organisations: vec![MyOrganisation { id: Id(place.org_id), name: place.org_name, role: Word(place.role), may }],
        session: None,
        key: Some(ThisKey { id: Id(key.id), name: key.name.clone(), expires_at: key.expires_at.into() }),
        impersonation: None,
    })
}

fn account(me: identity::Me) -> Account {
    Account {
        id: Id(me.user_id),
        email: me.email,
        email_verified: me.email_verified,
        name: me.name,
        locale: me.locale,
        time_zone: me.time_zone,
    }
}

fn mine(place: Membership, claims: &Claims) -> MyOrganisation {
    let Membership { org_id, org_name, role } = place;
    let may = claims.rights(role).iter().map(Word).collect();
    MyOrganisation { id: Id(org_id), name: org_name, role: Word(role), may }
}

/// The answer that gives a browser its session.
pub(crate) async fn signed_in<const STATUS: u16>(app: &State, grant: &Grant) -> Result<Answer<Me, STATUS>, Failure> {
    let claims = Tokens::claims(grant, app.ctx.clock.estimate());
    let me = me_in(app, &claims, grant.memberships.clone()).await?;
    let [access, refresh] = cookies(app, grant)?;
    Ok(Answer::new(me).with(SET_COOKIE, access).with(SET_COOKIE, refresh))
}

/// The two cookies of a session. In another's place the refresh cookie outlives the stay: it leads back to the
/// administrator's own session.
pub(super) fn cookies(app: &State, grant: &Grant) -> Result<[HeaderValue; 2], Failure> {
    let now = app.ctx.clock.estimate();
    let access = app.tokens.issue(grant, now)?;
    let left = |until: DateTime<Utc>| until.signed_duration_since(now).num_seconds().max(0);
    let left_s = left(grant.expires_at);
    let back_s = grant.impersonation.map_or(left_s, |stay| left_s.max(left(stay.parent_until)));
    Ok([
        app.cookies.set(Kind::Access, &access, left_s.min(ACCESS_TTL_S)),
        app.cookies.set(Kind::Refresh, grant.refresh_token.expose_secret(), back_s),
    ])
}
