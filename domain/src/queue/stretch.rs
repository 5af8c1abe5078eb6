//! The stretch of time that charts show, and how finely.

use chrono::{DateTime, TimeDelta, Utc};

/// How far back charts look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// An hour, by the minute.
    Hour,
    /// A day, by the quarter of an hour.
    Day,
    /// A week, by two hours.
    Week,
}

impl Span {
    /// The whole, in seconds.
    #[must_use]
    pub fn seconds(self) -> i32 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
            Self::Week => 7 * 86_400,
        }
    }

    /// One point of a chart, in seconds.
    #[must_use]
    pub fn bucket(self) -> i32 {
        match self {
            Self::Hour => 60,
            Self::Day => 900,
            Self::Week => 7_200,
        }
    }
}

/// Points of a chart of any stretch at most.
const MAX_POINTS: i64 = 120;
/// What a point may last, in seconds.
const BUCKETS: [i64; 8] = [60, 300, 900, 3_600, 7_200, 21_600, 86_400, 7 * 86_400];
/// Sums by the minute are kept a little longer, and so are those by the hour (`domain/src/tidy.rs`).
const MINUTES_KEPT: TimeDelta = TimeDelta::hours(25);
const HOURS_KEPT: TimeDelta = TimeDelta::hours(8 * 24 + 12);

/// A stretch of time, cut into the points of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end.
    pub to: DateTime<Utc>,
    /// The whole, in seconds, at least one.
    pub seconds: i32,
    /// One point of a chart, in seconds.
    pub bucket_s: i32,
    /// How long each sum is that the points are added up from, in seconds.
    pub step_s: i32,
    /// Whether the sums reach back so far.
    pub has_sums: bool,
}

impl Stretch {
    /// What lies a span back from now.
    #[must_use]
    pub fn back(span: Span, now: DateTime<Utc>) -> Self {
        // The last point is not over yet: all of them end with it, however short it is so far.
        let to = floor(now, span.bucket()) + TimeDelta::seconds(span.bucket().into());
        Self {
            from: to - TimeDelta::seconds(span.seconds().into()),
            to,
            seconds: span.seconds(),
            bucket_s: span.bucket(),
            step_s: if span == Span::Week { 3_600 } else { 60 },
            has_sums: true,
        }
    }

    /// What lies between two instants, the first before the second.
    #[must_use]
    pub fn between(from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let step = if now - from <= MINUTES_KEPT { 60 } else { 3_600 };
        let seconds = (to - from).num_seconds().max(1);
        let fits = |bucket: &i64| *bucket >= step && seconds / bucket <= MAX_POINTS;
        let days = seconds.div_euclid(MAX_POINTS * 86_400) + 1;
        let bucket = BUCKETS.into_iter().find(fits).unwrap_or(days * 86_400);
        Self {
            from,
            to,
            seconds: i32::try_from(seconds).unwrap_or(i32::MAX),
            bucket_s: i32::try_from(bucket).unwrap_or(i32::MAX),
            step_s: i32::try_from(step).unwrap_or(3_600),
            has_sums: now - from <= HOURS_KEPT,
        }
    }

    /// When the first point begins: points begin at whole multiples of their length.
    #[must_use]
    pub fn first(&self) -> DateTime<Utc> {
        floor(self.from, self.bucket_s)
    }

    /// When each point begins, the oldest first.
    pub fn points(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let (to, bucket) = (self.to, TimeDelta::seconds(self.bucket_s.into()));
        std::iter::successors(Some(self.first()), move |at| at.checked_add_signed(bucket))
            .take_while(move |at| *at < to)
    }
}

fn floor(at: DateTime<Utc>, bucket_s: i32) -> DateTime<Utc> {
    let bucket = i64::from(bucket_s.max(1));
    DateTime::from_timestamp(at.timestamp().div_euclid(bucket) * bucket, 0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn any_stretch_has_few_points() {
        let now = at(1_800_000_000);
        for hours in [1, 2, 5, 24, 26, 72, 24 * 9, 24 * 60, 24 * 3_650] {
            let stretch = Stretch::between(now - TimeDelta::hours(hours), now, now);
            let points = i64::try_from(stretch.points().count()).unwrap();
            assert!((2..=MAX_POINTS + 2).contains(&points), "{hours} h: {points} of {} s", stretch.bucket_s);
            assert!(stretch.bucket_s >= stretch.step_s, "{hours} h");
        }
    }

    #[test]
    fn a_span_has_all_its_points_at_every_moment() {
        for second in [0, 1, 59, 60, 61] {
            let now = at(1_800_000_000 + second) + TimeDelta::milliseconds(3);
            let stretch = Stretch::back(Span::Hour, now);
            let last = stretch.points().last().unwrap();
            assert_eq!(stretch.points().count(), 60, "{second}");
            // As `sum_by_time.sql` cuts it: a point that begins a second before the end is one.
            assert!(last <= now && last <= stretch.to - TimeDelta::seconds(1), "{second}");
        }
    }

    #[test]
    fn points_begin_at_multiples_and_cover_the_stretch() {
        let stretch = Stretch::between(at(1_000_030), at(1_003_610), at(1_003_610));
        let points: Vec<_> = stretch.points().collect();
        assert_eq!((stretch.bucket_s, points[0]), (60, at(1_000_020)));
        assert!(*points.last().unwrap() < stretch.to);
        assert!(stretch.has_sums && !Stretch::between(at(0), at(60), at(1_003_610)).has_sums);
    }
}
