//! Sign-ins: each is a family of refresh tokens.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::{ImpersonationId, SessionId, UserId};

/// A row of `session`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Stands in every access token of the sign-in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// References `app_user`.
    pub user_id: UserId,
    /// By business time.
    pub created_at: DateTimeUtc,
    /// Tokens of the family are refused from then on: 7 days after the last renewal, and 30 days after the sign-in at
    /// the latest; by business time.
    pub expires_at: DateTimeUtc,
    /// Set by a sign-out, by signing in again, and when a used token came back.
    pub revoked_at: Option<DateTimeUtc>,
    /// The client's address with its prefix length, such as `203.0.113.7/32`.
    #[sea_orm(column_type = "Inet", select_as = "text", save_as = "inet")]
    pub ip: Option<String>,
    /// As the client sent it, cut to 400 characters.
    pub user_agent: Option<String>,
    /// The living token, sealed, for those who show the used one again within 30 seconds.
    pub successor_sealed: Option<Vec<u8>>,
    /// Until when it may be opened; by business time.
    pub successor_until: Option<DateTimeUtc>,
    /// How the person proved who they are, in the words of RFC 8176: `pwd`, `otp`, `hwk`, `mfa`; `oidc` for the
    /// word of an issuer, for which it has none.
    pub amr: Vec<String>,
    /// When they last proved it with all that they have enrolled; by business time.
    pub verified_at: Option<DateTimeUtc>,
    /// When it was last renewed; by business time.
    pub seen_at: DateTimeUtc,
    /// The administrator who acts in the user's place.
    pub impersonator_id: Option<UserId>,
    /// Their stay, which says why and how long.
    pub impersonation_id: Option<ImpersonationId>,
}
no_relations!();
