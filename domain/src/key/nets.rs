//! Lists of networks: from where a key, or an organisation, may be used.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::error::{Error, Result};

/// Networks that one list may name.
pub const MAX_NETS: usize = 32;

/// Networks as a person wrote them, in their one spelling: an address alone stands for itself, and bits beyond the
/// network's length are dropped.
///
/// # Errors
/// A field error for what is no network.
pub fn read(pointer: &str, lines: &[String]) -> Result<Vec<IpNet>> {
    if lines.len() > MAX_NETS {
        return Err(Error::field(pointer, format!("name at most {MAX_NETS} networks")));
    }
    let mut nets = Vec::with_capacity(lines.len());
    for (n, line) in lines.iter().enumerate() {
        let line = line.trim();
        let net = line.parse::<IpNet>().or_else(|_| line.parse::<IpAddr>().map(|ip| IpNet::from(ip.to_canonical())));
        let net = net.map_err(|_| {
            Error::field(
                format!("{pointer}/{n}"),
                "write an address or a network, such as 203.0.113.7 or 2001:db8::/48",
            )
        })?;
        nets.push(net.trunc());
    }
    nets.sort_unstable();
    nets.dedup();
    Ok(nets)
}

/// Whether an address is within the list. An empty list admits every address; an unknown address is in no network.
#[must_use]
pub fn admit(nets: &[IpNet], ip: Option<IpAddr>) -> bool {
    nets.is_empty() || ip.is_some_and(|ip| nets.iter().any(|net| net.contains(&ip.to_canonical())))
}

/// Networks in their one spelling.
#[must_use]
pub fn words(nets: &[IpNet]) -> Vec<String> {
    nets.iter().map(ToString::to_string).collect()
}

/// The answer to a list without the address of the one who makes it: `then` says what would follow, `nothing` what was
/// not done.
#[must_use]
pub fn own_address_missing(from: Option<IpAddr>, then: &str, nothing: &str) -> Error {
    let from = from.map_or_else(String::new, |ip| format!(" ({})", ip.to_canonical()));
    Error::conflict(
        "own_address_missing",
        format!("Your own address{from} is not in the list, so {then}. Add it, or leave the list empty. {nothing}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(lines: &[&str]) -> Result<Vec<IpNet>> {
        read("/ip_allow", &lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn networks_have_one_spelling() {
        let read = nets(&[" 203.0.113.7", "10.1.2.3/8", "10.0.0.0/8", "2001:DB8::1/48", "::ffff:203.0.113.7"]).unwrap();
        let said: Vec<_> = read.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["10.0.0.0/8", "203.0.113.7/32", "2001:db8::/48"]);
        for bad in ["", "10.0.0.0/33", "example.com", "10.0.0", "10.0.0.0/8, 11.0.0.0/8"] {
            assert_eq!(nets(&["10.0.0.0/8", bad]).unwrap_err().fields[0].pointer, "/ip_allow/1", "{bad:?}");
        }
        assert!(nets(&["10.0.0.1"; 33]).is_err());
    }

    #[test]
    fn an_empty_list_admits_all_and_another_only_its_own() {
        let list = nets(&["10.0.0.0/8", "2001:db8::/48"]).unwrap();
        let ip = |text: &str| text.parse().ok();
        for (address, is_in) in [
            (ip("10.9.9.9"), true),
            (ip("::ffff:10.9.9.9"), true),
            (ip("2001:db8:0:1::1"), true),
            (ip("11.0.0.1"), false),
            (ip("2001:db8:1::1"), false),
            (None, false),
        ] {
            assert_eq!(admit(&list, address), is_in, "{address:?}");
            assert!(admit(&[], address));
        }
    }
}
