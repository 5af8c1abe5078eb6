//! Mails about a user's address, password and sessions.

use super::kinds::MailKind;
use super::letter::{Letter, Letterhead};

/// Where and when something was done, as far as it is known.
pub(super) type Where = Vec<(&'static str, String)>;

/// A page with a token, and until when it works.
pub(super) struct Link {
    pub(super) token: String,
    pub(super) until: String,
}

const NOT_YOU: &str = "If that was you, there is nothing to do. If it wasn't, another person knows your password or \
                       sits at a device of yours: reset the password now. That also ends every session.";

pub(super) fn welcome(head: &Letterhead, confirm: Option<&Link>) -> Letter {
    let company = head.company();
    let letter = Letter::new(format!("Welcome to {company}")).say(format!("your account at {company} is ready."));
    let letter = match confirm {
        Some(link) => {
            confirmation(letter, head, link).say("Then add credit to your wallet and create your first server.")
        }
        None => {
            letter.say("Add credit to your wallet and create your first server.").act("Open the panel", head.page("/"))
        }
    };
    letter.say("If it wasn't you who registered, ignore this message.")
}

/// The user did not ask for it, so the mail says who did and how long there is.
pub(super) fn created(head: &Letterhead, link: &Link) -> Letter {
    let company = head.company();
    Letter::new(format!("Your account at {company}"))
        .say(format!("an administrator of {company} created an account for this address."))
        .say("Choose a password, and it is yours. Nobody else knows one.")
        .act("Choose a password", head.link("/reset", &link.token))
        .facts(vec![("Works until", link.until.clone())])
        .say("Later, the sign-in page sends you another link: choose “Forgot your password?” there.")
        .say("If you don't expect an account, ignore this message: without a password nobody signs in to it.")
}

pub(super) fn verify_address(head: &Letterhead, link: &Link) -> Letter {
    let letter = Letter::new("Confirm your e-mail address")
        .say(format!("you asked for this message to confirm that this address is yours at {}.", head.company()));
    confirmation(letter, head, link).say("If it wasn't you, ignore this message: nothing is confirmed.")
}

fn confirmation(letter: Letter, head: &Letterhead, link: &Link) -> Letter {
    letter
        .say("Confirm that this address is yours, in the browser in which you are signed in.")
        .act("Confirm the address", head.link("/verify", &link.token))
        .facts(vec![("Works until", link.until.clone())])
}

pub(super) fn password_reset(head: &Letterhead, link: &Link) -> Letter {
    Letter::new("Reset your password")
        .say(format!("a reset was requested for the password of your account at {}.", head.company()))
        .act("Choose a new password", head.link("/reset", &link.token))
        .facts(vec![("Works until", link.until.clone())])
        .say(
            "It works once, and only the newest of these links works. All of your sessions end with it; second factors \
              stay.",
        )
        .say("If it wasn't you, ignore this message: your password stays as it is.")
}

pub(super) fn email_change(head: &Letterhead, link: &Link) -> Letter {
    Letter::new("Confirm your new e-mail address")
        .say(format!("a user of {} wants to sign in with this address from now on.", head.company()))
        .act("Confirm the new address", head.link("/verify", &link.token))
        .facts(vec![("Works until", link.until.clone())])
        .say("Until then the old address counts. If it wasn't you, ignore this message: nothing changes.")
}

pub(super) fn email_undo(head: &Letterhead, link: &Link) -> Letter {
    Letter::new("Your e-mail address was changed")
        .say(format!(
            "your account at {} has another e-mail address now, and this one no longer signs in.",
            head.company()
        ))
        .say(
            "If that was you, there is nothing to do. If it wasn't, take it back: this address counts again, every \
              session ends, and you choose a new password.",
        )
        .act("Take the change back", head.link("/undo", &link.token))
        .facts(vec![("Works until", link.until.clone())])
}

pub(super) fn email_changed(head: &Letterhead, at: Where) -> Letter {
    Letter::new("This is your e-mail address now")
        .say(format!("from now on you sign in at {} with this address, and messages come here.", head.company()))
        .facts(at)
        .act("See your account", head.page("/account/security"))
}

/// A notice about how a user signs in, each with its own subject and first sentence.
pub(super) fn notice(head: &Letterhead, kind: MailKind, at: Where) -> Letter {
    let (subject, what) = match kind {
        MailKind::NewSignIn => (
            "New sign-in to your account",
            "your account was used to sign in from a device that we had not seen before.",
        ),
        _ => (
            "Your password was changed",
            "the password of your account was changed, and all other sessions have ended.",
        ),
    };
    about_safety(head, subject, what, at)
}

/// What happened to how a user signs in, and what to do if it was another.
pub(super) fn about_safety(head: &Letterhead, subject: &str, what: &str, at: Where) -> Letter {
    Letter::new(subject)
        .say(format!("at {}, {what}", head.company()))
        .facts(at)
        .say(NOT_YOU)
        .act("Reset the password", head.page("/forgot"))
        .act("See where you are signed in", head.page("/account/sessions"))
}
