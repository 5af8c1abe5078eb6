//! Mails about payments.

use entity::Money;

use super::letter::{Letter, Letterhead};

/// Where the payment is shown.
pub(super) struct Paid {
    /// The path of its page.
    pub(super) path: String,
    /// What was asked for.
    pub(super) amount: Money,
    /// What arrived in the wallet.
    pub(super) credited: Money,
    /// When it was decided.
    pub(super) at: String,
    /// The payment's id, as support finds it.
    pub(super) id: String,
}

pub(super) fn credited(head: &Letterhead, paid: &Paid) -> Letter {
    Letter::new(format!("Payment received: {}", paid.credited))
        .say(format!("thank you: your payment to {} arrived, and the money is in your wallet.", head.company()))
        .facts(vec![("Paid", paid.credited.exact()), ("When", paid.at.clone()), ("Payment", paid.id.clone())])
        .say("A debt is paid from it first. This is the receipt of your payment, not an invoice.")
        .act("See the payment", head.page(&paid.path))
}

pub(super) fn pending(head: &Letterhead, paid: &Paid) -> Letter {
    Letter::new("Your payment is being checked")
        .say(format!(
            "PayPal checks your payment of {} to {} before it lets it through. That can take a few days.",
            paid.amount,
            head.company()
        ))
        .say("The money is not in your wallet yet. You need not do anything, and need not pay again: you get a mail.")
        .act("See the payment", head.page(&paid.path))
}

pub(super) fn declined(head: &Letterhead, paid: &Paid) -> Letter {
    Letter::new("Your payment was declined")
        .say(format!(
            "your payment of {} to {} was declined, and nothing was charged. The reason is known to PayPal and to your \
             bank alone.",
            paid.amount,
            head.company()
        ))
        .say("Try again with another card or account.")
        .act("See the payment", head.page(&paid.path))
}

pub(super) fn refunded(head: &Letterhead, paid: &Paid, amount: Money, ours: bool) -> Letter {
    let letter = Letter::new(format!("{amount} went back to you"));
    let letter = if ours {
        letter.say(format!("{} of your payment to {} went back to where it came from.", amount, head.company()))
    } else {
        letter.say(format!(
            "{} of your payment to {} was taken back by PayPal or your bank. It was taken from your wallet; what the \
             wallet did not hold is owed.",
            amount,
            head.company()
        ))
    };
    letter
        .facts(vec![("Back", amount.exact()), ("Payment", paid.id.clone())])
        .say("It can take some days until your bank shows it.")
        .act("See the payment", head.page(&paid.path))
}

pub(super) fn disputed(head: &Letterhead, paid: &Paid) -> Letter {
    Letter::new("A payment is disputed")
        .say(format!(
            "PayPal tells us that your payment of {} to {} is disputed. What is left of it is set aside until \
             that ends.",
            paid.amount,
            head.company()
        ))
        .say("If you did not mean to dispute it, close the dispute at PayPal, and write to us.")
        .act("See the payment", head.page(&paid.path))
}
