//! Authenticator apps: codes of six digits that follow from a secret and the time (RFC 6238).
//!
//! The door to `totp-rs`. It knows nothing of what was used before: that is the caller's to remember.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use totp_rs::{Builder, Secret, Totp};

use crate::chance::Chance;
use crate::error::{Error, Result};
use crate::text;

/// How long a code is the current one, in seconds.
pub const STEP_S: u64 = 30;
/// Steps before and after the current one whose codes are right: people type slowly, and clocks differ.
const SKEW: i64 = 1;
/// Steps before and after within which a code tells that a clock is off: five minutes.
const RECOGNISED: i64 = 10;
/// Bytes of a secret: as many as its hash has (RFC 4226).
const SECRET_LEN: usize = 20;
/// Digits of a code.
const DIGITS: usize = 6;

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The code of this step, which is near enough.
    Right(i64),
    /// The code of a step minutes away: the clock of the device that showed it is so many seconds ahead, or behind
    /// when negative.
    Off {
        /// The step whose code it is.
        step: i64,
        /// How far ahead the device's clock is.
        ahead_s: i64,
    },
    /// Of no step near the present.
    Wrong,
}

/// A new secret, in the base32 form that people type into an app.
#[must_use]
pub fn secret(chance: &Chance) -> SecretString {
    SecretString::from(Secret::from(chance.bytes::<SECRET_LEN>().to_vec()).to_base32())
}

/// The address that an app reads from a QR code. A colon in the names is left out: the form has none for it.
///
/// # Errors
/// When the secret is none of ours.
pub fn uri(secret: &SecretString, panel: &str, email: &str) -> Result<SecretString> {
    let plain = |name: &str| name.replace(':', " ");
    let builder = builder(secret)?.with_account_name(plain(email)).with_issuer(Some(plain(panel)));
    let totp = builder.build().map_err(|error| Error::internal(error.to_string()))?;
    totp.to_url().map(SecretString::from).map_err(|error| Error::internal(error.to_string()))
}

/// The secret in groups of four, for typing it in.
#[must_use]
pub fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What was typed, without the spaces and hyphens that apps show and people add; none for what can be no code.
#[must_use]
pub fn digits(typed: &str) -> Option<String> {
    let bare: String = typed.chars().filter(|c| !text::is_space(*c) && !c.is_whitespace() && *c != '-').collect();
    (bare.len() == DIGITS && bare.bytes().all(|byte| byte.is_ascii_digit())).then_some(bare)
}

/// The number of the step at this time.
#[must_use]
pub fn step_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP_S.cast_signed())
}

/// What a code is at this time.
///
/// # Errors
/// When the secret is none of ours.
pub fn check(secret: &SecretString, typed: &str, now: DateTime<Utc>) -> Result<Seen> {
    let totp = totp(secret)?;
    let Some(code) = digits(typed) else { return Ok(Seen::Wrong) };
    let now_step = step_at(now);
    // The nearest first: two steps may share a code.
    let fits = |away: i64| {
        let step = now_step + away;
        let at = u64::try_from(step).ok()? * STEP_S;
        totp.check(&code, at).map(|_| (step, away))
    };
    let nearest = (0..=RECOGNISED).flat_map(|away| [-away, away]).find_map(fits);
    Ok(match nearest {
        None => Seen::Wrong,
        Some((step, away)) if away.abs() <= SKEW => Seen::Right(step),
        Some((step, away)) => Seen::Off { step, ahead_s: away * STEP_S.cast_signed() },
    })
}

/// What to tell people whose device's clock is off.
#[must_use]
pub fn clock_words(ahead_s: i64) -> String {
    let direction = if ahead_s > 0 { "ahead" } else { "behind" };
    let seconds = ahead_s.abs();
    let amount = if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", seconds / 60) };
    format!(
        "This code is right, but for another time: the clock of the device that shows it is about {amount} \
         {direction}. Turn on automatic date and time there, then enter the code that it shows next."
    )
}

fn builder(secret: &SecretString) -> Result<Builder> {
    let secret = Secret::try_from_base32(secret.expose_secret()).map_err(|error| Error::internal(error.to_string()))?;
    Ok(Builder::new().with_secret(secret).with_step_duration(STEP_S).with_skew(0))
}

fn totp(secret: &SecretString) -> Result<Totp> {
    builder(secret)?.build().map_err(|error| Error::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    /// The secret of RFC 6238, appendix B: `12345678901234567890`.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn rfc() -> SecretString {
        SecretString::from(RFC)
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn the_codes_of_the_standard_are_right_at_their_times() {
        // The last six of the eight digits that the appendix lists for SHA-1.
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(check(&rfc(), code, at(second)).unwrap(), Seen::Right(second / 30), "{second}");
            assert_eq!(check(&rfc(), code, at(second + 3600)).unwrap(), Seen::Wrong, "an hour after {second}");
        }
    }

    #[test]
    fn a_step_of_delay_is_borne_and_a_clock_that_is_off_is_told() {
        let (code, step) = ("050471", 1_111_111_111 / 30);
        let begin = step * 30;
        let seen = |second: i64| check(&rfc(), code, at(begin + second)).unwrap();
        for near in [-30, -1, 0, 29, 30, 59] {
            assert_eq!(seen(near), Seen::Right(step), "{near}");
        }
        for (second, ahead_s) in [(60, -60), (89, -60), (90, -90), (-31, 60), (-60, 60), (329, -300), (-300, 300)] {
            assert_eq!(seen(second), Seen::Off { step, ahead_s }, "{second}");
        }
        for far in [330, -301, 100_000] {
            assert_eq!(seen(far), Seen::Wrong, "{far}");
        }
        assert!(clock_words(-60).contains("about 60 seconds behind"));
        assert!(clock_words(180).contains("about 3 minutes ahead"));
    }

    #[test]
    fn a_code_is_taken_as_people_type_it() {
        for typed in ["050471", "050 471", " 050471 ", "050-471", "0 5 0 4 7 1", "050\u{a0}471", "050\u{202f}471"] {
            assert_eq!(check(&rfc(), typed, at(1_111_111_111)).unwrap(), Seen::Right(37_037_037), "{typed:?}");
        }
        for typed in ["", "05047", "0504711", "o50471", "+50471", "٠٥٠٤٧١", "050471050471", "\u{1F468}"] {
            assert_eq!(check(&rfc(), typed, at(1_111_111_111)).unwrap(), Seen::Wrong, "{typed:?}");
        }
    }

    #[test]
    fn times_at_the_edge_do_no_harm() {
        for second in [0, 1, 29, 30] {
            assert!(check(&rfc(), "755224", at(second)).is_ok());
        }
        assert_eq!(check(&rfc(), "755224", at(0)).unwrap(), Seen::Right(0));
    }

    #[test]
    fn an_app_reads_who_and_where() {
        let text = |panel: &str, email: &str| uri(&rfc(), panel, email).unwrap().expose_secret().to_owned();
        assert_eq!(
            text("Acme Cloud", "ada@example.com"),
            format!("otpauth://totp/Acme%20Cloud:ada%40example.com?secret={RFC}&issuer=Acme%20Cloud")
        );
        assert!(text("Acme: Cloud", "\"a:b\"@example.com").starts_with("otpauth://totp/Acme%20%20Cloud:%22a%20b%22"));
    }

    #[test]
    fn secrets_differ_and_are_long_enough() {
        let chance = Chance::seeded(7);
        let (first, second) = (secret(&chance), secret(&chance));
        assert_ne!(first.expose_secret(), second.expose_secret());
        assert_eq!(first.expose_secret().len(), 32, "160 bits");
        assert_eq!(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
