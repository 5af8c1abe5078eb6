//! The bodies that create, rebuild, rename or resize a machine, checked as the cloud checks them.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use super::{
    catalog::{self, Type},
    reply::{ApiError, ErrorReason},
    view,
};

const LABEL_CHARS: std::ops::RangeInclusive<usize> = 3..=64;
const TAG_CHARS: std::ops::RangeInclusive<usize> = 3..=50;
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 11..=128;
const MAX_TAGS: usize = 100;
const MAX_KEYS: usize = 50;
const MIN_PASSWORD_CLASSES: usize = 2;
const MIN_DISTINCT_CHARS: usize = 5;

/// An order for a new machine.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) label: Option<String>,
    pub(crate) kind: &'static Type,
    pub(crate) region: String,
    pub(crate) group: String,
    pub(crate) tags: Vec<String>,
    pub(crate) private_ip: bool,
    pub(crate) backups: bool,
    pub(crate) system: System,
}

/// What is to be installed.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) image: Option<String>,
    pub(crate) root_pass_sha256: Option<String>,
    pub(crate) authorized_keys: Vec<String>,
    pub(crate) booted: bool,
}

/// Changes of what a machine is called.
#[derive(Debug)]
pub(crate) struct Naming {
    pub(crate) label: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) watchdog: Option<bool>,
}

/// The body of a POST that creates a machine.
pub(crate) fn order(body: &[u8]) -> Result<Order, ApiError> {
    let mut fields = Fields::read(body)?;
    let label = fields.label();
    let kind = fields.required("type").and_then(|id| fields.kind(&id));
    let region = fields.required("region").and_then(|id| fields.region(id));
    let system = fields.system(false);
    for unknown in ["backup_id", "stackscript_id"] {
        if fields.present(unknown).is_some() {
            fields.refuse(ErrorReason::of(unknown, "Not found"));
        }
    }
    let tags = fields.tags().unwrap_or_default();
    let group = fields.text("group").unwrap_or_default();
    let private_ip = fields.flag("private_ip").unwrap_or(false);
    let backups = fields.flag("backups_enabled").unwrap_or(false);
    match (kind, region, fields.reasons.is_empty()) {
        (Some(kind), Some(region), true) => Ok(Order { label, kind, region, group, tags, private_ip, backups, system }),
        _ => Err(fields.reasons.into()),
    }
}

/// The body of a rebuild.
pub(crate) fn rebuild(body: &[u8]) -> Result<System, ApiError> {
    let mut fields = Fields::read(body)?;
    let system = fields.system(true);
    fields.done(system)
}

/// The body of a PUT.
pub(crate) fn naming(body: &[u8]) -> Result<Naming, ApiError> {
    let mut fields = Fields::read(body)?;
    let naming = Naming {
        label: fields.label(),
        group: fields.text("group"),
        tags: fields.tags(),
        watchdog: fields.flag("watchdog_enabled"),
    };
    fields.done(naming)
}

/// The body of a resize.
pub(crate) fn resize(body: &[u8]) -> Result<&'static Type, ApiError> {
    let mut fields = Fields::read(body)?;
    let kind = fields.required("type").and_then(|id| fields.kind(&id));
    kind.ok_or_else(|| fields.reasons.into())
}

/// The label of a snapshot.
pub(crate) fn snapshot(body: &[u8]) -> Result<String, ApiError> {
    let mut fields = Fields::read(body)?;
    let label = fields.required("label").unwrap_or_default();
    if fields.reasons.is_empty() && !(1..=255).contains(&label.chars().count()) {
        fields.refuse(ErrorReason::of("label", "Length must be 1-255 characters"));
    }
    fields.done(label)
}

/// The members of a body, and what is wrong with them.
struct Fields {
    members: Map<String, Value>,
    reasons: Vec<ErrorReason>,
}

impl Fields {
    fn read(body: &[u8]) -> Result<Self, ApiError> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self { members, reasons: Vec::new() }),
            Ok(_) => Err(ApiError::bad("The body must be a JSON object")),
            Err(_) => Err(ApiError::bad("Invalid JSON")),
        }
    }

    fn done<T>(self, value: T) -> Result<T, ApiError> {
        if self.reasons.is_empty() { Ok(value) } else { Err(self.reasons.into()) }
    }

    fn refuse(&mut self, reason: ErrorReason) {
        self.reasons.push(reason);
    }

    fn present(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        match self.present(name)?.as_str().map(str::to_owned) {
            Some(text) => Some(text),
            None => self.wrong(name, "Must be a string"),
        }
    }

    fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.present(name)?.as_bool() {
            Some(flag) => Some(flag),
            None => self.wrong(name, "Must be true or false"),
        }
    }

    fn texts(&mut self, name: &'static str, max: usize) -> Option<Vec<String>> {
        let list = self.present(name)?.as_array();
        let items: Option<Vec<String>> =
            list.and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        match items {
            Some(texts) if texts.len() <= max => Some(texts),
            _ => self.wrong(name, "Must be a list of strings"),
        }
    }

    fn required(&mut self, name: &'static str) -> Option<String> {
        if self.present(name).is_none() {
            return self.wrong(name, &format!("{name} is required"));
        }
        self.text(name)
    }

    fn wrong<T>(&mut self, name: &'static str, reason: &str) -> Option<T> {
        self.refuse(ErrorReason::of(name, reason));
        None
    }

    fn kind(&mut self, id: &str) -> Option<&'static Type> {
        catalog::find_type(id).or_else(|| self.wrong("type", "A valid plan type by that ID was not found"))
    }

    fn region(&mut self, id: String) -> Option<String> {
        if catalog::has_region(&id) { Some(id) } else { self.wrong("region", "region is not valid") }
    }

    fn label(&mut self) -> Option<String> {
        let label = self.text("label")?;
        if let Some(reason) = label_fault(&label) {
            return self.wrong("label", reason);
        }
        Some(label)
    }

    fn tags(&mut self) -> Option<Vec<String>> {
        let mut tags = self.texts("tags", MAX_TAGS)?;
        if tags.iter().any(|tag| !TAG_CHARS.contains(&tag.chars().count())) {
            return self.wrong("tags", "Length must be 3-50 characters");
        }
        tags.sort();
        tags.dedup();
        Some(tags)
    }

    fn system(&mut self, image_required: bool) -> System {
        let image = if image_required { self.required("image") } else { self.text("image") };
        if image.as_deref().is_some_and(|id| !catalog::has_image(id)) {
            self.refuse(ErrorReason::of("image", "image is not valid"));
        }
        let password = self.text("root_pass");
        match &password {
            Some(password) => {
                self.reasons.extend(password_fault(password).map(|fault| ErrorReason::of("root_pass", fault)));
            }
            None if image.is_some() => {
                self.refuse(ErrorReason::of("root_pass", "root_pass is required"));
            }
            None => {}
        }
        let authorized_keys = self.texts("authorized_keys", MAX_KEYS).unwrap_or_default();
        if let Some(number) = authorized_keys.iter().position(|key| !is_ssh_key(key)) {
            self.refuse(ErrorReason::of(
                "authorized_keys",
                format!("SSH Key {} is not a valid public key", number + 1),
            ));
        }
        let booted = self.flag("booted").unwrap_or(true);
        let root_pass_sha256 = password.filter(|_| image.is_some()).map(|password| sha256(&password));
        System { image, root_pass_sha256, authorized_keys, booted }
    }
}

fn label_fault(label: &str) -> Option<&'static str> {
    if !LABEL_CHARS.contains(&label.chars().count()) {
        return Some("Length must be 3-64 characters");
    }
    if !label.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Some("Label must begin with a letter");
    }
    if !label.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        return Some("Label must contain only letters, numbers, dashes, underscores and periods");
    }
    let doubled = ["--", "__", ".."].iter().any(|pair| label.contains(pair));
    doubled.then_some("Label must not have two dashes, underscores or periods in a row")
}

fn password_fault(password: &str) -> Option<&'static str> {
    if !PASSWORD_CHARS.contains(&password.chars().count()) {
        return Some("Length must be 11-128 characters");
    }
    let tests: [fn(char) -> bool; 4] =
        [|c| c.is_lowercase(), |c| c.is_uppercase(), |c| c.is_numeric(), |c| !c.is_alphanumeric()];
    let classes = tests.iter().filter(|test| password.chars().any(**test)).count();
    let distinct: std::collections::HashSet<char> = password.chars().collect();
    let weak = classes < MIN_PASSWORD_CLASSES || distinct.len() < MIN_DISTINCT_CHARS;
    weak.then_some("Password does not meet strength requirement.")
}

/// Kind and blob, and the blob begins with the kind again. Keys of security tokens are refused, as the service does.
fn is_ssh_key(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (Some(kind), Some(blob)) = (words.next(), words.next()) else {
        return false;
    };
    let known = kind.starts_with("ssh-") || kind.starts_with("ecdsa-sha2-");
    let Ok(bytes) = STANDARD.decode(blob) else {
        return false;
    };
    let head = u32::try_from(kind.len()).unwrap_or_default().to_be_bytes();
    known && bytes.strip_prefix(&head).is_some_and(|rest| rest.starts_with(kind.as_bytes()))
}

fn sha256(text: &str) -> String {
    view::hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}
