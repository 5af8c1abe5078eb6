//! The set-up list: what an installation needs before its first sale, and what of it is done.

use entity::cloud::Provider;
use entity::setup_mark::SetupMark;
use entity::{CloudId, JobId, Money, UserId};
use sea_orm::ConnectionTrait;

use crate::catalog::{self, NewPlan, PlanRule};
use crate::cloud::{self, NewCloud};
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::work::{self, Job, NewJob};
use crate::{Actor, Ctx, db};

/// Plans of the sample: the provider's size, our name, our markup a month in micro-units.
const SAMPLE_PLANS: &[(&str, &str, i64)] = &[
    ("g6-nanode-1", "Nano", 1_000_000),
    ("g6-standard-1", "Small", 2_400_000),
    ("g6-standard-2", "Medium", 4_800_000),
    ("g6-standard-4", "Large", 9_600_000),
];

db::row! {
    /// What is done. All but the marks is seen in the rows that it leaves.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Setup {
        /// A cloud is connected, and its catalog was read.
        pub cloud: bool,
        /// A plan is on sale.
        pub plans: bool,
        /// A customer has registered.
        pub customer: bool,
        /// A mail was sent, and none of the newest failed.
        pub mail: bool,
        /// An administrator says that the database is backed up.
        pub backups: bool,
        /// An administrator does not want to see the list any more.
        pub hidden: bool,
        /// A test mail is on its way.
        pub mail_sending: bool,
    }
}

/// The state of the set-up.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<Setup> {
    actor.admin()?;
    select_setup().only(&ctx.db).await
}

/// Ticks something off, or takes the tick back; what is left out stays.
///
/// # Errors
/// `forbidden` for others than administrators.
pub async fn change(ctx: &Ctx, actor: &Actor, backups: Option<bool>, hidden: Option<bool>) -> Result<Setup> {
    let by = actor.admin()?;
    let tx = ctx.begin().await?;
    for (mark, wanted) in [(SetupMark::Backups, backups), (SetupMark::Hidden, hidden)] {
        match wanted {
            Some(true) => set_mark(&tx, mark, by).await?,
            Some(false) => {
                delete_mark(mark).exec(&tx).await?;
            }
            None => {}
        }
    }
    tx.commit().await?;
    get(ctx, actor).await
}

async fn set_mark(tx: &impl ConnectionTrait, mark: SetupMark, by: Option<UserId>) -> Result<()> {
    insert_mark(mark, by).exec(tx).await?;
    Ok(())
}

/// Sends the actor a test mail.
///
/// # Errors
/// `forbidden` for others than signed-in administrators.
pub async fn send_test_mail(ctx: &Ctx, actor: &Actor) -> Result<JobId> {
    let user = actor.admin()?.ok_or_else(Error::forbidden)?;
    let tx = ctx.begin().await?;
    let mail = Job::SendMail { mail: Mail::Test { user } };
    let job = work::enqueue(ctx, &tx, NewJob::new(mail).actor(user)).await?;
    tx.commit().await?;
    Ok(job)
}

/// Connects the simulated cloud of the settings; once its catalog was read, puts plans of it on sale. To be called
/// again until there are plans.
///
/// # Errors
/// `no_sample` where no simulated cloud is known, as in production; `forbidden` for others than administrators.
pub async fn sample(ctx: &Ctx, actor: &Actor) -> Result<Setup> {
    actor.admin()?;
    let refused = || Error::conflict("no_sample", "There is no simulated cloud here: connect a real one.");
    let sample = ctx.sample.as_ref().filter(|_| !ctx.production).ok_or_else(refused)?;
    let clouds = cloud::list(ctx, actor).await?;
    let endpoint = sample.endpoint.trim_end_matches('/');
    match clouds.iter().find(|cloud| cloud.endpoint.as_deref() == Some(endpoint)) {
        None => {
            let new = NewCloud {
                provider: Provider::Linode,
                name: "Simulated cloud".to_owned(),
                token: sample.token.clone(),
                endpoint: Some(sample.endpoint.clone()),
            };
            cloud::connect(ctx, actor, new).await?;
        }
        Some(cloud) if cloud.synced_at.is_some() && !get(ctx, actor).await?.plans => {
            price_sample(ctx, actor, cloud.id).await?;
        }
        Some(_) => {}
    }
    get(ctx, actor).await
}

/// Puts the sample's plans of a cloud on sale.
///
/// # Errors
/// As `catalog::add_plan`.
pub async fn price_sample(ctx: &Ctx, actor: &Actor, cloud: CloudId) -> Result<()> {
    for (type_id, name, markup) in SAMPLE_PLANS {
        let new = NewPlan {
            cloud,
            type_id: (*type_id).to_owned(),
            name: (*name).to_owned(),
            markup: Money::usd(*markup),
            rule: PlanRule::default(),
        };
        catalog::add_plan(ctx, actor, new).await?;
    }
    Ok(())
}

db::statement! {
    fn select_setup() -> Setup = file "setup/select_setup.sql";

    fn insert_mark(mark: SetupMark, by: Option<UserId>) =
        "insert into setup_mark (name, marked_by, marked_at) values ($1, $2, business_now())
         on conflict (name) do nothing";

    fn delete_mark(mark: SetupMark) = "delete from setup_mark where name = $1";
}
