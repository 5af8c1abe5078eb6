//! What another price of servers that run would mean: read from the move itself, in the transaction that set it and
//! that is taken back. The run that carries it out finds the same servers and prices by the same statement.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{MoveId, OrgId, VpsId};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::db;
use crate::error::Result;
use crate::ledger::{Forecast, Standing};
use crate::rating::{Price, Rule};

/// Organisations that a quote tells of one by one.
const MAX_ORGS: i64 = 20;
/// Servers whose prices are read for the forecasts of those organisations.
const MAX_SERVERS: i64 = 100_000;

/// What another price of servers would mean. Amounts are in micro-units, and of the hour, as the page's prices are.
#[derive(Clone, Debug, Default)]
pub struct MoveQuote {
    /// Servers that would pay another price.
    pub servers: i64,
    /// Whose they are: so many organisations.
    pub orgs: i64,
    /// What those servers cost in an hour now.
    pub before_micros: i64,
    /// What they would cost.
    pub after_micros: i64,
    /// The organisations for which most changes, at most 20.
    pub shown: Vec<OrgMove>,
}

/// What it would mean for one organisation.
#[derive(Clone, Debug)]
pub struct OrgMove {
    /// The organisation.
    pub org_id: OrgId,
    /// Its name.
    pub name: String,
    /// Its servers that would pay another price.
    pub servers: i64,
    /// How it stands now, with all its servers.
    pub before: Standing,
    /// How it would stand: the runway has the old price until the new one begins.
    pub after: Standing,
}

db::row! {
    struct Sums {
        org_id: OrgId,
        name: String,
        servers: i64,
        all_orgs: i64,
        all_servers: i64,
        all_before_micros: i64,
        all_after_micros: i64,
    }
}

db::row! {
    struct NewPrice {
        org_id: OrgId,
        vps_id: VpsId,
        month_micros: i64,
        hours_per_month: i32,
        capped: bool,
        minimum_s: Option<i32>,
    }
}

/// What a move that the caller's transaction set would mean. Takes everything back.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn take_back_move(tx: DatabaseTransaction, id: MoveId, from: DateTime<Utc>) -> Result<MoveQuote> {
    let quote = read(&tx, id, from).await?;
    tx.rollback().await?;
    Ok(quote)
}

async fn read(tx: &impl ConnectionTrait, id: MoveId, from: DateTime<Utc>) -> Result<MoveQuote> {
    let sums = select_move_sums(id, MAX_ORGS).all(tx).await?;
    let Some(all) = sums.first() else { return Ok(MoveQuote::default()) };
    let orgs: Vec<OrgId> = sums.iter().map(|one| one.org_id).collect();
    let mut prices: HashMap<OrgId, HashMap<VpsId, Price>> = HashMap::new();
    for server in select_new_prices(id, &orgs, MAX_SERVERS).all(tx).await? {
        let rule = Rule::of(server.hours_per_month, server.capped, server.minimum_s);
        let price = Price { month_micros: server.month_micros, rule };
        prices.entry(server.org_id).or_default().insert(server.vps_id, price);
    }
    let mut quote = MoveQuote {
        servers: all.all_servers,
        orgs: all.all_orgs,
        before_micros: all.all_before_micros,
        after_micros: all.all_after_micros,
        shown: Vec::with_capacity(sums.len()),
    };
    for Sums { org_id, name, servers, .. } in sums {
        let now = Forecast::read(tx, org_id).await?;
        let before = Standing::of(&now);
        let after = match prices.get(&org_id) {
            Some(prices) => Standing::of(&now.with_prices(prices, from)),
            None => before,
        };
        quote.shown.push(OrgMove { org_id, name, servers, before, after });
    }
    Ok(quote)
}

db::statement! {
    fn select_move_sums(id: MoveId, limit: i64) -> Sums =
        file "select_move_sums.sql",
        file "moved.sql",
        "group by s.org_id
         order by abs(sum(n.month_micros / n.hours_per_month) - sum(s.month_micros / s.hours_per_month)) desc, s.org_id
         limit $2";

    fn select_new_prices(id: MoveId, orgs: &[OrgId], limit: i64) -> NewPrice =
        "select s.org_id, s.vps_id, n.month_micros, n.hours_per_month, n.capped, n.minimum_s",
        file "moved.sql",
        "and s.org_id = any($2) order by s.org_id, s.id limit $3";
}
