//! The accounts that tokens belong to: the one with the machines, and empty ones of others.

use serde_json::{Value, json};

use super::{
    events,
    page::PageQuery,
    reply::{ApiError, ApiResult},
    view,
};

/// Who the events say acted.
pub(crate) const USERNAME: &str = "skypanel-sim";
/// The account with the machines.
pub(crate) const HOME: &str = "5A11EEC5-526F-487D-B317EBEB34C87D71";

pub(crate) fn account(euuid: &str) -> Value {
    json!({
        "active_promotions": [], "active_since": "2020-01-01T00:00:00", "address_1": "1 Simulation Way",
        "address_2": "", "balance": 0.0, "balance_uninvoiced": 0.0, "billing_source": "linode",
        "capabilities": ["Linodes", "NodeBalancers", "Block Storage", "Backups", "Cloud Firewall"],
        "city": "Philadelphia", "company": "Simulated Hosting", "country": "US",
        "credit_card": { "expiry": "12/2030", "last_four": "1111" },
        "email": "cloud@example.com", "euuid": euuid,
        "first_name": "Sim", "last_name": "Ulator", "phone": "215-555-0100", "state": "PA",
        "tax_id": "", "zip": "19102",
    })
}

pub(crate) fn profile() -> Value {
    json!({
        "authentication_type": "password", "authorized_keys": null, "email": "cloud@example.com",
        "email_notifications": true, "ip_whitelist_enabled": false, "lish_auth_method": "keys_only",
        "referrals": {
            "code": "5a1a7edc0de5a1a7edc0de5a1a7edc0de5a1a7ed", "completed": 0, "credit": 0, "pending": 0,
            "total": 0, "url": "https://www.linode.com/?r=5a1a7edc0de5a1a7edc0de5a1a7edc0de5a1a7ed",
        },
        "restricted": false, "timezone": "UTC", "two_factor_auth": true, "uid": 1001,
        "username": USERNAME, "verified_phone_number": null,
    })
}

/// What an account without machines answers about machines; `None` where it answers as any other does.
pub(crate) fn empty(method: &str, segments: &[&str], wanted: &PageQuery<'_>) -> Option<ApiResult> {
    match (method, segments) {
        ("GET", ["linode", "instances"]) => Some(wanted.page(Vec::new(), view::FIELDS)),
        ("GET", ["account", "events"]) => Some(wanted.page(Vec::new(), events::FIELDS)),
        ("POST", ["linode", "instances"]) => {
            Some(Err(ApiError::bad("Account Limit reached. Please open a support ticket.")))
        }
        (_, ["linode", "instances", ..] | ["account", "events", ..]) => Some(Err(ApiError::not_found())),
        _ => None,
    }
}
