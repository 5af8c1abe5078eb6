//! How many requests a caller may send.

use std::time::Duration;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// A number of requests in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests per window; 0 is no limit at all, which production refuses.
    pub max: u32,
    /// The window in which they are counted, 1 s to 24 h.
    pub window: Duration,
}

impl Rate {
    /// False where the limit is turned off.
    #[must_use]
    pub fn limits(&self) -> bool {
        self.max > 0
    }
}

/// How many requests a caller may send, by kind of caller.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests without a session, per address.
    pub anonymous: Rate,
    /// Requests with a session, per user.
    pub authenticated: Rate,
    /// Requests with an administrator's session, per user.
    pub admin: Rate,
    /// Requests with an API key, per key.
    pub key: Rate,
    /// Failed attempts to sign in, per address; per e-mail address as many at once, then one a window.
    pub login: Rate,
    /// Registrations, per address.
    pub registration: Rate,
    /// Mails that a stranger can cause, per address that they go to.
    pub mail: Rate,
}

impl Limits {
    /// Reads `RATE_LIMIT_{ANONYMOUS,AUTHENTICATED,ADMIN,KEY,LOGIN,REGISTRATION,MAIL}_{MAX,WINDOW_MS}`.
    ///
    /// # Errors
    /// Each variable that is wrong; in production also a limit that is turned off.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let all = [
            rate(&mut reader, "RATE_LIMIT_ANONYMOUS_MAX", "RATE_LIMIT_ANONYMOUS_WINDOW_MS"),
            rate(&mut reader, "RATE_LIMIT_AUTHENTICATED_MAX", "RATE_LIMIT_AUTHENTICATED_WINDOW_MS"),
            rate(&mut reader, "RATE_LIMIT_ADMIN_MAX", "RATE_LIMIT_ADMIN_WINDOW_MS"),
            rate(&mut reader, "RATE_LIMIT_KEY_MAX", "RATE_LIMIT_KEY_WINDOW_MS"),
            rate(&mut reader, "RATE_LIMIT_LOGIN_MAX", "RATE_LIMIT_LOGIN_WINDOW_MS"),
            rate(&mut reader, "RATE_LIMIT_REGISTRATION_MAX", "RATE_LIMIT_REGISTRATION_WINDOW_MS"),
            rate(&mut reader, "RATE_LIMIT_MAIL_MAX", "RATE_LIMIT_MAIL_WINDOW_MS"),
        ];
        let limits = match all {
            [
                Some(anonymous),
                Some(authenticated),
                Some(admin),
                Some(key),
                Some(login),
                Some(registration),
                Some(mail),
            ] => Some(Self { anonymous, authenticated, admin, key, login, registration, mail }),
            _ => None,
        };
        reader.finish(limits)
    }

    /// The same rate for every kind of caller.
    #[must_use]
    pub fn all(rate: Rate) -> Self {
        Self {
            anonymous: rate,
            authenticated: rate,
            admin: rate,
            key: rate,
            login: rate,
            registration: rate,
            mail: rate,
        }
    }
}

fn rate(reader: &mut Reader<'_>, max: &'static str, window: &'static str) -> Option<Rate> {
    let number = reader.number(max, 0..=1_000_000).and_then(|number| u32::try_from(number).ok());
    let duration = reader.millis(window, 1000..=86_400_000);
    if number == Some(0) && reader.production {
        reader.refuse(max, "0 turns the limit off, which production refuses");
    }
    Some(Rate { max: number?, window: duration? })
}
