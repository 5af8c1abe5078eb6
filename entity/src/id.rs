//! Typed ids: a `VpsId` is not an `OrgId`, in Rust nor on the wire.
//!
//! The wire form is a `TypeID` (prefix, underscore, 26 characters of Crockford's base32 in lower
//! case); the column is a plain `uuid`.

use std::fmt;
use std::str::FromStr;

use sea_orm::{DbErr, TryFromU64};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Length in characters of an id without its prefix.
const SUFFIX_LEN: usize = 26;

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an id such as {expected}_…")]
pub struct IdError {
    /// The prefix that the id should have had.
    pub expected: &'static str,
}

/// What all ids have in common.
pub trait TypedId: Copy + fmt::Display + FromStr<Err = IdError> + From<Uuid> {
    /// What stands before the underscore on the wire.
    const PREFIX: &'static str;
    /// The column's value.
    fn uuid(self) -> Uuid;
    /// The 26 characters after the prefix; also the tail of a server's name at its provider.
    fn suffix(self) -> String {
        encode(self.uuid())
    }
}

/// The uuid behind an id of any prefix, for look-ups that take whatever an operator pasted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyId(pub Uuid);

impl FromStr for AnyId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let suffix = text.rsplit_once('_').map_or(text, |(_, suffix)| suffix);
        decode(suffix).or_else(|| Uuid::parse_str(text).ok()).map(Self).ok_or(IdError { expected: "an" })
    }
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal,)+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sea_orm::DeriveValueType)]
        #[sea_orm(try_getable_array)]
        pub struct $name(pub Uuid);

        impl TypedId for $name {
            const PREFIX: &'static str = $prefix;
            fn uuid(self) -> Uuid { self.0 }
        }
        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self { Self(uuid) }
        }
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, encode(self.0))
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .and_then(decode)
                    .map(Self)
                    .ok_or(IdError { expected: $prefix })
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+

        /// What stands before the underscore, of every kind.
        const PREFIXES: &[&str] = &[$($prefix),+];
    };
}

/// The wire form of an id whose noun only its row knows; `None` for a noun that has no ids.
#[must_use]
pub fn wire_id(noun: &str, id: Uuid) -> Option<String> {
    PREFIXES.contains(&noun).then(|| format!("{noun}_{}", encode(id)))
}

ids! {
    /// A person who can sign in.
    UserId = "user",
    /// A tenant: the owner of servers and of one wallet.
    OrgId = "org",
    /// A sign-in that lives until it is revoked or expires.
    SessionId = "session",
    /// A connected account of a supplier.
    CloudId = "cloud",
    /// A product on our price list.
    PlanId = "plan",
    /// A customer's server.
    VpsId = "vps",
    /// A unit of work for the workers.
    JobId = "job",
    /// A request about many jobs at once.
    BulkId = "bulk",
    /// A difference between a cloud's machines and our servers.
    FindingId = "finding",
    /// A stretch of time in which a server is charged at one price.
    SegmentId = "segment",
    /// Servers that get another price.
    MoveId = "move",
    /// A notice about a wallet.
    NoticeId = "notice",
    /// Servers that are stopped, and then deleted, because funds ended.
    LadderId = "ladder",
    /// A price of one organisation.
    OverrideId = "override",
    /// What an administrator wrote about a customer.
    NoteId = "note",
    /// A link of a mail, as its job names it; the token in the link is another number.
    MailTokenId = "mail_token",
    /// A key with which a program acts for an organisation.
    ApiKeyId = "key",
    /// An offer of membership, on its way to an e-mail address.
    InvitationId = "invitation",
    /// A credential of a device that signs a person in.
    PasskeyId = "passkey",
    /// A question that a sign-in must still answer.
    ChallengeId = "challenge",
    /// Who a person is by an issuer's word.
    IdentityId = "identity",
    /// An administrator's stay in a customer's place.
    ImpersonationId = "impersonation",
    /// A copy of what is held about a person.
    DataExportId = "export",
    /// The erasure of a person.
    ErasureId = "erasure",
    /// A receipt, an invoice or a credit note.
    InvoiceId = "invoice",
    /// A rule of which tax is owed where.
    TaxRuleId = "tax_rule",
    /// Something that a customer pays.
    PaymentId = "payment",
    /// Money that a payment took.
    CaptureId = "capture",
    /// Money that goes back.
    RefundId = "refund",
    /// A payer's complaint at the provider.
    DisputeId = "dispute",
    /// A code that gives credit.
    PromoId = "promo",
    /// Credit that waits for a second administrator.
    CreditRequestId = "credit_request",
    /// What a supplier asks for.
    SupplierInvoiceId = "supplier_invoice",
}

fn encode(uuid: Uuid) -> String {
    let bits = uuid.as_u128();
    (0..SUFFIX_LEN)
        .map(|place| {
            let shift = 5 * (SUFFIX_LEN - 1 - place);
            char::from(ALPHABET[usize::try_from((bits >> shift) & 31).unwrap_or(0)])
        })
        .collect()
}

fn decode(text: &str) -> Option<Uuid> {
    // 26 characters hold 130 bits: the first may carry only the upper 3 of the 128.
    if text.len() != SUFFIX_LEN || !matches!(text.as_bytes()[0], b'0'..=b'7') {
        return None;
    }
    text.bytes()
        .try_fold(0_u128, |bits, byte| {
            let digit = ALPHABET.iter().position(|&known| known == byte)?;
            Some((bits << 5) | u128::try_from(digit).ok()?)
        })
        .map(Uuid::from_u128)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_survives_the_wire(bits: u128) {
            let id = VpsId(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse::<VpsId>(), Ok(id));
            prop_assert_eq!(id.to_string().parse::<AnyId>().map(|any| any.0), Ok(id.0));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<JobId>();
        }
    }

    #[test]
    fn another_kind_of_id_is_refused() {
        let id = VpsId(Uuid::from_u128(7)).to_string();
        assert_eq!(id, "vps_00000000000000000000000007");
        assert_eq!(id.parse::<OrgId>(), Err(IdError { expected: "org" }));
        assert!("vps_80000000000000000000000000".parse::<VpsId>().is_err());
        assert!("vps_0000000000000000000000000I".parse::<VpsId>().is_err());
    }
}
