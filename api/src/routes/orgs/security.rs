//! What an organisation demands of who uses it.

use domain::OrgId;
use domain::org::{self, Security, SecurityChange};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::{client_of, may};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id};

/// What an organisation demands of who uses it.
#[derive(Debug, Object)]
pub struct OrgSecurity {
    /// Whether members need a second factor: without one they can do nothing but add one.
    require_mfa: bool,
    /// Addresses and networks from which it may be used; empty for anywhere.
    #[oai(validator(max_items = 32))]
    ip_allow: Vec<String>,
}

impl From<Security> for OrgSecurity {
    fn from(security: Security) -> Self {
        let Security { require_mfa, ip_allow } = security;
        Self { require_mfa, ip_allow }
    }
}

/// What shall be different; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeOrgSecurity {
    /// Whether members need a second factor.
    require_mfa: Option<bool>,
    /// Addresses and networks from which it may be used, one's own among them; an empty list for anywhere.
    #[oai(validator(max_items = 32, max_length = 64))]
    ip_allow: Option<Vec<String>>,
}

/// Why it is not changed.
pub struct SecurityProblems;

impl Problems for SecurityProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "own_address_missing"), (409, "own_factor_missing")];
}

/// The operations on an organisation's security.
pub struct OrgSecurityApi;

#[OpenApi]
impl OrgSecurityApi {
    /// Read an organisation's security
    ///
    /// Whether members need a second factor, and from where it may be used.
    #[oai(path = "/api/orgs/:org/security", method = "get", operation_id = "getOrgSecurity", tag = "Tag::Orgs")]
    async fn get(
        &self,
        member: may::OrgWrite,
        app: Data<&Shared>,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
    ) -> Done<OrgSecurity> {
        Ok(Answer::new(org::security(&app.ctx, &member.actor()).await?.into()))
    }

    /// Change an organisation's security
    ///
    /// It holds for sessions, API keys and live events within five seconds. Who does not meet it gets 403
    /// `mfa_required` or `address_not_allowed`. A list of networks has one's own address in it (409
    /// `own_address_missing`), and who asks for second factors has one (409 `own_factor_missing`).
    #[oai(path = "/api/orgs/:org/security", method = "patch", operation_id = "changeOrgSecurity", tag = "Tag::Orgs")]
    async fn change(
        &self,
        member: may::OrgSecurity,
        app: Data<&Shared>,
        request: &Request,
        /// The organisation's id.
        #[expect(unused_variables, reason = "the gate reads it")]
        org: Path<Id<OrgId>>,
        body: Body<ChangeOrgSecurity>,
    ) -> Done<OrgSecurity, SecurityProblems> {
        let ChangeOrgSecurity { require_mfa, ip_allow } = body.0;
        let change = SecurityChange { require_mfa, ip_allow };
        let from = client_of(request).ip;
        Ok(Answer::new(org::change_security(&app.ctx, &member.actor(), &change, from).await?.into()))
    }
}
