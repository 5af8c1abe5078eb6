//! Mails about orders of servers.

use entity::Money;

use super::letter::{Letter, Letterhead};

pub(super) fn failed(head: &Letterhead, label: &str, failure: &str) -> Letter {
    Letter::new(format!("Your server {label} could not be created"))
        .say(format!("your server {label} at {} could not be created. {failure}", head.company()).trim_end())
        .act("Order again", head.page("/"))
}

pub(super) fn reopened(head: &Letterhead, label: &str, first_hour: Money) -> Letter {
    Letter::new(format!("Your server {label} is being created after all"))
        .say(format!(
            "your order of {label} at {} had failed, and its money was given back. We are trying it again now, and {} \
             for the first hour are set aside in your wallet again. If it fails once more, the money comes back.",
            head.company(),
            first_hour.rate()
        ))
        .say("If you no longer need the server, delete it.")
        .act("See your servers", head.page("/"))
}
