//! Gates: the first argument of a handler. Each says who passes, before anything else of the request is read, and
//! writes the same into the document as `x-access`.

use std::sync::Arc;

use domain::access::{Perm, Perms, role_in, step_up_required};
use domain::key::LiveKey;
use domain::{Actor, Error, ErrorKind, OrgId, Role, factor};
use poem::http::{HeaderMap, HeaderName};
use poem::{Request, RequestBody};
use poem_openapi::registry::Registry;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::{Caller, RefusedKey, Sender, Session, client_of, register_schemes};
use crate::problem::Failure;
use crate::state::{Shared, State};

/// Names the organisation that a request is for.
pub const ORG: HeaderName = HeaderName::from_static("x-org");

/// What addresses of an organisation's own things begin with; its id follows.
const ORGS: &str = "/api/orgs/";

/// The words that an operation's `x-access` may be, besides a permission's.
pub const SIGNED_IN: &str = "signed-in";
/// A session or a key.
pub const KNOWN: &str = "known";
/// A user in what concerns their own account.
pub const OWN: &str = "own";
/// The same, and they proved lately who they are.
pub const OWN_VERIFIED: &str = "own:verified";
/// An administrator.
pub const ADMIN: &str = "admin";
/// The same, and they proved lately who they are.
pub const ADMIN_VERIFIED: &str = "admin:verified";

/// Who passed where only a person does, and as what.
#[derive(Clone, Debug)]
pub struct Access {
    /// The session behind the request.
    pub session: Session,
    /// On whose authority the rules are called.
    pub actor: Actor,
}

/// Who passed where a person or a program does, and as what.
#[derive(Clone, Debug)]
pub struct Called {
    /// The session or the key behind the request.
    pub caller: Caller,
    /// On whose authority the rules are called.
    pub actor: Actor,
}

impl Called {
    /// The actor on whose authority the rules are called.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }
}

impl Access {
    /// The actor on whose authority the rules are called.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }
}

/// Which organisation a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// It does not say.
    TheOnlyOne,
    /// This one.
    Org(OrgId),
    /// It says what is no organisation's id.
    Nonsense,
}

impl For {
    /// What a request says: the address of what concerns an organisation itself names it, everything else says it in
    /// the header. One that says both and differs is for neither.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let header = Self::named(request.headers());
        match (Self::addressed(request.original_uri().path()), header) {
            (None, header) => header,
            (Some(path), Self::TheOnlyOne) => path,
            (Some(path), header) if path == header => path,
            _ => Self::Nonsense,
        }
    }

    /// The organisation in an address such as `/api/orgs/org_…/members`.
    fn addressed(path: &str) -> Option<Self> {
        let id = path.strip_prefix(ORGS)?.split('/').next().filter(|id| !id.is_empty())?;
        Some(id.parse().map_or(Self::Nonsense, Self::Org))
    }

    /// What the headers say.
    fn named(headers: &HeaderMap) -> Self {
        let mut named = headers.get_all(ORG).iter();
        match (named.next(), named.next()) {
            (None, _) => Self::TheOnlyOne,
            (Some(one), None) => one.to_str().ok().and_then(|id| id.parse().ok()).map_or(Self::Nonsense, Self::Org),
            (Some(_), Some(_)) => Self::Nonsense,
        }
    }
}

/// Who sends a request that is meant for their user.
fn caller(request: &Request) -> domain::Result<Caller> {
    let sender = request.data::<Sender>().ok_or_else(Error::unauthenticated)?;
    let caller = sender.caller.clone().ok_or_else(|| match sender.refused_key {
        Some(RefusedKey::Nobodys) => no_key(),
        _ => Error::unauthenticated(),
    })?;
    sender.meant_for.check(caller.user())?;
    Ok(caller)
}

fn no_key() -> Error {
    let words = "This API key is not valid. It may be mistyped, revoked or past its time, or its maker may have left \
                 the organisation.";
    Error { detail: words.to_owned(), ..Error::unauthenticated() }
}

/// The session of a request that is meant for its user. A key has none.
fn session(request: &Request) -> domain::Result<Session> {
    match caller(request)? {
        Caller::Session(session) => Ok(session),
        Caller::Key(_) => Err(Error::new(
            ErrorKind::Forbidden,
            "forbidden",
            "An API key can't do this: it takes a person who signs in. Nothing was changed.",
        )),
    }
}

/// The organisation that the request is for, and what its sender may do there.
async fn place(state: &State, session: &Session, asked: For) -> domain::Result<(OrgId, Perms)> {
    let claims = &session.claims;
    let known = &claims.m.0;
    let stranger = || Error::not_found("organisation");
    let (org, role) = match asked {
        For::Nonsense => return Err(stranger()),
        For::TheOnlyOne => match known.iter().next() {
            Some((org, role)) if known.len() == 1 && !claims.more => (*org, *role),
            _ => return Err(org_required()),
        },
        For::Org(org) => match known.get(&org) {
            Some(role) => (org, *role),
            None if claims.more => (org, role_in(&state.ctx.db, claims.sub, org).await?.ok_or_else(stranger)?),
            None => return Err(stranger()),
        },
    };
    Ok((org, claims.rights(role)))
}

fn org_required() -> Error {
    Error::new(
        ErrorKind::Invalid,
        "org_required",
        "Say for which organisation: send the header X-Org with its id. Nothing was changed.",
    )
}

fn fresh(state: &State, session: &Session) -> domain::Result<()> {
    if session.claims.verified(state.ctx.clock.estimate()) { Ok(()) } else { Err(step_up_required()) }
}

/// The organisation of a key, and what it may do there.
fn key_place(key: &LiveKey, asked: For) -> domain::Result<(OrgId, Perms)> {
    if !matches!(asked, For::TheOnlyOne) && asked != For::Org(key.org) {
        return Err(Error::not_found("organisation"));
    }
    Ok((key.org, key.rights))
}

/// A key in its organisation, for which its scope counts as a fresh proof.
fn program(key: Arc<LiveKey>, perm: Perm) -> domain::Result<Called> {
    if !perm.scope() {
        let words = format!("An API key can't {}: it takes a person who signs in. Nothing was changed.", perm.words());
        return Err(Error::new(ErrorKind::Forbidden, "forbidden", words));
    }
    if !key.rights.has(perm) {
        let words = format!(
            "This API key may not {}: that takes the scope {perm}, and a maker who may do it by now. Nothing was \
             changed.",
            perm.words()
        );
        return Err(Error::new(ErrorKind::Forbidden, "forbidden", words));
    }
    let actor = key.actor();
    Ok(Called { caller: Caller::Key(key), actor })
}

/// A member who may do this, as [`place`] found them, and who meets what the organisation demands.
async fn member(request: &Request, perm: Perm) -> domain::Result<Called> {
    let caller = caller(request)?;
    let state: &Shared = request.data().ok_or_else(Error::unauthenticated)?;
    let (org, rights) = match &caller {
        Caller::Key(key) => key_place(key, For::of(request))?,
        Caller::Session(session) => place(state, session, For::of(request)).await?,
    };
    state.policies.admit(&state.ctx, org, caller.shows(), client_of(request).ip).await?;
    let session = match caller {
        Caller::Key(key) => return program(key, perm),
        Caller::Session(session) => session,
    };
    let actor = Actor::Member { person: session.claims.person(), org, rights };
    actor.may(perm)?;
    if perm.steps_up() {
        fresh(state, &session)?;
    }
    Ok(Called { caller: Caller::Session(session), actor })
}

/// Lets a person themself pass: nobody in their place.
fn themself(request: &Request, verified: bool) -> domain::Result<Session> {
    let session = session(request)?;
    if session.claims.act.is_some() {
        return Err(Error::new(
            ErrorKind::Forbidden,
            "forbidden",
            "You are here in another person's place. This is theirs alone. Nothing was changed.",
        ));
    }
    let state: &Shared = request.data().ok_or_else(Error::unauthenticated)?;
    if verified {
        fresh(state, &session)?;
    }
    Ok(session)
}

fn own(request: &Request, verified: bool) -> domain::Result<Access> {
    let session = themself(request, verified)?;
    let actor = Actor::User(session.claims.person());
    Ok(Access { session, actor })
}

fn admin(request: &Request, verified: bool) -> domain::Result<Access> {
    // A role that is missing is said before a proof that is old.
    if session(request)?.claims.role != Role::Admin {
        return Err(Error::forbidden());
    }
    let state: &Shared = request.data().ok_or_else(Error::unauthenticated)?;
    factor::demand(state.sign_in.require_admin_mfa, &session(request)?.claims.amr)?;
    let session = themself(request, verified)?;
    let actor = Actor::Admin(session.claims.person());
    Ok(Access { session, actor })
}

macro_rules! gates {
    ($passed:ident: $($(#[$meta:meta])* $name:ident($request:ident) $word:expr => $verdict:expr;)+) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(pub $passed);

        impl std::ops::Deref for $name {
            type Target = $passed;
            fn deref(&self) -> &$passed {
                &self.0
            }
        }

        impl<'a> ApiExtractor<'a> for $name {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
            type ParamType = ();
            type ParamRawType = ();

            fn register(registry: &mut Registry) {
                register_schemes(registry);
            }

            /// The word of `x-access`, which the document turns into schemes.
            fn security_schemes() -> Vec<&'static str> {
                vec![$word]
            }

            async fn from_request(
                $request: &'a Request,
                _: &mut RequestBody,
                _: ExtractParamOptions<()>,
            ) -> poem::Result<Self> {
                let verdict: domain::Result<$passed> = $verdict;
                Ok(Self(verdict.map_err(Failure)?))
            }
        }
    )+ };
}

gates! { Called:
    /// A session or a key: who am I, and what happens live.
    Known(request) KNOWN => caller(request).map(|caller| {
        let actor = Actor::User(caller.person());
        Called { caller, actor }
    });
}

gates! { Access:
    /// Any session, and no key.
    SignedIn(request) SIGNED_IN => session(request).map(|session| {
        let actor = Actor::User(session.claims.person());
        Access { session, actor }
    });
    /// A user in what concerns their own account: nobody in their place, and no key.
    Own(request) OWN => own(request, false);
    /// The same, who proved lately who they are.
    OwnVerified(request) OWN_VERIFIED => own(request, true);
    /// A signed-in administrator.
    Admin(request) ADMIN => admin(request, false);
    /// The same, who proved lately who they are.
    AdminVerified(request) ADMIN_VERIFIED => admin(request, true);
}

/// A member of the organisation that the request is for, with one permission each.
pub mod may {
    use super::{
        ApiExtractor, ApiExtractorType, Called, ExtractParamOptions, Failure, Perm, Registry, Request, RequestBody,
        member, register_schemes,
    };

    macro_rules! members {
        ($($(#[$meta:meta])* $perm:ident,)+) => {
            gates! { Called:
                $($(#[$meta])* $perm(request) Perm::$perm.as_str() => member(request, Perm::$perm).await;)+
            }
        };
    }

    members! {
        /// Sees servers, their jobs, and what is on sale.
        VpsRead,
        /// Orders servers.
        VpsCreate,
        /// Switches, renames and changes servers.
        VpsUse,
        /// Opens a console.
        Console,
        /// Deletes servers.
        VpsDelete,
        /// Sees the balance and what an hour costs.
        WalletRead,
        /// Sees every entry of the statement.
        StatementRead,
        /// Adds money.
        WalletTopUp,
        /// Changes what invoices are addressed to.
        BillingWrite,
        /// Asks for money back.
        WalletRefund,
        /// Sees what happened.
        ActivityRead,
        /// Sees who belongs to the organisation.
        MembersRead,
        /// Invites and removes members.
        MembersWrite,
        /// Changes the organisation's name and address.
        OrgWrite,
        /// Sees and revokes API keys of their own.
        KeysOwn,
        /// Makes API keys of their own.
        KeysMake,
        /// Sees and revokes everybody's API keys.
        KeysAll,
        /// Makes and unmakes owners.
        OwnersWrite,
        /// Changes the organisation's security.
        OrgSecurity,
        /// Deletes the organisation.
        OrgDelete,
    }
}
