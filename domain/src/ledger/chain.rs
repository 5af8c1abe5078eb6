//! The chain of an organisation's journals: what was written is sealed in order, and each hash covers the one before
//! (ADR 40). A head that a customer holds finds every later change of what it covers.

use aws_lc_rs::digest::{SHA256, digest};
use entity::OrgId;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::error::Result;
use crate::{Ctx, db};

/// The chain of the platform's own journals.
pub const PLATFORM: OrgId = OrgId(Uuid::nil());
/// What stands before every text that is hashed: its format.
pub const FORMAT: &str = "skypanel ledger 1";
/// What comes before the first journal.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Chains that one transaction seals.
const CHAINS: i64 = 500;
/// Journals that one statement seals.
const JOURNALS: i64 = 20_000;

db::row! {
    /// The last link of a chain.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Head {
        /// How many journals it covers.
        pub seq: i64,
        /// Its hash, in hexadecimal.
        pub hash: String,
    }
}

db::row! {
    /// A link of a chain, with what its journal says.
    #[derive(Clone, Debug)]
    pub struct Link {
        /// The journal.
        pub journal_id: i64,
        /// Its place, from 1.
        pub seq: i64,
        /// Its hash, in hexadecimal.
        pub hash: String,
        /// The cause.
        pub idem_key: String,
        /// Why money moved.
        pub kind: String,
        /// When it counts, in microseconds since 1970.
        pub at: i64,
        /// When it was written, in microseconds since 1970.
        pub recorded: i64,
        /// What statements show beside it, as its row says it.
        pub meta: String,
        /// Its postings, a line each.
        pub postings: String,
        /// Its hours, a line each.
        pub usage: String,
    }
}

impl Link {
    /// What the journal says, as its hash covers it.
    #[must_use]
    pub fn words(&self) -> String {
        let hours = self.usage.bytes().filter(|&byte| byte == b'\n').count();
        format!(
            "cause:{}\nkind:{}\nat:{}\nrecorded:{}\nmeta:{}{}\nusage:{hours} {}",
            self.idem_key,
            self.kind,
            self.at,
            self.recorded,
            hex(&self.meta),
            self.postings,
            hex(&self.usage),
        )
    }
}

/// The hash of a link, from the one before.
#[must_use]
pub fn link_hash(chain: OrgId, seq: i64, previous: &str, words: &str) -> String {
    hex(&format!("{FORMAT}\nchain:{}\nseq:{seq}\nprevious:{previous}\n{words}", chain.0))
}

fn hex(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().fold(String::with_capacity(64), |mut out, byte| {
        use std::fmt::Write as _;
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Chains what an organisation's journals say so far, in this transaction, and returns the head. The caller holds the
/// wallet's lock, or none of its locks.
///
/// # Errors
/// When the database refuses it.
pub async fn seal(tx: &impl ConnectionTrait, org: OrgId) -> Result<Head> {
    seal_all(tx, &[org]).await?;
    head(tx, org).await
}

/// The head of a chain as it stands; zeros before its first journal.
///
/// # Errors
/// When the database does not answer.
pub async fn head(db: &impl ConnectionTrait, org: OrgId) -> Result<Head> {
    Ok(select_head(org).one(db).await?.unwrap_or_else(|| Head { seq: 0, hash: GENESIS.to_owned() }))
}

/// Chains everything that waits, some organisations a transaction. Returns how many journals were chained.
///
/// # Errors
/// When the database refuses it.
pub async fn seal_waiting(ctx: &Ctx) -> Result<u64> {
    let (mut sealed, mut after) = (0, None);
    loop {
        let chains = select_waiting(after, CHAINS).all(&ctx.db).await?;
        let Some(last) = chains.last().copied() else { return Ok(sealed) };
        let tx = ctx.begin().await?;
        sealed += seal_all(&tx, &chains).await?;
        tx.commit().await?;
        after = Some(last);
    }
}

async fn seal_all(tx: &impl ConnectionTrait, chains: &[OrgId]) -> Result<u64> {
    insert_heads(chains).exec(tx).await?;
    lock_heads(chains).all(tx).await?;
    let mut sealed = 0;
    loop {
        let count = seal_chains(chains, JOURNALS).only(tx).await?;
        sealed += u64::try_from(count).unwrap_or_default();
        if count < JOURNALS {
            return Ok(sealed);
        }
    }
}

/// Links of a chain after one of them, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn links(db: &impl ConnectionTrait, chain: OrgId, after: i64, limit: i64) -> Result<Vec<Link>> {
    select_links(chain, after, limit).all(db).await
}

db::statement! {
    fn select_head(chain: OrgId) -> Head =
        "select seq, encode(hash, 'hex') as hash from chain_head where chain = $1";

    fn select_waiting(after: Option<OrgId>, limit: i64) -> OrgId =
        "select distinct chain from journal_pending where $1::uuid is null or chain > $1 order by chain limit $2";

    fn insert_heads(chains: &[OrgId]) =
        "insert into chain_head (chain, seq, hash)
         select chain, 0, decode(repeat('00', 32), 'hex') from unnest($1::uuid[]) chain order by chain
         on conflict (chain) do nothing";

    fn lock_heads(chains: &[OrgId]) -> i64 =
        "select seq from chain_head where chain = any($1) order by chain for update";

    fn seal_chains(chains: &[OrgId], limit: i64) -> i64 = file "seal_chains.sql";

    fn select_links(chain: OrgId, after: i64, limit: i64) -> Link = file "select_links.sql";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_covers_every_word() {
        let link = Link {
            journal_id: 7,
            seq: 1,
            hash: String::new(),
            idem_key: "adjust:1".to_owned(),
            kind: "credit".to_owned(),
            at: 1,
            recorded: 2,
            meta: "{}".to_owned(),
            postings: "\nposting:1 wallet own USD 5 5\nposting:2 adjustment ours USD -5 -".to_owned(),
            usage: String::new(),
        };
        let hash = |link: &Link| link_hash(PLATFORM, 1, GENESIS, &link.words());
        let first = hash(&link);
        assert_eq!(first.len(), 64);
        for changed in [
            Link { idem_key: "adjust:2".to_owned(), ..link.clone() },
            Link { at: 2, ..link.clone() },
            Link { meta: "[]".to_owned(), ..link.clone() },
            Link { postings: link.postings.replace('5', "6"), ..link.clone() },
            Link { usage: "segment 1 5\n".to_owned(), ..link.clone() },
        ] {
            assert_ne!(hash(&changed), first, "{changed:?}");
        }
        assert_ne!(link_hash(PLATFORM, 2, GENESIS, &link.words()), first);
        assert_ne!(link_hash(PLATFORM, 1, &first, &link.words()), first);
    }
}
