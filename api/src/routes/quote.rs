//! What a change would cost, on the wire: one shape for every operation that takes `dry_run`.

use domain::ledger;
use domain::{AccountKind, JournalKind};
use poem_openapi::Object;

use crate::problem::Refused;
use crate::wire::{Answer, Money, Quoted, Vocabulary, Word};

/// 201 or 202 with what was done, 200 with what it would cost, or a problem.
pub type OrQuote<T, const STATUS: u16, P> = Result<Quoted<T, Quote, STATUS>, Refused<P>>;

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

/// What a change would write and mean. Nothing was done: no key was used and no job was made.
#[derive(Debug, Object)]
pub struct Quote {
    /// The lines of the ledger, in their order; those of one movement sum to zero.
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
}

impl From<ledger::Quote> for Quote {
    fn from(quote: ledger::Quote) -> Self {
        let line = |line: ledger::QuoteLine| QuoteLine {
            kind: Word(Movement(line.kind)),
            account: Word(Account(line.account)),
            amount: Money::usd(line.micros),
        };
        Self {
            lines: quote.lines.into_iter().map(line).collect(),
            balance: Money::usd(quote.balance_micros),
            owed: Money::usd(quote.owed_micros),
            hourly_rate: Money::usd(quote.hour_micros),
            hourly_with_tax: Money::usd(quote.hour_total_micros),
            runway_s: quote.runway_s,
        }
    }
}

/// The answer to a question with `dry_run`.
///
/// # Errors
/// None: it has the shape of what the operation answers.
pub fn would<T, const STATUS: u16, P>(quote: ledger::Quote) -> OrQuote<T, STATUS, P> {
    Ok(Quoted::Would(Answer::new(quote.into())))
}
