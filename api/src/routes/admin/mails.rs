//! What the panel's mails look like.

use domain::mail::{self, Letter, MailKind};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::routes::Tag;
use crate::state::{Shared, State};
use crate::wire::{Answer, Choice, Done, List, Word};

/// A kind of mail.
#[derive(Debug, Object)]
pub struct MailOfKind {
    /// The kind.
    kind: Word<MailKind>,
    /// When it is sent, and to whom.
    #[oai(validator(max_length = 200))]
    when: String,
    /// The subject of the sample.
    #[oai(validator(max_length = 200))]
    subject: String,
}

/// A kind of mail with made-up values.
#[derive(Debug, Object)]
pub struct MailSample {
    /// The kind.
    kind: Word<MailKind>,
    /// When it is sent, and to whom.
    #[oai(validator(max_length = 200))]
    when: String,
    /// The subject.
    #[oai(validator(max_length = 200))]
    subject: String,
    /// The mail as plain text.
    #[oai(validator(max_length = 20000))]
    text: String,
    /// The same as HTML, with styles in its tags.
    #[oai(validator(max_length = 40000))]
    html: String,
}

fn sample(app: &State, kind: MailKind) -> Letter {
    mail::sample(&app.head, kind, app.ctx.clock.estimate())
}

/// Operations on mails.
pub struct MailsApi;

#[OpenApi]
impl MailsApi {
    /// List the kinds of mail
    ///
    /// Every mail that the panel sends is of one of these kinds.
    #[oai(path = "/api/admin/mails", method = "get", operation_id = "listMails", tag = "Tag::Admin")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn list(&self, _admin: Admin, app: Data<&Shared>) -> Done<List<MailOfKind>> {
        let of = |kind: MailKind| MailOfKind {
            kind: Word(kind),
            when: kind.when().to_owned(),
            subject: sample(&app, kind).subject,
        };
        Ok(Answer::new(List::of(MailKind::ALL.to_vec(), of)))
    }

    /// Preview a mail
    ///
    /// With made-up values, as this installation sends it.
    #[oai(path = "/api/admin/mails/:kind", method = "get", operation_id = "previewMail", tag = "Tag::Admin")]
    #[expect(clippy::unused_async, reason = "poem-openapi takes only asynchronous operations")]
    async fn preview(
        &self,
        _admin: Admin,
        app: Data<&Shared>,
        /// The kind of mail.
        kind: Path<Choice<MailKind>>,
    ) -> Done<MailSample> {
        let kind = kind.0.0;
        let letter = sample(&app, kind);
        Ok(Answer::new(MailSample {
            kind: Word(kind),
            when: kind.when().to_owned(),
            text: letter.text(&app.head),
            html: letter.html(&app.head),
            subject: letter.subject,
        }))
    }
}
