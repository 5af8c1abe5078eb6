//! Every variable, once: its name, its default and its meaning. `.env.example` is written from this table.

/// One variable of the environment.
#[derive(Clone, Copy, Debug)]
pub struct Var {
    /// Its name in the environment.
    pub name: &'static str,
    /// The heading above it in `.env.example`.
    pub section: &'static str,
    /// Its meaning and what to write: the comment above it in `.env.example`.
    pub doc: &'static str,
    /// The value when nothing is set.
    pub default: Option<&'static str>,
    /// Whether it must never be shown.
    pub secret: bool,
    /// Whether a process that needs it refuses to start without it.
    pub required: bool,
}

const PROCESS: &str = "The process";
const TRACES: &str = "Traces (OpenTelemetry; nothing is traced without an endpoint)";
const STORES: &str = "Databases";
const SECRETS: &str = "Secrets";
const HTTP: &str = "HTTP";
const SIGN_IN: &str = "Signing in";
const LIMITS: &str = "Limits (requests per window; 0 turns a limit off, which production refuses)";
const BRAND: &str = "Brand";
const MAIL: &str = "Mail";
const CLOUD: &str = "Clouds";
const PAYMENTS: &str = "Payments (customers cannot pay without PAYPAL_MODE)";
const WORKERS: &str = "Workers (times in milliseconds; the defaults suit production)";

/// Every variable that a process of ours reads.
pub const VARS: &[Var] = &[
    optional(PROCESS, "APP_ENV", Some("production"), "development or production. Production refuses unsafe settings."),
    optional(PROCESS, "NODE_ENV", None, "Used when APP_ENV is not set."),
    optional(PROCESS, "LOG_FORMAT", Some("text"), "text, or json for one object per line."),
    optional(
        PROCESS,
        "RUST_LOG",
        Some("info,sqlx=warn,apalis=warn,hyper=warn"),
        "What is logged: a level, and levels for single modules.",
    ),
    optional(PROCESS, "FAILPOINTS", None, "Failures to provoke in development builds; production refuses it."),
    optional(
        PROCESS,
        "REQUIRE_VERIFIED_EMAIL",
        Some("off"),
        "on: only users who confirmed their e-mail address may order servers. Or off.",
    ),
    optional(PROCESS, "VPS_QUOTA", Some("10"), "Servers a new organisation may have at the same time."),
    optional(PROCESS, "DEFAULT_QUOTA_VCPUS", Some("100"), "vCPUs that they may have together."),
    optional(PROCESS, "DEFAULT_QUOTA_MEMORY_MIB", Some("524288"), "Memory that they may have together, in MiB."),
    optional(PROCESS, "DEFAULT_QUOTA_STORAGE_GIB", Some("10240"), "Storage that they may have together, in GiB."),
    optional(PROCESS, "DEFAULT_QUOTA_MEMBERS", Some("25"), "Members a new organisation may have."),
    optional(PROCESS, "DEFAULT_QUOTA_KEYS", Some("50"), "API keys its members may have together."),
    optional(
        PROCESS,
        "NEW_FUNDS_DAYS",
        Some("0"),
        "For how many days after its first payment an organisation may have fewer servers; 0 for none.",
    ),
    optional(PROCESS, "NEW_FUNDS_SERVERS", Some("2"), "How many servers it may have then."),
    optional(
        PROCESS,
        "REGISTRATION",
        Some("open"),
        "Who may register: open for anybody, invitation for those who were invited, closed for nobody.",
    ),
    optional(
        TRACES,
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        None,
        "Collector that accepts OTLP over HTTP, such as http://127.0.0.1:4318; /v1/traces is appended.",
    ),
    optional(
        TRACES,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        None,
        "Full address for traces, if it differs from the one above.",
    ),
    Var {
        secret: true,
        ..optional(
            TRACES,
            "OTEL_EXPORTER_OTLP_HEADERS",
            None,
            "Headers sent with each export, such as a key: name=value,name=value with special characters as %20.",
        )
    },
    optional(
        TRACES,
        "OTEL_SERVICE_NAME",
        None,
        "Service name in traces; skypanel-api, skypanel-worker and so on if not set.",
    ),
    optional(
        TRACES,
        "OTEL_TRACES_SAMPLER_ARG",
        Some("1"),
        "Share of traces started here that are exported, 0 to 1; a caller's own trace keeps the caller's choice.",
    ),
    required(
        STORES,
        "DATABASE_URL",
        "PostgreSQL as the application's role: postgres://user:password@host:5432/skypanel?sslmode=verify-full",
    ),
    Var {
        secret: true,
        ..optional(
            STORES,
            "DATABASE_OWNER_URL",
            None,
            "PostgreSQL as the role that owns the tables; only skypanel migrate needs it.",
        )
    },
    optional(
        STORES,
        "DATABASE_MAX_CONNECTIONS",
        Some("20"),
        "PostgreSQL connections in each process's pool; a worker opens four more of its own.",
    ),
    optional(
        STORES,
        "DATABASE_TLS",
        Some("warn"),
        "A database on another host without sslmode=verify-full: warn of it in production, or require it anywhere.",
    ),
    required(STORES, "REDIS_URL", "Redis, the queue's doorbell: redis://:password@host:6379/0 (rediss:// for TLS)"),
    optional(STORES, "QUEUE_PREFIX", Some("skypanel"), "Prefix of SkyPanel's keys in Redis."),
    required(SECRETS, "JWT_SECRET", "Signs sessions. At least 32 bytes: openssl rand -hex 32"),
    required(
        SECRETS,
        "SSH_CRED_SECRET",
        "Encrypts credentials in the database: keep it as long as that. At least 32 bytes: openssl rand -hex 32",
    ),
    optional(HTTP, "HOST", Some("127.0.0.1"), "Address the API listens on; 0.0.0.0 for all of this machine's."),
    optional(HTTP, "PORT", Some("3001"), "Port the API listens on."),
    optional(
        HTTP,
        "CLIENT_URL",
        Some("http://localhost:3001"),
        "Address at which people open the panel. Production requires https. Passkeys are made for its host, which must \
         be a name: with an address in figures there are none, and when it changes they are void.",
    ),
    optional(
        HTTP,
        "CORS_ALLOWED_ORIGINS",
        None,
        "Other sites whose pages may call the API: exact origins, separated by commas.",
    ),
    optional(
        HTTP,
        "TRUST_PROXY",
        None,
        "Networks of your proxies, separated by commas: X-Forwarded-For is trusted from these alone.",
    ),
    optional(
        HTTP,
        "METRICS_ADDR",
        None,
        "Address /metrics listens on, such as 127.0.0.1:9464. Production allows loopback only.",
    ),
    optional(
        HTTP,
        "HTTP_IDLE_MS",
        Some("620000"),
        "A connection without a request is closed after this. Longer than your proxy or balancer keeps its own.",
    ),
    optional(
        HTTP,
        "HTTP_CONNECTIONS_PER_ADDRESS",
        Some("500"),
        "Connections that one address may have open; those of TRUST_PROXY have no such limit.",
    ),
    optional(
        SIGN_IN,
        "REQUIRE_ADMIN_MFA",
        None,
        "on: administrators without a second factor can only add one. If not set: on in production, else off.",
    ),
    optional(
        SIGN_IN,
        "IMPERSONATION_MAIL",
        Some("on"),
        "on: a user gets a mail when an administrator goes into their place. Their activity says so either way.",
    ),
    optional(
        SIGN_IN,
        "OIDC_ISSUER",
        None,
        "An issuer of identities by which people may sign in (OpenID Connect), exactly as its tokens name it. \
         Production requires https. It must know CLIENT_URL/api/auth/oidc/callback.",
    ),
    optional(SIGN_IN, "OIDC_CLIENT_ID", None, "The panel's client id at the issuer."),
    Var {
        secret: true,
        ..optional(SIGN_IN, "OIDC_CLIENT_SECRET", None, "Its secret there; leave it empty for a client without one.")
    },
    optional(SIGN_IN, "OIDC_NAME", None, "What the button says after \"Continue with\"; the issuer's host if not set."),
    optional(
        SIGN_IN,
        "OIDC_SCOPES",
        Some("email,profile"),
        "What is asked of the issuer beside openid, separated by commas.",
    ),
    optional(LIMITS, "RATE_LIMIT_ANONYMOUS_MAX", Some("600"), "Requests without a session, per address."),
    optional(LIMITS, "RATE_LIMIT_ANONYMOUS_WINDOW_MS", Some("900000"), "The window of the above."),
    optional(LIMITS, "RATE_LIMIT_AUTHENTICATED_MAX", Some("3000"), "Requests with a session, per user."),
    optional(LIMITS, "RATE_LIMIT_AUTHENTICATED_WINDOW_MS", Some("900000"), "The window of the above."),
    optional(LIMITS, "RATE_LIMIT_ADMIN_MAX", Some("6000"), "Requests with an administrator's session, per user."),
    optional(LIMITS, "RATE_LIMIT_ADMIN_WINDOW_MS", Some("900000"), "The window of the above."),
    optional(LIMITS, "RATE_LIMIT_KEY_MAX", Some("3000"), "Requests with an API key, per key."),
    optional(LIMITS, "RATE_LIMIT_KEY_WINDOW_MS", Some("900000"), "The window of the above."),
    optional(
        LIMITS,
        "RATE_LIMIT_LOGIN_MAX",
        Some("10"),
        "Failed attempts to sign in, per address; per e-mail address as many at once, then one a window.",
    ),
    optional(LIMITS, "RATE_LIMIT_LOGIN_WINDOW_MS", Some("60000"), "The window of the above."),
    optional(LIMITS, "RATE_LIMIT_REGISTRATION_MAX", Some("3"), "Registrations, per address."),
    optional(LIMITS, "RATE_LIMIT_REGISTRATION_WINDOW_MS", Some("3600000"), "The window of the above."),
    optional(
        LIMITS,
        "RATE_LIMIT_MAIL_MAX",
        Some("3"),
        "Mails that a stranger can cause, such as resets of a password, per address that they go to.",
    ),
    optional(LIMITS, "RATE_LIMIT_MAIL_WINDOW_MS", Some("3600000"), "The window of the above."),
    optional(BRAND, "COMPANY_NAME", Some("SkyPanel"), "Company name shown on pages and in mail."),
    optional(BRAND, "SUPPORT_EMAIL", None, "Address that customers write to for help."),
    optional(BRAND, "COMPANY_LOGO_URL", None, "Address of the company's logo. Production requires https."),
    optional(BRAND, "BRAND_HUE", Some("250"), "Hue of the accent colour, 0 to 360 degrees."),
    optional(
        BRAND,
        "INVOICE_FONTS_DIR",
        None,
        "Folder of TrueType fonts for characters of invoices beyond Latin, Greek and Cyrillic.",
    ),
    optional(MAIL, "SMTP2GO_HOST", Some("mail.smtp2go.com"), "Mail server; any SMTP server will do."),
    optional(MAIL, "SMTP2GO_PORT", Some("2525"), "Port of the mail server."),
    optional(
        MAIL,
        "SMTP2GO_USERNAME",
        None,
        "User name at the mail server; set it together with the password, or neither.",
    ),
    Var { secret: true, ..optional(MAIL, "SMTP2GO_PASSWORD", None, "Password at the mail server.") },
    optional(
        MAIL,
        "SMTP_TLS",
        None,
        "starttls, implicit (TLS from the first byte) or none, which production refuses. If not set: implicit on port \
         465, else starttls.",
    ),
    optional(MAIL, "SMTP_CA_FILE", None, "File of certificates (PEM) to trust besides the system's."),
    optional(
        MAIL,
        "FROM_EMAIL",
        Some("panel@skypanel.example"),
        "Sender's address. Production requires one at your own domain.",
    ),
    optional(MAIL, "FROM_NAME", None, "Sender's name; COMPANY_NAME if not set."),
    optional(
        CLOUD,
        "LINODE_API_URL",
        Some("https://api.linode.com/v4"),
        "Linode's API. Tokens are entered in the panel and stored encrypted in the database.",
    ),
    optional(
        PAYMENTS,
        "PAYPAL_MODE",
        None,
        "live, sandbox, or simulated for the simulated PayPal of a development installation, which production refuses.",
    ),
    optional(PAYMENTS, "PAYPAL_CLIENT_ID", None, "The client id of your application at PayPal, of the same mode."),
    Var { secret: true, ..optional(PAYMENTS, "PAYPAL_CLIENT_SECRET", None, "Its secret.") },
    optional(
        PAYMENTS,
        "PAYPAL_WEBHOOK_ID",
        None,
        "The id of the application's webhook, whose address is CLIENT_URL/api/payments/webhook. Not WEBHOOK_ID.",
    ),
    optional(PAYMENTS, "PAYPAL_SIMULATED_URL", None, "Where the simulated PayPal listens; read in that mode alone."),
    optional(
        PAYMENTS,
        "PAYPAL_SIMULATED_CA_FILE",
        None,
        "File of the root (PEM) that signs the simulated PayPal's certificates; read in that mode alone.",
    ),
    optional(
        WORKERS,
        "WORKER_QUEUES",
        Some("provision=8,power=8,billing=2,mail=2,upkeep=4"),
        "Queues a worker serves, and how many jobs of each it runs at the same time (1 to 200).",
    ),
    optional(WORKERS, "LEASE_MS", Some("30000"), "How long a worker holds a job without a beat; at least two beats."),
    optional(WORKERS, "BEAT_MS", Some("10000"), "How often a running job renews its lease."),
    optional(WORKERS, "RERING_MS", Some("15000"), "A job that no worker took is rung again after this."),
    optional(WORKERS, "SWEEP_MS", Some("5000"), "How often jobs of vanished workers are looked for."),
    optional(WORKERS, "POLL_FIRST_MS", Some("2000"), "First pause between two checks of a server that is changing."),
    optional(WORKERS, "POLL_MAX_MS", Some("10000"), "Longest pause between two such checks."),
    optional(WORKERS, "WATCH_MS", Some("2000"), "Pause between two listings of a cloud's machines while jobs wait."),
    optional(
        WORKERS,
        "UNWATCHED_MS",
        Some("30000"),
        "A job checks its machine itself after this, if no listing showed it.",
    ),
    optional(WORKERS, "DRAIN_MS", Some("55000"), "How long a stopping process lets its jobs finish."),
    optional(
        WORKERS,
        "ORPHAN_LEFTOVER_MS",
        Some("900000"),
        "A machine whose server was deleted or never created is deleted after this.",
    ),
    optional(
        WORKERS,
        "ORPHAN_UNKNOWN_MS",
        Some("86400000"),
        "A machine with this installation's tag that never belonged to a server is deleted after this.",
    ),
    optional(
        WORKERS,
        "MISSING_MS",
        Some("600000"),
        "A server that its cloud no longer lists counts as lost after this.",
    ),
    optional(WORKERS, "KEEP_SUCCEEDED_DAYS", Some("7"), "Days until succeeded jobs move to the archive."),
    optional(WORKERS, "KEEP_FAILED_DAYS", Some("30"), "Days until failed and cancelled jobs move to the archive."),
    optional(WORKERS, "KEEP_ARCHIVE_MONTHS", Some("13"), "Months that archived jobs are kept."),
    optional(WORKERS, "ORG_OPEN_JOBS", Some("200"), "Jobs one organisation may have open; more are refused."),
    optional(
        WORKERS,
        "OVERLOADED_AFTER_MS",
        Some("600000"),
        "New work is refused while the first job of its queue has waited longer than this.",
    ),
];

const fn optional(section: &'static str, name: &'static str, default: Option<&'static str>, doc: &'static str) -> Var {
    Var { name, section, doc, default, secret: false, required: false }
}

/// Without a default, and all of them secret: addresses contain passwords.
const fn required(section: &'static str, name: &'static str, doc: &'static str) -> Var {
    Var { name, section, doc, default: None, secret: true, required: true }
}

/// The text of `.env.example`: every variable with its meaning; those that must be set are empty, the others are
/// commented out with their defaults.
#[must_use]
pub fn env_example() -> String {
    let mut text = String::from(
        "# SkyPanel's settings, written by: skypanel env-example\n\
         # Copy to .env, or set them in the environment, which wins over the file. Empty counts as not set.\n\
         # Put a value with a space, a # or a $ in 'single quotes'.\n",
    );
    let mut section = "";
    for var in VARS {
        if var.section != section {
            section = var.section;
            text.extend(["\n# ---- ", section, " ----\n"]);
        }
        let mark = if var.required { "" } else { "# " };
        text.extend(["# ", var.doc, "\n", mark, var.name, "=", var.default.unwrap_or_default(), "\n"]);
    }
    text
}
