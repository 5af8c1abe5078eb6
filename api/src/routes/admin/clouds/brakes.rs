//! What waits for an administrator before servers are marked as lost or machines are deleted.

use domain::cloud::{self, Brakes, HeldFinding, Release};
use domain::{CloudId, FindingId, FindingKind, HeldBy, VpsId};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::state::Shared;
use crate::wire::{Answer, Body, Done, Id, Money, Time, Word};

/// A server that would be marked as lost, or a machine that would be deleted.
#[derive(Debug, Object)]
pub struct HeldMachine {
    /// Its id, by which it is released.
    id: Id<FindingId>,
    /// `missing`: a server that would be marked as lost. `orphan`: a machine that would be deleted.
    kind: Word<FindingKind>,
    /// Why it waits.
    held: Word<HeldBy>,
    /// The provider's id of the machine.
    #[oai(validator(max_length = 100))]
    provider_ref: String,
    /// The machine's name at the provider.
    #[oai(validator(max_length = 200))]
    label: String,
    /// The server, where one is known.
    vps: Option<Id<VpsId>>,
    /// What the server brings in an hour, or what the machine costs in one; null when its size is not in the catalog.
    hourly: Option<Money>,
    /// When it was first found.
    found_at: Time,
    /// When the provider created the machine; null for a server that is missing.
    machine_created_at: Option<Time>,
}

impl From<HeldFinding> for HeldMachine {
    fn from(row: HeldFinding) -> Self {
        Self {
            id: Id(row.id),
            kind: Word(row.kind),
            held: Word(row.held),
            provider_ref: row.provider_ref,
            label: row.label,
            vps: row.vps_id.map(Id),
            hourly: row.hour_micros.map(Money::usd),
            found_at: row.first_seen_at.into(),
            machine_created_at: row.made_at.map(Time),
        }
    }
}

/// Everything about a cloud that waits for an administrator.
#[derive(Debug, Object)]
pub struct CloudBrakes {
    /// The provider's id of the account that the cloud has had since its first validation.
    #[oai(validator(max_length = 100))]
    account: Option<String>,
    /// The provider's id of another account that the token belongs to now; null while they are the same.
    #[oai(validator(max_length = 100))]
    other_account: Option<String>,
    /// Why this may not be the database that knows the cloud's machines; null while its marks fit.
    #[oai(validator(max_length = 500))]
    untrusted: Option<String>,
    /// What would be marked or deleted; at most 1,000.
    #[oai(validator(max_items = 1000))]
    held: Vec<HeldMachine>,
    /// What the servers that would be marked as lost bring in an hour.
    lost_hourly: Money,
    /// What the machines that would be deleted cost in an hour.
    orphans_hourly: Money,
}

impl From<Brakes> for CloudBrakes {
    fn from(brakes: Brakes) -> Self {
        Self {
            account: brakes.account,
            other_account: brakes.other_account,
            untrusted: brakes.epoch_held,
            held: brakes.held.into_iter().map(HeldMachine::from).collect(),
            lost_hourly: Money::usd(brakes.lost_hour_micros),
            orphans_hourly: Money::usd(brakes.orphan_hour_micros),
        }
    }
}

/// What an administrator allows.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ReleaseCloud {
    /// What may be marked or deleted, by the ids that were shown.
    #[oai(validator(max_items = 1000))]
    findings: Vec<Id<FindingId>>,
    /// The other account, as it was shown: it is the cloud's own from now on.
    #[oai(validator(max_length = 100))]
    account: Option<String>,
    /// Whether this is the database that knows the cloud's machines, whatever its marks say.
    trust: Option<bool>,
    /// The reason, which is recorded.
    #[oai(validator(min_length = 1, max_length = 500))]
    reason: String,
}

/// Why nothing is released.
pub struct ReleaseProblems;

impl Problems for ReleaseProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "shown_otherwise")];
}

/// The operations that show and release what is held back.
pub struct BrakesApi;

#[OpenApi]
impl BrakesApi {
    /// Read what waits for an administrator
    ///
    /// Servers that would be marked as lost and machines that would be deleted, with what they bring or cost an hour.
    #[oai(path = "/api/admin/clouds/:id/brakes", method = "get", operation_id = "getCloudBrakes", tag = "Tag::Admin")]
    async fn brakes(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
    ) -> Done<CloudBrakes> {
        Ok(Answer::new(cloud::brakes(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }

    /// Release what was shown
    ///
    /// A comparison then marks and deletes it, unless it is right by then.
    #[oai(path = "/api/admin/clouds/:id/release", method = "post", operation_id = "releaseCloud", tag = "Tag::Admin")]
    async fn release(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The cloud's id.
        id: Path<Id<CloudId>>,
        body: Body<ReleaseCloud>,
    ) -> Done<CloudBrakes, ReleaseProblems> {
        let ReleaseCloud { findings, account, trust, reason } = body.0;
        let findings = findings.into_iter().map(|finding| finding.0).collect();
        let allowed = Release { findings, account, trust: trust.unwrap_or(false) };
        cloud::release(&app.ctx, &admin.actor(), id.0.0, &allowed, &reason).await?;
        Ok(Answer::new(cloud::brakes(&app.ctx, &admin.actor(), id.0.0).await?.into()))
    }
}
