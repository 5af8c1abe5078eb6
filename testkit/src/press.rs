//! What receipts and invoices are drawn with.

use anyhow::Result;
use domain::invoice::Office;
use jobs::Press;

use crate::app::CLIENT_URL;

/// The fonts that ship, and a company of the tests.
pub(crate) fn press() -> Result<Press> {
    let verify_url = format!("{CLIENT_URL}/verify-ledger");
    let office = Office { company: "SkyPanel".to_owned(), verify_url, hue: 262 };
    Ok(Press::new(office, Vec::new())?)
}
