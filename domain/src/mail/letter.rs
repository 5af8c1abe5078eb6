//! A mail before it is written out: parts, from which text and HTML are made alike.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

/// The most characters of another's words in a mail.
const MAX_QUOTED: usize = 60;
/// The most characters of a subject; mail programs show fewer.
const MAX_SUBJECT: usize = 150;

/// What every mail of an installation has in common.
#[derive(Clone, Debug)]
pub struct Letterhead {
    company: String,
    base: String,
    colour: String,
    support_email: Option<String>,
}

impl Letterhead {
    /// The head for a company whose pages begin with `client_url`. `hue` is that of the brand's colour, in degrees.
    #[must_use]
    pub fn new(company: &str, client_url: &str, hue: u16, support_email: Option<&str>) -> Self {
        Self {
            company: company.to_owned(),
            base: client_url.trim_end_matches('/').to_owned(),
            colour: brand_colour(hue),
            support_email: support_email.map(str::to_owned),
        }
    }

    /// The company's name.
    #[must_use]
    pub fn company(&self) -> &str {
        &self.company
    }

    /// The address of a page, such as `/account/security`.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of a page with a token behind `#`: browsers send that part to no server, and proxies log none of it.
    #[must_use]
    pub fn link(&self, path: &str, token: &str) -> String {
        format!("{}{path}#{token}", self.base)
    }
}

/// A mail's subject and parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// What it says, from top to bottom.
    pub parts: Vec<Part>,
}

/// A part of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A paragraph.
    Say(String),
    /// Facts, each with its name.
    Facts(Vec<(&'static str, String)>),
    /// Lines that belong together.
    Lines(Vec<String>),
    /// What to do: words, and the page where it is done.
    Act(&'static str, String),
}

impl Letter {
    /// A mail with this subject; its parts follow.
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        let one_line = |c: char| if c.is_control() { ' ' } else { c };
        let subject: String = subject.into();
        Self { subject: subject.chars().map(one_line).take(MAX_SUBJECT).collect(), parts: Vec::new() }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn say(self, words: impl Into<String>) -> Self {
        self.part(Part::Say(words.into()))
    }

    /// Adds facts.
    #[must_use]
    pub fn facts(self, facts: Vec<(&'static str, String)>) -> Self {
        if facts.is_empty() { self } else { self.part(Part::Facts(facts)) }
    }

    /// Adds lines.
    #[must_use]
    pub fn lines(self, lines: Vec<String>) -> Self {
        if lines.is_empty() { self } else { self.part(Part::Lines(lines)) }
    }

    /// Adds what to do, and where.
    #[must_use]
    pub fn act(self, words: &'static str, url: String) -> Self {
        self.part(Part::Act(words, url))
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The mail as plain text.
    #[must_use]
    pub fn text(&self, head: &Letterhead) -> String {
        let mut out = String::from("Hello,\n");
        for part in &self.parts {
            out.push('\n');
            // Writing to a String can't fail.
            let _ = match part {
                Part::Say(words) => writeln!(out, "{words}"),
                Part::Facts(facts) => {
                    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 1;
                    facts.iter().try_for_each(|(name, value)| writeln!(out, "{:width$} {value}", format!("{name}:")))
                }
                Part::Lines(lines) => lines.iter().try_for_each(|line| writeln!(out, "- {line}")),
                Part::Act(words, url) => writeln!(out, "{words}:\n{url}"),
            };
        }
        let _ = write!(out, "\n-- \n{}\n{}\n", head.company, head.base);
        if let Some(email) = &head.support_email {
            let _ = writeln!(out, "Help: {email}");
        }
        out
    }

    /// The same as HTML: styles stand in the tags, and nothing is loaded from anywhere.
    #[must_use]
    pub fn html(&self, head: &Letterhead) -> String {
        let mut body = paragraph("Hello,");
        for part in &self.parts {
            body.push_str(&match part {
                Part::Say(words) => paragraph(&escaped(words)),
                Part::Facts(facts) => table(facts),
                Part::Lines(lines) => list(lines),
                Part::Act(words, url) => button(head, words, url),
            });
        }
        let (company, base) = (escaped(&head.company), escaped(&head.base));
        let help = head.support_email.as_ref().map_or_else(String::new, |email| {
            let email = escaped(email);
            format!("<br>Help: <a href=\"mailto:{email}\" style=\"color:#5b6070\">{email}</a>")
        });
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light\">\n<title>{title}</title>\n</head>\n\
             <body style=\"margin:0;padding:24px 12px;background:#f4f5f8;color:#1c1f2a;\
             font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5\">\n\
             <div style=\"max-width:560px;margin:0 auto;background:#ffffff;border-radius:10px;overflow:hidden\">\n\
             <div style=\"background:{colour};color:#ffffff;padding:16px 24px;font-weight:600;\
         font-size:18px\">{company}\
             </div>\n<div style=\"padding:20px 24px 8px\">\n{body}</div>\n\
             <div style=\"padding:14px 24px 18px;border-top:1px solid #e4e6ec;color:#5b6070;font-size:13px\">{company}\
             <br><a href=\"{base}\" style=\"color:#5b6070\">{base}</a>{help}</div>\n</div>\n</body>\n</html>\n",
            title = escaped(&self.subject),
            colour = head.colour,
        )
    }
}

fn paragraph(html: &str) -> String {
    format!("<p style=\"margin:0 0 14px\">{html}</p>\n")
}

fn table(facts: &[(&str, String)]) -> String {
    let row = |(name, value): &(&str, String)| {
        format!(
            "<tr><td style=\"padding:3px 16px 3px 0;color:#5b6070;vertical-align:top;white-space:nowrap\">{}:</td>\
             <td style=\"padding:3px 0;overflow-wrap:anywhere\">{}</td></tr>\n",
            escaped(name),
            escaped(value)
        )
    };
    let rows: String = facts.iter().map(row).collect();
    format!("<table role=\"presentation\" style=\"margin:0 0 14px;border-collapse:collapse\">\n{rows}</table>\n")
}

fn list(lines: &[String]) -> String {
    let item = |line: &String| format!("<li style=\"margin:0 0 6px\">{}</li>\n", escaped(line));
    let items = lines.iter().map(item).collect::<Vec<_>>().concat();
    format!("<ul style=\"margin:0 0 14px;padding-left:20px\">\n{items}</ul>\n")
}

/// A button, and its address for those who read it first or whose program shows no buttons.
fn button(head: &Letterhead, words: &str, url: &str) -> String {
    let (words, url) = (escaped(words), escaped(url));
    format!(
        "<p style=\"margin:0 0 6px\"><a href=\"{url}\" style=\"display:inline-block;background:{colour};color:#ffffff;\
         text-decoration:none;font-weight:600;padding:10px 18px;border-radius:7px\">{words}</a></p>\n\
         <p style=\"margin:0 0 16px;font-size:13px;color:#5b6070;overflow-wrap:anywhere\">{url}</p>\n",
        colour = head.colour,
    )
}

/// A value as text of HTML, also within the quotes of an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Words that another person chose, for a mail: none where a mail program could turn a part of them into a link, and
/// cut where they are long. A sentence must read without them.
#[must_use]
pub fn quoted(text: &str) -> Option<String> {
    let chars: Vec<char> = text.trim().chars().collect();
    let joins = |at: usize| {
        let beside =
            |place: Option<usize>| place.and_then(|place| chars.get(place)).is_some_and(|c| !c.is_whitespace());
        beside(at.checked_sub(1)) && beside(at.checked_add(1))
    };
    let linked = chars.iter().enumerate().any(|(at, c)| match c {
        '@' | '/' | '\\' | '\u{ff20}' | '\u{ff0f}' => true,
        // Dots of other scripts end up as dots of host names.
        '.' | ':' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}' => joins(at),
        c => c.is_control(),
    });
    if chars.is_empty() || linked {
        return None;
    }
    let cut: String = chars.iter().take(MAX_QUOTED).collect();
    Some(if chars.len() > MAX_QUOTED { format!("{}…", cut.trim_end()) } else { cut })
}

/// An instant as mails say it.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// The pages' primary colour, `oklch(0.5 0.17 hue)`, as mail programs read it: six digits of sRGB. A colour that no
/// screen shows is moved to the nearest in each channel.
#[expect(clippy::many_single_char_names, reason = "the letters of the colour spaces")]
fn brand_colour(hue: u16) -> String {
    let (lightness, chroma, hue) = (0.5_f64, 0.17_f64, f64::from(hue).to_radians());
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    // Björn Ottosson's matrices for Oklab.
    let cube = |root: f64| root.powi(3);
    let l = cube(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
    let m = cube(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
    let s = cube(lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b);
    let linear = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ];
    let channel = |linear: f64| {
        let linear = linear.clamp(0.0, 1.0);
        let value = if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
        let byte = (value * 255.0).round() as u8;
        byte
    };
    let [red, green, blue] = linear.map(channel);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brands_colour_is_the_pages() {
        // By hand from the definition of Oklab; both ends of the scale are one colour.
        assert_eq!(brand_colour(262), "#285cc2");
        assert_eq!(brand_colour(0), brand_colour(360));
        for hue in 0..=360 {
            assert_eq!(brand_colour(hue).len(), 7);
        }
    }

    #[test]
    fn anothers_words_hold_no_link() {
        for plain in ["Ada Lovelace", "Acme Inc.", "J. R. R. Tolkien", "Bücher & Söhne", "Q: what", "👩\u{200D}🚀"]
        {
            assert_eq!(quoted(plain).as_deref(), Some(plain));
        }
        for link in [
            "evil.example",
            "see http://evil.example",
            "a@evil.example",
            "x/y",
            "evil。example",
            "evil．example",
            "javascript:alert(1)",
            "a\r\nBcc: x",
            "",
            "  ",
        ] {
            assert_eq!(quoted(link), None, "{link:?}");
        }
        let long = quoted(&"wort ".repeat(20)).unwrap();
        assert!(long.chars().count() <= MAX_QUOTED + 1 && long.ends_with('…'), "{long}");
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(Letter::new("a\r\nBcc: b").subject, "a  Bcc: b");
        assert_eq!(Letter::new("x".repeat(400)).subject.len(), MAX_SUBJECT);
    }
}
