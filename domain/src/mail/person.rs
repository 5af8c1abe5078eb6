//! Mails about a person's own data.

use entity::Money;

use super::letter::{Letter, Letterhead};

pub(super) fn export_ready(head: &Letterhead, until: String) -> Letter {
    Letter::new("The copy of your data is ready")
        .say(format!("the copy of all that {} holds about you can be downloaded now.", head.company()))
        .facts(vec![("Until", until)])
        .act("Download it", head.page("/account/data"))
        .say(
            "It opens only for you: sign in, and confirm that it is you. If you did not ask for it, change your \
             password and end your other sessions.",
        )
}

/// Where money is left, by organisation.
pub(super) fn erased(head: &Letterhead, at: String, left: &[(String, Money)]) -> Letter {
    let company = head.company();
    let letter = Letter::new("Your account was erased")
        .say(format!("your account at {company} no longer exists, and what it held about you was erased."))
        .facts(vec![("When", at)])
        .say(
            "Ledgers and records stay, as the law asks, and name nobody. This is the last message to this address, \
             which was forgotten with it; you may register with it again.",
        )
        .act("Open the panel", head.page("/"));
    if left.is_empty() {
        return letter;
    }
    let facts = left.iter().map(|(_, money)| ("Left in the wallet", money.exact()));
    let named = left.iter().map(|(org, _)| org.as_str()).collect::<Vec<_>>().join(", ");
    letter.facts(facts.collect()).say(format!(
        "To have what is left paid back, write to us from this address and name the organisation by its id: {named}."
    ))
}
