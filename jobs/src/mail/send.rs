//! Sends one mail. Its Message-ID is the job's, so that a second copy is known as such.

use domain::work::MailKind;
use domain::{TypedId, UserId, VpsId};
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
    let about = About {
        company: &postbox.company_name,
        url: postbox.client_url.as_str(),
        label: server.as_ref().map_or("", |server| &server.label),
        failure: server.as_ref().and_then(|server| server.failure.as_deref()).unwrap_or(""),
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
