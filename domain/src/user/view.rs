//! One user with where they belong, where they are signed in, and what was refused to them.

use chrono::{DateTime, Utc};
use entity::org_member::OrgRole;
use entity::security_event::SecurityKind;
use entity::user::{Role, UserState};
use entity::{OrgId, SessionId, UserId};

use crate::error::{Error, Result};
use crate::impersonation::{self, StayRow};
use crate::{Actor, Ctx, db};

/// Rows of each list that are shown.
const SHOWN: i64 = 20;
/// Organisations that are shown.
const PLACES: i64 = 100;

db::row! {
    /// Who a user is.
    #[derive(Clone, Debug)]
    struct Head {
        id: UserId,
        email: String,
        name: String,
        role: Role,
        state: UserState,
        locale: String,
        time_zone: String,
        created_at: DateTime<Utc>,
        email_verified_at: Option<DateTime<Utc>>,
        disabled_at: Option<DateTime<Utc>>,
        disabled_reason: Option<String>,
        seen_at: Option<DateTime<Utc>>,
    }
}

db::row! {
    /// A place in an organisation.
    #[derive(Clone, Debug)]
    pub struct Place {
        /// The organisation.
        pub org_id: OrgId,
        /// Its name.
        pub name: String,
        /// What the user may do there.
        pub role: OrgRole,
        /// When they joined.
        pub joined_at: DateTime<Utc>,
    }
}

db::row! {
    /// A session that stands.
    #[derive(Clone, Debug)]
    pub struct SignedIn {
        /// The session.
        pub id: SessionId,
        /// When it began.
        pub created_at: DateTime<Utc>,
        /// When it was last renewed.
        pub seen_at: DateTime<Utc>,
        /// When it ends unless it is renewed.
        pub expires_at: DateTime<Utc>,
        /// The address that it was opened from.
        pub ip: Option<String>,
        /// The browser's or program's name for itself.
        pub user_agent: Option<String>,
        /// How its holder proved who they are.
        pub amr: Vec<String>,
        /// The name of the administrator in the user's place.
        pub support_name: Option<String>,
    }
}

db::row! {
    /// What was refused within a minute.
    #[derive(Clone, Debug)]
    pub struct Refused {
        /// What.
        pub kind: SecurityKind,
        /// How often.
        pub count: i32,
        /// From where.
        pub ip: Option<String>,
        /// The last time.
        pub last_at: DateTime<Utc>,
    }
}

/// A user as administrators see them.
#[derive(Clone, Debug)]
pub struct UserView {
    /// The user.
    pub id: UserId,
    /// Their e-mail address.
    pub email: String,
    /// How they are addressed.
    pub name: String,
    /// What they may do on the platform.
    pub role: Role,
    /// Whether they can sign in.
    pub state: UserState,
    /// A BCP 47 tag.
    pub locale: String,
    /// An IANA name.
    pub time_zone: String,
    /// When they registered.
    pub created_at: DateTime<Utc>,
    /// When they showed that they read mail at the address.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// Since when they can't sign in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Why not, as the administrator said.
    pub disabled_reason: Option<String>,
    /// When they were last seen themself.
    pub seen_at: Option<DateTime<Utc>>,
    /// Where they belong, in the order of joining; at most 100.
    pub organisations: Vec<Place>,
    /// Where they are signed in, the one that was renewed last first; at most 20.
    pub sessions: Vec<SignedIn>,
    /// What was refused to them, the newest first; at most 20.
    pub refused: Vec<Refused>,
    /// Which administrators were in their place, the newest first; at most 20.
    pub stays: Vec<StayRow>,
}

/// One user, deleted ones too.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn get(ctx: &Ctx, actor: &Actor, user: UserId) -> Result<UserView> {
    actor.admin()?;
    let head = select_user(user).one(&ctx.db).await?.ok_or_else(|| Error::not_found("user"))?;
    Ok(UserView {
        id: head.id,
        email: head.email,
        name: head.name,
        role: head.role,
        state: head.state,
        locale: head.locale,
        time_zone: head.time_zone,
        created_at: head.created_at,
        email_verified_at: head.email_verified_at,
        disabled_at: head.disabled_at,
        disabled_reason: head.disabled_reason.filter(|_| head.disabled_at.is_some()),
        seen_at: head.seen_at,
        organisations: select_places(user, PLACES).all(&ctx.db).await?,
        sessions: select_sessions(user, SHOWN).all(&ctx.db).await?,
        refused: select_refused(user, SHOWN).all(&ctx.db).await?,
        stays: impersonation::of_user(&ctx.db, user, SHOWN).await?,
    })
}

db::statement! {
    fn select_user(user: UserId) -> Head = file "select_user.sql";

    fn select_places(user: UserId, limit: i64) -> Place =
        "select o.id as org_id, o.name, m.role, m.created_at as joined_at
         from org_member m join org o on o.id = m.org_id
         where m.user_id = $1 and o.deleted_at is null order by m.created_at, o.id limit $2";

    fn select_sessions(user: UserId, limit: i64) -> SignedIn = file "select_sessions.sql";

    fn select_refused(user: UserId, limit: i64) -> Refused =
        "select kind, count, host(ip) as ip, last_at from security_event
         where user_id = $1 order by minute desc, id desc limit $2";
}
