//! Mails to administrators.

use entity::Money;

use super::letter::{Letter, Letterhead};

pub(super) fn test(head: &Letterhead) -> Letter {
    let company = head.company();
    Letter::new(format!("A test mail of {company}"))
        .say(format!(
            "mails of {company} arrive: an administrator asked for this one to see that. There is nothing to do."
        ))
        .act("Open the panel", head.page("/"))
}

/// A plan's name, its cost of a month before, and now; none when the size is no longer sold.
pub(super) type Cost<'a> = (&'a str, Option<i64>, Option<i64>);

pub(super) fn plan_costs(head: &Letterhead, changed: &[Cost<'_>]) -> Letter {
    let usd = |micros| Money::usd(micros).exact();
    let line = |(name, known, now): &Cost<'_>| match (known, now) {
        (_, None) => format!("{name}: the size is no longer sold, so nobody can order the plan."),
        (Some(known), Some(now)) => format!("{name}: {} a month, {} before.", usd(*now), usd(*known)),
        (None, Some(now)) => format!("{name}: {} a month.", usd(*now)),
    };
    let letter = Letter::new("Your price list changed").say(format!(
        "a provider changed what the plans of {} cost, and the price list changed with it.",
        head.company()
    ));
    let letter = if changed.is_empty() {
        letter.say("The plans' own prices are as you know them; some regions differ.")
    } else {
        letter.lines(changed.iter().map(line).collect())
    };
    letter.say("Check the plans and save those that are right.").act("See the plans", head.page("/admin/plans"))
}
