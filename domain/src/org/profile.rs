//! What an organisation says of itself: each part optional, and checked like anything that people type.

use chrono::{DateTime, Utc};
use entity::{OrgId, UserId};
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::{db, text};

/// The countries of ISO 3166-1, by their two letters.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

db::row! {
    /// What an organisation says of itself.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Profile {
        /// An address that begins with `https://` or `http://`.
        pub website: Option<String>,
        /// Street and number, in up to three lines.
        pub address_lines: Option<String>,
        /// The city.
        pub city: Option<String>,
        /// The postcode.
        pub postcode: Option<String>,
        /// Two capitals of ISO 3166-1.
        pub country: Option<String>,
        /// A number for taxes.
        pub tax_id: Option<String>,
        /// Whom invoices are addressed to.
        pub billing_name: Option<String>,
        /// Where they read mail.
        pub billing_email: Option<String>,
    }
}

impl Profile {
    fn json(&self) -> Json {
        json!({
            "website": self.website, "address_lines": self.address_lines, "city": self.city,
            "postcode": self.postcode, "country": self.country, "tax_id": self.tax_id,
            "billing_name": self.billing_name, "billing_email": self.billing_email,
        })
    }
}

/// What an organisation says of itself now.
pub(crate) async fn of(db: &impl ConnectionTrait, org: OrgId) -> Result<Profile> {
    Ok(select_profile(org).one(db).await?.unwrap_or_default())
}

/// Writes all of it, as a user said it. The organisation is locked.
pub(super) async fn write(
    tx: &impl ConnectionTrait,
    org: OrgId,
    profile: &Profile,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<()> {
    upsert_profile(org, profile.json(), now, by).exec(tx).await?;
    Ok(())
}

/// Puts a checked value in a part, if one was sent; an empty text removes it.
pub(crate) fn set(
    part: &mut Option<String>,
    sent: Option<&str>,
    check: impl FnOnce(&str) -> Result<String>,
) -> Result<()> {
    match sent.map(str::trim) {
        None => {}
        Some("") => *part = None,
        Some(text) => *part = Some(check(text)?),
    }
    Ok(())
}

/// One line of at most `max` characters.
pub(super) fn line(pointer: &'static str, max: usize) -> impl FnOnce(&str) -> Result<String> {
    move |text| text::line(pointer, text, 1, max)
}

/// Up to three lines.
pub(crate) fn address_lines(text: &str) -> Result<String> {
    let text = text::paragraphs("/address_lines", text, 300)?;
    let few = text.lines().count() <= 3 && !text.contains('\t');
    if few { Ok(text) } else { Err(Error::field("/address_lines", "use at most three lines")) }
}

/// Two letters of the list.
pub(crate) fn country(text: &str) -> Result<String> {
    let code = text.to_ascii_uppercase();
    let known = code.len() == 2 && COUNTRIES.split(' ').any(|known| known == code);
    if known { Ok(code) } else { Err(Error::field("/country", "choose a country by its two letters, such as DE")) }
}

/// An address of a page; without a scheme it is `https`.
pub(super) fn website(text: &str) -> Result<String> {
    let text = text::line("/website", text, 1, 192)?;
    let whole = if text.contains("://") { text } else { format!("https://{text}") };
    let rest = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://"));
    let host = rest.unwrap_or("").split(['/', '?', '#']).next().unwrap_or("");
    let named = host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
    let plain = host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':'));
    if named && plain && !whole.contains(char::is_whitespace) {
        Ok(whole)
    } else {
        Err(Error::field("/website", "write an address such as https://example.com"))
    }
}

db::statement! {
    fn select_profile(org: OrgId) -> Profile =
        "select website, address_lines, city, postcode, country, tax_id, billing_name, billing_email
         from org_profile where org_id = $1";

    fn upsert_profile(org: OrgId, profile: Json, now: DateTime<Utc>, by: Option<UserId>) = file "upsert_profile.sql";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages_are_addresses() {
        for (typed, kept) in [
            ("example.com", "https://example.com"),
            ("http://example.com/a?b#c", "http://example.com/a?b#c"),
            ("https://bücher.example", "https://bücher.example"),
        ] {
            assert_eq!(website(typed).unwrap(), kept);
        }
        for bad in
            ["javascript:alert(1)", "javascript://a.b", "ftp://a.b", "https://", "a b.example", "https://a@b.c", "."]
        {
            assert!(website(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn countries_and_lines() {
        assert_eq!(COUNTRIES.split(' ').count(), 249);
        assert_eq!(country("de").unwrap(), "DE");
        assert!(country("XX").is_err() && country("DEU").is_err() && country("").is_err());
        assert_eq!(address_lines("a\r\nb\nc").unwrap(), "a\nb\nc");
        assert!(address_lines("a\nb\nc\nd").is_err() && address_lines("a\u{202E}").is_err());
    }
}
