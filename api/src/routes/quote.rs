//! What a change would cost, on the wire: one shape for every operation that takes `dry_run`.

use domain::billing::{MoveQuote, OrgMove};
use domain::ledger;
use domain::{AccountKind, JournalKind, OrgId};
use poem_openapi::Object;

use crate::problem::{Common, Refused};
use crate::wire::{Answer, Id, Money, Quoted, Vocabulary, Word};

/// 201 or 202 with what was done, 200 with what it would cost, or a problem.
pub type OrQuote<T, const STATUS: u16, P> = Result<Quoted<T, Quote, STATUS>, Refused<P>>;

/// The same of servers that get another price.
pub type OrPrices<T, const STATUS: u16, P = Common> = Result<Quoted<T, PriceQuote, STATUS>, Refused<P>>;

/// The word of an account of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Account(AccountKind);

impl Vocabulary for Account {
    const NAME: &'static str = "LedgerAccount";
    const ABOUT: &'static str = "An account of the ledger: the organisation's own, or one of the platform's.";
    fn all() -> Vec<Self> {
        AccountKind::ALL.iter().copied().map(Self).collect()
    }
    fn word(self) -> &'static str {
        self.0.as_str()
    }
}

/// The word of a journal's kind.
#[derive(Clone, Copy, Debug)]
pub struct Movement(JournalKind);

impl Vocabulary for Movement {
    const NAME: &'static str = "LedgerMovement";
    const ABOUT: &'static str = "Why money would move.";
    fn all() -> Vec<Self> {
        JournalKind::ALL.iter().copied().map(Self).collect()
    }
    fn word(self) -> &'static str {
        self.0.as_str()
    }
}

/// A line of the ledger that a change would write.
#[derive(Debug, Object)]
pub struct QuoteLine {
    /// Why money would move.
    kind: Word<Movement>,
    /// The account.
    account: Word<Account>,
    /// What it would add to the account.
    amount: Money,
}

/// What an organisation has, and what its servers cost.
#[derive(Debug, Object)]
pub struct Standing {
    /// What can be spent.
    balance: Money,
    /// What is owed.
    owed: Money,
    /// What all servers cost in an hour.
    hourly_rate: Money,
    /// The same with the tax that is added to it.
    hourly_with_tax: Money,
    /// How long the balance lasts, in seconds; null while nothing is charged.
    runway_s: Option<i64>,
}

impl From<ledger::Standing> for Standing {
    fn from(now: ledger::Standing) -> Self {
        Self {
            balance: Money::usd(now.balance_micros),
            owed: Money::usd(now.owed_micros),
            hourly_rate: Money::usd(now.hour_micros),
            hourly_with_tax: Money::usd(now.hour_total_micros),
            runway_s: now.runway_s,
        }
    }
}

/// What a change would write and mean. Nothing was done: no key was used and no job was made.
#[derive(Debug, Object)]
pub struct Quote {
    /// The lines of the ledger, in their order; those of one movement sum to zero. None where it would wait for another
    /// administrator.
    #[oai(validator(max_items = 200))]
    lines: Vec<QuoteLine>,
    /// What could be spent then.
    balance: Money,
    /// What would be owed then.
    owed: Money,
    /// What all servers would cost in an hour.
    hourly_rate: Money,
    /// The same with the tax that is added to it.
    hourly_with_tax: Money,
    /// How long the balance would last, in seconds; null while nothing is charged.
    runway_s: Option<i64>,
    /// How the organisation stands now.
    before: Standing,
}

impl From<ledger::Quote> for Quote {
    fn from(quote: ledger::Quote) -> Self {
        let line = |line: ledger::QuoteLine| QuoteLine {
            kind: Word(Movement(line.kind)),
            account: Word(Account(line.account)),
            amount: Money::usd(line.micros),
        };
        let Standing { balance, owed, hourly_rate, hourly_with_tax, runway_s } = quote.after.into();
        Self {
            lines: quote.lines.into_iter().map(line).collect(),
            balance,
            owed,
            hourly_rate,
            hourly_with_tax,
            runway_s,
            before: quote.before.into(),
        }
    }
}

/// What another price would mean for one organisation.
#[derive(Debug, Object)]
pub struct OrgPriceQuote {
    /// The organisation.
    org_id: Id<OrgId>,
    /// Its name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Its servers that would pay another price.
    servers: i64,
    /// How it stands now, with all its servers.
    before: Standing,
    /// How it would stand. The runway has the old price until the new one begins.
    after: Standing,
}

/// What another price of servers that run would mean. Nothing was done: no customer was told. No line of the ledger is
/// written by it: hours are charged when they begin.
#[derive(Debug, Object)]
pub struct PriceQuote {
    /// Servers that would pay another price, as they are now.
    servers: i64,
    /// Organisations whose servers they are.
    organisations: i64,
    /// What those servers cost in an hour now.
    hourly_before: Money,
    /// What they would cost.
    hourly_after: Money,
    /// The organisations for which most changes.
    #[oai(validator(max_items = 20))]
    most: Vec<OrgPriceQuote>,
}

impl From<MoveQuote> for PriceQuote {
    fn from(quote: MoveQuote) -> Self {
        let one = |one: OrgMove| OrgPriceQuote {
            org_id: Id(one.org_id),
            name: one.name,
            servers: one.servers,
            before: one.before.into(),
            after: one.after.into(),
        };
        Self {
            servers: quote.servers,
            organisations: quote.orgs,
            hourly_before: Money::usd(quote.before_micros),
            hourly_after: Money::usd(quote.after_micros),
            most: quote.shown.into_iter().map(one).collect(),
        }
    }
}

/// The answer to a question with `dry_run`.
///
/// # Errors
/// None: it has the shape of what the operation answers.
pub fn would<T, Q, const STATUS: u16, P>(quote: impl Into<Q>) -> Result<Quoted<T, Q, STATUS>, Refused<P>> {
    Ok(Quoted::Would(Answer::new(quote.into())))
}
