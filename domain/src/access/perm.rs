//! Permissions: what a role may, and what an API key may be limited to.

use serde::{Deserialize, Serialize};

macro_rules! perms {
    ($($(#[$meta:meta])* $variant:ident = $word:literal $bit:literal,)+) => {
        /// Something that a member of an organisation may be allowed to do. Also a scope of an API key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Perm {
            $($(#[$meta])* #[serde(rename = $word)] $variant = $bit,)+
        }

        impl Perm {
            /// All of them, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its word on the wire, and as a key's scope.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

perms! {
    /// See servers, their jobs, and what is on sale.
    VpsRead = "vps:read" 0,
    /// Order servers.
    VpsCreate = "vps:create" 1,
    /// Switch, rename and change servers.
    VpsUse = "vps:use" 2,
    /// Open a console.
    Console = "console" 3,
    /// Delete servers.
    VpsDelete = "vps:delete" 4,
    /// See the balance and what an hour costs.
    WalletRead = "wallet:read" 5,
    /// See every entry of the statement, and invoices.
    StatementRead = "statement:read" 6,
    /// Add money.
    WalletTopUp = "wallet:top_up" 7,
    /// Change what invoices are addressed to.
    BillingWrite = "billing:write" 8,
    /// Ask for money back, and keep means of payment.
    WalletRefund = "wallet:refund" 9,
    /// See what happened.
    ActivityRead = "activity:read" 10,
    /// See who belongs to the organisation.
    MembersRead = "members:read" 11,
    /// Invite and remove members, and change their roles, owners excepted.
    MembersWrite = "members:write" 12,
    /// Change the organisation's name and address.
    OrgWrite = "org:write" 13,
    /// See and revoke API keys of one's own.
    KeysOwn = "keys:own" 14,
    /// Make API keys of one's own.
    KeysMake = "keys:make" 15,
    /// See and revoke everybody's API keys.
    KeysAll = "keys:all" 16,
    /// Make and unmake owners.
    OwnersWrite = "owners:write" 17,
    /// Limit from where the organisation is used, and demand a second factor.
    OrgSecurity = "org:security" 18,
    /// Delete the organisation.
    OrgDelete = "org:delete" 19,
}

impl Perm {
    /// What it lets one do, as a sentence continues after "may not".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::VpsRead => "see servers",
            Self::VpsCreate => "order servers",
            Self::VpsUse => "use servers",
            Self::Console => "open a console",
            Self::VpsDelete => "delete servers",
            Self::WalletRead => "see the balance",
            Self::StatementRead => "see the statement",
            Self::WalletTopUp => "add money",
            Self::BillingWrite => "change billing details",
            Self::WalletRefund => "ask for money back",
            Self::ActivityRead => "see what happened",
            Self::MembersRead => "see the members",
            Self::MembersWrite => "change the members",
            Self::OrgWrite => "change the organisation",
            Self::KeysOwn => "have API keys",
            Self::KeysMake => "make API keys",
            Self::KeysAll => "see everybody's API keys",
            Self::OwnersWrite => "make or unmake owners",
            Self::OrgSecurity => "change the organisation's security",
            Self::OrgDelete => "delete the organisation",
        }
    }

    /// Whether it only looks.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::VpsRead | Self::WalletRead | Self::StatementRead | Self::ActivityRead | Self::MembersRead)
    }

    /// Whether an API key may have it: a key makes no keys, and touches no members, owners or means of payment.
    #[must_use]
    pub const fn scope(self) -> bool {
        matches!(
            self,
            Self::VpsRead
                | Self::VpsCreate
                | Self::VpsUse
                | Self::Console
                | Self::VpsDelete
                | Self::WalletRead
                | Self::StatementRead
                | Self::ActivityRead
        )
    }

    /// Whether the person must have proved lately who they are, with all that they have enrolled.
    #[must_use]
    pub const fn steps_up(self) -> bool {
        matches!(
            self,
            Self::VpsDelete
                | Self::WalletRefund
                | Self::KeysMake
                | Self::OwnersWrite
                | Self::OrgSecurity
                | Self::OrgDelete
        )
    }

    /// Whether an administrator in a customer's place may have it, if they asked for writes.
    #[must_use]
    pub const fn in_anothers_place(self) -> bool {
        self.reads() || matches!(self, Self::VpsCreate | Self::VpsUse | Self::VpsDelete)
    }
}

impl std::fmt::Display for Perm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Perm {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|perm| perm.as_str() == word).ok_or_else(|| format!("{word:?} is no permission"))
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Perms(u32);

impl Perms {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// Every one.
    pub const ALL: Self = Self::of(Perm::ALL);

    /// These.
    #[must_use]
    pub const fn of(perms: &[Perm]) -> Self {
        let (mut bits, mut n) = (0, 0);
        while n < perms.len() {
            bits |= 1 << perms[n] as u8;
            n += 1;
        }
        Self(bits)
    }

    /// Those that fit.
    #[must_use]
    pub fn that(fits: impl Fn(Perm) -> bool) -> Self {
        Perm::ALL.iter().copied().filter(|perm| fits(*perm)).collect()
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(self, perm: Perm) -> bool {
        self.0 & (1 << perm as u8) != 0
    }

    /// Those that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether all of them are in the other set: nobody grants what they lack.
    #[must_use]
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// One by one, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = Perm> {
        Perm::ALL.iter().copied().filter(move |perm| self.has(*perm))
    }
}

impl FromIterator<Perm> for Perms {
    fn from_iter<I: IntoIterator<Item = Perm>>(perms: I) -> Self {
        Self(perms.into_iter().fold(0, |bits, perm| bits | 1 << perm as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_sets_keep_what_they_hold() {
        for (n, perm) in Perm::ALL.iter().enumerate() {
            assert_eq!((*perm as usize, perm.as_str().parse()), (n, Ok(*perm)));
            let one = Perms::of(&[*perm]);
            assert!(one.has(*perm) && one.within(Perms::ALL) && !Perms::ALL.within(one));
            assert_eq!(one.iter().collect::<Vec<_>>(), [*perm]);
        }
        assert_eq!(Perms::ALL.iter().count(), Perm::ALL.len());
        assert_eq!(Perms::that(Perm::reads).and(Perms::of(&[Perm::VpsCreate])), Perms::NONE);
    }

    #[test]
    fn a_key_and_a_guest_touch_no_members_owners_or_money() {
        use Perm::*;
        for perm in [
            WalletTopUp,
            BillingWrite,
            WalletRefund,
            MembersWrite,
            OwnersWrite,
            OrgSecurity,
            OrgDelete,
            KeysOwn,
            KeysMake,
        ] {
            assert!(!perm.scope() && !perm.in_anothers_place() && !perm.reads(), "{perm}");
        }
        assert!(!Console.in_anothers_place());
    }
}
