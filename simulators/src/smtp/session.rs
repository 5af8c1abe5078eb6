//! One SMTP conversation.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    MailFaultKind, Sink, message,
    wire::{Stream, Wire},
};

/// Largest message, announced as SIZE.
const MAX_MESSAGE_BYTES: usize = 5 * 1024 * 1024;
const MAX_RECIPIENTS: usize = 100;
const MAX_COMMANDS: usize = 1000;

/// Talks until the client leaves; with `tls` not a word before the handshake.
pub(crate) async fn converse(stream: Box<dyn Stream>, tls: bool, sink: &Sink) -> io::Result<()> {
    let mut wire = Wire::new(stream);
    if tls {
        wire = wire.encrypt(&sink.tls).await?;
    }
    let mut session = Session { sink, wire, greeted: false, tls, user: None, from: None, to: Vec::new() };
    session.wire.say("220 localhost ESMTP sink").await?;
    for _ in 0..MAX_COMMANDS {
        let Some(line) = session.wire.line().await? else {
            return Ok(());
        };
        let line = String::from_utf8_lossy(&line).into_owned();
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let verb = verb.to_ascii_uppercase();
        if verb == "QUIT" {
            return session.wire.say("221 2.0.0 Bye").await;
        }
        if verb == "STARTTLS" {
            session = session.start_tls().await?;
        } else {
            session.command(&verb, rest.trim()).await?;
        }
    }
    session.wire.say("421 4.7.0 Too many commands").await
}

struct Session<'a> {
    sink: &'a Sink,
    wire: Wire,
    greeted: bool,
    tls: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl Session<'_> {
    async fn command(&mut self, verb: &str, rest: &str) -> io::Result<()> {
        let answer = match verb {
            "EHLO" | "HELO" => {
                self.forget();
                self.greeted = true;
                self.greeting(verb == "EHLO")
            }
            "RSET" => {
                self.forget();
                "250 2.0.0 Reset".to_owned()
            }
            "NOOP" => "250 2.0.0 Still here".to_owned(),
            "VRFY" => "252 2.1.5 Send and see".to_owned(),
            "AUTH" => return self.auth(rest).await,
            "MAIL" => self.mail(rest).to_owned(),
            "RCPT" => self.rcpt(rest).to_owned(),
            "DATA" => return self.data().await,
            _ => "500 5.5.2 Unknown command".to_owned(),
        };
        self.wire.say(&answer).await
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn greeting(&self, extended: bool) -> String {
        if !extended {
            return "250 localhost".to_owned();
        }
        let mut lines = vec!["localhost".to_owned(), format!("SIZE {MAX_MESSAGE_BYTES}")];
        lines.extend(["8BITMIME", "PIPELINING", "ENHANCEDSTATUSCODES"].map(str::to_owned));
        if !self.tls {
            lines.push("STARTTLS".to_owned());
        }
        if self.tls || !self.sink.require_tls {
            lines.push("AUTH PLAIN LOGIN".to_owned());
        }
        let last = lines.len() - 1;
        let numbered =
            lines.iter().enumerate().map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }));
        numbered.collect::<Vec<_>>().join("\r\n")
    }

    async fn start_tls(mut self) -> io::Result<Self> {
        if self.tls {
            self.wire.say("503 5.5.1 Already encrypted").await?;
            return Ok(self);
        }
        self.wire.say("220 2.0.0 Go ahead").await?;
        let wire = self.wire.encrypt(&self.sink.tls).await?;
        Ok(Self { sink: self.sink, wire, greeted: false, tls: true, user: None, from: None, to: Vec::new() })
    }

    async fn auth(&mut self, rest: &str) -> io::Result<()> {
        if self.sink.require_tls && !self.tls {
            return self.wire.say("530 5.7.0 Must issue a STARTTLS command first").await;
        }
        if !self.greeted || self.user.is_some() {
            return self.wire.say("503 5.5.1 Bad sequence of commands").await;
        }
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let login = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => self.plain(initial).await?,
            "LOGIN" => self.login(initial).await?,
            _ => return self.wire.say("504 5.5.4 Unknown mechanism").await,
        };
        let Some(login) = login else {
            return self.wire.say("501 5.5.2 Cannot decode").await;
        };
        if self.sink.login.as_ref().is_some_and(|known| *known != login) {
            return self.wire.say("535 5.7.8 Authentication credentials invalid").await;
        }
        self.user = Some(login.0);
        self.wire.say("235 2.7.0 Authentication succeeded").await
    }

    async fn plain(&mut self, initial: &str) -> io::Result<Option<(String, String)>> {
        let answer = if initial.is_empty() { self.ask("").await? } else { decode(initial) };
        Ok(answer.and_then(|text| {
            let mut parts = text.splitn(3, '\0').skip(1).map(str::to_owned);
            parts.next().zip(parts.next())
        }))
    }

    async fn login(&mut self, initial: &str) -> io::Result<Option<(String, String)>> {
        let user = if initial.is_empty() { self.ask("Username:").await? } else { decode(initial) };
        let Some(user) = user else { return Ok(None) };
        Ok(self.ask("Password:").await?.map(|password| (user, password)))
    }

    async fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        self.wire.say(&format!("334 {}", STANDARD.encode(question))).await?;
        let line = self.wire.line().await?.unwrap_or_default();
        Ok(decode(&String::from_utf8_lossy(&line)))
    }

    fn mail(&mut self, rest: &str) -> &'static str {
        if !self.greeted || self.from.is_some() {
            return "503 5.5.1 Bad sequence of commands";
        }
        if self.sink.login.is_some() && self.user.is_none() {
            return "530 5.7.0 Authentication required";
        }
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return "501 5.5.4 Syntax: MAIL FROM:<address>";
        };
        let size = parameters.split(' ').find_map(|word| {
            let (name, value) = word.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE").then(|| value.parse().unwrap_or(usize::MAX))
        });
        if size.is_some_and(|bytes| bytes > MAX_MESSAGE_BYTES) {
            return "552 5.3.4 Message too big";
        }
        self.from = Some(address);
        "250 2.1.0 Sender ok"
    }

    fn rcpt(&mut self, rest: &str) -> &'static str {
        if self.from.is_none() {
            return "503 5.5.1 MAIL first";
        }
        if self.to.len() >= MAX_RECIPIENTS {
            return "452 4.5.3 Too many recipients";
        }
        match path(rest, "TO:") {
            Some((address, _)) if !address.is_empty() => {
                self.to.push(address);
                "250 2.1.5 Recipient ok"
            }
            _ => "501 5.5.4 Syntax: RCPT TO:<address>",
        }
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.to.is_empty() {
            return self.wire.say("503 5.5.1 RCPT first").await;
        }
        self.wire.say("354 End with a dot on a line of its own").await?;
        let Some(raw) = self.message().await? else {
            self.forget();
            return self.wire.say("552 5.3.4 Message too big").await;
        };
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        let answer = match self.sink.take_fault() {
            MailFaultKind::Temporary => "451 4.3.0 Temporary failure, try again later",
            MailFaultKind::Permanent => "550 5.7.1 Message refused",
            MailFaultKind::None => {
                let mut mail = message::read(&raw, from, to);
                mail.tls = self.tls;
                mail.user.clone_from(&self.user);
                mail.at = self.sink.clock.wall_now().to_rfc3339();
                self.sink.keep(mail);
                "250 2.0.0 Kept"
            }
        };
        self.wire.say(answer).await
    }

    /// Reads to the lone dot; `None` when it was too big.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut raw, mut total) = (Vec::new(), 0_usize);
        loop {
            let Some(line) = self.wire.line().await? else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            if line == b"." {
                return Ok((total <= MAX_MESSAGE_BYTES).then_some(raw));
            }
            let line = line.strip_prefix(b".").unwrap_or(&line);
            total += line.len() + 2;
            if total > MAX_MESSAGE_BYTES * 2 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "message far too big"));
            }
            if total <= MAX_MESSAGE_BYTES {
                raw.extend_from_slice(line);
                raw.extend_from_slice(b"\r\n");
            }
        }
    }
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

/// The address between the angle brackets after the keyword, and what follows.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let head = rest.get(..keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let inside = rest[keyword.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = inside.split_once('>')?;
    Some((address.to_owned(), parameters.trim()))
}
