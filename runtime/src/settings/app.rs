//! The process itself: where it runs, what it logs, how much an organisation may have.

use std::time::Duration;

use tracing_subscriber::EnvFilter;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// Where the process runs.
#[derive(Clone, Debug)]
pub struct App {
    /// Real customers, real money: the strict rules hold. Also assumed when `APP_ENV` is not set.
    pub production: bool,
}

impl App {
    /// Reads `APP_ENV` (or `NODE_ENV`) and refuses what must not be set in production.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let failpoints = reader.text("FAILPOINTS").is_some();
        if failpoints && reader.production {
            reader.refuse("FAILPOINTS", "must be empty in production: it makes the program fail on purpose");
        }
        let app = Self { production: reader.production };
        reader.finish(Some(app))
    }
}

/// What the process logs, and how.
#[derive(Clone, Debug)]
pub struct Log {
    /// One JSON object per line instead of text.
    pub json: bool,
    /// The level, and levels for single modules, in the syntax of `RUST_LOG`.
    pub filter: String,
}

impl Log {
    /// Reads `LOG_FORMAT` and `RUST_LOG`.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let format = reader.text_if("LOG_FORMAT", "write text or json", |value| matches!(value, "text" | "json"));
        let filter = reader
            .text_if("RUST_LOG", "write levels such as info,sqlx=warn", |value| EnvFilter::try_new(value).is_ok());
        let log = format.zip(filter).map(|(format, filter)| Self { json: format == "json", filter });
        reader.finish(log)
    }
}

/// How much an organisation may have, and when new work is refused.
#[derive(Clone, Debug)]
pub struct Quotas {
    /// Servers that an organisation may have at the same time.
    pub vps_quota: i32,
    /// Their vCPUs.
    pub vcpus: i32,
    /// Their memory in MiB.
    pub memory_mib: i32,
    /// Their storage in GiB.
    pub storage_gib: i32,
    /// Members of an organisation.
    pub members: i32,
    /// API keys of its members.
    pub keys: i32,
    /// Who may register: `open`, `invitation` or `closed`.
    pub registration: String,
    /// Whether only those order who confirmed their e-mail address.
    pub verified_email: bool,
    /// For how many days after its first payment it may have fewer servers; 0 for none.
    pub new_funds_days: u32,
    /// How many it may have then.
    pub new_funds_servers: u32,
    /// Jobs that it may have open.
    pub org_open_jobs: i64,
    /// New work is refused while the first job of its queue has waited longer than this.
    pub overloaded_after: Duration,
}

impl Quotas {
    /// Reads `REQUIRE_VERIFIED_EMAIL`, `VPS_QUOTA`, `DEFAULT_QUOTA_…`, `NEW_FUNDS_…`, `REGISTRATION`, `ORG_OPEN_JOBS`
    /// and `OVERLOADED_AFTER_MS`.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let mut quota = |name, most| reader.number(name, 1..=most).and_then(|quota| i32::try_from(quota).ok());
        let vps_quota = quota("VPS_QUOTA", 100_000);
        let vcpus = quota("DEFAULT_QUOTA_VCPUS", 10_000_000);
        let memory_mib = quota("DEFAULT_QUOTA_MEMORY_MIB", 2_000_000_000);
        let storage_gib = quota("DEFAULT_QUOTA_STORAGE_GIB", 2_000_000_000);
        let members = quota("DEFAULT_QUOTA_MEMBERS", 1_000);
        let keys = quota("DEFAULT_QUOTA_KEYS", 1_000);
        let (funds_days, funds_servers) =
            (reader.number("NEW_FUNDS_DAYS", 0..=90), reader.number("NEW_FUNDS_SERVERS", 1..=100_000));
        let who = |value: &str| matches!(value, "open" | "invitation" | "closed");
        let registration = reader.text_if("REGISTRATION", "write open, invitation or closed", who);
        let open = reader.number("ORG_OPEN_JOBS", 1..=100_000).and_then(|open| open.try_into().ok());
        let overloaded_after = reader.millis("OVERLOADED_AFTER_MS", 1_000..=86_400_000);
        let verified =
            reader.text_if("REQUIRE_VERIFIED_EMAIL", "write on or off", |value| matches!(value, "on" | "off"));
        let made = || {
            Some(Self {
                vps_quota: vps_quota?,
                vcpus: vcpus?,
                memory_mib: memory_mib?,
                storage_gib: storage_gib?,
                members: members?,
                keys: keys?,
                registration: registration?,
                verified_email: verified.as_deref() == Some("on"),
                new_funds_days: u32::try_from(funds_days?).ok()?,
                new_funds_servers: u32::try_from(funds_servers?).ok()?,
                org_open_jobs: open?,
                overloaded_after: overloaded_after?,
            })
        };
        let quotas = made();
        reader.finish(quotas)
    }
}
