//! Users: who they are, whether they can sign in, and going into their place.

use domain::erasure;
use domain::impersonation::{self, Visit};
use domain::page::Order;
use domain::user::{self, NewUser, UserFilter, UserSort};
use domain::{Role, UserId, UserState};
use poem::Request;
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};

use super::queues::Reason;
use crate::auth::{Admin, AdminVerified, client_of};
use crate::routes::Tag;
use crate::routes::auth::{ErasedAccount, Me, signed_in};
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Choice, Created, Done, Id, Paged, page};

pub use super::users_model::*;

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
    /// With an organisation and an empty wallet. Nobody knows their password: they get a mail with a link by which they
    /// choose one, for a week; later by the link for those who forgot theirs.
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

    /// Erase a user
    ///
    /// For a person who asked for it. As when they do it themself: sessions, keys and memberships end at once, a job
    /// erases what names them, and a mail to their former address says when that is done.
    #[oai(path = "/api/admin/users/:id/erase", method = "post", operation_id = "eraseUser", tag = "Tag::Admin")]
    async fn erase(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The user.
        id: Path<Id<UserId>>,
        body: Body<EraseUser>,
    ) -> Accepted<ErasedAccount, EraseProblems> {
        let EraseUser { reason, leave_balance } = body.0;
        let leave_balance = leave_balance.unwrap_or(false);
        let erasing = erasure::erase(&app.ctx, &admin.actor(), id.0.0, &reason, leave_balance).await?;
        let job = format!("/api/admin/jobs/{}", erasing.job);
        Ok(Answer::new(erasing.into()).at(&job))
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
        let (org, writes) = (org.map(|org| org.0), writes.unwrap_or(false));
        let visit = Visit { user: id.0.0, org, reason, writes, mailed: app.sign_in.impersonation_mail };
        let grant = impersonation::begin(&app.ctx, &admin.actor(), &visit, &client_of(request)).await?;
        Ok(signed_in(&app, &grant).await?)
    }
}
