//! The person's own data: a copy of all of it, and erasing it.

use domain::data_export::{self, DataExport, ExportState};
use domain::erasure::{self, Erasing};
use domain::{DataExportId, Error, JobId, OrgId};
use poem::http::HeaderValue;
use poem::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, SET_COOKIE};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};
use secrecy::ExposeSecret as _;

use crate::auth::cookie::Kind;
use crate::auth::{Own, OwnVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Document, Done, Id, Time, Vocabulary, Word};

impl Vocabulary for ExportState {
    const NAME: &'static str = "ExportState";
    const ABOUT: &'static str = "How a copy of a person's data stands.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A copy of the user's own data.
#[derive(Debug, Object)]
pub struct PersonExport {
    /// Its id.
    id: Id<DataExportId>,
    /// The job that writes it.
    job_id: Id<JobId>,
    /// Whether it can be downloaded.
    state: Word<ExportState>,
    /// When it was asked for.
    created_at: Time,
    /// Until when it can be downloaded; null before it is ready.
    expires_at: Option<Time>,
    /// How long it is, in bytes; null before it is ready.
    bytes: Option<i32>,
}

impl From<DataExport> for PersonExport {
    fn from(export: DataExport) -> Self {
        Self {
            id: Id(export.id),
            job_id: Id(export.job),
            state: Word(export.state),
            created_at: export.created_at.into(),
            expires_at: export.expires_at.map(Into::into),
            bytes: export.bytes,
        }
    }
}

/// The last copy that the user asked for.
#[derive(Debug, Object)]
pub struct LastExport {
    /// None where they never asked for one.
    export: Option<PersonExport>,
}

/// The erasure of the user's account, confirmed.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct EraseAccount {
    /// The user's own e-mail address, typed to confirm that it is meant.
    #[oai(validator(min_length = 3, max_length = 254))]
    email: String,
    /// Whether money left in the wallet of an organisation without other members may stay there until the person asks
    /// for it, by the former address and the organisation's id.
    leave_balance: Option<bool>,
}

/// An erasure that was asked for.
#[derive(Debug, Object)]
pub struct ErasedAccount {
    /// The job that erases.
    job_id: Id<JobId>,
    /// Organisations that ended with the person, because they had no other member.
    #[oai(validator(max_items = 1000))]
    closed: Vec<Id<OrgId>>,
}

impl From<Erasing> for ErasedAccount {
    fn from(erasing: Erasing) -> Self {
        Self { job_id: Id(erasing.job), closed: erasing.closed.into_iter().map(Id).collect() }
    }
}

/// Why no copy is written.
pub struct ExportProblems;

impl Problems for ExportProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "export_open")];
}

/// Why a person is not erased.
pub struct EraseProblems;

impl Problems for EraseProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (409, "administrator"),
        (409, "last_owner"),
        (409, "org_has_servers"),
        (409, "org_has_money"),
        (409, "in_debt"),
        (409, "busy"),
    ];
}

/// The operations on a person's own data.
pub struct PersonApi;

#[OpenApi]
impl PersonApi {
    /// Ask for a copy of one's data
    ///
    /// A job copies all that is held about the user; a mail says when it is ready. It can be downloaded for 24 hours,
    /// by the user alone. One at a time, and three a day at most; the copy before is forgotten.
    #[oai(path = "/api/auth/export", method = "post", operation_id = "exportData", tag = "Tag::Auth")]
    async fn export(&self, own: OwnVerified, app: Data<&Shared>) -> Accepted<PersonExport, ExportProblems> {
        Ok(Answer::new(data_export::request(&app.ctx, &own.actor()).await?.into()))
    }

    /// Read how the copy stands
    ///
    /// The last one that the user asked for.
    #[oai(path = "/api/auth/export", method = "get", operation_id = "getDataExport", tag = "Tag::Auth")]
    async fn latest(&self, own: Own, app: Data<&Shared>) -> Done<LastExport> {
        let found = data_export::latest(&app.ctx, &own.actor()).await?;
        Ok(Answer::new(LastExport { export: found.map(Into::into) }))
    }

    /// Download the copy
    ///
    /// As one JSON document, by tables, for 24 hours after it was ready. Another's copy, and one past its time, are not
    /// found.
    #[oai(
        path = "/api/auth/export/:id/download",
        method = "get",
        operation_id = "downloadDataExport",
        tag = "Tag::Auth"
    )]
    async fn download(
        &self,
        own: OwnVerified,
        app: Data<&Shared>,
        /// The copy.
        id: Path<Id<DataExportId>>,
    ) -> Done<Document> {
        let text = data_export::download(&app.ctx, &own.actor(), id.0.0).await?;
        let document = serde_json::from_str(text.expose_secret()).map_err(Error::internal)?;
        Ok(Answer::new(Document::of(document))
            .with(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"my-data.json\""))
            .with(CACHE_CONTROL, HeaderValue::from_static("no-store")))
    }

    /// Erase one's account
    ///
    /// All sessions, keys and memberships end at once, and the address is free again; a job then erases what names the
    /// person, and a mail to the former address says when that is done. Ledgers, jobs and records stay, with ids alone.
    /// An organisation without other members ends too, if it has no servers and no debt. The last owner of one with
    /// other members can't be erased.
    #[oai(path = "/api/auth/erase", method = "post", operation_id = "eraseAccount", tag = "Tag::Auth")]
    async fn erase(
        &self,
        own: OwnVerified,
        app: Data<&Shared>,
        body: Body<EraseAccount>,
    ) -> Accepted<ErasedAccount, EraseProblems> {
        let leave_balance = body.0.leave_balance.unwrap_or(false);
        let erasing = erasure::erase_self(&app.ctx, &own.actor(), &body.0.email, leave_balance).await?;
        Ok(Answer::new(erasing.into())
            .with(SET_COOKIE, app.cookies.clear(Kind::Access))
            .with(SET_COOKIE, app.cookies.clear(Kind::Refresh)))
    }
}
