//! Who may call what: every operation of the API's document as every identity, against a running API.
//!
//! What is expected comes from the one table of permissions (`domain::access`) and the document's `x-access`, so an
//! operation that is added is in it. Each call has a user, an organisation and a session of its own: nothing that one
//! call ends is missed by the next; a program has a key of its own instead of the session. Bodies are broken on
//! purpose, since a gate judges before anything is read.

use anyhow::{Result, ensure};
use api::auth::gates::{ADMIN, ADMIN_VERIFIED, KNOWN, OWN, OWN_VERIFIED, SIGNED_IN};
use api::auth::token::Tokens;
use chrono::TimeDelta;
use domain::access::{Limits, Membership};
use domain::identity::{Grant, Impersonation};
use domain::key::KeyText;
use domain::{Ctx, ImpersonationId, OrgId, OrgRole, Perm, Perms, Role, SessionId, UserId, db};
use reqwest::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value as Json;

use crate::client::Client;

/// What was played.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Operations of the document.
    pub operations: usize,
    /// Identities that each was tried as.
    pub identities: usize,
    /// Calls.
    pub tried: usize,
    /// Calls that were answered otherwise than the table says, in words.
    pub wrong: Vec<String>,
}

/// An operation as the document describes it.
struct Operation {
    method: Method,
    path: String,
    id: String,
    /// None for what anybody may call.
    access: Option<String>,
    steps_up: bool,
}

/// Someone who calls.
#[derive(Clone, Debug)]
struct Identity {
    name: String,
    /// What they are on the platform.
    role: Role,
    /// What they are in the organisation that the request is for; none for strangers.
    place: Option<OrgRole>,
    /// With the scopes of their API key, if they come by one.
    limits: Limits,
    /// Whether they proved lately who they are.
    verified: bool,
    /// Whether they may sign in.
    enabled: bool,
    signed_in: bool,
}

/// What the table says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Passes,
    Refused(u16, &'static str),
}

fn identities() -> Vec<Identity> {
    let base = Identity {
        name: String::new(),
        role: Role::User,
        place: None,
        limits: Limits::default(),
        verified: true,
        enabled: true,
        signed_in: true,
    };
    let mut all = vec![Identity { name: "nobody signed in".into(), signed_in: false, ..base.clone() }];
    for role in OrgRole::ALL {
        all.push(Identity { name: role.to_string(), place: Some(*role), ..base.clone() });
    }
    let owner = Identity { place: Some(OrgRole::Owner), ..base.clone() };
    all.push(Identity { name: "an owner without a fresh proof".into(), verified: false, ..owner.clone() });
    all.push(Identity {
        name: "an owner whom the platform lets only read".into(),
        role: Role::Readonly,
        limits: Limits { reads_only: true, ..Limits::default() },
        ..owner.clone()
    });
    for writes in [false, true] {
        let limits = Limits { guest_writes: Some(writes), ..Limits::default() };
        let name = format!("an administrator in an owner's place, writes {writes}");
        all.push(Identity { name, limits, ..owner.clone() });
    }
    all.push(Identity { name: "an owner of another organisation".into(), ..base.clone() });
    all.push(Identity { name: "an administrator".into(), role: Role::Admin, ..base.clone() });
    let stale = Identity { role: Role::Admin, verified: false, ..base.clone() };
    all.push(Identity { name: "an administrator without a fresh proof".into(), ..stale });
    all.push(Identity { name: "an owner who was disabled".into(), enabled: false, ..owner.clone() });
    all.extend(keys(&owner));
    all
}

/// Programs: a key has its scopes as far as its maker may do that, in its one organisation, whatever else they are.
fn keys(owner: &Identity) -> Vec<Identity> {
    let key = |name: &str, place: Option<OrgRole>, role: Role, scopes: Perms| {
        let limits = Limits { scopes: Some(scopes), ..Limits::default() };
        Identity { name: name.into(), place, role, limits, verified: false, ..owner.clone() }
    };
    let (every, reading) = (Perms::that(Perm::scope), Perms::that(|perm| perm.scope() && perm.reads()));
    vec![
        key("an owner's key that only reads", owner.place, Role::User, reading),
        key("an owner's key with every scope", owner.place, Role::User, every),
        key("a reader's key with every scope", Some(OrgRole::Readonly), Role::User, every),
        key("an administrator's key with every scope", owner.place, Role::Admin, every),
        key("a key of another organisation with every scope", None, Role::User, every),
    ]
}

impl Identity {
    fn verdict(&self, operation: &Operation) -> Verdict {
        let Some(access) = &operation.access else {
            return Verdict::Passes;
        };
        if !self.signed_in || !self.enabled {
            return Verdict::Refused(401, "unauthenticated");
        }
        let forbidden = Verdict::Refused(403, "forbidden");
        let (guest, key) = (self.limits.guest_writes.is_some(), self.limits.scopes.is_some());
        let refused = match access.as_str() {
            KNOWN => None,
            SIGNED_IN => Some(forbidden).filter(|_| key),
            OWN | OWN_VERIFIED => Some(forbidden).filter(|_| guest || key),
            ADMIN | ADMIN_VERIFIED => Some(forbidden).filter(|_| guest || key || self.role != Role::Admin),
            perm => {
                let perm: Perm = perm.parse().unwrap_or(Perm::OrgDelete);
                match self.place {
                    None => Some(Verdict::Refused(404, "not_found")),
                    Some(role) => Some(forbidden).filter(|_| !self.limits.apply(role).has(perm)),
                }
            }
        };
        match refused {
            Some(verdict) => verdict,
            // A key's scope counts as a fresh proof.
            None if operation.steps_up && !self.verified && !key => Verdict::Refused(403, "step_up_required"),
            None => Verdict::Passes,
        }
    }
}

/// Plays it against the API of `anonymous`, whose database is the context's and which signs with this secret.
///
/// # Errors
/// When the database or the API does not answer.
pub async fn play(anonymous: &Client, ctx: &Ctx, secret: &str) -> Result<Played> {
    let operations: Vec<_> = operations()?.into_iter().filter(|operation| operation.access.is_some()).collect();
    let identities = identities();
    let tokens = Tokens::new(&SecretString::from(secret));
    let mut played = Played { operations: operations.len(), identities: identities.len(), ..Played::default() };
    let disabled = make(ctx, &tokens, &Identity { enabled: false, ..identities[1].clone() }).await?;
    await_refusal(&anonymous.with_token(&disabled.token)).await?;
    for operation in &operations {
        for identity in &identities {
            let made = if identity.enabled { make(ctx, &tokens, identity).await? } else { disabled.clone() };
            let client = if identity.signed_in { anonymous.with_token(&made.token) } else { anonymous.anonymous() };
            let wants = identity.verdict(operation);
            let wrong = call(&client, operation, &made.org, wants).await?;
            played.tried += 1;
            played.wrong.extend(wrong.map(|words| format!("{} as {}: {words}", operation.id, identity.name)));
        }
    }
    Ok(played)
}

/// What was answered, where it is not what the table says.
async fn call(client: &Client, operation: &Operation, org: &OrgId, wants: Verdict) -> Result<Option<String>> {
    if operation.id == "followEvents" && wants == Verdict::Passes {
        // A stream has no end; the others of its kind say enough.
        return Ok(None);
    }
    let org = org.to_string();
    let path = filled(&operation.path, &org);
    let reply =
        client.for_org(&org).send_raw(operation.method.clone(), &path, "application/json", b"{".to_vec()).await?;
    let (status, code) = (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default().to_owned());
    let fits = match wants {
        Verdict::Refused(wants, word) => status == wants && code == word,
        Verdict::Passes => !matches!(
            (status, code.as_str()),
            (401, "unauthenticated") | (403, "forbidden" | "step_up_required" | "mfa_required") | (400, "org_required")
        ),
    };
    Ok((!fits).then(|| format!("{status} {code}, not {wants:?}")))
}

/// The path with ids: the organisation that the request is for, and otherwise ones that nobody has.
fn filled(path: &str, org: &str) -> String {
    let unknown = |prefix: &str| format!("{prefix}_00000000000000000000000001");
    let mut before = "";
    let parts: Vec<String> = path
        .split('/')
        .map(|part| {
            let text = match (part, before) {
                ("{org}", _) | ("{id}", "customers") => org.to_owned(),
                ("{user}", _) | ("{id}", "users") => unknown("user"),
                ("{queue}", _) => "mail".to_owned(),
                ("{name}", _) => "platform.tidy".to_owned(),
                ("{id}", "workers") => "nobody".to_owned(),
                ("{id}", "statement") => "1".to_owned(),
                (part, "vps") if part.starts_with('{') => unknown("vps"),
                (part, noun) if part.starts_with('{') => unknown(noun.trim_end_matches('s')),
                (part, _) => part.to_owned(),
            };
            before = part;
            text
        })
        .collect();
    parts.join("/")
}

/// A user, their organisation and their session, as the identity says.
#[derive(Clone)]
struct Made {
    token: String,
    /// The organisation that the request is for.
    org: OrgId,
}

async fn make(ctx: &Ctx, tokens: &Tokens, identity: &Identity) -> Result<Made> {
    let now = ctx.clock.estimate();
    let (user, org, theirs): (UserId, OrgId, OrgId) = (ctx.chance.id(now), ctx.chance.id(now), ctx.chance.id(now));
    let session: SessionId = ctx.chance.id(now);
    // A stranger belongs to another organisation, and asks for this one.
    let (member_of, place) = identity.place.map_or((theirs, OrgRole::Owner), |role| (org, role));
    let verified_at = if identity.verified { now } else { now - TimeDelta::hours(1) };
    let values = [
        user.0.into(),
        org.0.into(),
        theirs.0.into(),
        member_of.0.into(),
        session.0.into(),
        place.as_str().into(),
        identity.role.as_str().into(),
        identity.enabled.into(),
        verified_at.into(),
    ];
    db::exec(&ctx.db, db::sql(MAKE, values)).await?;
    let stay = identity.limits.guest_writes.map(|writes| Impersonation {
        id: ImpersonationId(session.0),
        by: ctx.chance.id(now),
        writes,
        epoch: 0,
        parent: ctx.chance.id(now),
        parent_until: now + TimeDelta::days(7),
    });
    if let Some(stay) = stay {
        let values = [
            stay.id.0.into(),
            stay.by.0.into(),
            stay.parent.0.into(),
            user.0.into(),
            session.0.into(),
            stay.writes.into(),
        ];
        db::exec(&ctx.db, db::sql(STAY, values)).await?;
    }
    if let Some(scopes) = identity.limits.scopes {
        return Ok(Made { token: make_key(ctx, user, member_of, scopes).await?, org });
    }
    let grant = Grant {
        user,
        role: identity.role,
        memberships: vec![Membership { org_id: member_of, org_name: String::new(), role: place }],
        epoch: 0,
        session,
        amr: ["pwd", "otp", "mfa"].map(str::to_owned).to_vec(),
        verified_at: Some(verified_at),
        impersonation: stay,
        expires_at: now + TimeDelta::days(7),
        refresh_token: SecretString::from(""),
    };
    Ok(Made { token: tokens.issue(&grant, now)?, org })
}

/// A key of the user's for this organisation. Returns its text.
async fn make_key(ctx: &Ctx, user: UserId, org: OrgId, scopes: Perms) -> Result<String> {
    let text = KeyText::new(&ctx.chance);
    let scopes: Vec<_> = scopes.iter().map(Perm::as_str).collect();
    let values = [org.0.into(), user.0.into(), text.ident().into(), text.hash().into(), scopes.join(" ").into()];
    db::exec(&ctx.db, db::sql(KEY, values)).await?;
    Ok(text.secret().expose_secret().to_owned())
}

const KEY: &str = "
insert into api_key (id, org_id, user_id, name, ident, hash, scopes, created_at, expires_at)
values (gen_random_uuid(), $1, $2, 'matrix', $3, $4, string_to_array($5, ' '), business_now(),
  business_now() + interval '1 day')";

const MAKE: &str = "
with made_orgs as (
  insert into org (id, name, vps_quota, created_at)
  select id, 'matrix', 10, now() from unnest(array[$2::uuid, $3::uuid]) id
  returning id
), wallets as (
  insert into account (kind, org_id, currency, balance_micros)
  select kind, id, 'USD', 0 from made_orgs, unnest(array['wallet', 'hold', 'receivable']) kind
), made_user as (
  insert into app_user (id, email, password_hash, name, role, token_epoch, epoch_changed_at, created_at, disabled_at,
    email_verified_at)
  values ($1, $1::text || '@example.com', 'none', 'Matrix', $7, case when $8 then 0 else 1 end, now(), now(),
    case when not $8 then now() end, now())
  returning id
), joined as (
  insert into org_member (org_id, user_id, created_at, role)
  select $4, id, now(), $6 from made_user
)
insert into session (id, user_id, created_at, expires_at, amr, verified_at, seen_at)
select $5, id, now(), now() + interval '7 days', '{pwd,otp,mfa}', $9, now() from made_user";

const STAY: &str = "
with admin as (
  insert into app_user (id, email, password_hash, name, role, epoch_changed_at, created_at)
  values ($2, $2::text || '@example.com', 'none', 'Matrix', 'admin', now(), now())
  returning id
), parent as (
  insert into session (id, user_id, created_at, expires_at, amr, verified_at, seen_at)
  select $3, id, now(), now() + interval '7 days', '{pwd,otp,mfa}', now(), now() from admin
  returning id, user_id
), held as (
  insert into refresh_token (hash, session_id, created_at) select decode(md5(id::text), 'hex'), id, now() from parent
), stay as (
  insert into impersonation (id, admin_id, user_id, parent_id, admin_epoch, writes, reason, began_at, until_at)
  select $1, user_id, $4, id, 0, $6, 'a test', now(), now() + interval '30 minutes' from parent
  returning id, admin_id
)
update session s set impersonator_id = stay.admin_id, impersonation_id = stay.id from stay where s.id = $5";

/// Waits until the API has heard that the user may not sign in any more.
async fn await_refusal(client: &Client) -> Result<()> {
    crate::fixture::until(std::time::Duration::from_secs(15), async || {
        Ok((client.get("/api/activity").await?.status == 401).then_some(()))
    })
    .await
}

fn operations() -> Result<Vec<Operation>> {
    let spec: Json = serde_json::from_str(&api::spec_json())?;
    let mut found = Vec::new();
    for (path, item) in spec["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            let access = operation["x-access"].as_str().map(str::to_owned);
            ensure!(access.is_some() || api::spec::PUBLIC.contains(&id.as_str()), "{id} says nobody who may call it");
            let method = method.to_uppercase().parse()?;
            found.push(Operation { method, path: path.clone(), id, access, steps_up: operation["x-step-up"] == true });
        }
    }
    Ok(found)
}
