//! From a job's ids to a mail, by the rows as they are when it is sent.

use chrono::{DateTime, TimeDelta, Utc};
use entity::payment_refund::RefundOrigin;
use entity::{
    ApiKeyId, ErasureId, ImpersonationId, InvitationId, InvoiceId, JobId, Money, PaymentId, SessionId, UserId, VpsId,
};
use secrecy::ExposeSecret as _;

use super::account::{self, Link, Where};
use super::kinds::{Mail, MailKind};
use super::letter::{Letter, Letterhead, instant};
use super::payment::Paid;
use super::{device, factor, invoice, key, money, order, org, payment, person, platform, token};
use crate::billing::cumulative_micros;
use crate::error::{Error, Result};
use crate::{Ctx, db};

/// Hours from an administrator's request until a user's factors are removed.
const FACTOR_RESET_HOURS: i64 = 24;

/// A mail with its address.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The address, in its canonical form.
    pub to: String,
    /// What it says.
    pub letter: Letter,
    /// A file that comes with it: its name, and its bytes.
    pub attached: Option<(String, Vec<u8>)>,
}

impl Outgoing {
    fn plain(to: String, letter: Letter) -> Self {
        Self { to, letter, attached: None }
    }
}

db::row! {
    /// What a mail says about a server.
    struct MailedServer {
        label: String,
        failure: Option<String>,
        month_micros: i64,
        hours_per_month: i32,
    }
}

db::row! {
    /// A plan whose cost an administrator has not seen yet.
    struct ChangedPlan {
        name: String,
        known_micros: Option<i64>,
        now_micros: Option<i64>,
    }
}

db::row! {
    /// What a mail says about an API key.
    struct MailedKey {
        name: String,
        ident: String,
        expires_at: DateTime<Utc>,
        revoked_at: Option<DateTime<Utc>>,
    }
}

db::row! {
    /// An administrator's stay in the user's place.
    struct MailedStay {
        admin_name: String,
        reason: Option<String>,
        writes: bool,
        until_at: DateTime<Utc>,
    }
}

db::row! {
    /// Where a user reads mail.
    struct Address {
        email: Option<String>,
    }
}

db::row! {
    /// Where a session was opened.
    struct Place {
        ip: Option<String>,
        user_agent: Option<String>,
    }
}

/// The mail of a job; none when it is no longer needed.
///
/// # Errors
/// `not_found` when the user, or what it is about, no longer exists.
pub async fn compose(ctx: &Ctx, head: &Letterhead, mail: &Mail, job: JobId) -> Result<Option<Outgoing>> {
    if let Some(linked) = compose_linked(ctx, head, mail).await? {
        return Ok(linked);
    }
    let letter = match *mail {
        Mail::Welcome { .. } => account::welcome(head, None),
        // With links, all of them: written above.
        Mail::AccountCreated { .. }
        | Mail::VerifyAddress { .. }
        | Mail::PasswordReset { .. }
        | Mail::EmailChange { .. }
        | Mail::EmailUndo { .. } => return Ok(None),
        Mail::PasswordChanged { session, .. } => {
            account::notice(head, MailKind::PasswordChanged, whence(ctx, job, session).await?)
        }
        Mail::NewSignIn { session, .. } => {
            account::notice(head, MailKind::NewSignIn, whence(ctx, job, Some(session)).await?)
        }
        Mail::EmailChanged { session, .. } => account::email_changed(head, whence(ctx, job, session).await?),
        Mail::FactorAdded { session, .. }
        | Mail::FactorRemoved { session, .. }
        | Mail::RecoveryCodesCreated { session, .. }
        | Mail::RecoveryCodeUsed { session, .. }
        | Mail::IdentityLinked { session, .. }
        | Mail::IdentityUnlinked { session, .. }
        | Mail::PasskeyCopied { session, .. } => factor::changed(head, mail.kind(), whence(ctx, job, session).await?),
        Mail::FactorResetRequested { .. } => {
            factor::reset_requested(head, instant(asked_at(ctx, job).await? + TimeDelta::hours(FACTOR_RESET_HOURS)))
        }
        Mail::FactorResetDone { .. } => factor::changed(head, mail.kind(), whence(ctx, job, None).await?),
        Mail::Invitation { invitation } => return invited(ctx, head, invitation).await,
        Mail::AccountErased { erasure } => return erased(ctx, head, erasure).await,
        Mail::ExportReady { export, .. } => match crate::data_export::until(ctx, export).await? {
            Some(until) => person::export_ready(head, instant(until)),
            None => return Ok(None),
        },
        Mail::KeyCreated { key, .. } | Mail::KeyExpiring { key, .. } | Mail::KeyReported { key, .. } => {
            match about_key(ctx, head, mail, job, key).await? {
                Some(letter) => letter,
                None => return Ok(None),
            }
        }
        Mail::Impersonation { stay, .. } => {
            let stay = select_stay(stay).one(&ctx.db).await?.ok_or_else(|| Error::not_found("stay"))?;
            let reason = stay.reason.unwrap_or_default();
            org::impersonation(head, &stay.admin_name, &reason, stay.writes, instant(stay.until_at))
        }
        Mail::OrderFailed { vps, .. } => {
            let server = server(ctx, vps).await?;
            order::failed(head, &server.label, server.failure.as_deref().unwrap_or_default())
        }
        Mail::OrderReopened { vps, .. } => {
            let server = server(ctx, vps).await?;
            let first_hour = cumulative_micros(server.month_micros, server.hours_per_month, 1);
            order::reopened(head, &server.label, Money::usd(first_hour))
        }
        Mail::PriceChange { .. } | Mail::LowBalance { .. } | Mail::SpendCap { .. } | Mail::FundsEnded { .. } => {
            wallet(ctx, head, mail).await?
        }
        Mail::Invoice { user, invoice } => return invoiced(ctx, head, user, invoice).await,
        Mail::PaymentCredited { .. }
        | Mail::PaymentPending { .. }
        | Mail::PaymentDeclined { .. }
        | Mail::PaymentDisputed { .. }
        | Mail::PaymentRefunded { .. } => about_payment(ctx, head, mail).await?,
        Mail::PlanCosts { .. } => plan_costs(ctx, head).await?,
        Mail::Test { .. } => platform::test(head),
    };
    let user = mail.user().ok_or_else(|| Error::not_found("user"))?;
    Ok(address(ctx, user).await?.map(|to| Outgoing::plain(to, letter)))
}

/// What is said of a key; nothing of the end of one that is revoked already.
async fn about_key(ctx: &Ctx, head: &Letterhead, mail: &Mail, job: JobId, id: ApiKeyId) -> Result<Option<Letter>> {
    let found = mailed_key(ctx, id).await?;
    Ok(Some(match *mail {
        Mail::KeyCreated { session, .. } => {
            key::created(head, &found.name, &found.ident, whence(ctx, job, session).await?)
        }
        Mail::KeyExpiring { .. } if found.revoked_at.is_some() => return Ok(None),
        Mail::KeyExpiring { .. } => key::expiring(head, &found.name, &found.ident, instant(found.expires_at)),
        _ => key::reported(head, &found.name, &found.ident, instant(asked_at(ctx, job).await?)),
    }))
}

/// What is said of a wallet or of prices, as they are now.
async fn wallet(ctx: &Ctx, head: &Letterhead, mail: &Mail) -> Result<Letter> {
    let notice = match *mail {
        Mail::PriceChange { org, change, .. } => {
            let (found, servers) = crate::catalog::move_letter(ctx, change, org).await?;
            let servers: Vec<_> =
                servers.iter().map(|row| (row.label.as_str(), row.before_micros, row.after_micros)).collect();
            return Ok(money::price_change(head, org, found.from_at, found.cancelled, &servers));
        }
        Mail::LowBalance { notice, .. } | Mail::SpendCap { notice, .. } | Mail::FundsEnded { notice, .. } => notice,
        _ => return Err(Error::internal(format!("{} is about no wallet", mail.kind()))),
    };
    let found = crate::prepaid::letter(ctx, notice).await?;
    let of = money::Standing {
        org: found.org_id,
        kind: found.kind,
        balance_micros: found.balance_micros,
        zero_at: found.zero_at,
        cap_micros: found.cap_micros,
        delete_at: found.delete_at,
        servers: &found.servers,
        count: found.count,
    };
    Ok(match mail.kind() {
        MailKind::LowBalance => money::low_balance(head, &of),
        MailKind::SpendCap => money::spend_cap(head, &of),
        _ => money::funds_ended(head, &of),
    })
}

/// What is said of a payment, as it is now.
async fn about_payment(ctx: &Ctx, head: &Letterhead, mail: &Mail) -> Result<Letter> {
    Ok(match *mail {
        Mail::PaymentCredited { payment: id, .. } => payment::credited(head, &paid(ctx, id).await?),
        Mail::PaymentPending { payment: id, .. } => payment::pending(head, &paid(ctx, id).await?),
        Mail::PaymentDeclined { payment: id, .. } => payment::declined(head, &paid(ctx, id).await?),
        Mail::PaymentDisputed { payment: id, .. } => payment::disputed(head, &paid(ctx, id).await?),
        Mail::PaymentRefunded { refund, .. } => {
            let back = crate::payment::mailed_refund(ctx, refund).await?;
            let amount = Money { micros: back.amount_micros, currency: back.currency };
            let ours = back.origin != RefundOrigin::Reversal;
            payment::refunded(head, &paid(ctx, back.payment_id).await?, amount, ours)
        }
        _ => return Err(Error::internal(format!("{} is about no payment", mail.kind()))),
    })
}

async fn paid(ctx: &Ctx, id: PaymentId) -> Result<Paid> {
    let found = crate::payment::mailed(ctx, id).await?;
    let money = |micros| Money { micros, currency: found.currency };
    Ok(Paid {
        path: format!("/o/{}/wallet/payments/{id}", found.org_id),
        amount: money(found.amount_micros),
        credited: money(found.credited_micros),
        at: instant(found.ended_at.unwrap_or(found.created_at)),
        id: id.to_string(),
    })
}

async fn plan_costs(ctx: &Ctx, head: &Letterhead) -> Result<Letter> {
    let changed = changed_plans(50).all(&ctx.db).await?;
    let changed: Vec<_> = changed.iter().map(|plan| (plan.name.as_str(), plan.known_micros, plan.now_micros)).collect();
    Ok(platform::plan_costs(head, &changed))
}

/// The most bytes of a file that comes with a mail; a longer one is downloaded.
const MAX_ATTACHED: usize = 1_000_000;

/// The mail of a document, to the address that it was issued for, else to a user. None when that one reads no mail.
async fn invoiced(ctx: &Ctx, head: &Letterhead, user: Option<UserId>, invoice: InvoiceId) -> Result<Option<Outgoing>> {
    let (snapshot, pdf) = crate::invoice::mailed(ctx, invoice).await?;
    let to = match user {
        Some(user) => address(ctx, user).await?,
        None => snapshot.buyer.email.clone(),
    };
    let pdf = pdf.filter(|pdf| pdf.content.len() <= MAX_ATTACHED);
    let attached = pdf.map(|pdf| (format!("{}.pdf", pdf.number), pdf.content));
    Ok(to.map(|to| Outgoing { to, letter: invoice::issued(head, &snapshot), attached }))
}

/// The last mail to the former address of a person who was erased.
async fn erased(ctx: &Ctx, head: &Letterhead, erasure: ErasureId) -> Result<Option<Outgoing>> {
    let found = crate::erasure::letter(ctx, erasure).await?;
    Ok(found.map(|found| Outgoing::plain(found.to, person::erased(head, instant(found.done_at), &found.left))))
}

/// The mail of an invitation, to an address that need not be a user's.
async fn invited(ctx: &Ctx, head: &Letterhead, invitation: InvitationId) -> Result<Option<Outgoing>> {
    let found = crate::org::letter(ctx, invitation).await?;
    Ok(found.map(|found| {
        let link = Link { token: found.token.expose_secret().to_owned(), until: instant(found.expires_at) };
        Outgoing::plain(found.to, org::invitation(head, &found.org, found.role.as_str(), &found.from, &link))
    }))
}

/// A mail with a link, to the address that its token proves. The outer none is for mails without one; the inner one for
/// those whose link works no more, or whose address is nobody's.
async fn compose_linked(ctx: &Ctx, head: &Letterhead, mail: &Mail) -> Result<Option<Option<Outgoing>>> {
    let Some(token) = mail.token() else { return Ok(None) };
    let Some((row, token)) = token::waiting(ctx, token).await? else {
        // A welcome is one without its link too.
        return Ok(if mail.kind() == MailKind::Welcome { None } else { Some(None) });
    };
    let link = Link { token: token.expose_secret().to_owned(), until: instant(row.expires_at) };
    let sets_password = matches!(mail.kind(), MailKind::PasswordReset | MailKind::AccountCreated);
    if sets_password && select_reader(&row.email).one(&ctx.db).await?.is_none() {
        return Ok(Some(None));
    }
    let letter = match mail.kind() {
        MailKind::AccountCreated => account::created(head, &link),
        MailKind::VerifyAddress => account::verify_address(head, &link),
        MailKind::PasswordReset => account::password_reset(head, &link),
        MailKind::EmailChange => account::email_change(head, &link),
        MailKind::EmailUndo => account::email_undo(head, &link),
        _ => account::welcome(head, Some(&link)),
    };
    Ok(Some(Some(Outgoing::plain(row.email, letter))))
}

/// The address of a user. Nobody confirmed that they own it, so no mail carries their name: a stranger may have chosen
/// it, and our mail server would send those words to another stranger. Who was deleted reads no mail of ours.
async fn address(ctx: &Ctx, user: UserId) -> Result<Option<String>> {
    let found = select_address(user).one(&ctx.db).await?.ok_or_else(|| Error::not_found("user"))?;
    Ok(found.email)
}

/// The server to write about, as it is now; a deleted one is found too.
async fn server(ctx: &Ctx, vps: VpsId) -> Result<MailedServer> {
    select_server(vps).one(&ctx.db).await?.ok_or_else(|| Error::not_found("server"))
}

/// The key to write about, as it is now.
async fn mailed_key(ctx: &Ctx, key: ApiKeyId) -> Result<MailedKey> {
    select_mailed_key(key).one(&ctx.db).await?.ok_or_else(|| Error::not_found("API key"))
}

/// When and where something was done. A session that no longer exists leaves out the place.
async fn whence(ctx: &Ctx, job: JobId, session: Option<SessionId>) -> Result<Where> {
    let mut facts = vec![("When", instant(asked_at(ctx, job).await?))];
    let place = match session {
        Some(session) => select_place(session).one(&ctx.db).await?,
        None => None,
    };
    if let Some(Place { ip, user_agent }) = place {
        facts.push(("Device", device(user_agent.as_deref()).to_string()));
        facts.extend(ip.map(|ip| ("Address", ip)));
    }
    Ok(facts)
}

/// When the mail's job was enqueued, which is when its cause happened.
async fn asked_at(ctx: &Ctx, job: JobId) -> Result<DateTime<Utc>> {
    select_asked_at(job).one(&ctx.db).await?.ok_or_else(|| Error::not_found("job"))
}

db::statement! {
    fn select_address(user: UserId) -> Address =
        "select case when deleted_at is null then email end as email from app_user where id = $1";

    fn select_reader(email: &str) -> UserId =
        "select id from app_user where email = $1 and deleted_at is null and disabled_at is null";

    fn select_server(vps: VpsId) -> MailedServer =
        "select label, failure, month_micros, hours_per_month from vps where id = $1";

    fn select_mailed_key(key: ApiKeyId) -> MailedKey =
        "select name, ident, expires_at, revoked_at from api_key where id = $1";

    fn select_stay(stay: ImpersonationId) -> MailedStay =
        "select a.name as admin_name, i.reason, i.writes, i.until_at
         from impersonation i join app_user a on a.id = i.admin_id where i.id = $1";

    fn changed_plans(limit: i64) -> ChangedPlan = file "changed_plans.sql";

    fn select_place(session: SessionId) -> Place = "select host(ip) as ip, user_agent from session where id = $1";

    fn select_asked_at(job: JobId) -> DateTime<Utc> = "select created_at from job where id = $1";
}
