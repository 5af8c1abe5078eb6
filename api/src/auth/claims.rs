//! What an access token says.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::access::{Limits, Perms, is_fresh};
use domain::identity::Grant;
use domain::{ImpersonationId, OrgId, OrgRole, Person, Proof, Role, SessionId, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Memberships that stand in a token; those beyond are read from the database.
pub const TOKEN_MEMBERSHIPS: usize = 32;

/// The claims of an access token, all of them required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom.
    pub aud: String,
    /// The user.
    pub sub: UserId,
    /// What they may do on the platform.
    pub role: Role,
    /// The organisations that they joined first, with their roles.
    pub m: Memberships,
    /// Whether they have more.
    pub more: bool,
    /// How they proved who they are, in the words of RFC 8176.
    pub amr: Vec<String>,
    /// When they last proved it with all that they have enrolled, in seconds; 0 for never.
    pub ver: i64,
    /// The administrator in their place, if there is one.
    pub act: Option<Act>,
    /// The user's epoch when it was issued.
    pub epoch: i32,
    /// The session.
    pub sid: SessionId,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// When it ends, in seconds.
    pub exp: i64,
}

/// An administrator who acts in the subject's place, as RFC 8693 names the claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The administrator.
    pub sub: UserId,
    /// Their stay.
    pub id: ImpersonationId,
    /// Whether they may change things.
    pub w: bool,
    /// Their epoch when it began.
    pub epoch: i32,
    /// Their own session.
    pub sid: SessionId,
}

/// Organisations and roles, as short as a cookie wants them: 22 characters and a letter each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memberships(pub BTreeMap<OrgId, OrgRole>);

const fn letter(role: OrgRole) -> char {
    match role {
        OrgRole::Owner => 'o',
        OrgRole::Admin => 'a',
        OrgRole::Member => 'm',
        OrgRole::Billing => 'b',
        OrgRole::Readonly => 'r',
    }
}

impl Serialize for Memberships {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(org, role)| (URL_SAFE_NO_PAD.encode(org.0), letter(*role))))
    }
}

impl<'de> Deserialize<'de> for Memberships {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read: BTreeMap<String, char> = Deserialize::deserialize(deserializer)?;
        let one = |(org, role): (String, char)| {
            let bytes: [u8; 16] = URL_SAFE_NO_PAD.decode(org).ok()?.try_into().ok()?;
            let role = OrgRole::ALL.iter().copied().find(|known| letter(*known) == role)?;
            Some((OrgId(Uuid::from_bytes(bytes)), role))
        };
        let read: Option<_> = read.into_iter().map(one).collect();
        read.map(Self).ok_or_else(|| serde::de::Error::custom("not a list of memberships"))
    }
}

impl Claims {
    /// The claims for what was granted.
    pub(super) fn of(grant: &Grant, issuer: &str, audience: &str, iat: i64, exp: i64) -> Self {
        let known = grant.memberships.iter().take(TOKEN_MEMBERSHIPS).map(|place| (place.org_id, place.role));
        Self {
            iss: issuer.to_owned(),
            aud: audience.to_owned(),
            sub: grant.user,
            role: grant.role,
            m: Memberships(known.collect()),
            more: grant.memberships.len() > TOKEN_MEMBERSHIPS,
            amr: grant.amr.clone(),
            ver: grant.verified_at.map_or(0, |at| at.timestamp()),
            act: grant.impersonation.map(|stay| Act {
                sub: stay.by,
                id: stay.id,
                w: stay.writes,
                epoch: stay.epoch,
                sid: stay.parent,
            }),
            epoch: grant.epoch,
            sid: grant.session,
            iat,
            exp,
        }
    }

    /// Who is behind it.
    #[must_use]
    pub fn person(&self) -> Person {
        let impersonator = self.act.as_ref().map(|act| act.sub);
        Person { user: self.sub, proof: Proof::Session(self.sid), impersonator }
    }

    /// What a role may do by this token.
    #[must_use]
    pub fn rights(&self, role: OrgRole) -> Perms {
        let guest_writes = self.act.as_ref().map(|act| act.w);
        Limits { reads_only: self.role == Role::Readonly, guest_writes, scopes: None }.apply(role)
    }

    /// Whether the person proved lately who they are. The acting transaction asks again.
    #[must_use]
    pub fn verified(&self, now: DateTime<Utc>) -> bool {
        is_fresh(DateTime::from_timestamp(self.ver, 0).filter(|_| self.ver > 0), now)
    }
}
