//! The pages' part, played by a browser, each story on an installation of its own.

use anyhow::Result;
use testkit::fixture::PASSWORD;
use testkit::stack::Stack;

use super::ADMIN;
use crate::checker::Checker;
use crate::pages;
use crate::story::Story;

/// The stories of `web/e2e`, with what they show.
const SPECS: &[(&str, &str)] = &[
    ("10-organisations.spec.ts", "two tabs show two organisations, each with its own"),
    ("11-members.spec.ts", "people are invited, see what their role lets them, and are out when they are removed"),
    ("12-account.spec.ts", "passwords, addresses, a profile, and where one is signed in"),
    ("13-factors.spec.ts", "an authenticator app, recovery codes, passkeys, and a proof asked for again"),
    ("14-keys.spec.ts", "an API key is made, used, rotated and revoked"),
    ("15-impersonation.spec.ts", "an administrator stands in a customer's place, and everybody can see it"),
    ("16-org-security.spec.ts", "an organisation demands a second factor and networks"),
    ("17-identity.spec.ts", "people sign in by an issuer's word"),
    ("19-person.spec.ts", "a person has a copy of their data, and is erased"),
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
