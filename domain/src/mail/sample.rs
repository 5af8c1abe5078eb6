//! Every kind of mail with made-up values, for those who want to see it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::wallet_notice::NoticeKind;
use entity::{Money, OrgId};

use super::account::{self, Link, Where};
use super::kinds::MailKind;
use super::letter::{Letter, Letterhead, instant};
use super::payment::Paid;
use super::{factor, invoice, key, money, order, org, payment, person, platform};

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
    let servers = [with.label.to_owned()];
    let wallet = |kind| money::Standing {
        org: sample_org(),
        kind,
        balance_micros: 1_234_567,
        zero_at: Some(now + TimeDelta::hours(23)),
        cap_micros: Some(50_000_000),
        delete_at: Some(now + TimeDelta::hours(72)),
        servers: &servers,
        count: 3,
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
        MailKind::PriceChange => {
            let servers = [(with.label, 5_000_000, 6_000_000)];
            money::price_change(head, sample_org(), now + TimeDelta::days(30), false, &servers)
        }
        MailKind::LowBalance => money::low_balance(head, &wallet(NoticeKind::Runway24)),
        MailKind::SpendCap => money::spend_cap(head, &wallet(NoticeKind::Cap80)),
        MailKind::FundsEnded => money::funds_ended(head, &wallet(NoticeKind::FundsSuspend)),
        MailKind::Invoice => invoice::issued(head, &sample_invoice(now)),
        MailKind::PaymentCredited => payment::credited(head, &paid(now)),
        MailKind::PaymentPending => payment::pending(head, &paid(now)),
        MailKind::PaymentDeclined => payment::declined(head, &paid(now)),
        MailKind::PaymentRefunded => payment::refunded(head, &paid(now), Money::usd(10_000_000), true),
        MailKind::PaymentDisputed => payment::disputed(head, &paid(now)),
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

fn sample_org() -> OrgId {
    OrgId(uuid::Uuid::from_u128(7))
}

/// An invoice of a month with made-up figures.
fn sample_invoice(now: DateTime<Utc>) -> documents::Snapshot {
    let day = |days| (now - TimeDelta::days(days)).format("%Y-%m-%d").to_string();
    documents::Snapshot {
        kind: documents::Kind::Invoice,
        number: "INV-000042".to_owned(),
        issued_on: day(0),
        period: Some(documents::Period { from: day(31), to: day(1) }),
        currency: "USD".to_owned(),
        seller: documents::Party::default(),
        buyer: documents::Party::default(),
        hue: 262,
        corrects: None,
        reason: None,
        lines: Vec::new(),
        taxes: Vec::new(),
        net_cents: 1_200,
        tax_cents: 228,
        total_cents: 1_428,
        paid_cents: 1_428,
        due_cents: 0,
        exact_micros: 12_000_000,
        evidence: documents::Evidence::default(),
        chain: documents::Head { seq: 812, hash: "5e".repeat(32) },
        verify_url: String::new(),
    }
}

fn paid(now: DateTime<Utc>) -> Paid {
    Paid {
        path: "/".to_owned(),
        amount: Money::usd(25_000_000),
        credited: Money::usd(25_000_000),
        at: instant(now),
        id: "payment_01k9aaaaaaaaaaaaaaaaaaaaaa".to_owned(),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
