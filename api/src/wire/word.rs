//! Words from fixed lists: statuses, kinds and choices.

use std::borrow::Cow;

use domain::factor::FactorKind;
use domain::identity::RegistrationMode;
use domain::mail::MailKind;
use domain::queue::Span;
use domain::rating::ChargedBy;
use domain::work::WaitReason;
use domain::{
    BulkAction, CloudStatus, Desired, EventStatus, FindingKind, FundsEnd, HeldBy, InvitationState, JobState,
    JournalKind, NoticeKind, OrgRole, OrgState, Perm, PowerAction, Provider, Queue, RateTier, Role, SecurityKind,
    StepPhase, UserState, VpsAction, VpsStatus, WorkerState,
};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde_json::Value;

use super::plain_value;

/// A list of words of the rules.
pub trait Vocabulary: Copy + Send + Sync + 'static {
    /// The schema's name.
    const NAME: &'static str;
    /// What the words are about, for the document.
    const ABOUT: &'static str;
    /// Words that clients must expect in responses and that no request may use yet.
    const RESERVED: &'static [&'static str] = &[];
    /// Every value that can be on the wire.
    fn all() -> Vec<Self>;
    /// The word for a value.
    fn word(self) -> &'static str;
}

macro_rules! vocabularies {
    ($($name:ident: $about:literal $(, reserved $reserved:expr)?;)+) => { $(
        impl Vocabulary for $name {
            const NAME: &'static str = stringify!($name);
            const ABOUT: &'static str = $about;
            $(const RESERVED: &'static [&'static str] = $reserved;)?
            fn all() -> Vec<Self> { $name::ALL.to_vec() }
            fn word(self) -> &'static str { self.as_str() }
        }
    )+ };
}

vocabularies! {
    VpsStatus: "The status of a server.", reserved &["suspended", "resizing", "rebuilding"];
    Desired: "What the customer wants a server to be.";
    PowerAction: "An action on a server's power.";
    VpsAction: "What a job does to a server.";
    JobState: "The state of a job.";
    Queue: "The queue that a job waits in.";
    StepPhase: "What happened to a step.";
    EventStatus: "Whether an event reports success, a warning, an error, or is just for the record.";
    UserState: "Whether a user can sign in.";
    OrgState: "Whether an organisation is used, and if not, why.";
    SecurityKind: "What was refused.";
    Role: "What a user may do on the platform.";
    OrgRole: "What a member may do in an organisation.";
    Perm: "One thing that a member may do; also a scope of an API key.";
    FactorKind: "A way to show who one is, other than the password.";
    RateTier: "Requests that are counted together.";
    CloudStatus: "The result of the last validation of a cloud's token.";
    Provider: "Whose API a cloud speaks.";
    FindingKind: "What differs between a cloud's machines and our servers.";
    HeldBy: "Why nothing is done about a difference before an administrator allows it.";
    BulkAction: "An action on many jobs at once.";
    InvitationState: "What became of an invitation.";
    RegistrationMode: "Who may register.";
    WorkerState: "What a worker process was commanded to do.";
    MailKind: "What a mail is about.";
    NoticeKind: "What a notice about a wallet says.";
    FundsEnd: "What happens to servers when the wallet can't pay them.";
}

/// A permission that an API key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(pub Perm);

impl Vocabulary for Scope {
    const NAME: &'static str = "KeyScope";
    const ABOUT: &'static str = "What an API key may do, as far as its maker may.";
    fn all() -> Vec<Self> {
        Perm::ALL.iter().copied().filter(|perm| perm.scope()).map(Self).collect()
    }
    fn word(self) -> &'static str {
        self.0.as_str()
    }
}

impl Vocabulary for Span {
    const NAME: &'static str = "StatisticsWindow";
    const ABOUT: &'static str = "How far back figures go.";
    fn all() -> Vec<Self> {
        vec![Self::Hour, Self::Day, Self::Week]
    }
    fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }
}

impl Vocabulary for ChargedBy {
    const NAME: &'static str = "ChargedBy";
    const ABOUT: &'static str = "In which unit time is charged.";
    fn all() -> Vec<Self> {
        vec![Self::Hour, Self::Second]
    }
    fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Second => "second",
        }
    }
}

impl Vocabulary for WaitReason {
    const NAME: &'static str = "JobWaitReason";
    const ABOUT: &'static str = "What holds a job up.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Vocabulary for JournalKind {
    const NAME: &'static str = "StatementKind";
    const ABOUT: &'static str = "Why money moved.";
    // What moves no money of a wallet is shown by no statement.
    fn all() -> Vec<Self> {
        let hidden = [Self::Capture, Self::RefundDone, Self::Unfit, Self::Payout];
        Self::ALL.iter().copied().filter(|kind| !hidden.contains(kind)).collect()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

fn words<V: Vocabulary>() -> Vec<Value> {
    V::all().into_iter().map(|value| Value::from(value.word())).collect()
}

fn parse<V: Vocabulary>(text: &str) -> Option<V> {
    V::all().into_iter().find(|value| value.word() == text)
}

/// A word in an answer: a schema of its own name, reserved words included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<V>(pub V);

impl<V: Vocabulary> Type for Word<V> {
    plain_value!();

    fn name() -> Cow<'static, str> {
        V::NAME.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(V::NAME.to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(V::NAME.to_owned(), |_| {
            let mut enum_items = words::<V>();
            enum_items.extend(V::RESERVED.iter().map(|word| Value::from(*word)));
            MetaSchema { description: Some(V::ABOUT), enum_items, ..MetaSchema::new("string") }
        });
    }
}

impl<V: Vocabulary> ParseFromJSON for Word<V> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        value.as_str().and_then(parse).map(Self).ok_or_else(|| ParseError::expected_type(value))
    }
}

impl<V: Vocabulary> ToJSON for Word<V> {
    fn to_json(&self) -> Option<Value> {
        Some(Value::from(self.0.word()))
    }
}

/// A word in a request: one of those that requests may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<V>(pub V);

impl<V: Vocabulary> Type for Choice<V> {
    plain_value!();

    fn name() -> Cow<'static, str> {
        format!("{}Choice", V::NAME).into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema { enum_items: words::<V>(), ..MetaSchema::new("string") }))
    }
}

impl<V: Vocabulary> ParseFromJSON for Choice<V> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Self::parse_from_parameter(&text),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl<V: Vocabulary> ParseFromParameter for Choice<V> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        parse(value).map(Self).ok_or_else(|| ParseError::custom("not one of its words"))
    }
}

impl<V: Vocabulary> ToJSON for Choice<V> {
    fn to_json(&self) -> Option<Value> {
        Some(Value::from(self.0.word()))
    }
}
