//! Is this the database that knows a cloud's machines? A random mark says so. It is kept in the database, in Redis and
//! as a tag of some machines at the provider, and a comparison that destroys machines advances it. A restored backup
//! and a copy carry an old mark, and a copy is another database. Where the marks do not fit, a comparison only reports
//! (docs/adr/0017).

use chrono::{DateTime, Utc};
use entity::CloudId;
use uuid::Uuid;

use super::machine::Machine;
use crate::activity::{self, Event};
use crate::error::Result;
use crate::queue::{self, Claim};
use crate::{Actor, Ctx, EventStatus, db};

/// Machines that carry a mark: more than one, so that it outlives any of them.
const BEARERS: i64 = 3;
/// What the tag of a mark begins with; some of the cloud's id follows, since two clouds may have one account, and the
/// mark. A tag has at most 50 characters.
const TAG: &str = "epoch:";

/// Whether the marks outside the database are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochState {
    /// They are.
    Fits,
    /// One of them is not there.
    Missing,
    /// One of them is another's, or this database is not the one that wrote them.
    Foreign,
}

impl EpochState {
    /// As `brake.sql` reads it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Missing => "missing",
            Self::Foreign => "foreign",
        }
    }
}

/// What the marks say, and what is to be done about them.
#[derive(Clone, Debug)]
pub struct Epoch {
    /// Whether they fit.
    pub state: EpochState,
    /// The mark that is to be written now, where it is.
    pub advance: Option<Uuid>,
    /// The machines that carry it then.
    pub bearers: Vec<String>,
}

db::row! {
    /// What the database knows of a cloud's mark.
    #[derive(Clone, Debug, Default)]
    struct Known {
        epoch: Option<Uuid>,
        next: Option<Uuid>,
        is_place: bool,
        bearers: Vec<String>,
        past: Vec<Uuid>,
        trusted: bool,
        changed: bool,
        standing: Vec<String>,
    }
}

impl Known {
    fn is_past(&self, mark: &str) -> bool {
        Uuid::parse_str(mark).is_ok_and(|mark| self.past.contains(&mark))
    }
}

/// The tag that carries a cloud's mark.
#[must_use]
pub fn mark_tag(cloud: CloudId, mark: Uuid) -> String {
    format!("{}{}", prefix(cloud), mark.simple())
}

/// Whether a tag carries a mark of the cloud.
#[must_use]
pub fn is_mark(cloud: CloudId, tag: &str) -> bool {
    tag.starts_with(&prefix(cloud))
}

/// The end of the id is chance; its beginning is a time, which others share.
fn prefix(cloud: CloudId) -> String {
    let [.., a, b, c, d] = *cloud.0.as_bytes();
    format!("{TAG}{:08x}:", u32::from_be_bytes([a, b, c, d]))
}

/// Compares the marks with the database's: those on the `machines` that the provider lists, and the one in Redis
/// (`Err`: it can't be asked).
///
/// # Errors
/// `fenced`.
pub async fn judge_epoch(
    ctx: &Ctx,
    claim: &Claim,
    cloud: CloudId,
    machines: &[Machine],
    in_redis: &std::result::Result<Option<String>, String>,
) -> Result<Epoch> {
    let listed: Vec<String> = machines.iter().map(|machine| machine.provider_ref.clone()).collect();
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let known = select_known(cloud, &listed, BEARERS).only(&tx).await?;
    let verdict = judge(cloud, &known, machines, in_redis);
    set_held(cloud, verdict.as_ref().err().map(|(_, words)| *words)).exec(&tx).await?;
    tx.commit().await?;
    let state = match verdict {
        Ok(()) => EpochState::Fits,
        Err((state, _)) => state,
    };
    let fits = state == EpochState::Fits;
    let is_old = |tag: &str| tag.strip_prefix(&prefix(cloud)).is_some_and(|mark| known.is_past(mark));
    let carries_old = machines.iter().flat_map(|machine| &machine.tags).any(|tag| is_old(tag));
    let unborne = known.bearers.iter().all(|bearer| !listed.contains(bearer));
    let due = known.trusted
        || (fits && (known.epoch.is_none() || known.next.is_some() || known.changed || unborne || carries_old));
    let bearers = known.standing;
    let mark = if known.trusted { None } else { known.next };
    let advance = (due && !bearers.is_empty()).then(|| mark.unwrap_or_else(|| fresh_mark(ctx)));
    let state = if known.trusted && advance.is_some() { EpochState::Fits } else { state };
    Ok(Epoch { state, advance, bearers })
}

/// A mark that nobody can know.
#[must_use]
pub fn fresh_mark(ctx: &Ctx) -> Uuid {
    Uuid::from_bytes(ctx.chance.bytes())
}

type Verdict = std::result::Result<(), (EpochState, &'static str)>;

fn judge(
    cloud: CloudId,
    known: &Known,
    machines: &[Machine],
    in_redis: &std::result::Result<Option<String>, String>,
) -> Verdict {
    use EpochState::{Foreign, Missing};
    let ours = |text: &str| {
        let mark = Uuid::parse_str(text).ok();
        mark.is_some() && (mark == known.epoch || mark == known.next)
    };
    // What is being deleted keeps the mark that it had.
    let standing = machines.iter().filter(|machine| machine.state != "deleting");
    let prefix = prefix(cloud);
    let marks: Vec<&str> =
        standing.flat_map(|machine| &machine.tags).filter_map(|tag| tag.strip_prefix(&prefix)).collect();
    if known.epoch.is_some() && !known.is_place {
        return Err((Foreign, "This database was restored, copied or moved since it last wrote its mark."));
    }
    // A machine that was not listed for a while carries one of before, which only this database knows.
    let (past, marks): (Vec<&str>, Vec<&str>) = marks.into_iter().partition(|mark| known.is_past(mark));
    if marks.iter().any(|mark| !ours(mark)) {
        return Err((Foreign, "Machines at the provider carry the mark of another database, or a newer one."));
    }
    match in_redis {
        Ok(Some(mark)) if !ours(mark) => {
            return Err((Foreign, "Redis has the mark of another database, or a newer one."));
        }
        // The very first mark, which the connection of the cloud set aside, has never been outside.
        Ok(None) if known.epoch.is_none() && known.next.is_some() => {}
        Ok(Some(_)) => {}
        Ok(None) => return Err((Missing, "The mark in Redis is missing.")),
        Err(_) => return Err((Missing, "Redis could not be asked for its mark.")),
    }
    if known.epoch.is_none() && known.next.is_none() {
        return Err((Missing, "This database has no mark."));
    }
    let bearer_listed = machines.iter().any(|machine| known.bearers.contains(&machine.provider_ref));
    if marks.is_empty() && past.is_empty() && known.epoch.is_some() && bearer_listed {
        return Err((Missing, "The machines at the provider that carried the mark have lost it."));
    }
    Ok(())
}

/// A mark is about to be written outside: from now on both are the database's own.
///
/// # Errors
/// `fenced`.
pub async fn begin_mark(ctx: &Ctx, claim: &Claim, cloud: CloudId, mark: Uuid) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    set_next(cloud, mark).exec(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// The mark is in Redis and on these machines.
///
/// # Errors
/// `fenced`.
pub async fn end_mark(ctx: &Ctx, claim: &Claim, cloud: CloudId, mark: Uuid, bearers: &[String]) -> Result<()> {
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let at = ctx.clock.now(&tx).await?;
    set_epoch(cloud, mark, bearers, at).exec(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes every comparison only report until an administrator trusts this database: for after a restore. Returns how
/// many clouds that concerns.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn forget_marks(ctx: &Ctx, actor: &Actor) -> Result<u64> {
    actor.admin()?;
    let tx = ctx.begin().await?;
    let clouds = forget_epochs().exec(&tx).await?;
    let words = "This database is not trusted any more: comparisons of clouds only report until an administrator \
                 releases them";
    activity::record(&tx, Event::new("cloud.distrust", EventStatus::Warning, words).by(actor)).await?;
    tx.commit().await?;
    Ok(clouds)
}

db::statement! {
    fn select_known(cloud: CloudId, listed: &[String], limit: i64) -> Known = file "select_known.sql";

    fn set_held(cloud: CloudId, words: Option<&str>) =
        "update cloud set epoch_held = $2 where id = $1 and epoch_held is distinct from $2";

    fn set_next(cloud: CloudId, mark: Uuid) = "update cloud set epoch_next = $2 where id = $1";

    fn set_epoch(cloud: CloudId, mark: Uuid, bearers: &[String], at: DateTime<Utc>) = file "set_epoch.sql";

    fn forget_epochs() =
        "update cloud set epoch = null, epoch_next = null, epoch_trusted = false,
           epoch_held = 'This database has no mark.'
         where deleted_at is null";
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOUD: CloudId = CloudId(Uuid::from_u128(9));
    const OURS: Uuid = Uuid::from_u128(1);
    const NEXT: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);

    fn known() -> Known {
        Known { epoch: Some(OURS), is_place: true, bearers: vec!["7".to_owned()], ..Known::default() }
    }

    fn state(known: &Known, carried: &[Uuid], in_redis: Option<Uuid>) -> EpochState {
        let tags = carried.iter().map(|mark| mark_tag(CLOUD, *mark)).collect();
        let machine = Machine { provider_ref: "7".to_owned(), tags, ..Machine::default() };
        match judge(CLOUD, known, &[machine], &Ok(in_redis.map(|mark| mark.simple().to_string()))) {
            Ok(()) => EpochState::Fits,
            Err((state, _)) => state,
        }
    }

    #[test]
    fn marks_that_are_the_databases_own_fit() {
        assert_eq!(state(&known(), &[OURS], Some(OURS)), EpochState::Fits);
        let advancing = Known { next: Some(NEXT), ..known() };
        for (carried, in_redis) in [([OURS], OURS), ([NEXT], OURS), ([NEXT], NEXT)] {
            assert_eq!(state(&advancing, &carried, Some(in_redis)), EpochState::Fits, "a change that was interrupted");
        }
        let connected = Known { next: Some(NEXT), ..Known::default() };
        assert_eq!(state(&connected, &[], None), EpochState::Fits, "the first mark has never been outside");
    }

    #[test]
    fn another_databases_marks_are_foreign() {
        assert_eq!(state(&known(), &[OTHER], Some(OURS)), EpochState::Foreign);
        assert_eq!(state(&known(), &[OURS], Some(OTHER)), EpochState::Foreign);
        assert_eq!(state(&Known { is_place: false, ..known() }, &[OURS], Some(OURS)), EpochState::Foreign);
        let connected = Known { next: Some(NEXT), ..Known::default() };
        assert_eq!(state(&connected, &[OTHER], None), EpochState::Foreign);
    }

    #[test]
    fn a_mark_of_before_is_the_databases_own() {
        let advanced = Known { past: vec![OTHER], ..known() };
        assert_eq!(state(&advanced, &[OURS, OTHER], Some(OURS)), EpochState::Fits);
        assert_eq!(state(&advanced, &[OURS], Some(OTHER)), EpochState::Foreign, "Redis is asked for the present one");
    }

    #[test]
    fn a_mark_that_is_not_there_is_missing() {
        assert_eq!(state(&known(), &[], Some(OURS)), EpochState::Missing);
        assert_eq!(state(&known(), &[OURS], None), EpochState::Missing);
        assert_eq!(state(&Known::default(), &[], None), EpochState::Missing);
        let elsewhere = Known { bearers: vec!["8".to_owned()], ..known() };
        assert_eq!(state(&elsewhere, &[], Some(OURS)), EpochState::Fits, "what carried it was deleted by us");
        assert_eq!(judge(CLOUD, &known(), &[], &Err("away".to_owned())).unwrap_err().0, EpochState::Missing);
    }
}
