//! Which role has which permissions: the one table.

use entity::org_member::OrgRole;

use super::{Perm, Perms};

use Perm::{
    ActivityRead, BillingWrite, Console, KeysAll, KeysMake, KeysOwn, MembersRead, MembersWrite, OrgWrite,
    StatementRead, VpsCreate, VpsDelete, VpsRead, VpsUse, WalletRead, WalletRefund, WalletTopUp,
};

const ADMIN: Perms = Perms::of(&[
    VpsRead,
    VpsCreate,
    VpsUse,
    Console,
    VpsDelete,
    WalletRead,
    StatementRead,
    WalletTopUp,
    BillingWrite,
    WalletRefund,
    ActivityRead,
    MembersRead,
    MembersWrite,
    OrgWrite,
    KeysOwn,
    KeysMake,
    KeysAll,
]);
const MEMBER: Perms = Perms::of(&[
    VpsRead,
    VpsCreate,
    VpsUse,
    Console,
    VpsDelete,
    WalletRead,
    ActivityRead,
    MembersRead,
    KeysOwn,
    KeysMake,
]);
const BILLING: Perms = Perms::of(&[
    VpsRead,
    WalletRead,
    StatementRead,
    WalletTopUp,
    BillingWrite,
    WalletRefund,
    ActivityRead,
    MembersRead,
    KeysOwn,
    KeysMake,
]);
const READONLY: Perms = Perms::of(&[VpsRead, WalletRead, StatementRead, ActivityRead, MembersRead, KeysOwn, KeysMake]);

/// What a role may do.
#[must_use]
pub const fn perms_of(role: OrgRole) -> Perms {
    match role {
        OrgRole::Owner => Perms::ALL,
        OrgRole::Admin => ADMIN,
        OrgRole::Member => MEMBER,
        OrgRole::Billing => BILLING,
        OrgRole::Readonly => READONLY,
    }
}

/// The least role that has the permission, for words: "ask a member of the role …".
#[must_use]
pub fn role_of(perm: Perm) -> OrgRole {
    let from_least = [OrgRole::Readonly, OrgRole::Member, OrgRole::Billing, OrgRole::Admin];
    from_least.into_iter().find(|role| perms_of(*role).has(perm)).unwrap_or(OrgRole::Owner)
}

/// What bounds a role's permissions for one request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The person changes nothing on this platform but their own account.
    pub reads_only: bool,
    /// An administrator is in the person's place; `Some(true)` if they asked for writes.
    pub guest_writes: Option<bool>,
    /// The scopes of the API key.
    pub scopes: Option<Perms>,
}

impl Limits {
    /// What remains of a role's permissions.
    #[must_use]
    pub fn apply(self, role: OrgRole) -> Perms {
        let role = perms_of(role);
        let reads = Perms::that(Perm::reads);
        let role = if self.reads_only {
            role.and(Perms::that(|perm| perm.reads() || matches!(perm, KeysOwn | KeysMake)))
        } else {
            role
        };
        let role = match self.guest_writes {
            None => role,
            Some(true) => role.and(Perms::that(Perm::in_anothers_place)),
            Some(false) => role.and(reads),
        };
        self.scopes.map_or(role, |scopes| role.and(scopes).and(Perms::that(Perm::scope)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_what_the_table_of_the_documentation_says() {
        let document = include_str!("../../../docs/access.md");
        let rows: Vec<Vec<&str>> = document
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        assert_eq!(rows.len(), Perm::ALL.len(), "a line for each permission");
        for row in rows {
            let perm: Perm = row[0].trim_matches('`').parse().unwrap();
            assert_eq!(row[1], perm.words(), "{perm}");
            for (role, cell) in OrgRole::ALL.iter().zip(&row[2..7]) {
                assert_eq!(*cell == "yes", perms_of(*role).has(perm), "{perm} for {role}");
            }
            let marks = [perm.scope(), perm.steps_up(), perm.in_anothers_place()];
            assert_eq!([row[7], row[8], row[9]].map(|cell| cell == "yes"), marks, "{perm}");
        }
    }

    #[test]
    fn each_role_is_within_the_owners_and_a_limit_only_takes() {
        for role in OrgRole::ALL {
            let all = perms_of(*role);
            assert!(all.within(perms_of(OrgRole::Owner)));
            for limits in [
                Limits { reads_only: true, ..Limits::default() },
                Limits { guest_writes: Some(false), ..Limits::default() },
                Limits { guest_writes: Some(true), ..Limits::default() },
                Limits { scopes: Some(Perms::ALL), ..Limits::default() },
            ] {
                let left = limits.apply(*role);
                assert!(left.within(all) && left != Perms::ALL, "{limits:?}");
            }
            let guest = Limits { guest_writes: Some(false), ..Limits::default() }.apply(*role);
            assert!(guest.iter().all(Perm::reads));
        }
        assert_eq!(role_of(Perm::VpsCreate), OrgRole::Member);
        assert_eq!(role_of(Perm::WalletTopUp), OrgRole::Billing);
        assert_eq!(role_of(Perm::OrgDelete), OrgRole::Owner);
    }
}
