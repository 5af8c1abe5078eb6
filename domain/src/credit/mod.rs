//! Credit that administrators give, and the second pair of eyes for much of it
//! ([ADR 44](../../../docs/adr/0044-credit-by-code-and-by-two.md)).

mod give;
mod limit;
mod request;

pub(crate) use give::within_limit;
pub use give::{Given, give, quote};
pub(crate) use limit::alone_up_to;
pub use limit::{FourEyes, four_eyes, set_four_eyes};
pub(crate) use request::waiting;
pub use request::{CreditRequest, LIVES_FOR, approve, decline, get, quote_approval, requests};
