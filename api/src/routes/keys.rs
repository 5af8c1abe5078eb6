//! API keys: making, seeing, replacing and ending them.

use chrono::TimeDelta;
use domain::key::{self, KeyView, NewKey, Rotation};
use domain::{ApiKeyId, OrgId, Perm, UserId};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::auth::{client_of, may};
use crate::problem::Problems;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Created, Done, Gone, Id, List, NoContent, Scope, Secret, Time, Word};

/// Whose a key is.
#[derive(Debug, Object)]
pub struct KeyOwner {
    /// Their id.
    id: Id<UserId>,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    name: String,
}

/// An API key, without its text, which nobody sees again.
#[derive(Debug, Object)]
pub struct ApiKey {
    /// Its id.
    id: Id<ApiKeyId>,
    /// The one organisation that it is for.
    org_id: Id<OrgId>,
    /// Who made it. It may never do more than they may there.
    owner: KeyOwner,
    /// What they call it.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What its text begins with: `sp_` and eight characters.
    #[oai(validator(max_length = 11))]
    prefix: String,
    /// What it was made for.
    #[oai(validator(max_items = 32))]
    scopes: Vec<Word<Perm>>,
    /// What it may do now: its scopes as far as its owner may do that by now; empty once it has ended.
    #[oai(validator(max_items = 32))]
    may: Vec<Word<Perm>>,
    /// Networks from which it may be used; empty for any.
    #[oai(validator(max_items = 32))]
    ip_allow: Vec<String>,
    /// Whether it may be used.
    active: bool,
    /// When it was made.
    created_at: Time,
    /// When it ends.
    expires_at: Time,
    /// When it was revoked.
    revoked_at: Option<Time>,
    /// When it was last used; at most a minute late.
    last_used_at: Option<Time>,
    /// From which address it was last used.
    #[oai(validator(max_length = 45))]
    last_ip: Option<String>,
    /// The key that replaced it.
    successor_id: Option<Id<ApiKeyId>>,
}

impl From<KeyView> for ApiKey {
    fn from(key: KeyView) -> Self {
        Self {
            scopes: key.scopes().iter().map(Word).collect(),
            may: key.rights().iter().map(Word).collect(),
            id: Id(key.id),
            org_id: Id(key.org_id),
            owner: KeyOwner { id: Id(key.user_id), name: key.user_name },
            name: key.name,
            prefix: format!("sp_{}", key.ident),
            ip_allow: key.ip_allow,
            active: key.alive,
            created_at: key.created_at.into(),
            expires_at: key.expires_at.into(),
            revoked_at: key.revoked_at.map(Into::into),
            last_used_at: key.last_used_at.map(Into::into),
            last_ip: key.last_ip,
            successor_id: key.successor_id.map(Id),
        }
    }
}

/// A key that was just made.
#[derive(Debug, Object)]
pub struct MadeApiKey {
    /// The key.
    api_key: ApiKey,
    /// Its text, for `Authorization: Bearer …`. This is the only answer that has it: only a hash is stored.
    text: Secret,
}

impl From<key::MadeKey> for MadeApiKey {
    fn from(made: key::MadeKey) -> Self {
        Self { api_key: made.key.into(), text: made.text.into() }
    }
}

/// A key to be made.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewApiKey {
    /// What it is called: where it is used, best.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// What it may do; only what its maker may do.
    #[oai(validator(min_items = 1, max_items = 32))]
    scopes: Vec<Choice<Scope>>,
    /// When it ends: within a year.
    expires_at: Time,
    /// Addresses and networks (CIDR) from which it may be used, the maker's own among them; any when left out.
    #[oai(validator(max_items = 32))]
    ip_allow: Option<Vec<String>>,
}

/// How a key is replaced.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RotateApiKey {
    /// For how many hours the old key still works: until then, both do.
    #[oai(validator(minimum(value = "0"), maximum(value = "168")))]
    overlap_h: u16,
    /// When the new one ends, within a year; after as long as the old one was given, when left out.
    expires_at: Option<Time>,
}

/// A key that was found in public.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ReportKey {
    /// Its whole text.
    #[oai(validator(min_length = 1, max_length = 100))]
    key: Secret,
}

/// Why a key is not made.
pub struct MakeProblems;

impl Problems for MakeProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "own_address_missing"), (409, "too_many_keys")];
}

/// Why a key is not replaced.
pub struct RotateProblems;

impl Problems for RotateProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "key_ended"), (409, "key_rotated")];
}

/// The operations on API keys.
pub struct KeysApi;

#[OpenApi]
impl KeysApi {
    /// List API keys
    ///
    /// One's own keys of the organisation, or everybody's for those who have `keys:all`: the newest first. Keys that
    /// ended more than 30 days ago are left out.
    #[oai(path = "/api/keys", method = "get", operation_id = "listKeys", tag = "Tag::Keys")]
    async fn list(
        &self,
        member: may::KeysOwn,
        app: Data<&Shared>,
        /// Everybody's.
        all: Query<Option<bool>>,
    ) -> Done<List<ApiKey>> {
        let found = key::list(&app.ctx, &member.actor(), all.0.unwrap_or(false)).await?;
        Ok(Answer::new(List::of(found, ApiKey::from)))
    }

    /// Make an API key
    ///
    /// For the organisation of the request and with scopes that the maker has. The answer has the key's text, and no
    /// other one ever will. A key makes no keys.
    #[oai(path = "/api/keys", method = "post", operation_id = "makeKey", tag = "Tag::Keys")]
    async fn make(
        &self,
        member: may::KeysMake,
        app: Data<&Shared>,
        request: &Request,
        body: Body<NewApiKey>,
    ) -> Created<MadeApiKey, MakeProblems> {
        let NewApiKey { name, scopes, expires_at, ip_allow } = body.0;
        let new = NewKey {
            name,
            scopes: scopes.into_iter().map(|scope| scope.0.0).collect(),
            expires_at: expires_at.0,
            ip_allow: ip_allow.unwrap_or_default(),
        };
        let made = key::make(&app.ctx, &member.actor(), new, client_of(request).ip).await?;
        Ok(Answer::new(made.into()))
    }

    /// Replace an API key
    ///
    /// Makes a successor with the same name, networks and scopes, as far as its owner still has them. It works at
    /// once; the old key works for the hours that were asked for, at most seven days, and never longer than it would
    /// have. Only its owner replaces a key.
    #[oai(path = "/api/keys/:id/rotate", method = "post", operation_id = "rotateKey", tag = "Tag::Keys")]
    async fn rotate(
        &self,
        member: may::KeysMake,
        app: Data<&Shared>,
        /// The key's id.
        id: Path<Id<ApiKeyId>>,
        body: Body<RotateApiKey>,
    ) -> Created<MadeApiKey, RotateProblems> {
        let overlap = TimeDelta::hours(i64::from(body.0.overlap_h));
        let rotation = Rotation { overlap, expires_at: body.0.expires_at.map(|at| at.0) };
        Ok(Answer::new(key::rotate(&app.ctx, &member.actor(), id.0.0, rotation).await?.into()))
    }

    /// Revoke an API key
    ///
    /// One's own, or any of the organisation's for those who have `keys:all`. It is refused within five seconds, and
    /// at once where money is concerned. A key that has ended stays as it is.
    #[oai(path = "/api/keys/:id", method = "delete", operation_id = "revokeKey", tag = "Tag::Keys")]
    async fn revoke(
        &self,
        member: may::KeysOwn,
        app: Data<&Shared>,
        /// The key's id.
        id: Path<Id<ApiKeyId>>,
    ) -> Gone {
        key::revoke(&app.ctx, &member.actor(), id.0.0).await?;
        Ok(NoContent::default())
    }

    /// Report a leaked API key
    ///
    /// For anybody who found one, scanners of secrets too: a key whose text is shown here is revoked, and its maker is
    /// told by mail. The answer does not say whether there was such a key.
    #[oai(path = "/api/keys/report", method = "post", operation_id = "reportKey", tag = "Tag::Keys")]
    async fn report(&self, app: Data<&Shared>, body: Body<ReportKey>) -> Gone {
        key::report(&app.ctx, body.0.key.as_ref()).await?;
        Ok(NoContent::default())
    }
}
