//! Reads a message: headers, and the text and HTML parts, decoded.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::Mail;

const MAX_DEPTH: usize = 5;
const MAX_PARTS: usize = 50;

/// A mail from its bytes and its envelope.
pub(crate) fn read(raw: &[u8], envelope_from: String, envelope_to: Vec<String>) -> Mail {
    let raw = String::from_utf8_lossy(raw).into_owned();
    let part = Part::read(&raw);
    let from = part.header("From").map_or_else(|| envelope_from.clone(), |header| address(&header));
    let to = part.header("To").map_or_else(|| envelope_to.clone(), |header| addresses(&header));
    let subject = part.header("Subject").map(|header| decode_words(&header)).unwrap_or_default();
    let (mut text, mut html) = (None, None);
    part.collect(&mut text, &mut html, MAX_DEPTH);
    Mail {
        from,
        to,
        subject,
        text: text.unwrap_or_default(),
        html: html.unwrap_or_default(),
        envelope_from,
        envelope_to,
        tls: false,
        user: None,
        at: String::new(),
        raw,
    }
}

struct Part<'a> {
    headers: Vec<(String, String)>,
    body: &'a str,
}

impl<'a> Part<'a> {
    fn read(raw: &'a str) -> Self {
        let (head, body) = match raw.strip_prefix("\r\n") {
            Some(body) => ("", body),
            None => raw.split_once("\r\n\r\n").unwrap_or((raw, "")),
        };
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Self { headers, body }
    }

    fn header(&self, name: &str) -> Option<String> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(found.1.clone())
    }

    fn collect(&self, text: &mut Option<String>, html: &mut Option<String>, depth: usize) {
        let kind = self.header("Content-Type").unwrap_or_else(|| "text/plain".to_owned());
        let lower = kind.to_ascii_lowercase();
        if lower.starts_with("multipart/") && depth > 0 {
            let Some(boundary) = boundary(&kind) else {
                return;
            };
            let delimiter = format!("--{boundary}");
            for piece in self.body.split(delimiter.as_str()).skip(1).take(MAX_PARTS) {
                if piece.starts_with("--") {
                    break;
                }
                let inner = piece.strip_prefix("\r\n").unwrap_or(piece);
                Part::read(inner).collect(text, html, depth - 1);
            }
        } else if lower.starts_with("text/html") {
            html.get_or_insert_with(|| self.decoded());
        } else if lower.starts_with("text/") {
            text.get_or_insert_with(|| self.decoded());
        }
    }

    fn decoded(&self) -> String {
        let encoding = self.header("Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
        let bytes = match encoding.as_str() {
            "quoted-printable" => unquote(self.body, false),
            "base64" => {
                let compact: String = self.body.split_whitespace().collect();
                STANDARD.decode(compact).unwrap_or_default()
            }
            _ => self.body.as_bytes().to_vec(),
        };
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim_end().to_owned()
    }
}

fn boundary(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("boundary=")?;
    let value = &content_type[at + "boundary=".len()..];
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([';', ' ']).next(),
    }
}

/// Quoted-printable; `words` for its variant in headers, where `_` is a space.
fn unquote(text: &str, words: bool) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"=\r\n") {
            at += 3;
        } else if let Some(byte) = escaped(rest) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(if words && rest[0] == b'_' { b' ' } else { rest[0] });
            at += 1;
        }
    }
    decoded
}

fn escaped(rest: &[u8]) -> Option<u8> {
    let [b'=', high, low, ..] = rest else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

/// Decodes the encoded words (RFC 2047) of a header.
fn decode_words(header: &str) -> String {
    let (mut decoded, mut rest, mut after_word) = (String::new(), header, false);
    while let Some(start) = rest.find("=?") {
        let Some((word, length)) = encoded_word(&rest[start..]) else {
            break;
        };
        let between = &rest[..start];
        if !(after_word && between.trim().is_empty()) {
            decoded.push_str(between);
        }
        decoded.push_str(&word);
        rest = &rest[start + length..];
        after_word = true;
    }
    decoded + rest
}

fn encoded_word(text: &str) -> Option<(String, usize)> {
    let mut parts = text[2..].splitn(4, '?');
    let (charset, encoding, payload) = (parts.next()?, parts.next()?, parts.next()?);
    if !parts.next()?.starts_with('=') {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => STANDARD.decode(payload).ok()?,
        "Q" | "q" => unquote(payload, true),
        _ => return None,
    };
    let length = 2 + charset.len() + 1 + encoding.len() + 1 + payload.len() + 2;
    Some((String::from_utf8_lossy(&bytes).into_owned(), length))
}

fn address(header: &str) -> String {
    let inside = header.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(header, |(address, _)| address).trim().to_owned()
}

/// The addresses of a list; a comma inside quotes does not part them.
fn addresses(header: &str) -> Vec<String> {
    let (mut found, mut current, mut quoted) = (Vec::new(), String::new(), false);
    for character in header.chars() {
        if character == '"' {
            quoted = !quoted;
        }
        if character == ',' && !quoted {
            found.push(address(&std::mem::take(&mut current)));
        } else {
            current.push(character);
        }
    }
    found.push(address(&current));
    found.retain(|address| !address.is_empty());
    found
}
