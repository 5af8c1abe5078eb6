//! Users as administrators see them, on the wire.

use domain::impersonation::StayRow;
use domain::user::{Place, Refused, SignedIn, UserRow, UserSort, UserView};
use domain::{ImpersonationId, OrgId, OrgRole, Role, SecurityKind, SessionId, UserId, UserState};
use poem_openapi::Object;

use crate::problem::Problems;
use crate::routes::activity::Person;
use crate::wire::{Choice, Id, Time, Vocabulary, Word};

impl Vocabulary for UserSort {
    const NAME: &'static str = "UserSort";
    const ABOUT: &'static str = "What a list of users is ordered by.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A user in a list.
#[derive(Debug, Object)]
pub struct AdminUserRow {
    /// Their id.
    pub(super) id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    pub(super) email: String,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    pub(super) name: String,
    /// What they may do on the platform.
    pub(super) role: Word<Role>,
    /// Whether they can sign in.
    pub(super) state: Word<UserState>,
    /// In how many organisations they are.
    organisations: i64,
    /// When they registered.
    pub(super) created_at: Time,
    /// When they were last seen: opened or renewed a session. Null if never.
    pub(super) seen_at: Option<Time>,
}

impl From<UserRow> for AdminUserRow {
    fn from(row: UserRow) -> Self {
        Self {
            id: Id(row.id),
            email: row.email,
            name: row.name,
            role: Word(row.role),
            state: Word(row.state),
            organisations: row.organisations,
            created_at: row.created_at.into(),
            seen_at: row.seen_at.map(Into::into),
        }
    }
}

/// An organisation that a user belongs to.
#[derive(Debug, Object)]
pub struct UserPlace {
    /// Its id.
    pub(super) id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    pub(super) name: String,
    /// Their role there.
    pub(super) role: Word<OrgRole>,
    /// When they joined.
    pub(super) joined_at: Time,
}

impl From<Place> for UserPlace {
    fn from(row: Place) -> Self {
        Self { id: Id(row.org_id), name: row.name, role: Word(row.role), joined_at: row.joined_at.into() }
    }
}

/// A session of a user.
#[derive(Debug, Object)]
pub struct UserSession {
    /// Its id.
    pub(super) id: Id<SessionId>,
    /// When it began.
    pub(super) created_at: Time,
    /// When it was last renewed.
    pub(super) seen_at: Time,
    /// When it ends unless it is renewed.
    pub(super) expires_at: Time,
    /// The address that it was opened from.
    #[oai(validator(max_length = 64))]
    pub(super) ip: Option<String>,
    /// The device in words, such as `Chrome on Linux`.
    #[oai(validator(max_length = 100))]
    device: String,
    /// How its holder proved who they are, in the words of RFC 8176.
    #[oai(validator(max_items = 10))]
    pub(super) amr: Vec<String>,
    /// The name of the administrator who is in the user's place by it; null for the user themself.
    #[oai(validator(max_length = 100))]
    pub(super) support: Option<String>,
}

impl From<SignedIn> for UserSession {
    fn from(row: SignedIn) -> Self {
        Self {
            id: Id(row.id),
            created_at: row.created_at.into(),
            seen_at: row.seen_at.into(),
            expires_at: row.expires_at.into(),
            ip: row.ip,
            device: domain::mail::device(row.user_agent.as_deref()).to_string(),
            amr: row.amr,
            support: row.support_name,
        }
    }
}

/// What was refused to a user within a minute.
#[derive(Debug, Object)]
pub struct UserRefusal {
    /// What.
    pub(super) kind: Word<SecurityKind>,
    /// How often.
    count: i32,
    /// From where.
    #[oai(validator(max_length = 64))]
    pub(super) ip: Option<String>,
    /// The last time.
    pub(super) last_at: Time,
}

impl From<Refused> for UserRefusal {
    fn from(row: Refused) -> Self {
        Self { kind: Word(row.kind), count: row.count, ip: row.ip, last_at: row.last_at.into() }
    }
}

/// A time in which an administrator was in a user's place.
#[derive(Debug, Object)]
pub struct UserStay {
    /// Its id.
    pub(super) id: Id<ImpersonationId>,
    /// The administrator.
    pub(super) by: Person,
    /// Whether they could change things.
    writes: bool,
    /// Why, as they said; null once it was erased.
    #[oai(validator(max_length = 500))]
    pub(super) reason: Option<String>,
    /// When it began.
    pub(super) began_at: Time,
    /// When it ended, or will at the latest.
    pub(super) until: Time,
    /// Whether it has ended.
    over: bool,
}

impl From<StayRow> for UserStay {
    fn from(row: StayRow) -> Self {
        Self {
            id: Id(row.id),
            by: Person { id: Id(row.admin_id), name: row.admin_name },
            writes: row.writes,
            reason: row.reason,
            began_at: row.began_at.into(),
            until: row.until_at.into(),
            over: row.over,
        }
    }
}

/// A user with where they belong, where they are signed in, and what was refused to them.
#[derive(Debug, Object)]
pub struct AdminUser {
    /// Their id.
    pub(super) id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    pub(super) email: String,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    pub(super) name: String,
    /// What they may do on the platform.
    pub(super) role: Word<Role>,
    /// Whether they can sign in.
    pub(super) state: Word<UserState>,
    /// Their language, as a BCP 47 tag.
    #[oai(validator(max_length = 35))]
    pub(super) locale: String,
    /// Their time zone, by its IANA name.
    #[oai(validator(max_length = 64))]
    pub(super) time_zone: String,
    /// When they registered.
    pub(super) created_at: Time,
    /// When they showed that they read mail at the address.
    pub(super) email_verified_at: Option<Time>,
    /// Since when they can't sign in.
    pub(super) disabled_at: Option<Time>,
    /// Why they can't, as the administrator said.
    #[oai(validator(max_length = 500))]
    pub(super) disabled_reason: Option<String>,
    /// When they were last seen; null if never.
    pub(super) seen_at: Option<Time>,
    /// Where they belong, in the order of joining; at most 100.
    #[oai(validator(max_items = 100))]
    pub(super) organisations: Vec<UserPlace>,
    /// Where they are signed in; at most 20.
    #[oai(validator(max_items = 20))]
    pub(super) sessions: Vec<UserSession>,
    /// What was refused to them, the newest first; at most 20.
    #[oai(validator(max_items = 20))]
    pub(super) refused: Vec<UserRefusal>,
    /// Which administrators were in their place, the newest first; at most 20.
    #[oai(validator(max_items = 20))]
    pub(super) stays: Vec<UserStay>,
}

impl From<UserView> for AdminUser {
    fn from(user: UserView) -> Self {
        fn all<R, T: From<R>>(rows: Vec<R>) -> Vec<T> {
            rows.into_iter().map(T::from).collect()
        }
        Self {
            id: Id(user.id),
            email: user.email,
            name: user.name,
            role: Word(user.role),
            state: Word(user.state),
            locale: user.locale,
            time_zone: user.time_zone,
            created_at: user.created_at.into(),
            email_verified_at: user.email_verified_at.map(Into::into),
            disabled_at: user.disabled_at.map(Into::into),
            disabled_reason: user.disabled_reason,
            seen_at: user.seen_at.map(Into::into),
            organisations: all(user.organisations),
            sessions: all(user.sessions),
            refused: all(user.refused),
            stays: all(user.stays),
        }
    }
}

/// A user to create.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct CreateUser {
    /// The e-mail address with which they will sign in.
    #[oai(validator(min_length = 3, max_length = 254))]
    pub(super) email: String,
    /// How they are addressed.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub(super) name: String,
    /// Their organisation's name; their own name when left out.
    #[oai(validator(max_length = 100))]
    pub(super) organisation: Option<String>,
}

/// A user's new role on the platform.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeRole {
    /// `user` or `readonly`; administrators are named at the command line.
    pub(super) role: Choice<Role>,
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    pub(super) reason: String,
}

/// A stay in a user's place.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Impersonate {
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    pub(super) reason: String,
    /// Whether things may be changed; only looking when left out.
    pub(super) writes: Option<bool>,
    /// The only organisation to be seen; all of the user's when left out.
    pub(super) org: Option<Id<OrgId>>,
}

/// The erasure of a user who asked for it.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct EraseUser {
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    pub(super) reason: String,
    /// Whether money left in the wallet of an organisation without other members may stay there until the person asks
    /// for it.
    pub(super) leave_balance: Option<bool>,
}

/// Why a user is not erased.
pub struct EraseProblems;

impl Problems for EraseProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (409, "own_account"),
        (409, "administrator"),
        (409, "last_owner"),
        (409, "org_has_servers"),
        (409, "org_has_money"),
        (409, "in_debt"),
        (409, "busy"),
    ];
}

/// Why no user is created.
pub struct CreateProblems;

impl Problems for CreateProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "email_taken"), (503, "overloaded")];
}

/// Why a user can't be disabled.
pub struct DisableProblems;

impl Problems for DisableProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "own_account"), (409, "last_admin")];
}

/// Why a role can't be changed.
pub struct RoleProblems;

impl Problems for RoleProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(409, "own_account"), (409, "last_admin"), (409, "named_by_operator")];
}
