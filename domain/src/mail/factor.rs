//! Mails about second factors.

use super::account::{Where, about_safety};
use super::kinds::MailKind;
use super::letter::{Letter, Letterhead};

/// Something happened to a user's factors.
pub(super) fn changed(head: &Letterhead, kind: MailKind, at: Where) -> Letter {
    let (subject, what) = match kind {
        MailKind::FactorAdded => {
            ("A second factor was added", "an authenticator app or a passkey was added to your account.")
        }
        MailKind::FactorRemoved => {
            ("A second factor was removed", "an authenticator app or a passkey was removed from your account.")
        }
        MailKind::RecoveryCodesCreated => {
            ("New recovery codes", "your account has new recovery codes. The ones before no longer work.")
        }
        MailKind::PasskeyCopied => (
            "A passkey was refused",
            "a passkey of your account was refused, because it seems to exist twice. Remove it and add it again.",
        ),
        MailKind::FactorResetDone => (
            "Your second factors were removed",
            "the second factors of your account were removed on request. Sign in with your password and add new ones.",
        ),
        MailKind::IdentityLinked => (
            "Another way to sign in was linked",
            "your account was linked to another way to sign in: who has that can use the account.",
        ),
        MailKind::IdentityUnlinked => (
            "A way to sign in was unlinked",
            "a way to sign in was unlinked from your account, and no longer opens it.",
        ),
        _ => ("A recovery code was used", "a recovery code of your account was used. It works no second time."),
    };
    about_safety(head, subject, what, at)
}

/// An administrator was asked to remove all factors of a user, at `when`.
pub(super) fn reset_requested(head: &Letterhead, when: String) -> Letter {
    Letter::new("Your second factors will be removed")
        .say(format!("an administrator of {} was asked to remove the second factors of your account.", head.company()))
        .facts(vec![("Happens on", when)])
        .say(
            "If you asked for it, wait until then, sign in with your password, and add new factors. If you didn't, \
             sign in with your second factor before then: that cancels it. Then change your password.",
        )
        .act("See your account's security", head.page("/account/security"))
}
