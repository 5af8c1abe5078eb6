use chrono::{TimeDelta, TimeZone as _};
use proptest::prelude::*;

use super::*;
use crate::rating::{BackupFrequency, HOURS_PER_MONTH, Rule, backup_month_micros};

fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, hour, minute, 0).unwrap()
}

fn price(month_micros: i64, rule: Rule) -> Price {
    Price { month_micros, rule }
}

fn capped(started_at: DateTime<Utc>, month_micros: i64) -> Stretch {
    Stretch::first(started_at, price(month_micros, Rule::CAPPED))
}

/// The definition, hour by hour: the month's cost so far, this hour added by the telescoped rate, and the cap over it.
fn by_hours(stretch: &Stretch, n: i64) -> i64 {
    let Price { month_micros, rule } = stretch.price;
    let mut total = 0;
    let (mut month, mut j) = (month_start(stretch.started_at), 0);
    let (mut base, mut cap) = (stretch.base_micros, stretch.cap_micros.unwrap_or(month_micros));
    for hour in 1..=n {
        let began = month_start(stretch.began(hour));
        if began != month {
            (month, j, base, cap) = (began, 0, 0, month_micros);
        }
        let so_far = |j: i64| (base + month_micros * j / i64::from(rule.hours_per_month)).min(cap);
        j += 1;
        total += so_far(j) - so_far(j - 1);
    }
    total
}

/// What the months of 28, 30 and 31 days cost, in micro-units, beside the page's price.
#[test]
fn no_month_costs_more_than_the_page_says() {
    // (price, 28 days, 30 days, 31 days): 672, 720 and 744 hours of 730, and never more than the price.
    let table = [
        (3_000_000, 2_761_643, 2_958_904, 3_000_000),
        (4_000_000, 3_682_191, 3_945_205, 4_000_000),
        (5_000_000, 4_602_739, 4_931_506, 5_000_000),
        (6_000_000, 5_523_287, 5_917_808, 6_000_000),
        (10_000_000, 9_205_479, 9_863_013, 10_000_000),
        (24_000_000, 22_093_150, 23_671_232, 24_000_000),
    ];
    for (month_micros, february, april, may) in table {
        for (started_at, days, expected) in
            [(at(2026, 2, 1, 0, 0), 28, february), (at(2026, 4, 1, 0, 0), 30, april), (at(2026, 5, 1, 0, 0), 31, may)]
        {
            let stretch = capped(started_at, month_micros);
            assert_eq!(stretch.through(days * 24), expected, "{month_micros} over {days} days");
            let sum: i64 = (1..=days * 24).map(|n| stretch.hour_micros(n)).sum();
            assert_eq!(sum, expected, "hour by hour");
        }
        // Of 672 hours, as DigitalOcean counts, each of these months is exactly the price.
        for (started_at, days) in [(at(2026, 2, 1, 0, 0), 28), (at(2026, 4, 1, 0, 0), 30), (at(2026, 5, 1, 0, 0), 31)] {
            let stretch = Stretch::first(started_at, price(month_micros, Rule::of(672, true, None)));
            assert_eq!(stretch.through(days * 24), month_micros);
        }
    }
}

#[test]
fn a_month_begins_again_at_its_first_hour() {
    // 23:30 on the 31st: hour 1 belongs to January, hour 2 to February.
    let stretch = capped(at(2026, 1, 31, 23, 30), 7_300_000);
    assert_eq!((stretch.hour_micros(1), stretch.hour_micros(2)), (10_000, 10_000));
    assert_eq!(stretch.through(1 + 672), 10_000 + 6_720_000);
    // An hour that begins with the month belongs to it.
    let stretch = capped(at(2026, 1, 1, 0, 0), 7_300_000);
    assert_eq!(stretch.hour_micros(744), 0, "January reached its cap");
    assert_eq!(stretch.hour_micros(745), 10_000, "February begins at zero");
}

#[test]
fn what_was_ordered_before_the_cap_keeps_its_rule() {
    let old = Stretch::first(at(2026, 5, 1, 0, 0), price(6_000_000, Rule::UNCAPPED));
    for n in [1, 2, 730, 744, 10_000] {
        assert_eq!(old.through(n), 6_000_000 * n / 730);
    }
    assert_eq!(old.hour_micros(744), 6_000_000 * 744 / 730 - 6_000_000 * 743 / 730);
}

#[test]
fn a_resize_changes_the_rate_from_the_next_started_hour() {
    let small = capped(at(2026, 5, 1, 0, 10), 5_000_000);
    // In the middle of hour 3: it is charged whole at the old rate.
    let (hours, large) = small.followed_by(price(10_000_000, Rule::CAPPED), at(2026, 5, 1, 2, 40), 3);
    assert_eq!((hours, large.started_at), (3, at(2026, 5, 1, 3, 10)));
    assert_eq!((large.base_micros, large.cap_micros), (small.through(3), Some(10_000_000)));
    // At the beginning of an hour that is not charged yet: that hour has the new rate already.
    let (hours, _) = small.followed_by(price(10_000_000, Rule::CAPPED), at(2026, 5, 1, 3, 10), 3);
    assert_eq!(hours, 3);
    // An hour that was charged keeps its rate.
    let (hours, _) = small.followed_by(price(10_000_000, Rule::CAPPED), at(2026, 5, 1, 1, 0), 3);
    assert_eq!(hours, 3);
}

#[test]
fn a_cap_that_a_resize_crosses_is_the_dearest_of_the_month() {
    // $5 from the 1st of May; after 740 hours, ten of them free, it becomes $10.
    let small = capped(at(2026, 5, 1, 0, 0), 5_000_000);
    let resized = at(2026, 5, 1, 0, 0) + TimeDelta::hours(740);
    let (_, large) = small.followed_by(price(10_000_000, Rule::CAPPED), resized, 740);
    assert_eq!(small.through(740), 5_000_000, "the cap was reached");
    assert_eq!(large.base_micros, 5_000_000);
    // Hours that the first cap made free stay free: the four that are left cost their own rate.
    assert_eq!(large.through(4), 10_000_000 * 4 / 730);
    assert!(small.through(740) + large.through(4) <= 10_000_000);
    // And June costs June's price.
    assert_eq!(large.through(4 + 720) - large.through(4), 10_000_000 * 720 / 730);

    // The other way round the month's cap stays the dearer price.
    let (_, smaller) = capped(at(2026, 5, 1, 0, 0), 10_000_000).followed_by(
        price(5_000_000, Rule::CAPPED),
        at(2026, 5, 1, 0, 0) + TimeDelta::hours(700),
        700,
    );
    assert_eq!(smaller.cap_micros, Some(10_000_000));
    assert_eq!(
        smaller.through(44),
        10_000_000_i64.min(smaller.base_micros + 5_000_000 * 44 / 730) - smaller.base_micros
    );

    // A resize at the month's first hour shares no month with what was before.
    let (_, next) = small.followed_by(price(10_000_000, Rule::CAPPED), at(2026, 6, 1, 0, 0), 744);
    assert_eq!((next.started_at, next.base_micros, next.cap_micros), (at(2026, 6, 1, 0, 0), 0, None));
}

#[test]
fn seconds_are_charged_as_seconds_and_at_least_the_minimum() {
    let rule = Rule { increment: Increment::Second { minimum_s: 60 }, hours_per_month: 672, capped: true };
    let stretch = Stretch::first(at(2026, 5, 1, 0, 0), price(6_000_000, rule));
    let due = |seconds| stretch.due_at(stretch.started_at + TimeDelta::seconds(seconds));
    let exact = |seconds: i64| 6_000_000 * seconds / (672 * 3_600);
    assert_eq!((due(0), due(1), due(60), due(61)), (exact(60), exact(60), exact(60), exact(61)));
    assert_eq!((due(3_600), due(3_601), due(7_200)), (exact(3_600), exact(3_601), exact(7_200)));
    assert_eq!(due(744 * 3_600), 6_000_000, "capped");
    assert_eq!(
        stretch.due_at(stretch.started_at + TimeDelta::microseconds(61_000_001)),
        exact(62),
        "a started one counts"
    );
}

#[test]
fn another_price_begins_with_the_second_after_the_minimum() {
    let rule = Rule::of(672, true, Some(60));
    let small = Stretch::first(at(2026, 5, 1, 0, 10), price(6_000_000, rule));
    let second = |seconds| small.started_at + TimeDelta::seconds(seconds);
    let to = price(10_000_000, rule);
    // Within the minimum: at its end, and nothing is left of it.
    let (hours, large) = small.followed_by(to, second(30), 0);
    assert_eq!((hours, large.started_at, large.base_micros), (1, second(60), small.seconds_micros(60)));
    assert_eq!(large.price.rule.increment, Increment::Second { minimum_s: 1 });
    assert_eq!(large.due_at(large.started_at + TimeDelta::seconds(1)), large.seconds_micros(1));
    // In the middle of the third hour, of which nothing else is charged.
    let (hours, large) = small.followed_by(to, second(2 * 3_600 + 1_800), 2);
    assert_eq!((hours, large.started_at), (3, second(9_000)));
    assert_eq!((large.base_micros, large.cap_micros), (small.seconds_micros(9_000), Some(10_000_000)));
    // Replaced before it began: what the month has cost is handed on.
    let (hours, third) = large.followed_by(price(8_000_000, rule), second(60), 0);
    assert_eq!((hours, third.started_at), (0, large.started_at));
    assert_eq!((third.base_micros, third.cap_micros), (large.base_micros, large.cap_micros));
    // Ticks charge hours that ended; what is due grows by the second.
    let charged = |minutes| small.charged_at(small.started_at + TimeDelta::minutes(minutes));
    assert_eq!((charged(-5), charged(0), charged(59), charged(60), charged(150)), (0, 0, 0, 1, 2));
    assert_eq!((small.charges(1), small.due_at(second(-1))), (second(3_600), 0));
}

#[test]
fn odd_times_are_times_like_others() {
    // A leap year's February has 696 hours.
    assert_eq!(capped(at(2028, 2, 1, 0, 0), 7_300_000).through(696), 6_960_000);
    assert_eq!(capped(at(2028, 2, 1, 0, 0), 7_300_000).hour_micros(697), 10_000, "March begins");
    // The second after which 32 bits end.
    let stretch = capped(at(2038, 1, 19, 3, 0), 7_300_000);
    assert_eq!(stretch.hours_at(at(2038, 1, 19, 3, 14) + TimeDelta::seconds(8)), 1);
    assert_eq!(stretch.through(stretch.hours_at(at(2038, 2, 1, 0, 0))), 310 * 10_000 - 10_000);
    // A leap second is the second before it said twice: no hour is longer.
    let leap: DateTime<Utc> = "2016-12-31T23:59:60Z".parse().unwrap();
    let stretch = capped(at(2016, 12, 31, 23, 0), 7_300_000);
    assert_eq!((stretch.hours_at(leap), stretch.through(stretch.hours_at(leap))), (1, 10_000));
    assert_eq!(stretch.hours_at(at(2017, 1, 1, 0, 0)), 1);
    // A tick before the start, after a clock that was put back.
    assert_eq!(stretch.hours_at(at(2016, 12, 31, 22, 0)), 1);
    assert_eq!((stretch.through(0), stretch.through(-5)), (0, 0));
    // Ten thousand years neither hang nor overflow.
    assert!(capped(at(2026, 1, 1, 0, 0), 100_000_000_000).through(90_000_000) > 0);
}

fn rules() -> impl Strategy<Value = Rule> {
    (prop_oneof![Just(730), Just(672)], any::<bool>()).prop_map(|(hours, capped)| Rule::of(hours, capped, None))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Up to 30 irregular ticks, a server with backups: the charges sum to the closed form.
    #[test]
    fn any_pattern_of_ticks_sums_to_the_closed_form(
        month in 1_i64..100_000_000,
        weekly in 0_i64..20_000_000,
        daily in any::<bool>(),
        rule in rules(),
        start_minutes in 0_i64..600_000,
        backups_after_minutes in 0_i64..50_000,
        mut ticks in proptest::collection::vec(0_i64..150_000, 1..30),
    ) {
        ticks.sort_unstable();
        let start = at(2026, 1, 1, 0, 0) + TimeDelta::minutes(start_minutes);
        let frequency = if daily { BackupFrequency::Daily } else { BackupFrequency::Weekly };
        let server = Stretch::first(start, price(month, rule));
        let backups = Stretch::first(
            start + TimeDelta::minutes(backups_after_minutes),
            price(backup_month_micros(weekly, frequency), rule),
        );
        for stretch in [server, backups] {
            let (mut hours, mut billed) = (0, 0);
            for minutes in &ticks {
                let tick = start + TimeDelta::minutes(*minutes);
                let n = if tick < stretch.started_at { 0 } else { stretch.hours_at(tick) };
                billed += (hours + 1..=n).map(|hour| stretch.hour_micros(hour)).sum::<i64>();
                hours = hours.max(n);
            }
            prop_assert_eq!(billed, stretch.through(hours));
            if rule.capped {
                prop_assert_eq!(billed, by_hours(&stretch, hours));
            }
        }
    }

    /// No month costs more than the dearest of its prices, and no hour more than its rate, however often it is resized.
    #[test]
    fn a_month_with_resizes_stays_under_its_dearest_price(
        start_minutes in 0_i64..60_000,
        prices in proptest::collection::vec((1_i64..50_000_000, 1_i64..900), 1..8),
    ) {
        let start = at(2026, 1, 1, 0, 0) + TimeDelta::minutes(start_minutes);
        let mut stretch = capped(start, prices[0].0);
        let mut months = std::collections::BTreeMap::<DateTime<Utc>, (i64, i64)>::new();
        for (place, (month_micros, hours)) in prices.iter().enumerate() {
            for n in 1..=*hours {
                let cost = stretch.hour_micros(n);
                prop_assert!((0..=month_micros / i64::from(HOURS_PER_MONTH) + 1).contains(&cost));
                let month = months.entry(month_start(stretch.began(n))).or_default();
                *month = (month.0 + cost, month.1.max(*month_micros));
            }
            if let Some((next, _)) = prices.get(place + 1) {
                let (kept, follows) = stretch.followed_by(price(*next, Rule::CAPPED), stretch.began(hours + 1), *hours);
                prop_assert_eq!(kept, *hours);
                stretch = follows;
            }
        }
        for (cost, dearest) in months.values() {
            prop_assert!(cost <= dearest, "{} > {}", cost, dearest);
        }
    }
}
