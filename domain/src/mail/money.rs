//! Mails about wallets and prices.

use chrono::{DateTime, Utc};
use entity::wallet_notice::NoticeKind;
use entity::{Money, OrgId};

use super::letter::{Letter, Letterhead, instant, quoted};

/// What a notice says of a wallet.
pub(super) struct Standing<'a> {
    pub(super) org: OrgId,
    pub(super) kind: NoticeKind,
    pub(super) balance_micros: i64,
    pub(super) zero_at: Option<DateTime<Utc>>,
    pub(super) cap_micros: Option<i64>,
    pub(super) delete_at: Option<DateTime<Utc>>,
    pub(super) servers: &'a [String],
    pub(super) count: i64,
}

impl Standing<'_> {
    fn page(&self, head: &Letterhead) -> String {
        head.page(&format!("/o/{}/wallet", self.org))
    }

    /// The servers by name, where a name can be said.
    fn named(&self) -> Vec<String> {
        let mut names: Vec<String> = self.servers.iter().filter_map(|name| quoted(name)).collect();
        let left = self.count - i64::try_from(names.len()).unwrap_or(0);
        if left > 0 {
            names.push(format!("and {left} more"));
        }
        names
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("Balance", Money::usd(self.balance_micros).exact())];
        facts.extend(self.zero_at.map(|at| ("Lasts until", instant(at))));
        facts
    }
}

pub(super) fn low_balance(head: &Letterhead, of: &Standing<'_>) -> Letter {
    let company = head.company();
    let (subject, what) = match of.kind {
        NoticeKind::Runway72 => ("Your wallet lasts for three more days", "lasts for less than 72 hours"),
        NoticeKind::Runway24 => ("Your wallet lasts for one more day", "lasts for less than 24 hours"),
        NoticeKind::Runway1 => ("Your wallet lasts for less than an hour", "lasts for less than an hour"),
        _ => ("Your wallet is empty", "can't pay the next hour of your servers"),
    };
    let letter =
        Letter::new(subject).say(format!("your wallet at {company} {what} at the present rate.")).facts(of.facts());
    let letter = if of.servers.is_empty() { letter } else { letter.lines(of.named()) };
    letter.say("Add credit, or delete servers that you no longer need.").act("Open the wallet", of.page(head))
}

pub(super) fn spend_cap(head: &Letterhead, of: &Standing<'_>) -> Letter {
    let (subject, what) = match of.kind {
        NoticeKind::Cap50 => ("Half of your month’s limit is spent", "half of the limit"),
        NoticeKind::Cap80 => ("80 percent of your month’s limit are spent", "80 percent of the limit"),
        _ => ("Your month’s limit is spent", "all of the limit"),
    };
    let letter = Letter::new(subject).say(format!(
        "at {}, this month's hours have used {what} that your organisation set for itself. Servers run on; orders that \
         would go beyond it are refused.",
        head.company()
    ));
    let facts = of.cap_micros.map(|cap| ("Limit of a month", Money::usd(cap).exact()));
    letter.facts(facts.into_iter().collect()).act("See the limits", of.page(head))
}

pub(super) fn funds_ended(head: &Letterhead, of: &Standing<'_>) -> Letter {
    let company = head.company();
    let until = of.delete_at.map(instant).unwrap_or_default();
    let letter = match of.kind {
        NoticeKind::FundsSuspend => Letter::new("Your servers are being stopped")
            .say(format!("your wallet at {company} can't pay your servers any longer, so they are being stopped."))
            .facts(vec![("Deleted on", until)])
            .say("Until then they keep their disks and addresses. Add credit, and they start again by themselves."),
        NoticeKind::FundsDelete => Letter::new("Your servers are being deleted")
            .say(format!("your wallet at {company} could not pay your servers, and the time that was told is over.")),
        _ => Letter::new("Your servers are starting again")
            .say(format!("credit arrived in your wallet at {company}, so the servers that were stopped start again.")),
    };
    let letter = if of.servers.is_empty() { letter } else { letter.lines(of.named()) };
    letter.act("Open the wallet", of.page(head))
}

/// A server's name, its month's price before and after.
pub(super) type Change<'a> = (&'a str, i64, i64);

pub(super) fn price_change(
    head: &Letterhead,
    org: OrgId,
    from_at: DateTime<Utc>,
    cancelled: bool,
    servers: &[Change<'_>],
) -> Letter {
    let company = head.company();
    let line = |(name, before, after): &Change<'_>| {
        let (before, after) = (Money::usd(*before).exact(), Money::usd(*after).exact());
        let name = quoted(name).unwrap_or_else(|| "A server".to_owned());
        format!("{name}: {after} a month, {before} before.")
    };
    let letter = if cancelled {
        Letter::new("Your servers keep their price").say(format!(
            "the change of prices at {company} that we wrote about was taken back: your servers keep their price."
        ))
    } else {
        Letter::new("The price of your servers changes").say(format!(
            "at {company}, your servers have another price from the first hour that begins at this time. Hours until \
             then keep theirs."
        ))
    };
    let letter = letter.facts(vec![("From", instant(from_at))]);
    let letter =
        if cancelled || servers.is_empty() { letter } else { letter.lines(servers.iter().map(line).collect()) };
    letter.act("See your servers", head.page(&format!("/o/{org}/servers")))
}
