//! Mails that bring receipts, invoices and credit notes.

use documents::{Kind, Snapshot, cents};

use super::letter::{Letter, Letterhead};

pub(super) fn issued(head: &Letterhead, snapshot: &Snapshot) -> Letter {
    let (what, words) = match snapshot.kind {
        Kind::Receipt => ("receipt", "money was added to your balance. This is the receipt."),
        Kind::Invoice => ("invoice", "this is the invoice of what you used. It was paid from your balance."),
        Kind::CreditNote => ("credit note", "money went back to your balance. This is the credit note."),
    };
    let due = snapshot.due_cents > 0;
    let words = if due { "this is the invoice of what you used. Your balance paid a part of it." } else { words };
    let mut facts = vec![
        ("Number", snapshot.number.clone()),
        ("Total", format!("{} {}", cents(snapshot.total_cents), snapshot.currency)),
    ];
    if let Some(period) = &snapshot.period {
        facts.push(("Period", format!("{} to {}", period.from, period.to)));
    }
    if due {
        facts.push(("Due", format!("{} {}", cents(snapshot.due_cents), snapshot.currency)));
    }
    facts.push(("Ledger entry", snapshot.chain.seq.to_string()));
    facts.push(("Ledger head", snapshot.chain.hash.clone()));
    Letter::new(format!("Your {what} {} from {}", snapshot.number, head.company()))
        .say(words)
        .facts(facts)
        .say("Keep this mail: with the head of the ledger, you find out if the past was ever rewritten.")
        .act("See your invoices", head.page("/wallet"))
}
