//! What was let through and refused, until it is written.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use domain::rate::{self, Seen};
use domain::{Ctx, RateTier};

use super::bucket::Who;

/// Senders that are told apart between two writings; the others are counted together.
const MAX_GATHERED: usize = 5_000;
/// Senders of one minute and tier that are written by name: those who sent most.
const MAX_WRITTEN: usize = 50;

type Counts = HashMap<(DateTime<Utc>, RateTier, Option<Who>), (u32, u32)>;

/// The counts of this process.
#[derive(Debug, Default)]
pub struct Monitor(Mutex<Counts>);

impl Monitor {
    /// Counts a request of a minute. What is counted by a secret (an e-mail address, a device) has no name here.
    pub fn count(&self, now: DateTime<Utc>, tier: RateTier, who: Who, passed: bool) {
        let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        let named = Some(who).filter(|who| matches!(who, Who::V4(_) | Who::V6(_) | Who::Id(_)));
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = gathered.len() < MAX_GATHERED || gathered.contains_key(&(minute, tier, named));
        let (allowed, refused) = gathered.entry((minute, tier, named.filter(|_| room))).or_default();
        let count = if passed { allowed } else { refused };
        *count = count.saturating_add(1);
    }

    /// Writes what was counted. What can't be written is dropped: these are figures for the eye.
    pub async fn write(&self, ctx: &Ctx) {
        let gathered = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if gathered.is_empty() {
            return;
        }
        if let Err(error) = rate::record(ctx, &rows(gathered)).await {
            tracing::warn!(cause = %error, "counts of requests could not be written");
        }
    }
}

/// The rows of what was counted: a bounded number by name for each minute and tier, the rest in one.
fn rows(gathered: Counts) -> Vec<Seen> {
    let mut all: Vec<_> = gathered.into_iter().collect();
    all.sort_unstable_by_key(|((at, tier, who), (allowed, refused))| {
        (*at, *tier, std::cmp::Reverse((*refused, *allowed)), *who)
    });
    let (mut rows, mut others): (Vec<Seen>, HashMap<_, (u32, u32)>) = (Vec::new(), HashMap::new());
    let (mut group, mut named) = (None, 0);
    for ((at, tier, who), (allowed, refused)) in all {
        if group != Some((at, tier)) {
            (group, named) = (Some((at, tier)), 0);
        }
        if let Some(who) = who.filter(|_| named < MAX_WRITTEN) {
            named += 1;
            rows.push(Seen { at, tier, key: who.to_string(), allowed, refused });
        } else {
            let sum = others.entry((at, tier)).or_default();
            *sum = (sum.0.saturating_add(allowed), sum.1.saturating_add(refused));
        }
    }
    let rest = others.into_iter();
    rows.extend(rest.map(|((at, tier), (allowed, refused))| Seen { at, tier, key: String::new(), allowed, refused }));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_flood_of_senders_is_a_bounded_number_of_rows_and_no_request_is_lost() {
        let monitor = Monitor::default();
        for n in 0..20_000_u32 {
            monitor.count(at(5), RateTier::Anonymous, Who::V4(n.to_be_bytes()), n % 2 == 0);
        }
        (0..7).for_each(|_| monitor.count(at(6), RateTier::Anonymous, Who::V4([9, 9, 9, 9]), false));
        monitor.count(at(65), RateTier::Anonymous, Who::V4([1, 1, 1, 1]), true);
        let gathered = std::mem::take(&mut *monitor.0.lock().unwrap());
        assert!(gathered.len() <= MAX_GATHERED + 2, "{}", gathered.len());
        let rows = rows(gathered);
        assert_eq!(rows.len(), MAX_WRITTEN + 2);
        assert_eq!(rows.iter().map(|row| row.allowed + row.refused).sum::<u32>(), 20_008);
        let minutes: std::collections::BTreeSet<_> = rows.iter().map(|row| row.at).collect();
        assert_eq!(minutes.into_iter().collect::<Vec<_>>(), [at(0), at(60)]);
    }

    #[test]
    fn secrets_have_no_name() {
        let monitor = Monitor::default();
        monitor.count(at(0), RateTier::Mail, Who::Mail([1; 16]), true);
        monitor.count(at(0), RateTier::Login, Who::Device([2; 12]), true);
        let rows = rows(std::mem::take(&mut *monitor.0.lock().unwrap()));
        assert!(rows.len() == 2 && rows.iter().all(|row| row.key.is_empty()), "{rows:?}");
    }
}
