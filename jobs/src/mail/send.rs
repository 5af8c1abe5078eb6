//! Sends one mail. Its Message-ID is the job's, so that a second copy is known as such.

use domain::TypedId;
use domain::mail::{self, Mail, Outgoing};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const SEND: Step = Step::of("mail.send", "send");

/// Writes the mail from the rows as they are now, and sends it.
pub async fn run(running: &Running, mail: Mail) -> Result<Outcome, JobError> {
    let postbox = &running.env.postbox;
    let composed = mail::compose(&running.env.ctx, &postbox.head, &mail, running.claim.id).await?;
    let begun = running.begin(SEND, Intent::say("Sending")).await?;
    let Some(Outgoing { to, letter, attached }) = composed else {
        begun.having(()).await?.commit(Note::say("Not needed any more")).await?;
        return Ok(Outcome::Done);
    };
    let whole = providers::Mail {
        message_id: format!("<{}@{}>", running.claim.id.suffix(), postbox.host),
        from_name: postbox.from_name.clone(),
        from_email: postbox.from_email.clone(),
        to_email: to,
        to_name: String::new(),
        text: letter.text(&postbox.head),
        html: letter.html(&postbox.head),
        subject: letter.subject,
        attached,
    };
    begun
        .call(async { postbox.mailer.send(&whole).await.map_err(|error| error.without(&whole.to_email)) })
        .await?
        .commit_with(Note::say("Sent"), async |()| mail::sent(&running.env.ctx, &mail).await)
        .await?;
    Ok(Outcome::Done)
}
