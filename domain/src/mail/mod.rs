//! The registry of mails: every kind with its subject, its two bodies and its sample. No other place writes a mail.
//!
//! To send one, enqueue it in the transaction of what it tells of; it leaves after the commit, as a job:
//!
//! ```ignore
//! mail::send(ctx, &tx, Mail::FactorAdded { user, session: Some(session) }).await?;
//! ```
//!
//! To add a kind:
//!
//! 1. A line in `kinds.rs`: its name and when it is sent.
//! 2. A variant of [`Mail`] there. It holds ids, never data: a job's row is kept, and shown to administrators.
//! 3. Its words: a function in the file of its noun (`account.rs`, `factor.rs`, `key.rs`, `org.rs`, `order.rs`,
//!    `person.rs`, `platform.rs`), made of parts of [`Letter`], so that text and HTML say the same and no value can be
//!    more than text.
//! 4. An arm in `sample.rs`, which the page and the command show, and one in `compose.rs`, which reads the rows as they
//!    are when the mail is sent. A mail that is no longer needed by then is none.
//!
//! Nobody proved that they own an address before they confirm it, and a stranger may have chosen any name: a mail says
//! another's words only through [`quoted`](letter::quoted), which leaves out what a mail program would turn into a
//! link.

mod account;
mod compose;
mod device;
mod factor;
mod invoice;
mod key;
mod kinds;
mod letter;
mod money;
mod order;
mod org;
mod payment;
mod person;
mod platform;
mod sample;
pub(crate) mod token;

use entity::JobId;
use sea_orm::ConnectionTrait;

pub use compose::{Outgoing, compose};
pub use device::{Device, device};
pub use kinds::{Mail, MailKind};
pub use letter::{Letter, Letterhead, Part, quoted};
pub use sample::sample;
pub use token::lifetime;

use crate::Ctx;
use crate::error::Result;
use crate::work::{self, Job, NewJob};

/// Enqueues a mail in the caller's transaction. It leaves after the commit.
///
/// # Errors
/// When the database refuses it.
pub async fn send(ctx: &Ctx, tx: &impl ConnectionTrait, mail: Mail) -> Result<JobId> {
    work::enqueue(ctx, tx, NewJob::new(Job::SendMail { mail })).await
}

/// Forgets the token of a mail that was sent: its hash is enough from then on. So is the address of who was erased.
///
/// # Errors
/// When the database does not answer.
pub async fn sent(ctx: &Ctx, mail: &Mail) -> Result<()> {
    match (mail.token(), mail) {
        (Some(token), _) => token::erase(ctx, token).await,
        (None, Mail::Invitation { invitation }) => crate::org::sent(&ctx.db, *invitation).await,
        (None, Mail::AccountErased { erasure }) => crate::erasure::sent(&ctx.db, *erasure).await,
        (None, _) => Ok(()),
    }
}
