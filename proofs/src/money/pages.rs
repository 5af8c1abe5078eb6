//! The pages' part, played by a browser on an installation of its own.

use anyhow::Result;
use testkit::fixture::PASSWORD;
use testkit::stack::Stack;

use crate::checker::Checker;
use crate::pages;
use crate::story::Story;

const ADMIN: &str = "admin@example.com";

/// The stories of `web/e2e`, with what they show.
const SPECS: &[(&str, &str)] = &[
    ("20-payment.spec.ts", "money is added by two clicks at the simulated PayPal, and who leaves pays nothing"),
    ("22-invoices.spec.ts", "receipts, invoices and credit notes are read, downloaded and given back"),
];

pub(super) async fn play(story: &mut Story) -> Result<()> {
    for (spec, words) in SPECS {
        let fresh = story.step("a fresh installation starts", Stack::start(&[])).await?;
        fresh.run(&["admin", "create", "--email", ADMIN], PASSWORD).await?;
        story.step(&format!("in a browser: {words}"), pages::play(spec, ADMIN, &fresh)).await?;
        let checker = Checker::of(&fresh).await?;
        story.step("the books are right there too", checker.books()).await?;
    }
    Ok(())
}
