//! Every kind of mail with made-up values, for those who want to see it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::Money;

use super::account::{self, Link, Where};
use super::kinds::MailKind;
use super::letter::{Letter, Letterhead, instant};
use super::{factor, key, order, org, person, platform};

/// What samples say where real mails say what others chose. A test says worse.
pub(super) struct Sample<'a> {
    /// A server's name.
    pub(super) label: &'a str,
    /// Another's words: a name or a reason.
    pub(super) words: &'a str,
    /// An address.
    pub(super) email: &'a str,
    /// A token.
    pub(super) token: &'a str,
}

const SAMPLE: Sample<'_> = Sample {
    label: "web-1",
    words: "Analytical Engines",
    email: "ada@example.com",
    token: "sample-token-that-opens-nothing-0123456789a",
};

/// A mail of this kind with made-up values, as of `now`.
#[must_use]
pub fn sample(head: &Letterhead, kind: MailKind, now: DateTime<Utc>) -> Letter {
    sample_of(head, kind, now, &SAMPLE)
}

pub(super) fn sample_of(head: &Letterhead, kind: MailKind, now: DateTime<Utc>, with: &Sample<'_>) -> Letter {
    let link = |hours| Link { token: with.token.to_owned(), until: instant(now + TimeDelta::hours(hours)) };
    let at = || -> Where {
        vec![("When", instant(now)), ("Device", "Firefox on Windows".to_owned()), ("Address", "203.0.113.7".to_owned())]
    };
    match kind {
        MailKind::Welcome => account::welcome(head, Some(&link(24))),
        MailKind::AccountCreated => account::created(head, &link(7 * 24)),
        MailKind::VerifyAddress => account::verify_address(head, &link(24)),
        MailKind::PasswordReset => account::password_reset(head, &link(1)),
        MailKind::EmailChange => account::email_change(head, &link(24)),
        MailKind::EmailUndo => account::email_undo(head, &link(72)),
        MailKind::EmailChanged => account::email_changed(head, at()),
        MailKind::PasswordChanged | MailKind::NewSignIn => account::notice(head, kind, at()),
        MailKind::FactorAdded
        | MailKind::FactorRemoved
        | MailKind::RecoveryCodesCreated
        | MailKind::RecoveryCodeUsed
        | MailKind::PasskeyCopied
        | MailKind::IdentityLinked
        | MailKind::IdentityUnlinked
        | MailKind::FactorResetDone => factor::changed(head, kind, at()),
        MailKind::FactorResetRequested => factor::reset_requested(head, instant(now + TimeDelta::hours(24))),
        MailKind::Invitation => org::invitation(head, with.words, "billing", with.email, &link(7 * 24)),
        MailKind::KeyCreated => key::created(head, with.words, "k3v9x2ab", at()),
        MailKind::KeyExpiring => key::expiring(head, with.words, "k3v9x2ab", instant(now + TimeDelta::days(14))),
        MailKind::KeyReported => key::reported(head, with.words, "k3v9x2ab", instant(now)),
        MailKind::Impersonation => {
            org::impersonation(head, "Avery Admin", with.words, false, instant(now + TimeDelta::minutes(30)))
        }
        MailKind::ExportReady => person::export_ready(head, instant(now + TimeDelta::hours(24))),
        MailKind::AccountErased => {
            let left = [("org_01k9aaaaaaaaaaaaaaaaaaaaaa".to_owned(), Money::usd(12_300_000))];
            person::erased(head, instant(now), &left)
        }
        MailKind::OrderFailed => order::failed(head, with.label, "There was no room left in this region."),
        MailKind::OrderReopened => order::reopened(head, with.label, Money::usd(8_929)),
        MailKind::PlanCosts => platform::plan_costs(
            head,
            &[
                (with.label, Some(5_000_000), Some(6_000_000)),
                ("Nano", None, Some(5_000_000)),
                ("Micro", Some(12_000_000), None),
            ],
        ),
        MailKind::Test => platform::test(head),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
