//! The page on which a payer decides.

use poem::http::StatusCode;

use super::PayPal;
use super::form;
use super::reply::Reply;
use super::state::{Choice, Order};

impl PayPal {
    /// The page of an order, or what there is to say instead.
    pub(super) fn page(&self, token: &str) -> Reply {
        let now = self.now();
        let mut state = self.lock();
        state.settle(now);
        match state.orders.get(token) {
            Some(order) if order.is_open() => Reply::Page(StatusCode::OK, choice_page(order)),
            Some(_) => Reply::Page(StatusCode::OK, note("This payment was decided. You may close this page.")),
            None => Reply::Page(StatusCode::NOT_FOUND, note("There is nothing to pay here: it may have expired.")),
        }
    }

    /// What the payer chose there.
    pub(super) fn decide(&self, body: &[u8]) -> Reply {
        let fields = form::fields(&String::from_utf8_lossy(body));
        let word = fields.get("choice").map(String::as_str).unwrap_or_default();
        let Ok(choice) = serde_json::from_value::<Choice>(word.into()) else {
            return Reply::Page(StatusCode::BAD_REQUEST, note("Nothing was chosen."));
        };
        let token = fields.get("token").map(String::as_str).unwrap_or_default();
        match self.change(|state, now| state.choose(token, choice, now)) {
            Ok(Some(address)) => Reply::Elsewhere(address),
            Ok(None) => Reply::Page(StatusCode::OK, note("You may close this page.")),
            Err(words) => Reply::Page(StatusCode::CONFLICT, note(&form::safe(&words))),
        }
    }
}

const HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Simulated PayPal</title>\
    <link rel=icon href=\"data:,\"><meta name=viewport content=\"width=device-width\">\
    <body style=\"font:16px system-ui;max-width:26rem;margin:4rem auto;padding:0 1rem\"><main>\
    <h1>Simulated PayPal</h1>";

fn note(words: &str) -> String {
    format!("{HEAD}<p>{words}</p></main></body></html>")
}

fn choice_page(order: &Order) -> String {
    let (brand, amount) = (form::safe(&order.brand), order.amount.written());
    let currency = &order.amount.currency;
    let about = order.description.as_deref().map(form::safe).unwrap_or_default();
    let button = |word: &str, words: &str| format!("<p><button name=choice value={word}>{words}</button></p>");
    let check = if order.immediate { String::new() } else { button("echeck", "Pay by eCheck (takes days)") };
    format!(
        "{HEAD}<p>No real money moves here.</p>\
         <p>{brand} asks for <strong>{amount} {currency}</strong>.</p><p>{about}</p>\
         <form method=post action=/checkoutnow><input type=hidden name=token value=\"{}\">{}{}{}{}{check}{}</form>\
         </main></body></html>",
        order.id,
        button("pay", &format!("Pay {amount} {currency}")),
        button("review", "Pay, and let PayPal review the payment"),
        button("decline", "Pay with a card that is declined"),
        button("refuse", "Pay with a card that is refused once"),
        button("cancel", &format!("Cancel and return to {brand}")),
    )
}
