//! Security events: who was refused, from where and how often.
//!
//! Personal data stand in these rows alone, because they may be erased. They are never written into the activity log or
//! the ledger, which hold ids and codes.

use std::net::IpAddr;

use entity::UserId;
use entity::security_event::SecurityKind;
use sea_orm::ConnectionTrait;
use serde_json::{Value as Json, json};

use crate::error::Result;
use crate::{Ctx, db};

/// Bytes of the keyed hash of an address that are kept: enough to tell addresses apart.
const MAC_LEN: usize = 16;

/// Something that was refused, to be recorded with [`record`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// What was refused.
    pub kind: SecurityKind,
    /// Who asked, if they were signed in.
    pub user: Option<UserId>,
    /// The address that was typed, in its canonical form. What is kept is the user whose it is or else a keyed hash.
    pub email: Option<String>,
    /// Where it came from.
    pub ip: Option<IpAddr>,
}

/// Records refusals with how often each happened. Those of one minute, kind, person and address share a row.
///
/// # Errors
/// When the database does not answer.
pub async fn record(ctx: &Ctx, db: &impl ConnectionTrait, seen: &[(Refusal, i32)]) -> Result<()> {
    let rows: Vec<Json> = seen.iter().map(|(refusal, count)| row(ctx, refusal, *count)).collect();
    upsert_events(Json::from(rows)).exec(db).await?;
    Ok(())
}

fn row(ctx: &Ctx, refusal: &Refusal, count: i32) -> Json {
    let mac = refusal.email.as_ref().map(|email| {
        let mac = ctx.vault.fingerprint(format!("email\0{email}").as_bytes());
        mac.iter().take(MAC_LEN).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    });
    json!({
        "kind": refusal.kind,
        "user_id": refusal.user.map(|user| user.0),
        "email": refusal.email,
        "email_mac": mac,
        "ip": refusal.ip,
        "count": count,
    })
}

db::statement! {
    fn upsert_events(events: Json) = file "security/upsert_events.sql";
}
