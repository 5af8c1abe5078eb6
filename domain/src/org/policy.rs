//! What an organisation demands of who uses it, as a process that serves requests keeps it.

use std::net::IpAddr;

use entity::OrgId;
use ipnet::IpNet;

use crate::error::{Error, ErrorKind, Result};
use crate::{Ctx, db, factor, key};

/// The demands of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The organisation.
    pub org: OrgId,
    /// Whether its members need a second factor.
    pub require_mfa: bool,
    /// From where it is used; empty for anywhere.
    pub ip_allow: Vec<IpNet>,
}

db::row! {
    struct Row {
        id: OrgId,
        require_mfa: bool,
        ip_allow: Vec<String>,
    }
}

impl From<Row> for Policy {
    fn from(row: Row) -> Self {
        let Row { id, require_mfa, ip_allow } = row;
        // The database has checked that each is a network.
        Self { org: id, require_mfa, ip_allow: ip_allow.iter().filter_map(|net| net.parse().ok()).collect() }
    }
}

/// What a request shows of itself.
#[derive(Clone, Copy, Debug)]
pub enum Shows<'a> {
    /// A person's session, with the ways in which they proved who they are.
    Person(&'a [String]),
    /// An administrator in a member's place, whom the organisation's networks do not bind: they must reach it to help.
    Guest(&'a [String]),
    /// A member's key; `true` if the member has a second factor.
    Key(bool),
}

impl Policy {
    /// Lets through who meets the demands. Where more than one is not met, the address is said first: nothing else can
    /// be mended from there.
    ///
    /// # Errors
    /// `address_not_allowed`; `mfa_required`.
    pub fn admit(&self, shows: Shows<'_>, ip: Option<IpAddr>) -> Result<()> {
        if !matches!(shows, Shows::Guest(_)) && !key::admit(&self.ip_allow, ip) {
            return Err(not_from_here(ip));
        }
        match shows {
            Shows::Person(amr) | Shows::Guest(amr) => {
                factor::demand(self.require_mfa, amr).map_err(|error| Error { detail: ENROL.to_owned(), ..error })
            }
            Shows::Key(has_factor) if self.require_mfa && !has_factor => {
                Err(Error::new(ErrorKind::Forbidden, "mfa_required", ENROL_MAKER))
            }
            Shows::Key(_) => Ok(()),
        }
    }
}

const ENROL: &str = "This organisation asks its members for a second factor. Add an authenticator app or a passkey to \
                     your account, under Account, Security; then it opens. Nothing was changed.";
const ENROL_MAKER: &str = "This organisation asks its members for a second factor, and the maker of this API key has \
                           none. They add one to their account, under Account, Security. Nothing was changed.";

fn not_from_here(ip: Option<IpAddr>) -> Error {
    let from = ip.map_or_else(String::new, |ip| format!(", {},", ip.to_canonical()));
    let words = format!(
        "This organisation may be used only from the networks on its list, and your address{from} is not in one of \
         them. Use one of its networks, or ask an owner to add yours; if no owner can, ask support to lift the list. \
         Nothing was changed."
    );
    Error::new(ErrorKind::Forbidden, "address_not_allowed", words)
}

/// The organisations that demand something, at most `limit` of them.
///
/// # Errors
/// When the database does not answer.
pub async fn policies(ctx: &Ctx, limit: i64) -> Result<Vec<Policy>> {
    Ok(select_policies(limit).all(&ctx.db).await?.into_iter().map(Policy::from).collect())
}

/// What one organisation demands; none if nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn policy(ctx: &Ctx, org: OrgId) -> Result<Option<Policy>> {
    Ok(select_policy(org).one(&ctx.db).await?.map(Policy::from))
}

db::statement! {
    fn select_policies(limit: i64) -> Row =
        "select id, require_mfa, ip_allow from org
         where deleted_at is null and (require_mfa or ip_allow <> '{}') order by id limit $1";

    fn select_policy(org: OrgId) -> Row =
        "select id, require_mfa, ip_allow from org
         where id = $1 and deleted_at is null and (require_mfa or ip_allow <> '{}')";
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_demand_is_met_or_named() {
        let policy = |require_mfa, nets: &[&str]| Policy {
            org: OrgId(Uuid::nil()),
            require_mfa,
            ip_allow: nets.iter().map(|net| net.parse().unwrap()).collect(),
        };
        let amr = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let (plain, strong) = (amr(&["pwd"]), amr(&["pwd", "otp", "mfa"]));
        let (inside, outside) = ("10.1.2.3".parse().ok(), "11.1.2.3".parse().ok());
        let (mfa, nets) = (policy(true, &[]), policy(false, &["10.0.0.0/8"]));
        let both = policy(true, &["10.0.0.0/8"]);
        for (policy, shows, ip, wants) in [
            (&mfa, Shows::Person(&plain), outside, Some("mfa_required")),
            (&mfa, Shows::Person(&strong), outside, None),
            (&mfa, Shows::Guest(&plain), outside, Some("mfa_required")),
            (&mfa, Shows::Key(false), outside, Some("mfa_required")),
            (&mfa, Shows::Key(true), outside, None),
            (&nets, Shows::Person(&plain), inside, None),
            (&nets, Shows::Person(&strong), outside, Some("address_not_allowed")),
            (&nets, Shows::Person(&strong), None, Some("address_not_allowed")),
            (&nets, Shows::Key(true), outside, Some("address_not_allowed")),
            (&nets, Shows::Guest(&plain), outside, None),
            (&both, Shows::Person(&plain), outside, Some("address_not_allowed")),
            (&both, Shows::Person(&plain), inside, Some("mfa_required")),
        ] {
            assert_eq!(policy.admit(shows, ip).err().map(|error| error.code), wants, "{policy:?} {shows:?} {ip:?}");
        }
    }
}
