//! What mails say. Values are escaped in the HTML and left alone in the text.

use domain::work::MailKind;
use minijinja::{Environment, Error, context};

/// A mail's subject and its two bodies.
pub struct Words {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// What a mail speaks of.
pub struct About<'a> {
    /// Whose panel it is.
    pub company: &'a str,
    /// Where the pages are.
    pub url: &'a str,
    /// The server's name.
    pub label: &'a str,
    /// Why the order failed, in the customer's words.
    pub failure: &'a str,
    /// Figures that belong to the mail: an amount, or lines with an empty one between them.
    pub details: &'a str,
}

const WELCOME: (&str, &str) = (
    "Welcome to {{ company }}",
    "Hello,\n\nyour account at {{ company }} is ready. Add credit to your wallet and create your first \
     server here:\n\n{{ url }}\n\nIf it wasn't you who registered, ignore this message.\n",
);

const ORDER_FAILED: (&str, &str) = (
    "Your server {{ label }} could not be created",
    "Hello,\n\nyour server {{ label }} at {{ company }} could not be created. {{ failure }}\n\nYou can order again \
     here:\n\n{{ url }}\n",
);

const ORDER_REOPENED: (&str, &str) = (
    "Your server {{ label }} is being created after all",
    "Hello,\n\nyour order of {{ label }} at {{ company }} had failed, and its money was given back. We are trying it \
     again now, and {{ details }} for the first hour are set aside in your wallet again. If it fails once more, the \
     money comes back.\n\nIf you no longer need the server, delete it here:\n\n{{ url }}\n",
);

const PLAN_COSTS: (&str, &str) = (
    "Your price list changed",
    "Hello,\n\na provider changed what the plans of {{ company }} cost, and the price list changed with it:\n\n{{ \
     details }}\n\nCheck the plans here and save those that are right:\n\n{{ url }}\n",
);

const TEST: (&str, &str) = (
    "A test mail of {{ company }}",
    "Hello,\n\nmails of {{ company }} arrive: an administrator asked for this one to see that. There is nothing to \
     do. The pages are here:\n\n{{ url }}\n",
);

/// Writes a mail.
///
/// # Errors
/// When a template can't be rendered; a test renders them all.
pub fn write(mail: MailKind, about: &About<'_>) -> Result<Words, Error> {
    let (subject, text) = match mail {
        MailKind::Welcome => WELCOME,
        MailKind::OrderFailed => ORDER_FAILED,
        MailKind::OrderReopened => ORDER_REOPENED,
        MailKind::PlanCosts => PLAN_COSTS,
        MailKind::Test => TEST,
    };
    let html = format!(
        "<!doctype html><html lang=\"en\"><body style=\"font-family:sans-serif;line-height:1.5\">{}</body></html>",
        paragraphs(text)
    );
    let mut templates = Environment::new();
    // The names' endings decide what is escaped.
    templates.add_template("subject.txt", subject)?;
    templates.add_template("body.txt", text)?;
    templates.add_template_owned("body.html", html)?;
    let values = context! { company => about.company, url => about.url, label => about.label,
    failure => about.failure, details => about.details };
    let render = |name: &str| templates.get_template(name)?.render(&values);
    Ok(Words {
        subject: render("subject.txt")?.replace(['\r', '\n'], " "),
        text: render("body.txt")?,
        html: render("body.html")?,
    })
}

/// The parts of a text between empty lines, each in tags of its own.
fn paragraphs(text: &str) -> String {
    let linked = text.trim_end().replace("{{ url }}", "<a href=\"{{ url }}\">{{ url }}</a>");
    format!("<p>{}</p>", linked.replace("\n\n", "</p><p>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_renders_and_escapes() {
        let about = About {
            company: "<b>Nimbus</b> {{7*7}}",
            url: "https://panel.example.com",
            label: "web-1",
            failure: "It was full.",
            details: "Nano: 6.00 USD a month, 5.00 USD before.",
        };
        let mails =
            [MailKind::Welcome, MailKind::OrderFailed, MailKind::OrderReopened, MailKind::PlanCosts, MailKind::Test];
        for mail in mails {
            let words = write(mail, &about).unwrap();
            assert!(words.text.contains("<b>Nimbus</b> {{7*7}}"), "{}", words.text);
            assert!(words.html.contains("&lt;b&gt;Nimbus") && !words.html.contains("<b>Nimbus"), "{}", words.html);
            assert!(
                words.html.contains("<a href=\"https:&#x2f;&#x2f;panel.example.com\">")
                    || words.html.contains("<a href=\"https://panel.example.com\">")
            );
            assert!(!words.subject.contains('\n'));
        }
    }
}
