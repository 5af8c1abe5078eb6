//! The one account that every token belongs to.

use serde_json::{Value, json};

/// Who the events say acted.
pub(crate) const USERNAME: &str = "skypanel-sim";

pub(crate) fn account() -> Value {
    json!({
        "active_promotions": [], "active_since": "2020-01-01T00:00:00", "address_1": "1 Simulation Way",
        "address_2": "", "balance": 0.0, "balance_uninvoiced": 0.0, "billing_source": "linode",
        "capabilities": ["Linodes", "NodeBalancers", "Block Storage", "Backups", "Cloud Firewall"],
        "city": "Philadelphia", "company": "Simulated Hosting", "country": "US",
        "credit_card": { "expiry": "12/2030", "last_four": "1111" },
        "email": "cloud@example.com", "euuid": "5A11EEC5-526F-487D-B317EBEB34C87D71",
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
