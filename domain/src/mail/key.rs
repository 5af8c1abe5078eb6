//! Mails about API keys.

use super::account::Where;
use super::letter::{Letter, Letterhead, quoted};

/// The key's name where it can be said, and the ident that its text begins with.
fn which(name: &str, ident: &str) -> (&'static str, String) {
    ("Key", quoted(name).map_or_else(|| format!("sp_{ident}…"), |name| format!("{name} (sp_{ident}…)")))
}

pub(super) fn created(head: &Letterhead, name: &str, ident: &str, mut at: Where) -> Letter {
    at.insert(0, which(name, ident));
    Letter::new("A new API key")
        .say(format!("an API key was created in your name at {}.", head.company()))
        .facts(at)
        .say("If that was you, there is nothing to do. If it wasn't, revoke the key and reset your password.")
        .act("See your keys", head.page("/account/keys"))
        .act("Reset the password", head.page("/forgot"))
}

pub(super) fn expiring(head: &Letterhead, name: &str, ident: &str, when: String) -> Letter {
    Letter::new("An API key expires soon")
        .say(format!("an API key of yours at {} will stop working.", head.company()))
        .facts(vec![which(name, ident), ("Expires on", when)])
        .say("Rotate it before then: the new key works at once, and the old one for up to seven more days.")
        .act("See your keys", head.page("/account/keys"))
}

pub(super) fn reported(head: &Letterhead, name: &str, ident: &str, when: String) -> Letter {
    Letter::new("An API key was found in public")
        .say(format!(
            "someone who is not you showed us the whole text of an API key of yours at {}, so we revoked it.",
            head.company()
        ))
        .facts(vec![which(name, ident), ("When", when)])
        .say(
            "Programs that used it are refused from now on. Create a new key for them, find out where the old one was \
             published, and look through what was done with it.",
        )
        .act("See your keys", head.page("/account/keys"))
}
