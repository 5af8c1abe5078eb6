//! Mail against the SMTP sink, with STARTTLS and AUTH.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use providers::{Mail, MailError, SmtpMailer, SmtpSettings, SmtpTls};
use secrecy::SecretString;
use simulators::{Config, MailFault, MailFaultKind, Simulators};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const USER: &str = "panel";
const PASSWORD: &str = "correct-horse";

async fn sink() -> Simulators {
    simulators::start(Config { smtp_login: Some((USER.to_owned(), PASSWORD.to_owned())), ..Config::default() })
        .await
        .expect("simulators start")
}

fn settings(simulators: &Simulators) -> SmtpSettings {
    SmtpSettings {
        host: simulators.smtp_addr.ip().to_string(),
        port: simulators.smtp_addr.port(),
        username: Some(USER.to_owned()),
        password: Some(SecretString::from(PASSWORD)),
        tls: SmtpTls::Starttls,
        ca_pem: Some(simulators.smtp_cert_pem.clone().into_bytes()),
        timeout: Duration::from_secs(5),
    }
}

fn mail() -> Mail {
    Mail {
        message_id: "job-7.server-ready@panel.example".to_owned(),
        from_name: "Sky Panel".to_owned(),
        from_email: "noreply@panel.example".to_owned(),
        to_email: "ann@example.com".to_owned(),
        to_name: "Ann \u{c4}rger".to_owned(),
        subject: "Your server is ready".to_owned(),
        text: "It runs.\r\n.\r\nSo long.".to_owned(),
        html: "<p>It runs.</p>".to_owned(),
        attached: None,
    }
}

#[tokio::test]
async fn a_mail_arrives_encrypted_and_logged_in_with_its_own_id() {
    let simulators = sink().await;
    let mailer = SmtpMailer::new(&settings(&simulators)).unwrap();
    mailer.check().await.unwrap();
    assert!(simulators.mails().is_empty(), "a check sends nothing");
    mailer.send(&mail()).await.unwrap();
    mailer.send(&mail()).await.unwrap();
    let mails = simulators.mails();
    assert_eq!(mails.len(), 2);
    for received in &mails {
        assert_eq!(received.from, "noreply@panel.example");
        assert_eq!(received.to, ["ann@example.com"]);
        assert_eq!(received.subject, "Your server is ready");
        assert!(received.tls);
        assert_eq!(received.user.as_deref(), Some(USER));
        assert!(received.text.contains("So long."));
        let id = "Message-ID: <job-7.server-ready@panel.example>";
        assert!(received.raw.contains(id), "the same id each time");
        assert!(received.raw.contains("multipart/alternative"));
    }
}

#[tokio::test]
async fn refusals_are_transient_or_permanent() {
    let simulators = sink().await;
    let mailer = SmtpMailer::new(&settings(&simulators)).unwrap();
    simulators.mail_fault(MailFault { kind: MailFaultKind::Temporary, times: 1 });
    assert!(matches!(mailer.send(&mail()).await, Err(MailError::Transient(_))));
    simulators.mail_fault(MailFault { kind: MailFaultKind::Permanent, times: 1 });
    assert!(matches!(mailer.send(&mail()).await, Err(MailError::Permanent(_))));
    mailer.send(&mail()).await.expect("nothing is left over from the refused ones");
    assert_eq!(simulators.mails().len(), 1);
}

#[tokio::test]
async fn a_wrong_password_keeps_the_mail_for_later() {
    let simulators = sink().await;
    let mut wrong = settings(&simulators);
    wrong.password = Some(SecretString::from("wrong-password"));
    let mailer = SmtpMailer::new(&wrong).unwrap();
    for result in [mailer.check().await, mailer.send(&mail()).await] {
        let error = result.unwrap_err();
        assert!(matches!(error, MailError::Transient(_)), "{error}");
        assert!(!error.to_string().contains("wrong-password"));
    }
}

#[tokio::test]
async fn a_stranger_s_certificate_gets_no_mail() {
    let simulators = sink().await;
    let mut careless = settings(&simulators);
    careless.ca_pem = None;
    let mailer = SmtpMailer::new(&careless).unwrap();
    let error = mailer.send(&mail()).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error}");
    assert!(simulators.mails().is_empty());
}

#[tokio::test]
async fn port_465_is_spoken_to_in_tls_from_the_first_byte() {
    let simulators = sink().await;
    let implicit = SmtpSettings { port: simulators.smtps_addr.port(), tls: SmtpTls::Implicit, ..settings(&simulators) };
    let mailer = SmtpMailer::new(&implicit).unwrap();
    mailer.check().await.unwrap();
    mailer.send(&mail()).await.unwrap();
    let mails = simulators.mails();
    assert!(mails.len() == 1 && mails[0].tls, "{mails:?}");
    let stranger = SmtpMailer::new(&SmtpSettings { ca_pem: None, ..implicit }).unwrap();
    assert!(matches!(stranger.send(&mail()).await, Err(MailError::Transient(_))), "the certificate is verified");
}

/// A relay that does not offer STARTTLS, as seen through an attacker who strips it.
#[tokio::test]
async fn without_starttls_nothing_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"220 plain\r\n").await.unwrap();
        let (mut all, mut buffer) = (String::new(), [0; 1024]);
        while let Ok(length @ 1..) = stream.read(&mut buffer).await {
            all.push_str(&String::from_utf8_lossy(&buffer[..length]));
            let reply: &[u8] =
                if all.contains("QUIT") { b"221 bye\r\n" } else { b"250-plain\r\n250 AUTH PLAIN LOGIN\r\n" };
            if stream.write_all(reply).await.is_err() {
                break;
            }
        }
        all
    });
    let mailer = SmtpMailer::new(&SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: address.port(),
        username: Some(USER.to_owned()),
        password: Some(SecretString::from(PASSWORD)),
        tls: SmtpTls::Starttls,
        ca_pem: None,
        timeout: Duration::from_secs(5),
    })
    .unwrap();
    assert!(matches!(mailer.send(&mail()).await, Err(MailError::Transient(_))));
    drop(mailer);
    let heard = tokio::time::timeout(Duration::from_secs(5), heard).await.unwrap().unwrap();
    assert!(heard.starts_with("EHLO"), "{heard}");
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
}

#[tokio::test]
async fn a_relay_that_says_nothing_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mailer = SmtpMailer::new(&SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        username: None,
        password: None,
        tls: SmtpTls::None,
        ca_pem: None,
        timeout: Duration::from_millis(200),
    })
    .unwrap();
    let mail = mail();
    let send = tokio::time::timeout(Duration::from_secs(3), mailer.send(&mail));
    assert!(matches!(send.await, Ok(Err(MailError::Transient(_)))));
}

/// A log that a test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_holds_the_password_or_the_mail() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let simulators = sink().await;
    let mailer = SmtpMailer::new(&settings(&simulators)).unwrap();
    mailer.check().await.unwrap();
    mailer.send(&mail()).await.unwrap();
    tracing::trace!("the log works");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains("the log works"));
    for secret in ["AUTH PLAIN", "So long", "ann@example.com", PASSWORD] {
        assert!(!text.contains(secret), "{secret} is in the log: {text}");
    }
}
