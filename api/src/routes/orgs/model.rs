//! Organisations, members and invitations on the wire.

use domain::org::{self, OrgView, Quotas as Counted};
use domain::{InvitationId, InvitationState, OrgId, OrgRole, UserId};
use poem_openapi::Object;

use crate::wire::{Id, Time, Word};

/// How much of something there is, and may be.
#[derive(Debug, Object)]
pub struct QuotaUse {
    /// What counts now.
    used: i64,
    /// What would be beyond it is refused with `quota_reached`.
    limit: i32,
}

/// What an organisation has, and may have.
#[derive(Debug, Object)]
pub struct Quotas {
    /// Servers that were neither deleted nor failed to be created.
    servers: QuotaUse,
    /// Their vCPUs.
    vcpus: QuotaUse,
    /// Their memory in MiB.
    memory_mib: QuotaUse,
    /// Their storage in GiB.
    storage_gib: QuotaUse,
    /// Members.
    members: QuotaUse,
    /// API keys of all members.
    keys: QuotaUse,
}

impl From<Counted> for Quotas {
    fn from(counted: Counted) -> Self {
        let of = |used, limit| QuotaUse { used, limit };
        Self {
            servers: of(counted.servers_used, counted.servers_most),
            vcpus: of(counted.vcpus_used, counted.vcpus_most),
            memory_mib: of(counted.memory_mib_used, counted.memory_mib_most),
            storage_gib: of(counted.storage_gib_used, counted.storage_gib_most),
            members: of(counted.members_used, counted.members_most),
            keys: of(counted.keys_used, counted.keys_most),
        }
    }
}

/// An organisation, as its members see it.
#[derive(Debug, Object)]
pub struct Org {
    /// Its id.
    id: Id<OrgId>,
    /// Its name, as its members chose it.
    #[oai(validator(max_length = 100))]
    name: String,
    /// When it was created.
    created_at: Time,
    /// Its page on the web.
    #[oai(validator(max_length = 200))]
    website: Option<String>,
    /// Street and number, in up to three lines.
    #[oai(validator(max_length = 300))]
    address_lines: Option<String>,
    /// The city.
    #[oai(validator(max_length = 100))]
    city: Option<String>,
    /// The postcode.
    #[oai(validator(max_length = 20))]
    postcode: Option<String>,
    /// The country by its two letters (ISO 3166-1).
    #[oai(validator(max_length = 2))]
    country: Option<String>,
    /// Its number for taxes.
    #[oai(validator(max_length = 40))]
    tax_id: Option<String>,
    /// Whom invoices are addressed to.
    #[oai(validator(max_length = 100))]
    billing_name: Option<String>,
    /// Where they read mail.
    #[oai(validator(max_length = 254))]
    billing_email: Option<String>,
    /// What it has, and may have.
    quotas: Quotas,
}

impl From<OrgView> for Org {
    fn from(view: OrgView) -> Self {
        let OrgView { id, name, created_at, profile, quotas } = view;
        Self {
            id: Id(id),
            name,
            created_at: created_at.into(),
            website: profile.website,
            address_lines: profile.address_lines,
            city: profile.city,
            postcode: profile.postcode,
            country: profile.country,
            tax_id: profile.tax_id,
            billing_name: profile.billing_name,
            billing_email: profile.billing_email,
            quotas: quotas.into(),
        }
    }
}

/// A member of an organisation, as the others see them.
#[derive(Debug, Object)]
pub struct OrgMember {
    /// The user's id.
    id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    email: String,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What they may do.
    role: Word<OrgRole>,
    /// When they joined.
    joined_at: Time,
    /// When they last used the panel.
    seen_at: Option<Time>,
    /// The name of the member who invited them; null for the one who created the organisation.
    #[oai(validator(max_length = 100))]
    invited_by: Option<String>,
    /// Whether their account is disabled.
    disabled: bool,
    /// Whether they have a second factor; null for readers who may not change members.
    second_factor: Option<bool>,
}

impl From<org::Member> for OrgMember {
    fn from(member: org::Member) -> Self {
        Self {
            id: Id(member.id),
            email: member.email,
            name: member.name,
            role: Word(member.role),
            joined_at: member.joined_at.into(),
            seen_at: member.seen_at.map(Into::into),
            invited_by: member.invited_by,
            disabled: member.disabled,
            second_factor: member.second_factor,
        }
    }
}

/// An invitation, as members see it.
#[derive(Debug, Object)]
pub struct Invitation {
    /// Its id.
    id: Id<InvitationId>,
    /// Whom it is for.
    #[oai(validator(max_length = 254))]
    email: String,
    /// What they become.
    role: Word<OrgRole>,
    /// The name of the member who invites.
    #[oai(validator(max_length = 100))]
    invited_by: String,
    /// When it was sent.
    created_at: Time,
    /// Until when it can be accepted.
    expires_at: Time,
    /// `pending`, or `expired` once its time is over.
    state: Word<InvitationState>,
}

impl From<org::Invitation> for Invitation {
    fn from(invitation: org::Invitation) -> Self {
        Self {
            id: Id(invitation.id),
            email: invitation.email,
            role: Word(invitation.role),
            invited_by: invitation.invited_by,
            created_at: invitation.created_at.into(),
            expires_at: invitation.expires_at.into(),
            state: Word(invitation.state),
        }
    }
}
