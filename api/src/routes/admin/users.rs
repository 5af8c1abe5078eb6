//! Users: who they are, whether they can sign in, and going into their place.

use domain::impersonation::{self, StayRow, Visit};
use domain::page::Order;
use domain::user::{self, NewUser, Place, Refused, SignedIn, UserFilter, UserRow, UserSort, UserView};
use domain::{ImpersonationId, OrgId, OrgRole, Role, SecurityKind, SessionId, UserId, UserState};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use super::queues::Reason;
use crate::auth::{Admin, AdminVerified, client_of};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::activity::Person;
use crate::routes::auth::{Me, signed_in};
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Created, Done, Id, Paged, Time, Vocabulary, Word, page};

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
    id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    email: String,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What they may do on the platform.
    role: Word<Role>,
    /// Whether they can sign in.
    state: Word<UserState>,
    /// In how many organisations they are.
    organisations: i64,
    /// When they registered.
    created_at: Time,
    /// When they were last seen: opened or renewed a session. Null if never.
    seen_at: Option<Time>,
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
    id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Their role there.
    role: Word<OrgRole>,
    /// When they joined.
    joined_at: Time,
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
    id: Id<SessionId>,
    /// When it began.
    created_at: Time,
    /// When it was last renewed.
    seen_at: Time,
    /// When it ends unless it is renewed.
    expires_at: Time,
    /// The address that it was opened from.
    #[oai(validator(max_length = 64))]
    ip: Option<String>,
    /// The browser's or program's name for itself.
    #[oai(validator(max_length = 400))]
    user_agent: Option<String>,
    /// How its holder proved who they are, in the words of RFC 8176.
    #[oai(validator(max_items = 10))]
    amr: Vec<String>,
    /// The name of the administrator who is in the user's place by it; null for the user themself.
    #[oai(validator(max_length = 100))]
    support: Option<String>,
}

impl From<SignedIn> for UserSession {
    fn from(row: SignedIn) -> Self {
        Self {
            id: Id(row.id),
            created_at: row.created_at.into(),
            seen_at: row.seen_at.into(),
            expires_at: row.expires_at.into(),
            ip: row.ip,
            user_agent: row.user_agent,
            amr: row.amr,
            support: row.support_name,
        }
    }
}

/// What was refused to a user within a minute.
#[derive(Debug, Object)]
pub struct UserRefusal {
    /// What.
    kind: Word<SecurityKind>,
    /// How often.
    count: i32,
    /// From where.
    #[oai(validator(max_length = 64))]
    ip: Option<String>,
    /// The last time.
    last_at: Time,
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
    id: Id<ImpersonationId>,
    /// The administrator.
    by: Person,
    /// Whether they could change things.
    writes: bool,
    /// Why, as they said; null once it was erased.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
    /// When it began.
    began_at: Time,
    /// When it ended, or will at the latest.
    until: Time,
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
    id: Id<UserId>,
    /// Their e-mail address.
    #[oai(validator(max_length = 254))]
    email: String,
    /// How they are addressed.
    #[oai(validator(max_length = 100))]
    name: String,
    /// What they may do on the platform.
    role: Word<Role>,
    /// Whether they can sign in.
    state: Word<UserState>,
    /// Their language, as a BCP 47 tag.
    #[oai(validator(max_length = 35))]
    locale: String,
    /// Their time zone, by its IANA name.
    #[oai(validator(max_length = 64))]
    time_zone: String,
    /// When they registered.
    created_at: Time,
    /// When they showed that they read mail at the address.
    email_verified_at: Option<Time>,
    /// Since when they can't sign in.
    disabled_at: Option<Time>,
    /// Why they can't, as the administrator said.
    #[oai(validator(max_length = 500))]
    disabled_reason: Option<String>,
    /// When they were last seen; null if never.
    seen_at: Option<Time>,
    /// Where they belong, in the order of joining; at most 100.
    #[oai(validator(max_items = 100))]
    organisations: Vec<UserPlace>,
    /// Where they are signed in; at most 20.
    #[oai(validator(max_items = 20))]
    sessions: Vec<UserSession>,
    /// What was refused to them, the newest first; at most 20.
    #[oai(validator(max_items = 20))]
    refused: Vec<UserRefusal>,
    /// Which administrators were in their place, the newest first; at most 20.
    #[oai(validator(max_items = 20))]
    stays: Vec<UserStay>,
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
    email: String,
    /// How they are addressed.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// Their organisation's name; their own name when left out.
    #[oai(validator(max_length = 100))]
    organisation: Option<String>,
}

/// A user's new role on the platform.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeRole {
    /// `user` or `readonly`; administrators are named at the command line.
    role: Choice<Role>,
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    reason: String,
}

/// A stay in a user's place.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Impersonate {
    /// The reason, which is recorded.
    #[oai(validator(max_length = 500))]
    reason: String,
    /// Whether things may be changed; only looking when left out.
    writes: Option<bool>,
    /// The only organisation to be seen; all of the user's when left out.
    org: Option<Id<OrgId>>,
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

/// Operations on users.
pub struct UsersApi;

#[OpenApi]
impl UsersApi {
    /// List users
    ///
    /// All users, the newest first when nothing else is said; deleted ones only when asked for.
    #[oai(path = "/api/admin/users", method = "get", operation_id = "listUsers", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one argument a parameter")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only users with this text in the name or the e-mail address, or with this id.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Only users with this role on the platform.
        role: Query<Option<Choice<Role>>>,
        /// Only users in this state.
        state: Query<Option<Choice<UserState>>>,
        /// What the list is ordered by; `created` when left out.
        sort: Query<Option<Choice<UserSort>>>,
        /// Which way; `desc` when left out.
        order: Query<Option<Choice<Order>>>,
        /// The previous page's `next`, with the same filter and order.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many users, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<AdminUserRow>> {
        let filter = UserFilter { q: q.0, role: role.0.map(|role| role.0), state: state.0.map(|state| state.0) };
        let by = (sort.0.map(|sort| sort.0).unwrap_or_default(), order.0.map(|order| order.0).unwrap_or_default());
        let found = user::list(&app.ctx, &admin.actor(), &filter, by, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, AdminUserRow::from)))
    }

    /// Read a user
    ///
    /// With their organisations, their sessions, what was refused to them, and which administrators were in their
    /// place.
    #[oai(path = "/api/admin/users/:id", method = "get", operation_id = "getUser", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The user.
        id: Path<Id<UserId>>,
    ) -> Done<AdminUser> {
        Ok(Answer::new(user::get(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// Create a user
    ///
    /// With an organisation and an empty wallet. Nobody knows their password: they choose one by the link for those who
    /// forgot theirs.
    #[oai(path = "/api/admin/users", method = "post", operation_id = "createUser", tag = "Tag::Admin")]
    async fn create(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        body: Body<CreateUser>,
    ) -> Created<AdminUser, CreateProblems> {
        let CreateUser { email, name, organisation } = body.0;
        let actor = admin.actor();
        let (user, _) = user::create(&app.ctx, &actor, NewUser { email, name, organisation }).await?;
        Ok(Answer::new(user::get(&app.ctx, &actor, user).await?.into()))
    }

    /// Disable a user
    ///
    /// Ends all their sessions; they cannot sign in, and their keys are void, until they are enabled. Disabling one who
    /// is disabled changes nothing.
    #[oai(path = "/api/admin/users/:id/disable", method = "post", operation_id = "disableUser", tag = "Tag::Admin")]
    async fn disable(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The user.
        id: Path<Id<UserId>>,
        body: Body<Reason>,
    ) -> Done<AdminUser, DisableProblems> {
        user::disable(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        Ok(Answer::new(user::get(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// Enable a user
    ///
    /// They can sign in again. Enabling one who is not disabled changes nothing.
    #[oai(path = "/api/admin/users/:id/enable", method = "post", operation_id = "enableUser", tag = "Tag::Admin")]
    async fn enable(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The user.
        id: Path<Id<UserId>>,
        body: Body<Reason>,
    ) -> Done<AdminUser> {
        user::enable(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        Ok(Answer::new(user::get(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// Change a user's role on the platform
    ///
    /// Takes the administrator's role away, or lets a user only read. Administrators are named by the operator at the
    /// command line alone. The user's access tokens are void within seconds.
    #[oai(path = "/api/admin/users/:id/role", method = "patch", operation_id = "changeUserRole", tag = "Tag::Admin")]
    async fn role(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The user.
        id: Path<Id<UserId>>,
        body: Body<ChangeRole>,
    ) -> Done<AdminUser, RoleProblems> {
        user::set_role(&app.ctx, &admin.actor(), id.0.0, body.0.role.0, &body.0.reason).await?;
        Ok(Answer::new(user::get(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// End a user's sessions
    ///
    /// All of them, on every device. They may sign in again.
    #[oai(
        path = "/api/admin/users/:id/sessions/end",
        method = "post",
        operation_id = "endUserSessions",
        tag = "Tag::Admin"
    )]
    async fn end_sessions(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The user.
        id: Path<Id<UserId>>,
        body: Body<Reason>,
    ) -> Done<AdminUser> {
        user::end_sessions(&app.ctx, &admin.actor(), id.0.0, &body.0.reason).await?;
        Ok(Answer::new(user::get(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// Go into a user's place
    ///
    /// For browsers: the response sets the cookies of a session of the user's, for 30 minutes at most. It only reads
    /// unless `writes` is true, and never touches credentials, keys, members or means of payment. The administrator's
    /// own session stays; leaving, or the end of the time, leads back to it. What is done carries both names, and the
    /// user's organisations see who was there. Never an administrator's place, one's own, or a disabled user's.
    #[oai(
        path = "/api/admin/users/:id/impersonate",
        method = "post",
        operation_id = "impersonateUser",
        tag = "Tag::Admin"
    )]
    async fn impersonate(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        request: &Request,
        /// The user.
        id: Path<Id<UserId>>,
        body: Body<Impersonate>,
    ) -> Done<Me> {
        let Impersonate { reason, writes, org } = body.0;
        let visit = Visit { user: id.0.0, org: org.map(|org| org.0), reason, writes: writes.unwrap_or(false) };
        let grant = impersonation::begin(&app.ctx, &admin.actor(), &visit, &client_of(request)).await?;
        Ok(signed_in(&app, &grant).await?)
    }
}
