//! Every variable, once: its name, its default and what it is for. `.env.example` is written from this table.

/// One variable of the environment.
#[derive(Clone, Copy, Debug)]
pub struct Var {
    /// As in the environment.
    pub name: &'static str,
    /// The heading under which it stands in `.env.example`.
    pub section: &'static str,
    /// What it is for and what to write.
    pub doc: &'static str,
    /// What counts where nothing is set.
    pub default: Option<&'static str>,
    /// Whether it must never be shown.
    pub secret: bool,
    /// Whether a process that needs it refuses to start without it.
    pub required: bool,
}

const PROCESS: &str = "The process";
const TRACES: &str = "Traces (OpenTelemetry; nothing is traced where no endpoint is set)";
const STORES: &str = "Databases";
const SECRETS: &str = "Secrets";
const HTTP: &str = "HTTP";
const LIMITS: &str = "Limits (requests in a window; 0 switches one off, which production refuses)";
const BRAND: &str = "Brand";
const MAIL: &str = "Mail";
const CLOUD: &str = "Clouds";
const WORKERS: &str = "Workers (milliseconds; the defaults suit production)";

/// Every variable that a process of ours reads.
pub const VARS: &[Var] = &[
    optional(PROCESS, "APP_ENV", Some("production"), "development or production. Production refuses what is unsafe."),
    optional(PROCESS, "NODE_ENV", None, "Read where APP_ENV is not set."),
    optional(PROCESS, "LOG_FORMAT", Some("text"), "text, or json for one object a line."),
    optional(
        PROCESS,
        "RUST_LOG",
        Some("info,sqlx=warn,apalis=warn,hyper=warn"),
        "Which parts log, from which level on.",
    ),
    optional(PROCESS, "FAILPOINTS", None, "Faults to provoke in development builds; production refuses it."),
    optional(PROCESS, "VPS_QUOTA", Some("10"), "Servers that a new organisation may have at the same time."),
    optional(
        TRACES,
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        None,
        "A collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; /v1/traces is added.",
    ),
    optional(
        TRACES,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        None,
        "The whole address for traces, where it differs from the above.",
    ),
    Var {
        secret: true,
        ..optional(
            TRACES,
            "OTEL_EXPORTER_OTLP_HEADERS",
            None,
            "What each post carries, such as a key: name=value,name=value with what is special as %20.",
        )
    },
    optional(
        TRACES,
        "OTEL_SERVICE_NAME",
        None,
        "The name of this process in traces; skypanel-api, skypanel-worker and so on where it is not set.",
    ),
    optional(
        TRACES,
        "OTEL_TRACES_SAMPLER_ARG",
        Some("1"),
        "Share of the traces begun here that are exported, 0 to 1; a caller's own trace keeps the caller's choice.",
    ),
    required(STORES, "DATABASE_URL", "PostgreSQL as the role that runs: postgres://user:password@host:5432/skypanel"),
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
        "Connections to PostgreSQL in one process's pool; a worker holds four more of its own.",
    ),
    required(STORES, "REDIS_URL", "Redis, the queue's doorbell: redis://:password@host:6379/0 (rediss:// for TLS)"),
    optional(STORES, "QUEUE_PREFIX", Some("skypanel"), "What our keys in Redis begin with."),
    required(SECRETS, "JWT_SECRET", "Signs sessions. At least 32 bytes: openssl rand -hex 32"),
    required(
        SECRETS,
        "SSH_CRED_SECRET",
        "Seals credentials in the database: keep it as long as that. At least 32 bytes: openssl rand -hex 32",
    ),
    optional(HTTP, "HOST", Some("127.0.0.1"), "Address that the API listens at; 0.0.0.0 for all of this machine's."),
    optional(HTTP, "PORT", Some("3001"), "Port that the API listens at."),
    optional(
        HTTP,
        "CLIENT_URL",
        Some("http://127.0.0.1:3001"),
        "The address that people open. Production needs https.",
    ),
    optional(HTTP, "CORS_ALLOWED_ORIGINS", None, "Other pages that may call the API: exact origins, parted by commas."),
    optional(
        HTTP,
        "TRUST_PROXY",
        None,
        "Networks of our own proxies, parted by commas: their X-Forwarded-For is believed.",
    ),
    optional(HTTP, "METRICS_ADDR", None, "Where /metrics listens, such as 127.0.0.1:9464. Production: loopback only."),
    optional(LIMITS, "RATE_LIMIT_ANONYMOUS_MAX", Some("600"), "Without a session, by address."),
    optional(LIMITS, "RATE_LIMIT_ANONYMOUS_WINDOW_MS", Some("900000"), "The window of the above."),
    optional(LIMITS, "RATE_LIMIT_AUTHENTICATED_MAX", Some("3000"), "With a session, by user."),
    optional(LIMITS, "RATE_LIMIT_AUTHENTICATED_WINDOW_MS", Some("900000"), "The window of the above."),
    optional(LIMITS, "RATE_LIMIT_ADMIN_MAX", Some("6000"), "With an administrator's session, by user."),
    optional(LIMITS, "RATE_LIMIT_ADMIN_WINDOW_MS", Some("900000"), "The window of the above."),
    optional(LIMITS, "RATE_LIMIT_LOGIN_MAX", Some("10"), "Attempts to sign in or to register."),
    optional(LIMITS, "RATE_LIMIT_LOGIN_WINDOW_MS", Some("60000"), "The window of the above."),
    optional(BRAND, "COMPANY_NAME", Some("SkyPanel"), "The company's name on pages and in mail."),
    optional(BRAND, "SUPPORT_EMAIL", None, "Where customers write to."),
    optional(BRAND, "COMPANY_LOGO_URL", None, "Address of the company's logo. Production needs https."),
    optional(BRAND, "BRAND_HUE", Some("250"), "Hue of the accent colour, 0 to 360 degrees."),
    optional(MAIL, "SMTP2GO_HOST", Some("mail.smtp2go.com"), "The mail server; any SMTP server will do."),
    optional(MAIL, "SMTP2GO_PORT", Some("2525"), "Its port."),
    optional(MAIL, "SMTP2GO_USERNAME", None, "Name and password at the mail server: both or none."),
    Var { secret: true, ..optional(MAIL, "SMTP2GO_PASSWORD", None, "See SMTP2GO_USERNAME.") },
    optional(MAIL, "SMTP_TLS", Some("starttls"), "starttls, or none for a test server; production refuses none."),
    optional(MAIL, "SMTP_CA_FILE", None, "Certificates (PEM) to trust besides the system's."),
    optional(
        MAIL,
        "FROM_EMAIL",
        Some("panel@skypanel.example"),
        "The sender's address. Production needs one of yours.",
    ),
    optional(MAIL, "FROM_NAME", None, "The sender's name; COMPANY_NAME where it is not set."),
    optional(
        CLOUD,
        "LINODE_API_URL",
        Some("https://api.linode.com/v4"),
        "Linode's API. The tokens are entered in the panel and stand sealed in the database.",
    ),
    optional(
        WORKERS,
        "WORKER_QUEUES",
        Some("provision=8,power=8,billing=2,mail=2,upkeep=4"),
        "Queues that a worker serves, and how many jobs of each at the same time (1 to 200).",
    ),
    optional(
        WORKERS,
        "LEASE_MS",
        Some("30000"),
        "How long a claimed job stays claimed without a beat; at least two beats.",
    ),
    optional(WORKERS, "BEAT_MS", Some("10000"), "How often a running job renews its claim."),
    optional(WORKERS, "RERING_MS", Some("15000"), "After how long a job that nobody took is rung again."),
    optional(WORKERS, "SWEEP_MS", Some("5000"), "How often jobs of dead workers are looked for."),
    optional(WORKERS, "POLL_FIRST_MS", Some("2000"), "First pause between two looks at a server that is on its way."),
    optional(WORKERS, "POLL_MAX_MS", Some("10000"), "Longest such pause."),
    optional(WORKERS, "WATCH_MS", Some("2000"), "Pause between two looks at a cloud while jobs wait for its machines."),
    optional(
        WORKERS,
        "UNWATCHED_MS",
        Some("30000"),
        "After how long a job looks at its machine itself, if nobody did.",
    ),
    optional(WORKERS, "DRAIN_MS", Some("55000"), "How long a stopping process lets its jobs finish."),
    optional(
        WORKERS,
        "ORPHAN_LEFTOVER_MS",
        Some("900000"),
        "After how long a machine at a cloud is deleted whose server was deleted or never came to be.",
    ),
    optional(
        WORKERS,
        "ORPHAN_UNKNOWN_MS",
        Some("86400000"),
        "After how long a machine with this installation's tag is deleted that no server ever was.",
    ),
    optional(
        WORKERS,
        "MISSING_MS",
        Some("600000"),
        "After how long a server counts as lost that its cloud no longer shows.",
    ),
    optional(WORKERS, "KEEP_SUCCEEDED_DAYS", Some("7"), "Days until jobs that succeeded move to the archive."),
    optional(WORKERS, "KEEP_FAILED_DAYS", Some("30"), "Days until jobs that failed or were cancelled move there."),
    optional(WORKERS, "KEEP_ARCHIVE_MONTHS", Some("13"), "Months that the archive of jobs is kept."),
    optional(WORKERS, "ORG_OPEN_JOBS", Some("200"), "Jobs that one organisation may have open; more are refused."),
    optional(
        WORKERS,
        "OVERLOADED_AFTER_MS",
        Some("600000"),
        "New work is refused while its queue's first job in line waits longer than this.",
    ),
];

const fn optional(section: &'static str, name: &'static str, default: Option<&'static str>, doc: &'static str) -> Var {
    Var { name, section, doc, default, secret: false, required: false }
}

/// Without a default, and all of them secret: addresses contain passwords.
const fn required(section: &'static str, name: &'static str, doc: &'static str) -> Var {
    Var { name, section, doc, default: None, secret: true, required: true }
}

/// The text of `.env.example`: every variable with its meaning; those that must be set stand open and empty, the others
/// are commented out with their defaults.
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
