//! Storing a supplier's document, once.

use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use entity::supplier_invoice::SupplierForm;
use entity::{CloudId, Money, SupplierInvoiceId, UserId};
use serde_json::{Value as Json, json};

use super::parse::{Line, parse};
use super::read::{SupplierDetail, detail};
use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::{Actor, Ctx, EventStatus, db, text};

/// The longest document, in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// A document to import.
#[derive(Clone, Copy, Debug)]
pub struct NewSupplierInvoice<'a> {
    /// Whose it is.
    pub cloud: CloudId,
    /// The supplier's number of it.
    pub number: &'a str,
    /// How it is written.
    pub form: SupplierForm,
    /// The document.
    pub content: &'a str,
}

db::row! {
    struct Known {
        id: SupplierInvoiceId,
        sha256: Vec<u8>,
    }
}

/// Stores a supplier's document. The same one again changes nothing, and gives the same answer.
///
/// # Errors
/// Field errors, with the first line that can't be read; `supplier_invoice_differs` when another document has the
/// number; `not_found` for a cloud that does not exist; `forbidden` for others than administrators.
pub async fn import(ctx: &Ctx, actor: &Actor, new: NewSupplierInvoice<'_>) -> Result<SupplierDetail> {
    let admin = actor.admin()?;
    let number = text::line("/number", new.number, 1, 100)?;
    if new.content.len() > MAX_BYTES {
        return Err(Error::field("/content", "a document has at most 32 MiB; import it in parts"));
    }
    let lines = parse(new.form, new.content)?;
    let total = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.micros));
    let total = total.ok_or_else(|| Error::field("/content", "its sum is too large"))?;
    let sha256 = digest::digest(&digest::SHA256, new.content.as_bytes()).as_ref().to_vec();
    let tx = ctx.begin().await?;
    if !lock_cloud(new.cloud).one(&tx).await?.unwrap_or(false) {
        return Err(Error::not_found("cloud"));
    }
    if let Some(known) = select_known(new.cloud, &number).one(&tx).await? {
        tx.rollback().await?;
        if known.sha256 == sha256 {
            return detail(ctx, actor, known.id).await;
        }
        let words = "Another document with this number was imported. Nothing was changed.";
        return Err(Error::conflict("supplier_invoice_differs", words));
    }
    let now = ctx.clock.now(&tx).await?;
    let id: SupplierInvoiceId = ctx.chance.id(now);
    insert_invoice(id, new.cloud, &number, new.form, &sha256, total, admin, now).exec(&tx).await?;
    insert_lines(id, to_json(&lines)).exec(&tx).await?;
    let words = format!("A supplier’s invoice of {} was imported", Money::usd(total));
    let event = Event::new("cloud.invoice", EventStatus::Info, words).by(actor).entity("cloud", new.cloud);
    activity::record(&tx, event.metadata(json!({ "invoice": id, "total_micros": total, "lines": lines.len() })))
        .await?;
    tx.commit().await?;
    detail(ctx, actor, id).await
}

fn to_json(lines: &[Line]) -> Json {
    let line = |(no, line): (usize, &Line)| {
        json!({
            "no": no + 1, "machine_ref": line.machine, "label": line.label, "from_at": line.from, "to_at": line.to,
            "amount_micros": line.micros,
        })
    };
    lines.iter().enumerate().map(line).collect()
}

db::statement! {
    fn lock_cloud(id: CloudId) -> bool = "select deleted_at is null from cloud where id = $1 for share";

    fn select_known(cloud: CloudId, number: &str) -> Known =
        "select id, sha256 from supplier_invoice where cloud_id = $1 and number = $2";

    #[expect(clippy::too_many_arguments, reason = "one for each column")]
    fn insert_invoice(
        id: SupplierInvoiceId,
        cloud: CloudId,
        number: &str,
        form: SupplierForm,
        sha256: &[u8],
        total: i64,
        by: Option<UserId>,
        now: DateTime<Utc>,
    ) =
        "insert into supplier_invoice (id, cloud_id, number, form, sha256, total_micros, imported_by, imported_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";

    fn insert_lines(id: SupplierInvoiceId, lines: Json) = file "insert_lines.sql";
}
