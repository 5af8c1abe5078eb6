//! Organisations: making and ending them, who belongs to them, who is invited, how much they may have, and
//! what they demand of who uses them.
//!
//! Whatever changes members or invitations locks the organisation's row first: owners are counted, and places given
//! away, one after the other.

mod accept;
mod change;
mod create;
mod delete;
mod history;
mod invite;
mod lock;
mod members;
mod operator;
mod policy;
mod profile;
pub mod quota;
mod security;
mod view;

pub use accept::{Joined, Offer, accept, decline, look};
pub(crate) use accept::{admit, claim, for_another};
pub use change::{BillingChange, OrgChange, change, change_billing};
pub use create::{MAX_MADE, create};
pub(crate) use create::{NewOrg, insert};
pub use delete::delete;
pub(crate) use delete::{claim_ended, close_with};
pub use history::{ProfileVersion, profile_history, profile_history_of_customer};
pub use invite::{INVITED_FOR, Invitation, MAX_PENDING, invitations, invite, revoke};
pub(crate) use invite::{letter, sent};
pub(crate) use lock::{keep_an_owner, lock_living};
pub use members::{Member, change_role, leave, members, remove};
pub use operator::{OrgLine, find, list};
pub use policy::{Policy, Shows, policies, policy};
pub use profile::Profile;
pub(crate) use profile::{address_lines, country, of as profile_of, set};
pub use quota::{DefaultQuotas, QuotaChange, Quotas, Resource};
pub use security::{Security, SecurityChange, change_security, lift_networks, security, security_of_customer};
pub use view::{OrgView, get};
