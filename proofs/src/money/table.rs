//! The prices of `docs/ledger.md` beside what the panel before ours charged, over months of 28, 30 and 31 days.

use anyhow::{Result, ensure};
use chrono::{DateTime, TimeZone as _, Utc};
use domain::Money;
use domain::rating::{Price, Rule, Stretch};

use crate::story::Story;

/// A month's price in dollars, and what 730 hours cost where each hour is rounded to whole cents.
const PRICES: [i64; 6] = [3, 4, 5, 6, 10, 24];
/// Months of 2027 by their length.
const MONTHS: [(u32, u32); 3] = [(2, 28), (6, 30), (5, 31)];

pub(super) async fn play(story: &mut Story) -> Result<()> {
    let rows = story.step("a month costs what its page says, and never more", std::future::ready(table())).await?;
    Story::figure("a month's price | hours rounded to cents, 730 hours | ours, 28 days | 30 days | 31 days");
    for row in rows {
        Story::figure(&row);
    }
    Ok(())
}

fn first(month: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2027, month, 1, 0, 0, 0).single().unwrap_or_default()
}

fn table() -> Result<Vec<String>> {
    PRICES
        .iter()
        .map(|dollars| {
            let month_micros = dollars * 1_000_000;
            // Half up to a cent an hour, as the panel before ours did.
            let rounded = (month_micros * 2 / 730 + 10_000) / 20_000 * 10_000 * 730;
            let mut row = format!("${dollars} | {}", Money::usd(rounded).exact());
            for (month, days) in MONTHS {
                let stretch = Stretch::first(first(month), Price { month_micros, rule: Rule::CAPPED });
                let ours = stretch.through(i64::from(days) * 24);
                let whole = i128::from(month_micros) * i128::from(days * 24) / 730;
                ensure!(i128::from(ours) == whole.min(month_micros.into()), "{dollars} over {days} days: {ours}");
                row.extend([" | ", &Money::usd(ours).exact()]);
            }
            Ok(row)
        })
        .collect()
}
