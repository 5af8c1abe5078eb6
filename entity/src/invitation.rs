//! Invitations: offers of membership, each on its way to an e-mail address.

use sea_orm::entity::prelude::*;

use crate::org_member::OrgRole;
use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{InvitationId, OrgId, UserId};

text_enum! {
    /// What became of an invitation.
    pub enum InvitationState {
        /// It can be accepted, until its time is over.
        Pending = "pending",
        /// Its addressee is a member.
        Accepted = "accepted",
        /// Its addressee did not want it.
        Declined = "declined",
        /// A member took it back, or sent a newer one.
        Revoked = "revoked",
        /// Its time is over.
        Expired = "expired",
    }
}

/// A row of `invitation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    /// Version 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    /// References `org`.
    pub org_id: OrgId,
    /// In its canonical form; one pending invitation of an address in an organisation.
    pub email: String,
    /// What the addressee becomes.
    pub role: OrgRole,
    /// SHA-256 of the token; unique.
    pub token_hash: Vec<u8>,
    /// The token, until its mail was sent.
    pub sealed: Option<Vec<u8>>,
    /// Who invites: without their right to, it is void.
    pub invited_by: UserId,
    /// What became of it.
    pub state: InvitationState,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// By business time.
    pub expires_at: DateTimeUtc,
    /// Set once it is no longer pending.
    pub ended_at: Option<DateTimeUtc>,
    /// Set once it was accepted.
    pub accepted_by: Option<UserId>,
}
no_relations!();
