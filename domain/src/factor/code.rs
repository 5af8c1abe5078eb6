//! Checking what people type: codes of an app, recovery codes. Each is accepted once, and wrong ones are few a day.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{SessionId, UserId};
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret as _, SecretString};

use super::totp::{self, Seen};
use super::{challenge, recovery};
use crate::error::{Error, ErrorKind, Result};
use crate::mail::Mail;
use crate::{Ctx, db, mail};

/// Wrong codes a user may have within a day. A recovery code is accepted beyond: nobody guesses one.
pub const MAX_FAILED_A_DAY: i32 = 20;
const DAY: TimeDelta = TimeDelta::days(1);

/// What a person types.
#[derive(Clone, Debug)]
pub enum Typed {
    /// The code of an authenticator app.
    Code(SecretString),
    /// A recovery code.
    Recovery(SecretString),
}

impl Typed {
    /// The field of a request that it came in.
    pub(super) fn pointer(&self) -> &'static str {
        match self {
            Self::Code(_) => "/code",
            Self::Recovery(_) => "/recovery_code",
        }
    }
}

/// Why what was typed is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Wrong,
    Used,
    /// Of a device whose clock is ahead by so many seconds, or behind when negative.
    ClockOff(i64),
    /// Too many were wrong: after so long there is room again.
    TooMany(TimeDelta),
}

impl Refused {
    /// The answer: of `kind` where the code is to blame. `left` says how many tries remain, where they are counted.
    pub(super) fn error(self, kind: ErrorKind, pointer: &str, left: Option<i32>) -> Error {
        let (code, words) = match self {
            Self::Wrong => ("wrong_code", "This code is not right.".to_owned()),
            Self::Used => ("code_used", "This code was used already. Wait for the next one.".to_owned()),
            Self::ClockOff(ahead_s) => ("clock_off", totp::clock_words(ahead_s)),
            Self::TooMany(wait) => {
                let words = "Too many codes were wrong today. Use a passkey or a recovery code, or try again tomorrow.";
                let wait = wait.to_std().unwrap_or_default();
                return Error::new(ErrorKind::RateLimited, "too_many_codes", words).after(wait);
            }
        };
        let left = match left {
            Some(1) => " One try is left.".to_owned(),
            Some(0) => " No tries are left: start again.".to_owned(),
            Some(left) => format!(" {left} tries are left."),
            None => String::new(),
        };
        let detail = words + &left;
        let mut error = Error::new(kind, code, detail.clone());
        error.fields.push(crate::error::FieldError { pointer: pointer.to_owned(), detail });
        error
    }
}

/// Checks what a user typed and spends it. The transaction must be committed whatever comes of it.
pub(super) async fn check(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    user: UserId,
    typed: &Typed,
    now: DateTime<Utc>,
) -> Result<Result<(), Refused>> {
    match typed {
        Typed::Code(code) => {
            if let Err(refused) = reserve(tx, user, now).await? {
                return Ok(Err(refused));
            }
            let checked = check_totp(ctx, tx, user, code.expose_secret(), now).await?;
            if checked.is_ok() {
                give_back(user).exec(tx).await?;
            }
            Ok(checked)
        }
        Typed::Recovery(code) => check_recovery(tx, user, code, now).await,
    }
}

/// Takes one of the day's tries, which [`give_back`] returns when it was right.
pub(super) async fn reserve(
    tx: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Result<(), Refused>> {
    if count_guess(user, now, now - DAY, MAX_FAILED_A_DAY).one(tx).await?.is_some() {
        return Ok(Ok(()));
    }
    let since = select_since(user).one(tx).await?.unwrap_or(now);
    Ok(Err(Refused::TooMany(since + DAY - now)))
}

/// As [`reserve`]'s counterpart.
pub(super) async fn succeeded(tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    give_back(user).exec(tx).await?;
    Ok(())
}

db::row! {
    struct App {
        secret_sealed: Vec<u8>,
    }
}

async fn check_totp(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    user: UserId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Result<(), Refused>> {
    let Some(app) = lock_app(user).one(tx).await? else { return Ok(Err(Refused::Wrong)) };
    let secret = ctx.vault.open(&place(user), &app.secret_sealed)?;
    match totp::check(&secret, code, now)? {
        Seen::Wrong => Ok(Err(Refused::Wrong)),
        Seen::Off { step, ahead_s } => {
            // Who guessed it must not be able to wait for its time.
            burn_step(user, step, totp::step_at(now)).exec(tx).await?;
            Ok(Err(Refused::ClockOff(ahead_s)))
        }
        Seen::Right(step) => {
            let spent = spend_step(user, step, now).exec(tx).await? == 1;
            Ok(if spent { Ok(()) } else { Err(Refused::Used) })
        }
    }
}

async fn check_recovery(
    tx: &impl ConnectionTrait,
    user: UserId,
    code: &SecretString,
    now: DateTime<Utc>,
) -> Result<Result<(), Refused>> {
    let Some(hash) = recovery::hash(code) else { return Ok(Err(Refused::Wrong)) };
    if spend_recovery(user, hash.clone(), now).exec(tx).await? == 1 {
        return Ok(Ok(()));
    }
    let known = knows_recovery(user, hash).only(tx).await?;
    Ok(Err(if known { Refused::Used } else { Refused::Wrong }))
}

/// The place under which a user's app secret is sealed.
pub(super) fn place(user: UserId) -> String {
    format!("totp:{user}:secret")
}

/// Writes to a user whose recovery code was used, with the session that it was used in.
pub(super) async fn tell_of_use(
    ctx: &Ctx,
    tx: &impl ConnectionTrait,
    user: UserId,
    typed: &Typed,
    session: SessionId,
) -> Result<()> {
    if let Typed::Recovery(_) = typed {
        mail::send(ctx, tx, Mail::RecoveryCodeUsed { user, session: Some(session) }).await?;
    }
    Ok(())
}

/// Tries that remain after so many.
pub(super) fn left(tries: i32) -> i32 {
    (challenge::MAX_TRIES - tries).max(0)
}

db::statement! {
    fn count_guess(user: UserId, now: DateTime<Utc>, yesterday: DateTime<Utc>, most: i32) -> i32 =
        file "count_guess.sql";

    fn select_since(user: UserId) -> DateTime<Utc> = "select since from factor_guess where user_id = $1";

    fn give_back(user: UserId) = "update factor_guess set failed = greatest(failed - 1, 0) where user_id = $1";

    fn lock_app(user: UserId) -> App = "select secret_sealed from totp where user_id = $1 for update";

    fn burn_step(user: UserId, step: i64, now_step: i64) = file "burn_step.sql";

    fn spend_step(user: UserId, step: i64, now: DateTime<Utc>) =
        "update totp set last_step = $2, last_used_at = $3
         where user_id = $1 and last_step < $2 and not $2 = any(burnt)";

    fn spend_recovery(user: UserId, hash: Vec<u8>, now: DateTime<Utc>) =
        "update recovery_code set used_at = $3 where user_id = $1 and hash = $2 and used_at is null";

    fn knows_recovery(user: UserId, hash: Vec<u8>) -> bool =
        "select exists (select from recovery_code where user_id = $1 and hash = $2)";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_what_to_do_next() {
        let error = |refused: Refused, left| refused.error(ErrorKind::Unauthenticated, "/code", left);
        assert_eq!(error(Refused::Wrong, Some(4)).detail, "This code is not right. 4 tries are left.");
        assert_eq!(error(Refused::Wrong, Some(0)).detail, "This code is not right. No tries are left: start again.");
        assert_eq!(error(Refused::Wrong, None).fields[0].pointer, "/code");
        let late = error(Refused::TooMany(TimeDelta::hours(3)), Some(1));
        assert_eq!((late.code, late.retry_after.map(|wait| wait.as_secs())), ("too_many_codes", Some(10_800)));
    }
}
