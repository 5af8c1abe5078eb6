//! Proving the ledger: every promise of it, asked of its rows, and every hash computed again.

use std::str::FromStr;
use std::time::Duration;

use entity::OrgId;

use super::chain::{self, Head, link_hash};
use crate::db::Query;
use crate::error::{Error, Result};
use crate::{Ctx, db};

/// How long one statement of a verification may take: it reads whole tables, which grow.
pub const PATIENCE: Duration = Duration::from_hours(6);
/// Links that are read at once.
const LINKS: i64 = 200;
/// The most examples that one check names.
const EXAMPLES: usize = 10;

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// What is promised.
    pub promise: &'static str,
    /// Of how many things.
    pub checked: i64,
    /// How many of them break it.
    pub wrong: i64,
    /// Some of these.
    pub examples: Vec<String>,
}

/// A head that a customer holds: `org_…:<entry>:<hash>`.
#[derive(Clone, Debug)]
pub struct HeldHead {
    /// Whose chain it is.
    pub org: OrgId,
    /// What the document says.
    pub head: Head,
}

impl FromStr for HeldHead {
    type Err = String;
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || "write a head as org_…:<entry>:<64 hexadecimal figures>".to_owned();
        let mut parts = text.split(':');
        let (org, seq, hash) = (parts.next(), parts.next(), parts.next());
        let (Some(org), Some(seq), Some(hash), None) = (org, seq, hash, parts.next()) else { return Err(wrong()) };
        let hash = hash.to_ascii_lowercase();
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let org = org.parse().map_err(|_| wrong())?;
        Ok(Self { org, head: Head { seq: seq.parse().map_err(|_| wrong())?, hash } })
    }
}

db::row! {
    struct Found {
        checked: i64,
        wrong: i64,
        examples: Vec<String>,
    }
}

impl Found {
    fn says(self, promise: &'static str) -> Check {
        Check { promise, checked: self.checked, wrong: self.wrong, examples: self.examples }
    }
}

/// How far a verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// What was written since the last seal is chained.
    Sealing,
    /// A check of the whole ledger begins.
    Check {
        /// Which one it is, from 1.
        place: usize,
        /// How many there are; the chains are one more.
        of: usize,
        /// What is promised.
        promise: &'static str,
    },
    /// Some links of the chains were computed again.
    Chains {
        /// How many so far.
        links: i64,
        /// How many there are.
        of: i64,
    },
}

/// A check that is one statement over the whole ledger.
type Whole = (&'static str, fn() -> Query<Found>);

const BEFORE_CHAINS: [Whole; 7] = [
    ("The postings of each journal sum to zero", check_sums),
    ("Each balance is the sum of the account's postings", check_balances),
    ("Each posting leaves the balance that it says", check_running),
    ("Each cause moved money once, and fits its kind", check_causes),
    ("Charged hours sum to their journal", check_usage),
    ("Charged hours sum to what their server was billed", check_segments),
    ("Nothing stands alone, and nothing names another organisation", check_orphans),
];
const AFTER_CHAINS: [Whole; 2] =
    [("Invoice numbers have no gap", check_series), ("Each document carries a head of its chain", check_documents)];

/// Checks all of it. Reads the whole ledger, for as long as that takes: for operators, not for requests. What waits is
/// sealed first. Statements run on a connection of their own, on which [`PATIENCE`] holds and not the time that the
/// caller's connections allow.
///
/// # Errors
/// When the database does not answer; what is wrong is no error, but said by the checks.
pub async fn verify(ctx: &Ctx, held: &[HeldHead]) -> Result<Vec<Check>> {
    verify_telling(ctx, held, |_| ()).await
}

/// The same, and tells how far it is: before each check, and after each [`LINKS`] links of a chain.
///
/// # Errors
/// As [`verify`].
pub async fn verify_telling(ctx: &Ctx, held: &[HeldHead], mut tell: impl FnMut(Progress)) -> Result<Vec<Check>> {
    let patient = ctx.with_patience(PATIENCE);
    tell(Progress::Sealing);
    chain::seal_waiting(&patient).await?;
    let of = BEFORE_CHAINS.len() + AFTER_CHAINS.len();
    let mut checks = Vec::new();
    for (place, (promise, ask)) in (1..).zip(BEFORE_CHAINS) {
        tell(Progress::Check { place, of, promise });
        checks.push(ask().only(&patient.db).await?.says(promise));
    }
    checks.extend(chains(&patient, held, &mut tell).await?);
    for (place, (promise, ask)) in (BEFORE_CHAINS.len() + 1..).zip(AFTER_CHAINS) {
        tell(Progress::Check { place, of, promise });
        checks.push(ask().only(&patient.db).await?.says(promise));
    }
    Ok(checks)
}

struct Walk {
    promise: &'static str,
    checked: i64,
    wrong: i64,
    examples: Vec<String>,
}

impl Walk {
    fn new(promise: &'static str) -> Self {
        Self { promise, checked: 0, wrong: 0, examples: Vec::new() }
    }

    fn found(&mut self, example: impl FnOnce() -> String) {
        self.wrong += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }

    fn done(self) -> Check {
        Check { promise: self.promise, checked: self.checked, wrong: self.wrong, examples: self.examples }
    }
}

/// Every chain from its first link to its head, and the heads that customers hold.
async fn chains(ctx: &Ctx, held: &[HeldHead], tell: &mut impl FnMut(Progress)) -> Result<[Check; 3]> {
    let of = count_links().only(&ctx.db).await?;
    tell(Progress::Chains { links: 0, of });
    let mut hashes = Walk::new("Each link's hash covers its journal and the hash before");
    let mut numbers = Walk::new("The links of each chain are numbered without gaps, up to its head");
    let mut heads = Walk::new("The heads that were given to compare are in their chains");
    let (mut after, mut known) = (None, Vec::new());
    loop {
        let found = select_chains(after, LINKS).all(&ctx.db).await?;
        let Some(last) = found.last().copied() else { break };
        for org in found {
            walk(ctx, org, held, (&mut hashes, &mut numbers, &mut heads), &mut |links| {
                tell(Progress::Chains { links, of });
            })
            .await?;
            known.extend(held.iter().filter(|held| held.org == org).map(|held| held.org));
        }
        after = Some(last);
    }
    heads.checked = i64::try_from(held.len()).unwrap_or(i64::MAX);
    for unknown in held.iter().filter(|held| !known.contains(&held.org)) {
        heads.found(|| format!("{} has no chain", unknown.org));
    }
    Ok([hashes.done(), numbers.done(), heads.done()])
}

async fn walk(
    ctx: &Ctx,
    org: OrgId,
    held: &[HeldHead],
    (hashes, numbers, heads): (&mut Walk, &mut Walk, &mut Walk),
    tell: &mut impl FnMut(i64),
) -> Result<()> {
    let mine: Vec<&HeldHead> = held.iter().filter(|held| held.org == org).collect();
    let (mut seq, mut previous) = (0, chain::GENESIS.to_owned());
    loop {
        let links = chain::links(&ctx.db, org, seq, LINKS).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            numbers.checked += 1;
            hashes.checked += 1;
            if link.seq != seq + 1 {
                numbers.found(|| format!("{} {}: entry {} follows {seq}", name(org), link.journal_id, link.seq));
            }
            let computed = link_hash(org, link.seq, &previous, &link.words());
            if computed != link.hash {
                hashes.found(|| format!("{} entry {} (journal {})", name(org), link.seq, link.journal_id));
            }
            // What was rewritten together with all later hashes differs from what a document says.
            for held in mine.iter().filter(|held| held.head.seq == link.seq && held.head.hash != computed) {
                heads.found(|| format!("{} entry {}: the document says {}", name(org), link.seq, held.head.hash));
            }
            (seq, previous) = (link.seq, link.hash);
        }
        tell(hashes.checked);
    }
    let newest = chain::head(&ctx.db, org).await?;
    if newest.seq != seq || newest.hash != previous {
        numbers.found(|| format!("{}: the head is entry {}, the last link {seq}", name(org), newest.seq));
    }
    for beyond in mine.iter().filter(|held| held.head.seq > seq) {
        heads.found(|| format!("{}: the chain ends before entry {}", name(org), beyond.head.seq));
    }
    Ok(())
}

fn name(chain: OrgId) -> String {
    if chain == chain::PLATFORM { "the platform".to_owned() } else { chain.to_string() }
}

db::row! {
    /// A balance of an account.
    #[derive(Clone, Debug)]
    pub struct AccountBalance {
        /// What the account stands for.
        pub kind: String,
        /// Its currency.
        pub currency: String,
        /// In micro-units.
        pub micros: i64,
        /// How many postings it has.
        pub postings: i64,
    }
}

/// The balances of an organisation's accounts, or of the platform's and of all customers together.
///
/// # Errors
/// When the database does not answer; `not_found` when the organisation has no accounts.
pub async fn balances(ctx: &Ctx, org: Option<OrgId>) -> Result<Vec<AccountBalance>> {
    let found = select_account_balances(org).all(&ctx.db).await?;
    match org {
        Some(_) if found.is_empty() => Err(Error::not_found("organisation")),
        _ => Ok(found),
    }
}

db::row! {
    /// A journal, for operators.
    #[derive(Clone, Debug)]
    pub struct JournalRow {
        /// Its number.
        pub id: i64,
        /// The cause.
        pub idem_key: String,
        /// Why money moved.
        pub kind: String,
        /// Whose; none for the platform's own.
        pub org_id: Option<OrgId>,
        /// When it counts.
        pub at: chrono::DateTime<chrono::Utc>,
        /// Its place in the chain; none before the next seal.
        pub seq: Option<i64>,
        /// Its hash, in hexadecimal.
        pub hash: Option<String>,
        /// Its postings, as `wallet -0.008219`, each on a line.
        pub postings: String,
    }
}

/// Journals, the newest first: those of an organisation, or all; before one of them.
///
/// # Errors
/// When the database does not answer.
pub async fn journals(ctx: &Ctx, org: Option<OrgId>, before: Option<i64>, limit: i64) -> Result<Vec<JournalRow>> {
    select_journals(org, before, limit.clamp(1, 1_000)).all(&ctx.db).await
}

db::statement! {
    fn check_sums() -> Found = file "check_sums.sql";
    fn check_balances() -> Found = file "check_balances.sql";
    fn check_running() -> Found = file "check_running.sql";
    fn check_causes() -> Found = file "check_causes.sql";
    fn check_usage() -> Found = file "check_usage.sql";
    fn check_segments() -> Found = file "check_segments.sql";
    fn check_orphans() -> Found = file "check_orphans.sql";
    fn check_series() -> Found = file "check_series.sql";
    fn check_documents() -> Found = file "check_documents.sql";

    fn select_chains(after: Option<OrgId>, limit: i64) -> OrgId =
        "select chain from chain_head where $1::uuid is null or chain > $1 order by chain limit $2";

    fn count_links() -> i64 = "select coalesce(sum(seq), 0)::bigint from chain_head";

    fn select_account_balances(org: Option<OrgId>) -> AccountBalance = file "select_account_balances.sql";

    fn select_journals(org: Option<OrgId>, before: Option<i64>, limit: i64) -> JournalRow =
        file "select_journals.sql";
}
