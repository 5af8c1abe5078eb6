//! What a mail needs to be written.

use entity::{Money, UserId, VpsId};

use crate::billing::cumulative_micros;
use crate::error::{Error, Result};
use crate::{Ctx, db};

db::row! {
    /// The user whom a mail goes to. Nobody confirmed that they own the address, so no mail carries their name: a
    /// stranger may have chosen it, and our mail server would send those words to another stranger.
    #[derive(Clone, Debug)]
    pub struct Recipient {
        /// The address, in its canonical form.
        pub email: String,
    }
}

db::row! {
    /// What a mail says about a server.
    #[derive(Clone, Debug)]
    pub struct MailedServer {
        /// The customer's name for it.
        pub label: String,
        /// Words for the customer when the order failed.
        pub failure: Option<String>,
        /// The price of a month, in micro-units.
        pub month_micros: i64,
        /// Hours after which it is reached.
        pub hours_per_month: i32,
    }
}

impl MailedServer {
    /// The first hour, which an order sets aside.
    #[must_use]
    pub fn first_hour(&self) -> Money {
        Money::usd(cumulative_micros(self.month_micros, self.hours_per_month, 1))
    }
}

db::row! {
    /// A plan whose cost an administrator has not seen yet.
    #[derive(Clone, Debug)]
    pub struct ChangedPlan {
        /// Its name on the price list.
        pub name: String,
        /// What the provider charged for a month when the plan was last set, in micro-units.
        pub known_micros: Option<i64>,
        /// What it charges now, in micro-units; none when it no longer sells the size.
        pub now_micros: Option<i64>,
    }
}

/// The user to write to, as they are now.
///
/// # Errors
/// `not_found` when the user was deleted.
pub async fn recipient(ctx: &Ctx, user: UserId) -> Result<Recipient> {
    select_recipient(user).one(&ctx.db).await?.ok_or_else(|| Error::not_found("user"))
}

/// The server to write about, as it is now; a deleted one is found too.
///
/// # Errors
/// `not_found` when it does not exist.
pub async fn mailed_server(ctx: &Ctx, vps: VpsId) -> Result<MailedServer> {
    select_server(vps).one(&ctx.db).await?.ok_or_else(|| Error::not_found("server"))
}

/// Plans that cost something else than when they were last set, or whose sizes are no longer sold; at most 50.
///
/// # Errors
/// When the database does not answer.
pub async fn plans_to_check(ctx: &Ctx) -> Result<Vec<ChangedPlan>> {
    changed_plans(50).all(&ctx.db).await
}

db::statement! {
    fn select_recipient(user: UserId) -> Recipient =
        "select email from app_user where id = $1 and deleted_at is null";

    fn select_server(vps: VpsId) -> MailedServer =
        "select label, failure, month_micros, hours_per_month from vps where id = $1";

    fn changed_plans(limit: i64) -> ChangedPlan = file "mail/changed_plans.sql";
}
