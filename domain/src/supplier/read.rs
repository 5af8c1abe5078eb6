//! A supplier's invoice beside what was charged.

use chrono::{DateTime, Utc};
use entity::supplier_invoice::SupplierForm;
use entity::{AnyId, CloudId, OrgId, SupplierInvoiceId, VpsId};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::{Actor, Ctx, EventStatus, access, db};

/// The most servers of one answer: those that lose the most.
const MAX_SERVERS: i64 = 1_000;
/// The highest margin that can be asked for, in hundredths of a percent.
const MAX_MARGIN_BP: i32 = 9_999;

db::row! {
    /// A supplier's invoice, and what was charged for its servers in its time. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    pub struct SupplierInvoice {
        /// Its id.
        pub id: SupplierInvoiceId,
        /// Of which cloud.
        pub cloud_id: CloudId,
        /// The cloud's name.
        pub cloud_name: String,
        /// The supplier's number.
        pub number: String,
        /// How the document was written.
        pub form: SupplierForm,
        /// The begin of the time that it is about.
        pub from_at: DateTime<Utc>,
        /// The end of that time.
        pub to_at: DateTime<Utc>,
        /// All that the supplier asks for.
        pub total_micros: i64,
        /// What of it is for servers of ours.
        pub asked_micros: i64,
        /// What of it is for machines that are no servers of ours.
        pub unknown_micros: i64,
        /// What of it is for no machine.
        pub other_micros: i64,
        /// What customers were charged for those servers.
        pub charged_micros: i64,
        /// Machines that are servers of ours.
        pub servers: i64,
        /// Machines that are not.
        pub unknown_machines: i64,
        /// When it was imported.
        pub imported_at: DateTime<Utc>,
    }
}

impl SupplierInvoice {
    /// The margin in hundredths of a percent of what was charged, with all that the supplier asks for; none where
    /// nothing was charged.
    #[must_use]
    pub fn margin_bp(&self) -> Option<i64> {
        let share = i128::from(self.charged_micros - self.total_micros) * 10_000;
        (self.charged_micros > 0).then(|| i64::try_from(share / i128::from(self.charged_micros)).unwrap_or(i64::MIN))
    }
}

db::row! {
    /// A machine of an invoice. Amounts are in micro-units.
    #[derive(Clone, Debug)]
    pub struct SupplierServer {
        /// The supplier's id of it.
        pub machine_ref: String,
        /// The server that it is; none for one that we don't know.
        pub vps_id: Option<VpsId>,
        /// The server's name.
        pub label: Option<String>,
        /// Whose it is.
        pub org_id: Option<OrgId>,
        /// The organisation's name.
        pub org_name: Option<String>,
        /// What the supplier asks for it.
        pub asked_micros: i64,
        /// What its customer was charged.
        pub charged_micros: i64,
    }
}

/// A supplier's invoice with its machines.
#[derive(Clone, Debug)]
pub struct SupplierDetail {
    /// It.
    pub invoice: SupplierInvoice,
    /// Machines that we don't know first, then those that lose the most; 1,000 at most.
    pub servers: Vec<SupplierServer>,
}

/// Suppliers' invoices, the newest first.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn list(ctx: &Ctx, actor: &Actor, request: &PageRequest) -> Result<Page<SupplierInvoice>> {
    actor.admin()?;
    let before = request.after::<AnyId>()?.map(|id| id.0);
    request.page(select_invoices(before, request.fetch()?).all(&ctx.db).await?, |row: &SupplierInvoice| row.id)
}

/// One of them with its machines.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn detail(ctx: &Ctx, actor: &Actor, id: SupplierInvoiceId) -> Result<SupplierDetail> {
    actor.admin()?;
    let invoice = select_invoice(id).one(&ctx.db).await?.ok_or_else(|| Error::not_found("invoice"))?;
    Ok(SupplierDetail { invoice, servers: select_servers(id, MAX_SERVERS).all(&ctx.db).await? })
}

/// Below which margin an invoice is told of, in hundredths of a percent.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn margin(ctx: &Ctx, actor: &Actor) -> Result<i32> {
    actor.admin()?;
    select_margin().only(&ctx.db).await
}

/// Changes it.
///
/// # Errors
/// A field error; `step_up_required`; `forbidden` for others than administrators.
pub async fn set_margin(ctx: &Ctx, actor: &Actor, margin_bp: i32) -> Result<i32> {
    actor.admin()?;
    if !(0..=MAX_MARGIN_BP).contains(&margin_bp) {
        return Err(Error::field("/margin_bp", format!("choose 0 to {MAX_MARGIN_BP} hundredths of a percent")));
    }
    let tx = ctx.begin().await?;
    access::verified(ctx, &tx, actor).await?;
    update_margin(margin_bp, ctx.clock.now(&tx).await?).exec(&tx).await?;
    let event = Event::new("billing.margin", EventStatus::Info, "The margin that is told of was changed").by(actor);
    activity::record(&tx, event.metadata(json!({ "margin_bp": margin_bp }))).await?;
    tx.commit().await?;
    Ok(margin_bp)
}

db::row! {
    /// A cloud whose newest invoice leaves too little.
    pub(crate) struct LowMargin {
        /// The invoice.
        pub(crate) id: SupplierInvoiceId,
        /// The cloud's name.
        pub(crate) cloud_name: String,
        /// The supplier's number.
        pub(crate) number: String,
    }
}

/// Clouds whose newest invoice leaves less than the margin that was set.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn low_margins(db: &impl ConnectionTrait) -> Result<Vec<LowMargin>> {
    select_low().all(db).await
}

db::statement! {
    fn select_invoices(before: Option<Uuid>, limit: i64) -> SupplierInvoice =
        file "supplier_invoices.sql",
        "where $1::uuid is null or i.id < $1 order by i.id desc limit $2";

    fn select_invoice(id: SupplierInvoiceId) -> SupplierInvoice =
        file "supplier_invoices.sql",
        "where i.id = $1";

    fn select_servers(id: SupplierInvoiceId, limit: i64) -> SupplierServer = file "select_servers.sql";

    fn select_low() -> LowMargin = file "select_low.sql";

    fn select_margin() -> i32 = "select min_margin_bp from billing_setting";

    fn update_margin(margin_bp: i32, now: DateTime<Utc>) =
        "update billing_setting set min_margin_bp = $1, updated_at = $2";
}
