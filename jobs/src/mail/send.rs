//! Sends one mail. Its Message-ID is the job's, so that a second copy is known as such.

use domain::mail::ChangedPlan;
use domain::work::MailKind;
use domain::{Money, TypedId, UserId, VpsId};
use providers::Mail;

use super::words::{About, write};
use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const SEND: Step = Step::of("mail.send", "send");

/// Writes the mail from the rows as they are now, and sends it.
pub async fn run(running: &Running, mail: MailKind, user: UserId, vps: Option<VpsId>) -> Result<Outcome, JobError> {
    let letter = compose(running, mail, user, vps).await?;
    let begun = running.begin(SEND, Intent::say("Sending")).await?;
    begun.call(running.env.postbox.mailer.send(&letter)).await?.commit(Note::say("Sent")).await?;
    Ok(Outcome::Done)
}

async fn compose(running: &Running, mail: MailKind, user: UserId, vps: Option<VpsId>) -> Result<Mail, JobError> {
    let (ctx, postbox) = (&running.env.ctx, &running.env.postbox);
    let to = domain::mail::recipient(ctx, user).await?;
    let server = match vps {
        Some(vps) => Some(domain::mail::mailed_server(ctx, vps).await?),
        None => None,
    };
    let details = match mail {
        MailKind::OrderReopened => server.as_ref().map(|server| server.first_hour().rate()).unwrap_or_default(),
        MailKind::PlanCosts => plans(&domain::mail::plans_to_check(ctx).await?),
        MailKind::Welcome | MailKind::OrderFailed | MailKind::Test => String::new(),
    };
    let about = About {
        company: &postbox.company_name,
        url: postbox.client_url.as_str(),
        label: server.as_ref().map_or("", |server| &server.label),
        failure: server.as_ref().and_then(|server| server.failure.as_deref()).unwrap_or(""),
        details: &details,
    };
    let words = write(mail, &about).map_err(domain::Error::internal)?;
    let host = postbox.client_url.host_str().unwrap_or("localhost");
    Ok(Mail {
        message_id: format!("<{}@{host}>", running.claim.id.suffix()),
        from_name: postbox.from_name.clone(),
        from_email: postbox.from_email.clone(),
        to_email: to.email,
        to_name: String::new(),
        subject: words.subject,
        text: words.text,
        html: words.html,
    })
}

/// One line for each plan.
fn plans(changed: &[ChangedPlan]) -> String {
    let usd = |micros| Money::usd(micros).exact();
    let line = |plan: &ChangedPlan| match (plan.known_micros, plan.now_micros) {
        (_, None) => format!("{}: the size is no longer sold, so nobody can order the plan.", plan.name),
        (Some(known), Some(now)) => format!("{}: {} a month, {} before.", plan.name, usd(now), usd(known)),
        (None, Some(now)) => format!("{}: {} a month.", plan.name, usd(now)),
    };
    let lines: Vec<String> = changed.iter().map(line).collect();
    if lines.is_empty() {
        return "The plans' own prices are as you know them; some regions differ.".to_owned();
    }
    lines.join("\n\n")
}
