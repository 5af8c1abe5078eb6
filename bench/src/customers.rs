//! Many customers, signed in: whom the requests come from.

use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::Utc;
use domain::access::Membership;
use domain::chance::Chance;
use domain::identity::Grant;
use domain::{Ctx, CtxOptions, OrgId, OrgRole, Role, WorkLimits, db};
use secrecy::SecretString;
use testkit::stack::{SECRET, Stack};
use uuid::Uuid;

use crate::Scale;

/// Organisations with servers, and an access token of each.
#[derive(Debug)]
pub struct Customers {
    /// The rules, for what no request does.
    pub ctx: Ctx,
    /// Each organisation with its token.
    pub all: Vec<(Uuid, String)>,
}

impl Customers {
    /// Those of the stack's database; they are seeded where there are none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of(stack: &Stack, scale: Scale) -> Result<Self> {
        let ctx = ctx(stack).await?;
        let mut orgs = seeded(&ctx).await?;
        if orgs.is_empty() {
            let (count, each) = scale.servers;
            testkit::seed::running_servers(&ctx, count, each).await?;
            orgs = seeded(&ctx).await?;
        }
        let all = orgs.into_iter().map(|org| Ok((org, token(org)?))).collect::<Result<_>>()?;
        Ok(Self { ctx, all })
    }

    /// One of them.
    ///
    /// # Errors
    /// When there is none.
    pub fn first(&self) -> Result<(Uuid, String)> {
        self.all.first().cloned().context("an organisation")
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.all.len()
    }
}

/// The rules on the stack's database, with a pool of four.
///
/// # Errors
/// When the database can't be reached.
pub async fn ctx(stack: &Stack) -> Result<Ctx> {
    ctx_with(stack, 4).await
}

/// The same with a pool of another size.
///
/// # Errors
/// When the database can't be reached.
pub async fn ctx_with(stack: &Stack, connections: u32) -> Result<Ctx> {
    let options = CtxOptions {
        issuer: None,
        payments: None,
        database_url: SecretString::from(stack.database.url.to_string()),
        vault_secret: SecretString::from("only-seeds-are-written-under-this-secret-0123456789"),
        max_connections: connections,
        statement_timeout: Duration::from_mins(20),
        production: false,
        vps_quota: 10,
        quotas: domain::org::DefaultQuotas::default(),
        registration: domain::identity::RegistrationMode::Open,
        verified_email: false,
        limits: WorkLimits::default(),
        sample: None,
        client_url: stack.base.parse().ok(),
        panel_name: "SkyPanel".to_owned(),
    };
    Ok(Ctx::connect(&options, Chance::from_os()).await?)
}

/// Where the API listens, without a scheme.
#[must_use]
pub fn address(stack: &Stack) -> String {
    stack.base.trim_start_matches("http://").to_owned()
}

async fn seeded(ctx: &Ctx) -> Result<Vec<Uuid>> {
    let sql = "select array_agg(id order by name) from org where name like 'seed %'";
    Ok(db::scalar::<Option<Vec<Uuid>>>(&ctx.db, db::sql(sql, [])).await?.flatten().unwrap_or_default())
}

/// An access token, as signing in would give: passwords of a thousand customers would take minutes to hash.
#[expect(clippy::disallowed_methods, reason = "the API's processes read the same clock")]
fn token(org: Uuid) -> Result<String> {
    let now = Utc::now();
    let grant = Grant {
        user: org.into(),
        role: Role::User,
        memberships: vec![Membership { org_id: OrgId(org), org_name: String::new(), role: OrgRole::Owner }],
        amr: vec!["pwd".to_owned()],
        verified_at: Some(now),
        impersonation: None,
        epoch: 0,
        session: org.into(),
        expires_at: now + domain::identity::REFRESH_TTL,
        refresh_token: SecretString::from(""),
    };
    Ok(api::auth::token::Tokens::new(&SecretString::from(SECRET)).issue(&grant, now)?)
}
