//! Turns of the calls that only ask the payment provider: all workers share one row, so that together they stay below
//! what the provider bears ([ADR 50](../../../docs/adr/0050-who-only-asks-waits-for-a-turn.md)).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::payment::PayProvider;

use crate::error::Result;
use crate::{Ctx, db};

/// The longest that a call holds a worker until its turn. Who would wait longer comes back.
const MAX_WAIT: TimeDelta = TimeDelta::seconds(10);
/// The longest that a refusal keeps everybody away, whatever it says.
const MAX_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// When a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// After so long; the turn is taken.
    In(Duration),
    /// The queue is too long: no turn is taken, and asking again is of use after so long.
    Full(Duration),
}

db::row! {
    struct Pace {
        free_at: DateTime<Utc>,
        now: DateTime<Utc>,
    }
}

/// Takes the next turn; between two of them is `gap`.
///
/// # Errors
/// When the database does not answer.
pub async fn turn(ctx: &Ctx, gap: Duration) -> Result<Turn> {
    let tx = ctx.begin().await?;
    let Pace { free_at, now } = lock_pace(PayProvider::Paypal).only(&tx).await?;
    let (turn, free_at) = next(free_at, now, gap);
    set_free(PayProvider::Paypal, free_at).exec(&tx).await?;
    tx.commit().await?;
    Ok(turn)
}

/// The provider refused a call because there were too many: there is no turn for so long. Turns that were taken before
/// stand.
///
/// # Errors
/// When the database does not answer.
pub async fn pause(ctx: &Ctx, pause: Duration) -> Result<()> {
    let tx = ctx.begin().await?;
    let Pace { free_at, now } = lock_pace(PayProvider::Paypal).only(&tx).await?;
    let pause = TimeDelta::from_std(pause).unwrap_or(MAX_PAUSE).min(MAX_PAUSE);
    set_free(PayProvider::Paypal, free_at.max(now + pause)).exec(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// The turn of who asks now, and from when on the next one is.
fn next(free_at: DateTime<Utc>, now: DateTime<Utc>, gap: Duration) -> (Turn, DateTime<Utc>) {
    // What is later than any pause was written before the clock stepped back.
    let at = if free_at - now > MAX_WAIT + MAX_PAUSE { now } else { free_at.max(now) };
    let wait = (at - now).to_std().unwrap_or_default();
    if at - now > MAX_WAIT { (Turn::Full(wait), free_at) } else { (Turn::In(wait), at + gap) }
}

db::statement! {
    fn lock_pace(provider: PayProvider) -> Pace =
        "select free_at, clock_timestamp() as now from payment_pace where provider = $1 for update";

    fn set_free(provider: PayProvider, free_at: DateTime<Utc>) =
        "update payment_pace set free_at = $2 where provider = $1";
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_secs(1);

    /// So many at once: when each has its turn, and from when on the next one is.
    fn crowd(count: usize, mut free_at: DateTime<Utc>, now: DateTime<Utc>) -> (Vec<Turn>, DateTime<Utc>) {
        let mut turns = Vec::new();
        for _ in 0..count {
            let (turn, next_at) = next(free_at, now, GAP);
            free_at = next_at;
            turns.push(turn);
        }
        (turns, free_at)
    }

    #[test]
    fn who_comes_alone_waits_for_nothing_and_a_crowd_goes_one_a_second() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        assert_eq!(next(DateTime::UNIX_EPOCH, now, GAP), (Turn::In(Duration::ZERO), now + GAP));
        let (turns, free_at) = crowd(64, now, now);
        let seconds = |s| Duration::from_secs(s);
        let (taken, refused) = turns.split_at(11);
        assert_eq!(taken, (0..11).map(|s| Turn::In(seconds(s))).collect::<Vec<_>>());
        assert!(refused.iter().all(|turn| *turn == Turn::Full(seconds(11))), "{refused:?}");
        // No second is owed to those who were refused, and a second that was not used is not saved up.
        let later = free_at + TimeDelta::minutes(5);
        assert_eq!(crowd(3, free_at, later).0, [0, 1, 2].map(|s| Turn::In(seconds(s))));
    }

    /// However they come, no two calls are nearer than the gap.
    #[test]
    fn no_two_turns_are_nearer_than_the_gap() {
        let mut now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (mut free_at, mut last) = (now, None);
        for step in 0..2_000_i64 {
            now += TimeDelta::milliseconds(step * 7_919 % 1_700);
            let (turn, next_at) = next(free_at, now, GAP);
            free_at = next_at;
            let Turn::In(wait) = turn else { continue };
            let at = now + wait;
            assert!(last.is_none_or(|last| at - last >= TimeDelta::seconds(1)), "{at} after {last:?}");
            last = Some(at);
        }
    }

    #[test]
    fn a_clock_that_steps_back_keeps_no_turn_forever() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (pause, step) = (now + MAX_PAUSE, now + TimeDelta::hours(1));
        assert_eq!(next(pause, now, GAP), (Turn::Full(Duration::from_mins(15)), pause), "a pause stands");
        assert_eq!(next(step, now, GAP), (Turn::In(Duration::ZERO), now + GAP));
    }
}
