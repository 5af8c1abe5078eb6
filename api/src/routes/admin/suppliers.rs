//! Suppliers' invoices beside what was charged.

use domain::supplier::{self, NewSupplierInvoice};
use domain::{CloudId, OrgId, SupplierForm, SupplierInvoiceId, VpsId};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::{Object, OpenApi};

use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Created, Done, Id, Money, Paged, Time, Vocabulary, Word, page};

impl Vocabulary for SupplierForm {
    const NAME: &'static str = "SupplierForm";
    const ABOUT: &'static str = "How a supplier's document is written.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A supplier's invoice, and what was charged for its servers in its time.
#[derive(Debug, Object)]
pub struct SupplierInvoice {
    /// Its id.
    id: Id<SupplierInvoiceId>,
    /// Of which cloud.
    cloud_id: Id<CloudId>,
    /// The cloud's name.
    #[oai(validator(max_length = 100))]
    cloud_name: String,
    /// The supplier's number.
    #[oai(validator(max_length = 100))]
    number: String,
    /// How the document was written.
    form: Word<SupplierForm>,
    /// The begin of the time that it is about.
    from: Time,
    /// The end of that time.
    to: Time,
    /// All that the supplier asks for.
    total: Money,
    /// What of it is for servers of ours.
    asked: Money,
    /// What of it is for machines that are no servers of ours.
    unknown: Money,
    /// What of it is for no machine.
    other: Money,
    /// What customers were charged for those servers, in that time.
    charged: Money,
    /// What was charged less all that the supplier asks for.
    margin: Money,
    /// The margin in hundredths of a percent of what was charged; null where nothing was.
    margin_bp: Option<i64>,
    /// Machines that are servers of ours.
    servers: i64,
    /// Machines that are not.
    unknown_machines: i64,
    /// When it was imported.
    imported_at: Time,
}

impl From<supplier::SupplierInvoice> for SupplierInvoice {
    fn from(row: supplier::SupplierInvoice) -> Self {
        Self {
            id: Id(row.id),
            cloud_id: Id(row.cloud_id),
            form: Word(row.form),
            from: row.from_at.into(),
            to: row.to_at.into(),
            total: Money::usd(row.total_micros),
            asked: Money::usd(row.asked_micros),
            unknown: Money::usd(row.unknown_micros),
            other: Money::usd(row.other_micros),
            charged: Money::usd(row.charged_micros),
            margin: Money::usd(row.charged_micros - row.total_micros),
            margin_bp: row.margin_bp(),
            servers: row.servers,
            unknown_machines: row.unknown_machines,
            imported_at: row.imported_at.into(),
            cloud_name: row.cloud_name,
            number: row.number,
        }
    }
}

/// A machine of an invoice.
#[derive(Debug, Object)]
pub struct SupplierServer {
    /// The supplier's id of it.
    #[oai(validator(max_length = 100))]
    machine: String,
    /// The server that it is; null for one that we don't know.
    vps_id: Option<Id<VpsId>>,
    /// The server's name.
    #[oai(validator(max_length = 64))]
    label: Option<String>,
    /// Whose it is.
    org_id: Option<Id<OrgId>>,
    /// The organisation's name.
    #[oai(validator(max_length = 100))]
    org_name: Option<String>,
    /// What the supplier asks for it.
    asked: Money,
    /// What its customer was charged.
    charged: Money,
    /// The second less the first.
    difference: Money,
}

impl From<supplier::SupplierServer> for SupplierServer {
    fn from(row: supplier::SupplierServer) -> Self {
        Self {
            machine: row.machine_ref,
            vps_id: row.vps_id.map(Id),
            label: row.label,
            org_id: row.org_id.map(Id),
            org_name: row.org_name,
            asked: Money::usd(row.asked_micros),
            charged: Money::usd(row.charged_micros),
            difference: Money::usd(row.charged_micros - row.asked_micros),
        }
    }
}

/// A supplier's invoice with its machines.
#[derive(Debug, Object)]
pub struct SupplierDetail {
    /// It.
    invoice: SupplierInvoice,
    /// Machines that we don't know first, then those that lose the most; 1,000 at most.
    #[oai(validator(max_items = 1000))]
    servers: Vec<SupplierServer>,
}

impl From<supplier::SupplierDetail> for SupplierDetail {
    fn from(detail: supplier::SupplierDetail) -> Self {
        let servers = detail.servers.into_iter().map(SupplierServer::from).collect();
        Self { invoice: detail.invoice.into(), servers }
    }
}

/// A document to import.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ImportSupplierInvoice {
    /// Whose it is.
    cloud_id: Id<CloudId>,
    /// The supplier's number of it.
    #[oai(validator(min_length = 1, max_length = 100))]
    number: String,
    /// How it is written.
    form: Choice<SupplierForm>,
    /// The document. What is longer is imported at the command line.
    #[oai(validator(min_length = 1, max_length = 60000))]
    content: String,
}

/// Below which margin an invoice is told of.
#[derive(Debug, Object)]
pub struct MarginSetting {
    /// Hundredths of a percent.
    margin_bp: i32,
}

/// Another margin.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct SetMargin {
    /// Hundredths of a percent.
    #[oai(validator(minimum(value = "0"), maximum(value = "9999")))]
    margin_bp: i32,
}

/// Why a document is not imported.
pub struct ImportProblems;

impl Problems for ImportProblems {
    const OWN: &'static [(u16, &'static str)] = &[(404, "not_found"), (409, "supplier_invoice_differs")];
}

/// Operations on suppliers' invoices.
pub struct SuppliersApi;

#[OpenApi]
impl SuppliersApi {
    /// List suppliers' invoices
    ///
    /// Each with what was charged for its servers in its time, the newest first.
    #[oai(
        path = "/api/admin/billing/suppliers",
        method = "get",
        operation_id = "listSupplierInvoices",
        tag = "Tag::Admin"
    )]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<SupplierInvoice>> {
        let found = supplier::list(&app.ctx, &admin.actor(), &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, SupplierInvoice::from)))
    }

    /// Import a supplier's invoice
    ///
    /// The same document again changes nothing, and gives the same answer.
    #[oai(
        path = "/api/admin/billing/suppliers",
        method = "post",
        operation_id = "importSupplierInvoice",
        tag = "Tag::Admin"
    )]
    async fn import(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        body: Body<ImportSupplierInvoice>,
    ) -> Created<SupplierDetail, ImportProblems> {
        let ImportSupplierInvoice { cloud_id, number, form, content } = body.0;
        let new = NewSupplierInvoice { cloud: cloud_id.0, number: &number, form: form.0, content: &content };
        Ok(Answer::new(supplier::import(&app.ctx, &admin.actor(), new).await?.into()))
    }

    /// Read a supplier's invoice
    ///
    /// Machine by machine, beside what was charged.
    #[oai(
        path = "/api/admin/billing/suppliers/:id",
        method = "get",
        operation_id = "getSupplierInvoice",
        tag = "Tag::Admin"
    )]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The invoice's id.
        id: Path<Id<SupplierInvoiceId>>,
    ) -> Done<SupplierDetail> {
        Ok(Answer::new(supplier::detail(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// Read the margin that is told of
    ///
    /// The newest invoice of a cloud that leaves less is an alert of the overview.
    #[oai(path = "/api/admin/billing/margin", method = "get", operation_id = "getMargin", tag = "Tag::Admin")]
    async fn margin(&self, admin: Admin, app: Data<&Shared>) -> Done<MarginSetting> {
        Ok(Answer::new(MarginSetting { margin_bp: supplier::margin(&app.ctx, &admin.actor()).await? }))
    }

    /// Change the margin that is told of
    ///
    /// It changes no price.
    #[oai(path = "/api/admin/billing/margin", method = "put", operation_id = "setMargin", tag = "Tag::Admin")]
    async fn set_margin(&self, admin: AdminVerified, app: Data<&Shared>, body: Body<SetMargin>) -> Done<MarginSetting> {
        let margin_bp = supplier::set_margin(&app.ctx, &admin.actor(), body.0.margin_bp).await?;
        Ok(Answer::new(MarginSetting { margin_bp }))
    }
}
