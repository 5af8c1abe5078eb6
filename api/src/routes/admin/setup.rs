//! The set-up list.

use domain::{Ctx, setup};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use crate::auth::Admin;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::admin::jobs::AdminJob;
use crate::state::Shared;
use crate::wire::{Accepted, Answer, Body, Done};

/// What an installation needs before its first sale, and what of it is done.
#[derive(Debug, Object)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own on the wire")]
pub struct Setup {
    /// A cloud is connected, and its catalog was read.
    cloud: bool,
    /// A plan is on sale.
    plans: bool,
    /// A customer has registered.
    customer: bool,
    /// The newest mail was sent.
    mail: bool,
    /// Customers can pay by themselves.
    payments: bool,
    /// An administrator says that the database is backed up.
    backups: bool,
    /// An administrator does not want to see the list any more.
    hidden: bool,
    /// A test mail is on its way.
    mail_sending: bool,
    /// A simulated cloud can be connected and priced as a sample: in development only.
    sample: bool,
}

impl Setup {
    fn of(setup: domain::setup::Setup, ctx: &Ctx) -> Self {
        Self {
            cloud: setup.cloud,
            plans: setup.plans,
            customer: setup.customer,
            mail: setup.mail,
            payments: ctx.payments.is_some(),
            backups: setup.backups,
            hidden: setup.hidden,
            mail_sending: setup.mail_sending,
            sample: ctx.sample.is_some(),
        }
    }
}

/// What to tick off in the set-up list; what is left out stays.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ChangeSetup {
    /// Whether the database is backed up.
    backups: Option<bool>,
    /// Whether the list is hidden.
    hidden: Option<bool>,
}

/// A job that was accepted.
#[derive(Debug, Object)]
pub struct TestMail {
    /// The job that sends it.
    job: AdminJob,
}

/// Why there is no sample.
pub struct SampleProblems;

impl Problems for SampleProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "no_sample"), (409, "name_taken")];
}

/// Operations on the set-up list.
pub struct SetupApi;

#[OpenApi]
impl SetupApi {
    /// Read the set-up list
    ///
    /// What is needed before the first sale. All but the backups is seen in what the panel has.
    #[oai(path = "/api/admin/setup", method = "get", operation_id = "getSetup", tag = "Tag::Admin")]
    async fn get(&self, admin: Admin, app: Data<&Shared>) -> Done<Setup> {
        Ok(Answer::new(Setup::of(setup::get(&app.ctx, &admin.actor()).await?, &app.ctx)))
    }

    /// Tick something off in the set-up list
    ///
    /// What no row can tell: that the database is backed up, and that the list is to be hidden.
    #[oai(path = "/api/admin/setup", method = "patch", operation_id = "changeSetup", tag = "Tag::Admin")]
    async fn change(&self, admin: Admin, app: Data<&Shared>, body: Body<ChangeSetup>) -> Done<Setup> {
        let ChangeSetup { backups, hidden } = body.0;
        let changed = setup::change(&app.ctx, &admin.actor(), backups, hidden).await?;
        Ok(Answer::new(Setup::of(changed, &app.ctx)))
    }

    /// Send a test mail
    ///
    /// To the administrator who asks.
    #[oai(path = "/api/admin/setup/mail", method = "post", operation_id = "sendTestMail", tag = "Tag::Admin")]
    async fn mail(&self, admin: Admin, app: Data<&Shared>) -> Accepted<TestMail> {
        let id = setup::send_test_mail(&app.ctx, &admin.actor()).await?;
        let job = domain::work::admin_get(&app.ctx, &admin.actor(), id).await?.into();
        Ok(Answer::new(TestMail { job }).at(&format!("/api/admin/jobs/{id}")))
    }

    /// Set up a sample
    ///
    /// Connects the simulated cloud that the settings name, and puts plans on sale once its catalog was read. Call it
    /// again until `plans` is true. Refused in production.
    #[oai(path = "/api/admin/setup/sample", method = "post", operation_id = "setUpSample", tag = "Tag::Admin")]
    async fn sample(&self, admin: Admin, app: Data<&Shared>) -> Done<Setup, SampleProblems> {
        let setup = setup::sample(&app.ctx, &admin.actor()).await?;
        Ok(Answer::new(Setup::of(setup, &app.ctx)))
    }
}
