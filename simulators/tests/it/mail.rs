//! The SMTP sink, spoken to by hand.

use std::sync::Arc;

use reqwest::Method;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::json;
use simulators::{Config, MailFault, MailFaultKind};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::support::{World, quick};

const MESSAGE: &str = "From: =?utf-8?Q?Sky_Panel?= <no-reply@example.com>\r\n\
To: \"One, A.\" <one@example.org>, two@example.org\r\n\
Subject: =?utf-8?B?R3LDvMOfZQ==?= from\r\n us\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n\
--b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
Gr=C3=BC=C3=9Fe, a soft =\r\nbreak\r\n..dot\r\n\
--b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+SGk8L2I+\r\n--b1--\r\n.";

struct Talk<S: AsyncRead + AsyncWrite>(BufStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    async fn answer(&mut self) -> String {
        let mut whole = String::new();
        loop {
            let from = whole.len();
            assert!(self.0.read_line(&mut whole).await.expect("line") > 0, "closed");
            if whole.as_bytes()[from + 3] == b' ' {
                return whole;
            }
        }
    }

    async fn ask(&mut self, line: &str) -> String {
        self.0.write_all(format!("{line}\r\n").as_bytes()).await.expect("write");
        self.0.flush().await.expect("flush");
        self.answer().await
    }

    async fn expect(&mut self, line: &str, code: &str) {
        let answer = self.ask(line).await;
        assert!(answer.starts_with(code), "{line}: {answer}");
    }

    async fn send(&mut self, code: &str) {
        self.expect("MAIL FROM:<bounce@example.com> SIZE=500 BODY=8BITMIME", "250").await;
        self.expect("RCPT TO:<one@example.org>", "250").await;
        self.expect("DATA", "354").await;
        self.expect(MESSAGE, code).await;
    }
}

async fn connect(world: &World) -> Talk<TcpStream> {
    let mut talk = Talk(BufStream::new(TcpStream::connect(world.sim.smtp_addr).await.expect("connect")));
    assert!(talk.answer().await.starts_with("220"));
    talk
}

async fn encrypt(world: &World, mut talk: Talk<TcpStream>) -> Talk<tokio_rustls::client::TlsStream<TcpStream>> {
    talk.expect("STARTTLS", "220").await;
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(world.sim.smtp_cert_pem.as_bytes()).expect("pem")).expect("root");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").expect("name");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, talk.0.into_inner()).await.expect("handshake");
    Talk(BufStream::new(stream))
}

#[tokio::test]
async fn a_mail_over_tls_with_a_login_is_kept_and_read() {
    let login = Some(("sim".to_owned(), "secret".to_owned()));
    let world = World::with(Config { smtp_login: login, ..quick() }).await;
    let mut talk = connect(&world).await;
    let offer = talk.ask("EHLO me").await;
    assert!(offer.contains("STARTTLS") && !offer.contains("AUTH"), "{offer}");
    talk.expect("AUTH PLAIN AHNpbQBzZWNyZXQ=", "530").await;
    talk.expect("MAIL FROM:<a@b.c>", "530").await;
    let mut talk = encrypt(&world, talk).await;
    assert!(talk.ask("EHLO me").await.contains("AUTH PLAIN LOGIN"));
    talk.expect("AUTH PLAIN AHNpbQB3cm9uZw==", "535").await;
    talk.expect("AUTH LOGIN", "334").await;
    talk.expect("c2lt", "334").await;
    talk.expect("c2VjcmV0", "235").await;
    talk.expect("RCPT TO:<one@example.org>", "503").await;
    talk.send("250").await;
    talk.expect("NOOP", "250").await;
    talk.expect("QUIT", "221").await;

    let mail = world.sim.mails().remove(0);
    assert_eq!((mail.from.as_str(), mail.subject.as_str()), ("no-reply@example.com", "Grüße from us"));
    assert_eq!(mail.to, ["one@example.org", "two@example.org"]);
    assert_eq!(mail.text, "Grüße, a soft break\n.dot");
    assert_eq!(mail.html, "<b>Hi</b>");
    assert_eq!(
        (mail.envelope_from.as_str(), mail.tls, mail.user.as_deref()),
        ("bounce@example.com", true, Some("sim"))
    );
    let (_, listed) = world.control(Method::GET, "/mail", json!({})).await;
    assert_eq!(listed[0]["subject"], "Grüße from us");
    world.control(Method::DELETE, "/mail", json!({})).await;
    assert!(world.sim.mails().is_empty());
}

#[tokio::test]
async fn mails_are_refused_on_demand() {
    let world = World::new().await;
    let mut talk = connect(&world).await;
    talk.expect("EHLO me", "250").await;
    world.sim.mail_fault(MailFault { kind: MailFaultKind::Temporary, times: 1 });
    talk.send("451").await;
    world.control(Method::PUT, "/mail/fault", json!({ "kind": "permanent", "times": 1 })).await;
    talk.send("550").await;
    assert!(world.sim.mails().is_empty());
    talk.send("250").await;
    assert_eq!(world.sim.mails().len(), 1);
}

#[tokio::test]
async fn the_rules_of_the_conversation_hold() {
    let world = World::new().await;
    let mut talk = connect(&world).await;
    talk.expect("MAIL FROM:<a@b.c>", "503").await;
    talk.expect("EHLO me", "250").await;
    talk.expect("AUTH PLAIN AHNpbQBzZWNyZXQ=", "530").await;
    talk.expect("MAIL FROM:<a@b.c> SIZE=99999999", "552").await;
    talk.expect("MAIL FROM a", "501").await;
    talk.expect("MAIL FROM:<a@b.c>", "250").await;
    talk.expect("MAIL FROM:<a@b.c>", "503").await;
    talk.expect("DATA", "503").await;
    talk.expect("RSET", "250").await;
    talk.expect("RCPT TO:<a@b.c>", "503").await;
    talk.expect("BOGUS", "500").await;
}
