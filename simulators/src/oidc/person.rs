//! Who signs in at the issuer, and how it lies about them.

use serde::{Deserialize, Serialize};

/// A person whom the issuer knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The issuer's own name for them.
    pub subject: String,
    /// Their address.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether it says that they read mail there.
    #[serde(default)]
    pub email_verified: bool,
    /// How they are called.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether address and name are told by the userinfo endpoint alone, as many issuers do.
    #[serde(default)]
    pub apart: bool,
}

impl Person {
    /// A person with a confirmed address.
    #[must_use]
    pub fn new(subject: &str, email: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            email: Some(email.to_owned()),
            email_verified: true,
            name: Some("Ida Issued".to_owned()),
            apart: false,
        }
    }
}

/// In which way the issuer lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LieKind {
    /// The token names another issuer.
    Issuer,
    /// The token is for another client.
    Audience,
    /// The token is for another client too.
    TwoAudiences,
    /// The token answers another question.
    Nonce,
    /// The token answers no question.
    NoNonce,
    /// The token says that its algorithm is `none`, and has no signature.
    AlgNone,
    /// The token says what it is signed with, and has no signature.
    Unsigned,
    /// The token is signed with the client's secret.
    SharedSecret,
    /// The token is signed with another key than it names.
    OtherKey,
    /// The token is past its time.
    Expired,
    /// The token was issued long ago, and is not past its time.
    Old,
    /// The person signed in long ago, although they were to do so again.
    NotAgain,
    /// The token does not say when the person signed in.
    NoAuthTime,
    /// The userinfo endpoint tells of another person.
    OtherPerson,
    /// The access token is another than the ID token says.
    OtherAccess,
    /// The token's answer comes after 20 seconds.
    Late,
    /// Status 500, from every address.
    Down,
}

/// A lie, told so many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lie {
    /// In which way.
    pub kind: LieKind,
    /// How often.
    #[serde(default = "once")]
    pub times: u32,
}

impl Lie {
    /// A lie that is told once.
    #[must_use]
    pub fn once(kind: LieKind) -> Self {
        Self { kind, times: 1 }
    }
}

fn once() -> u32 {
    1
}
