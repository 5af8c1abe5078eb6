//! Devices on which a user has signed in before: a stranger's guesses do not use up their attempts.
//!
//! A cookie, as OWASP's "device cookies" have it: signed when a sign-in succeeds, bound to the user, and no proof of
//! anything but that. It is kept through a sign-out. A device has one for each of its last few users.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Ctx, UserId};
use poem::http::{HeaderMap, HeaderValue};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::auth::cookie::{Cookies, Kind};

/// For how long a device is known after a sign-in, in days.
const DAYS: i64 = 180;
/// Users that one device is known of.
const MAX_USERS: usize = 4;
/// Between the tokens of two users.
const SEPARATOR: char = '~';
/// Lengths of a token's parts: user, name of the device, expiry in seconds, signature.
const PARTS: (usize, usize, usize, usize) = (16, 12, 4, 16);

/// A device's own random name.
pub type Nonce = [u8; 12];

/// A device that a user has signed in on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub device: Nonce,
}

/// The users that this device is known of, the newest first.
#[must_use]
pub fn known(ctx: &Ctx, cookies: Cookies, headers: &HeaderMap) -> Vec<Known> {
    let Some(value) = cookies.read(headers, Kind::Device) else { return Vec::new() };
    let now = ctx.clock.estimate();
    value.expose_secret().split(SEPARATOR).take(MAX_USERS).filter_map(|token| read(ctx, token, now)).collect()
}

/// The header by which a browser remembers that this user has signed in here.
#[must_use]
pub fn remember(ctx: &Ctx, cookies: Cookies, headers: &HeaderMap, user: UserId) -> HeaderValue {
    let (now, before) = (ctx.clock.estimate(), known(ctx, cookies, headers));
    // A device keeps its name, so that signing in gives nobody new attempts.
    let device = before.iter().find(|one| one.user == user).map_or_else(|| ctx.chance.bytes(), |one| one.device);
    let others = before.into_iter().filter(|one| one.user != user).take(MAX_USERS - 1);
    let all = std::iter::once(Known { user, device }).chain(others);
    let tokens: Vec<_> = all.map(|one| write(ctx, one, now + TimeDelta::days(DAYS))).collect();
    cookies.set(Kind::Device, &tokens.join(&SEPARATOR.to_string()), DAYS * 86_400)
}

fn write(ctx: &Ctx, known: Known, expires: DateTime<Utc>) -> String {
    let expires = u32::try_from(expires.timestamp()).unwrap_or(u32::MAX);
    let said = [&known.user.0.into_bytes()[..], &known.device, &expires.to_be_bytes()].concat();
    URL_SAFE_NO_PAD.encode([said.as_slice(), &signature(ctx, &said)].concat())
}

fn read(ctx: &Ctx, token: &str, now: DateTime<Utc>) -> Option<Known> {
    let (user, device, expiry, mac) = PARTS;
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == user + device + expiry + mac)?;
    let (said, signed) = bytes.split_at(user + device + expiry);
    // The time that a comparison takes tells an attacker nothing that 128 bits would not outlast, but costs nothing.
    let differs = signature(ctx, said).iter().zip(signed).fold(0, |differs, (ours, theirs)| differs | (ours ^ theirs));
    let expires = i64::from(u32::from_be_bytes(said.get(user + device..)?.try_into().ok()?));
    let known = Known {
        user: UserId(Uuid::from_slice(&said[..user]).ok()?),
        device: said[user..user + device].try_into().ok()?,
    };
    (differs == 0 && expires > now.timestamp()).then_some(known)
}

fn signature(ctx: &Ctx, said: &[u8]) -> [u8; 16] {
    let mac = ctx.vault.fingerprint(&[b"device\0", said].concat());
    mac.iter().copied().zip(0..16).fold([0; 16], |mut first, (byte, place)| {
        first[place] = byte;
        first
    })
}
