//! What the settings take and what they refuse.

mod paypal;

use std::collections::BTreeSet;
use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::*;

const JWT: &str = "6f1d9c0b7a52e384d1f07c6ab93e5248";
const SEAL: &str = "b8e2047fd96c51a3e07b4d82f19c6a35";
const URL: &str = "postgres://skypanel_app:Zk8wQ2rT@db:5432/skypanel";

/// What a right production installation sets.
const PRODUCTION: [(&str, &str); 9] = [
    ("APP_ENV", "production"),
    ("DATABASE_URL", URL),
    ("REDIS_URL", "redis://:Zk8wQ2rT@redis:6379/0"),
    ("JWT_SECRET", JWT),
    ("SSH_CRED_SECRET", SEAL),
    ("CLIENT_URL", "https://panel.acme.com"),
    ("FROM_EMAIL", "panel@acme.com"),
    ("SMTP2GO_USERNAME", "acme"),
    ("SMTP2GO_PASSWORD", "hunter2"),
];

/// The pairs, with others in their place.
fn with(base: &[(&str, &str)], other: &[(&str, &str)]) -> Source {
    Source::from_pairs(base.iter().chain(other).copied())
}

/// Every variable that is wrong.
fn errors(source: &Source) -> SettingsErrors {
    check(source).err().unwrap_or_default()
}

fn wrong(source: &Source) -> BTreeSet<&'static str> {
    errors(source).problems().iter().map(|problem| problem.variable).collect()
}

#[test]
fn a_right_production_starts() {
    let source = with(&PRODUCTION, &[]);
    assert_eq!(errors(&source).to_string(), SettingsErrors::default().to_string());
    let http = Http::load(&source).expect("right");
    assert!(http.secure_cookies && http.metrics.is_none() && http.cors_origins.is_empty());
    assert_eq!(http.listen.to_string(), "127.0.0.1:3001");
    let mail = Mail::load(&source).expect("right");
    assert_eq!((mail.host.as_str(), mail.port, mail.tls), ("mail.smtp2go.com", 2525, MailTls::Starttls));
    assert_eq!(mail.from_name, "SkyPanel", "the company's name, where no other is set");
    let workers = Workers::load(&source).expect("right");
    assert_eq!((workers.lease, workers.beat), (Duration::from_secs(30), Duration::from_secs(10)));
    assert_eq!(workers.queues.len(), 5);
    let database = Database::load(&source).expect("right");
    assert_eq!(database.url.expose_secret(), URL);
    assert_eq!((database.max_connections, database.owner_url.is_none()), (20, true));
}

#[test]
fn what_is_not_said_is_production() {
    assert!(App::load(&Source::from_pairs([("A", "b")])).expect("right").production);
    let development = |name| !App::load(&Source::from_pairs([(name, "development")])).expect("right").production;
    assert!(development("APP_ENV") && development("NODE_ENV"));
    let both = [("APP_ENV", "production"), ("NODE_ENV", "development")];
    assert!(App::load(&Source::from_pairs(both)).expect("right").production, "our own name wins");
    assert_eq!(wrong(&with(&PRODUCTION, &[("APP_ENV", "prod")])), ["APP_ENV"].into());
}

#[test]
fn everything_missing_is_told_at_once() {
    let missing = ["DATABASE_URL", "REDIS_URL", "JWT_SECRET", "SSH_CRED_SECRET"];
    let development = Source::from_pairs([("APP_ENV", "development")]);
    assert_eq!(wrong(&development), missing.into());
    let mut in_production: BTreeSet<_> = missing.into();
    in_production.extend(["CLIENT_URL", "FROM_EMAIL"]);
    assert_eq!(wrong(&Source::from_pairs([("JWT_SECRET", "  ")])), in_production);
    let text = errors(&development).to_string();
    for name in missing {
        assert_eq!(text.matches(&format!("\n  {name}: is missing: ")).count(), 1, "{text}");
    }
    let required: BTreeSet<_> = VARS.iter().filter(|var| var.required).map(|var| var.name).collect();
    assert_eq!(required, missing.into(), "the table says what is required");
}

#[test]
fn production_refuses_each_unsafe_value_and_development_takes_it() {
    let development: Vec<_> = PRODUCTION.into_iter().chain([("APP_ENV", "development")]).collect();
    for (name, value) in [
        ("CLIENT_URL", "http://panel.acme.com"),
        ("METRICS_ADDR", "0.0.0.0:9464"),
        ("METRICS_ADDR", "10.0.0.7:9464"),
        ("METRICS_ADDR", "[::]:9464"),
        ("SMTP_TLS", "none"),
        ("LINODE_API_URL", "http://127.0.0.1:4000/v4"),
        ("COMPANY_LOGO_URL", "http://acme.com/logo.svg"),
        ("RATE_LIMIT_ANONYMOUS_MAX", "0"),
        ("RATE_LIMIT_LOGIN_MAX", "0"),
        ("FAILPOINTS", "create=panic"),
        ("FROM_EMAIL", "panel@skypanel.example"),
        ("FROM_EMAIL", "panel@localhost"),
        ("SUPPORT_EMAIL", "help@mail.example.com"),
        ("DATABASE_URL", "postgres://postgres:postgres@db/skypanel"),
        ("DATABASE_OWNER_URL", "postgres://owner:password@db/skypanel"),
        ("REDIS_URL", "redis://:changeme@redis:6379"),
        ("JWT_SECRET", "change-me-change-me-change-me-change-me"),
        ("JWT_SECRET", "YOUR-jwt-SECRET-goes-here-0123456789"),
        ("JWT_SECRET", "01010101010101010101010101010101"),
        ("SSH_CRED_SECRET", "a development Password for sealing things"),
        ("SSH_CRED_SECRET", JWT),
    ] {
        assert_eq!(wrong(&with(&PRODUCTION, &[(name, value)])), [name].into(), "{name}={value} in production");
        assert_eq!(wrong(&with(&development, &[(name, value)])), [].into(), "{name}={value} in development");
    }
    assert_eq!(wrong(&with(&PRODUCTION, &[("FROM_EMAIL", "panel@myexample.com")])), [].into());
}

#[test]
fn an_issuer_is_whole_or_not_there() {
    let ours = [("OIDC_CLIENT_ID", "panel"), ("OIDC_CLIENT_SECRET", "hunter2")];
    let production = |more: &[(&str, &str)]| with(&[&PRODUCTION[..], &ours].concat(), more);
    let development = |more: &[(&str, &str)]| {
        let all: Vec<_> = [&PRODUCTION[..], &ours, &[("APP_ENV", "development")]].concat();
        with(&all, more)
    };
    assert!(Oidc::load(&with(&PRODUCTION, &[])).expect("right").is_none(), "off unless an issuer is named");
    assert_eq!(wrong(&production(&[])), ["OIDC_ISSUER"].into(), "a client of nobody");
    assert_eq!(wrong(&with(&PRODUCTION, &[("OIDC_ISSUER", "https://id.acme.com")])), ["OIDC_CLIENT_ID"].into());
    let named = Oidc::load(&production(&[("OIDC_ISSUER", "https://id.acme.com/realm")])).expect("right").expect("set");
    assert_eq!((named.issuer.as_str(), named.name.as_str()), ("https://id.acme.com/realm", "id.acme.com"));
    assert_eq!(
        (named.scopes.as_slice(), named.client_secret.is_some()),
        (&["email", "profile"].map(str::to_owned)[..], true)
    );
    let slash = Oidc::load(&production(&[("OIDC_ISSUER", "https://id.acme.com")])).expect("right").expect("set");
    assert_eq!(slash.issuer, "https://id.acme.com", "exactly as written: no slash is added");
    for (name, value, in_development) in [
        ("OIDC_ISSUER", "http://127.0.0.1:4280", true),
        ("OIDC_ISSUER", "http://id.acme.com", false),
        ("OIDC_ISSUER", "https://id.acme.com/?tenant=a", false),
        ("OIDC_ISSUER", "https://id.acme.com/#a", false),
        ("OIDC_ISSUER", "https://a:b@id.acme.com", false),
        ("OIDC_ISSUER", "id.acme.com", false),
    ] {
        assert_eq!(wrong(&production(&[(name, value)])), [name].into(), "{value} in production");
        let refused = if in_development { BTreeSet::new() } else { [name].into() };
        assert_eq!(wrong(&development(&[(name, value)])), refused, "{value} in development");
    }
    let good = ("OIDC_ISSUER", "https://id.acme.com");
    assert_eq!(wrong(&production(&[good, ("OIDC_SCOPES", "email \u{e9}")])), ["OIDC_SCOPES"].into());
    assert_eq!(wrong(&production(&[good, ("OIDC_CLIENT_ID", "two words")])), ["OIDC_CLIENT_ID"].into());
    assert!(!errors(&production(&[("OIDC_ISSUER", "https://a:MARK@b")])).to_string().contains("MARK"));
}

#[test]
fn wrong_values_are_refused_everywhere() {
    for (name, value) in [
        ("JWT_SECRET", "6f1d9c0b7a52e384d1f07c6ab93e524"),
        ("SSH_CRED_SECRET", "short"),
        ("JWT_SECRET", " 6f1d9c0b7a52e384d1f07c6ab93e5248"),
        ("DATABASE_URL", "mysql://u:p@db/x"),
        ("DATABASE_URL", "db.acme.com"),
        ("DATABASE_MAX_CONNECTIONS", "1"),
        ("REDIS_URL", "http://redis"),
        ("QUEUE_PREFIX", "a:b"),
        ("HOST", "panel.acme.com"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("CLIENT_URL", "https://panel.acme.com/panel"),
        ("CLIENT_URL", "https://me:hunter2@panel.acme.com"),
        ("CLIENT_URL", "panel.acme.com"),
        ("CORS_ALLOWED_ORIGINS", "*"),
        ("CORS_ALLOWED_ORIGINS", "https://acme.com, https://acme.com/"),
        ("CORS_ALLOWED_ORIGINS", "https://ACME.com"),
        ("CORS_ALLOWED_ORIGINS", "null"),
        ("TRUST_PROXY", "0.0.0.0/0"),
        ("TRUST_PROXY", "::/0"),
        ("TRUST_PROXY", "true"),
        ("METRICS_ADDR", "9464"),
        ("HTTP_IDLE_MS", "999"),
        ("HTTP_CONNECTIONS_PER_ADDRESS", "0"),
        ("DATABASE_TLS", "yes"),
        ("DATABASE_OWNER_URL", "postgres//db"),
        ("RATE_LIMIT_ADMIN_MAX", "-1"),
        ("RATE_LIMIT_ADMIN_WINDOW_MS", "0"),
        ("COMPANY_NAME", "Acme\r\nBcc: everybody"),
        ("FROM_NAME", "Acme\u{7}"),
        ("FROM_EMAIL", "Acme <panel@acme.com>"),
        ("FROM_EMAIL", "panel"),
        ("SUPPORT_EMAIL", "a@b@c"),
        ("COMPANY_LOGO_URL", "javascript:alert(1)"),
        ("BRAND_HUE", "361"),
        ("SMTP2GO_HOST", "smtp://mail"),
        ("SMTP2GO_PORT", "0"),
        ("SMTP2GO_USERNAME", ""),
        ("SMTP2GO_PASSWORD", ""),
        ("SMTP_TLS", "yes"),
        ("LOG_FORMAT", "xml"),
        ("RUST_LOG", "info,sqlx=loud"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://me:hunter2@tel"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
        ("VPS_QUOTA", "0"),
        ("WORKER_QUEUES", "provision"),
        ("LEASE_MS", "19999"),
        ("BEAT_MS", "1s"),
        ("POLL_FIRST_MS", "10001"),
    ] {
        let found = errors(&with(&PRODUCTION, &[(name, value)]));
        let wrong: Vec<_> = found.problems().iter().map(|problem| problem.variable).collect();
        assert_eq!(wrong, [name], "{name}={value:?}: {found}");
    }
}

#[test]
fn mail_is_protected_as_its_port_expects() {
    let tls = |pairs: &[(&str, &str)]| Mail::load(&with(&PRODUCTION, pairs)).map(|mail| mail.tls).ok();
    assert_eq!(tls(&[("SMTP2GO_PORT", "465")]), Some(MailTls::Implicit));
    assert_eq!(tls(&[("SMTP2GO_PORT", "8465"), ("SMTP_TLS", "implicit")]), Some(MailTls::Implicit));
    assert_eq!(tls(&[("SMTP2GO_PORT", "587"), ("SMTP_TLS", "starttls")]), Some(MailTls::Starttls));
    assert_eq!(tls(&[("SMTP2GO_PORT", "465"), ("SMTP_TLS", "starttls")]), None, "nobody would answer");
}

#[test]
fn a_database_elsewhere_is_verified_or_warned_of() {
    let advised = |pairs: &[(&str, &str)]| -> Vec<String> {
        advice(&with(&PRODUCTION, pairs)).into_iter().map(|advice| advice.variable).collect()
    };
    let proxy = ("TRUST_PROXY", "10.0.0.0/8");
    assert_eq!(advised(&[]), ["TRUST_PROXY"], "https is spoken by a proxy");
    assert!(advised(&[proxy]).is_empty(), "a container beside us");
    for (url, far) in [
        ("postgres://u:Zk8wQ2rT@db.acme.com/skypanel", true),
        ("postgres://u:Zk8wQ2rT@10.0.0.7:5432/skypanel?sslmode=require", true),
        ("postgres://u:Zk8wQ2rT@[fd00::1]/skypanel?sslmode=verify-ca", true),
        ("postgres://u:Zk8wQ2rT@localhost/skypanel?host=db.acme.com", true),
        ("postgres://u:Zk8wQ2rT@db.acme.com/skypanel?sslmode=verify-full", false),
        ("postgres://u:Zk8wQ2rT@127.0.0.1/skypanel", false),
        ("postgres://u:Zk8wQ2rT@[::1]/skypanel", false),
        ("postgres://u:Zk8wQ2rT@%2Fvar%2Frun%2Fpostgresql/skypanel", false),
        ("postgres:///skypanel?host=/var/run/postgresql&user=u", false),
    ] {
        let wanted: &[&str] = if far { &["DATABASE_URL"] } else { &[] };
        assert_eq!(advised(&[proxy, ("DATABASE_URL", url)]), wanted, "{url}");
        let required = wrong(&with(&PRODUCTION, &[("DATABASE_URL", url), ("DATABASE_TLS", "require")]));
        assert_eq!(required, wanted.iter().copied().collect(), "{url}");
    }
    assert_eq!(
        wrong(&with(&PRODUCTION, &[("DATABASE_TLS", "require")])),
        ["DATABASE_URL"].into(),
        "not even beside us"
    );
    assert_eq!(advised(&[proxy, ("REDIS_URL", "redis://:Zk8wQ2rT@cache.acme.com")]), ["REDIS_URL"]);
    assert!(advised(&[proxy, ("REDIS_URL", "rediss://:Zk8wQ2rT@cache.acme.com")]).is_empty());
}

#[test]
fn secrets_are_never_shown() {
    let marks = [
        ("JWT_SECRET", "MARK-A"),
        ("SSH_CRED_SECRET", " MARK-B and its tail of more than 32 bytes"),
        ("DATABASE_URL", "MARK-C://u:MARK-D@db/x"),
        ("DATABASE_OWNER_URL", "MARK-E"),
        ("REDIS_URL", "redis//MARK-F"),
        ("CLIENT_URL", "https://me:MARK-G@acme.com"),
        ("SMTP2GO_PASSWORD", "MARK-H "),
        ("OTEL_EXPORTER_OTLP_HEADERS", "MARK-I"),
    ];
    let source = Source::from_pairs(marks);
    let errors = errors(&source);
    let shown = format!("{errors} {errors:?} {source:?}");
    assert!(!shown.contains("MARK"), "{shown}");
    for (name, _) in marks {
        assert!(errors.problems().iter().any(|problem| problem.variable == name), "{name} is wrong: {errors}");
    }
    let right = with(&PRODUCTION, &[]);
    let sections = format!(
        "{:?} {:?} {:?} {:?}",
        Secrets::load(&right),
        Database::load(&right),
        Redis::load(&right),
        Mail::load(&right)
    );
    for secret in [JWT, SEAL, "Zk8wQ2rT", "hunter2"] {
        assert!(!sections.contains(secret), "{sections}");
    }
}

#[test]
fn lists_are_read() {
    let lists = [
        ("CORS_ALLOWED_ORIGINS", "https://a.com, http://127.0.0.1:5173 ,"),
        ("TRUST_PROXY", "10.0.0.0/8,127.0.0.1, fd00::/8"),
        ("METRICS_ADDR", "[::1]:9464"),
        ("HOST", "localhost"),
    ];
    let http = Http::load(&with(&PRODUCTION, &lists)).expect("right");
    assert_eq!(http.cors_origins, ["https://a.com", "http://127.0.0.1:5173"]);
    let nets: Vec<_> = http.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(nets, ["10.0.0.0/8", "127.0.0.1/32", "fd00::/8"]);
    assert!(http.metrics.is_some() && http.listen.ip().is_loopback());
}

#[test]
fn the_table_has_every_variable_that_is_read_once() {
    let source = with(&PRODUCTION, &[]);
    errors(&source);
    // The address of a simulated provider is read where one is meant, and nowhere else.
    let simulated = [
        ("APP_ENV", "development"),
        ("PAYPAL_MODE", "simulated"),
        ("PAYPAL_SIMULATED_URL", "http://127.0.0.1:4240"),
        ("PAYPAL_SIMULATED_CA_FILE", "ca.pem"),
    ];
    let simulated = with(&[], &simulated);
    errors(&simulated);
    assert!(!source.asked().contains("PAYPAL_SIMULATED_URL"));
    let asked: BTreeSet<_> = source.asked().union(&simulated.asked()).cloned().collect();
    let table: Vec<_> = VARS.iter().map(|var| var.name.to_owned()).collect();
    let names: BTreeSet<_> = table.iter().cloned().collect();
    assert_eq!(names.len(), table.len(), "a variable is listed twice");
    assert_eq!(names, asked);
}

#[test]
fn the_example_says_what_the_table_says() {
    let text = env_example();
    for var in VARS {
        let line = format!("{}={}", var.name, var.default.unwrap_or_default());
        let line = if var.required { line } else { format!("# {line}") };
        assert_eq!(text.lines().filter(|found| *found == line).count(), 1, "{line}");
        assert!(text.contains(var.doc), "{} is not explained", var.name);
    }
    // Read as a file with every line open, it gives the defaults.
    let open: String = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|rest| is_setting(rest)).unwrap_or(line).to_owned() + "\n")
        .collect();
    let source = Source::from_file_and(&open, []).expect("readable");
    for var in VARS {
        assert_eq!(source.get(var.name), var.default, "{}", var.name);
    }
}

fn is_setting(line: &str) -> bool {
    VARS.iter().any(|var| line.strip_prefix(var.name).is_some_and(|rest| rest.starts_with('=')))
}

/// `UPDATE=1 cargo test -p runtime committed` regenerates the file.
#[test]
fn the_committed_example_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, env_example()).expect("written");
    }
    let committed = std::fs::read_to_string(path).expect("the file .env.example");
    assert_eq!(committed, env_example(), "regenerate it: skypanel env-example > .env.example");
}
