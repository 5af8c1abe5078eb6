//! Proving the ledger: every promise of it, asked of its rows, and every hash computed again.

use std::str::FromStr;

use entity::OrgId;

use super::chain::{self, Head, link_hash};
use crate::error::{Error, Result};
use crate::{Ctx, db};

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

/// Checks all of it. Reads the whole ledger: for operators, not for requests. What waits is sealed first.
///
/// # Errors
/// When the database does not answer; what is wrong is no error, but said by the checks.
pub async fn verify(ctx: &Ctx, held: &[HeldHead]) -> Result<Vec<Check>> {
    chain::seal_waiting(ctx).await?;
    let db = &ctx.db;
    let mut checks = vec![
        check_sums().only(db).await?.says("The postings of each journal sum to zero"),
        check_balances().only(db).await?.says("Each balance is the sum of the account's postings"),
        check_running().only(db).await?.says("Each posting leaves the balance that it says"),
        check_causes().only(db).await?.says("Each cause moved money once, and fits its kind"),
        check_usage().only(db).await?.says("Charged hours sum to their journal"),
        check_segments().only(db).await?.says("Charged hours sum to what their server was billed"),
        check_orphans().only(db).await?.says("Nothing stands alone, and nothing names another organisation"),
    ];
    checks.extend(chains(ctx, held).await?);
    checks.push(check_series().only(db).await?.says("Invoice numbers have no gap"));
    checks.push(check_documents().only(db).await?.says("Each document carries a head of its chain"));
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
async fn chains(ctx: &Ctx, held: &[HeldHead]) -> Result<[Check; 3]> {
    let mut hashes = Walk::new("Each link's hash covers its journal and the hash before");
    let mut numbers = Walk::new("The links of each chain are numbered without gaps, up to its head");
    let mut heads = Walk::new("The heads that were given to compare are in their chains");
    let (mut after, mut known) = (None, Vec::new());
    loop {
        let found = select_chains(after, LINKS).all(&ctx.db).await?;
        let Some(last) = found.last().copied() else { break };
        for org in found {
            walk(ctx, org, held, &mut hashes, &mut numbers, &mut heads).await?;
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
    hashes: &mut Walk,
    numbers: &mut Walk,
    heads: &mut Walk,
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

    fn select_account_balances(org: Option<OrgId>) -> AccountBalance = file "select_account_balances.sql";

    fn select_journals(org: Option<OrgId>, before: Option<i64>, limit: i64) -> JournalRow =
        file "select_journals.sql";
}
