//! Mails about an organisation's members.

use super::account::Link;
use super::letter::{Letter, Letterhead, quoted};

/// `from` is the confirmed address of the member who invites; the organisation's name is said where it holds no link.
pub(super) fn invitation(head: &Letterhead, org: &str, role: &str, from: &str, link: &Link) -> Letter {
    let company = head.company();
    let named = quoted(org).map_or_else(|| "an organisation".to_owned(), |org| format!("the organisation “{org}”"));
    Letter::new(format!("An invitation to {company}"))
        .say(format!("you are invited to join {named} at {company}."))
        .facts(vec![("Invited by", from.to_owned()), ("Role", role.to_owned()), ("Works until", link.until.clone())])
        .act("See the invitation", head.link("/invitation", &link.token))
        .say("Nothing happens unless you accept it. If you don't know who invites you, ignore this message.")
}

/// An administrator acts as the user; `reason` is the administrator's word for it.
pub(super) fn impersonation(head: &Letterhead, by: &str, reason: &str, writes: bool, until: String) -> Letter {
    let reason = quoted(reason).unwrap_or_else(|| "see the activity of your organisation".to_owned());
    let may = if writes { "see and change what you can" } else { "only see what you can" };
    Letter::new("An administrator acts in your account")
        .say(format!(
            "an administrator of {} has begun to act in your account: they {may}, but never your password, keys or \
             means of payment.",
            head.company()
        ))
        .facts(vec![
            ("Administrator", quoted(by).unwrap_or_else(|| "an administrator".to_owned())),
            ("Reason", reason),
            ("Ends by", until),
        ])
        .say("Everything that they do is marked as theirs in your organisation's activity.")
        .act("See the activity", head.page("/"))
}
