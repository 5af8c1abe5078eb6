//! Journals are chained once, and documents are issued and drawn once.

use domain::invoice::Issue;
use domain::work::Job;
use domain::{InvoiceId, JobId, JobState};

use crate::story::Story;
use crate::world::World;

pub struct Seal;

const WAITING: &str = "select count(*) from journal_pending";
const BROKEN: &str = "select count(*) from (
    select seq - row_number() over (partition by chain order by seq) as gap from journal_link) k where gap <> 0";

/// A credit, as an administrator gives it, and its journal.
async fn credit(world: &World) -> i64 {
    testkit::fixture::credit(&world.app.admin().await, &world.org.to_string(), "7.00").await.unwrap();
    world.scalar("select max(id) from journal where kind = 'credit'", vec![]).await
}

impl Story for Seal {
    type Before = i64;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, i64) {
        let journal = credit(world).await;
        let tick = world.app.ctx.clock.now(&world.app.ctx.db).await.unwrap();
        (world.enqueue(Job::SealLedger { tick }).await, journal)
    }

    async fn assert_done(world: &World, _: JobId, journal: &i64) {
        assert_eq!(world.scalar::<i64>(WAITING, vec![]).await, 0);
        assert_eq!(world.scalar::<i64>(BROKEN, vec![]).await, 0);
        let linked = "select count(*) from journal_link where journal_id = $1";
        assert_eq!(world.scalar::<i64>(linked, vec![(*journal).into()]).await, 1);
    }

    async fn assert_undone(world: &World, _: JobId, _: &i64) {
        assert_eq!(world.scalar::<i64>(BROKEN, vec![]).await, 0, "whatever was chained is whole");
    }
}

pub struct IssueReceipt;

const RECEIPTS: &str = "select count(*) from invoice where cause = 'receipt:' || $1";

impl Story for IssueReceipt {
    type Before = i64;

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, i64) {
        let journal = credit(world).await;
        (world.enqueue(Job::IssueInvoice { what: Issue::Receipt { journal } }).await, journal)
    }

    async fn assert_done(world: &World, _: JobId, journal: &i64) {
        assert_eq!(world.scalar::<i64>(RECEIPTS, vec![(*journal).into()]).await, 1);
        assert_eq!(gaps(world).await, 0);
    }

    async fn assert_undone(world: &World, _: JobId, journal: &i64) {
        let issued = world.scalar::<i64>(RECEIPTS, vec![(*journal).into()]).await;
        assert!((0..=1).contains(&issued), "issued once or not at all");
        assert_eq!(gaps(world).await, 0);
    }
}

/// Numbers that no document has.
async fn gaps(world: &World) -> i64 {
    let sql = "select (next_no - 1 - (select count(*) from invoice where kind = 'receipt'))::bigint
        from invoice_series where kind = 'receipt'";
    world.scalar(sql, vec![]).await
}

pub struct Render;

impl Story for Render {
    type Before = InvoiceId;

    const FAILS_AS: JobState = JobState::Stuck;

    async fn ask(world: &World, _: &str, _: &str) -> (JobId, InvoiceId) {
        let journal = credit(world).await;
        let issue = world.enqueue(Job::IssueInvoice { what: Issue::Receipt { journal } }).await;
        assert_eq!(world.run_to_end(issue).await, JobState::Succeeded);
        let invoice = "select id from invoice where cause = 'receipt:' || $1";
        let invoice = InvoiceId(world.scalar(invoice, vec![journal.into()]).await);
        let job = "select id from job where kind = 'invoice.render' and params->>'invoice' = $1";
        (JobId(world.scalar(job, vec![invoice.to_string().into()]).await), invoice)
    }

    async fn assert_done(world: &World, _: JobId, invoice: &InvoiceId) {
        assert_eq!(files(world, *invoice).await, 2, "a receipt has a page and a PDF");
        assert_eq!(mails(world, *invoice).await, 1, "one mail, however often it ran");
    }

    async fn assert_undone(world: &World, _: JobId, invoice: &InvoiceId) {
        let (files, mails) = (files(world, *invoice).await, mails(world, *invoice).await);
        assert!((files, mails) == (0, 0) || (files, mails) == (2, 1), "{files} files, {mails} mails");
    }
}

async fn files(world: &World, invoice: InvoiceId) -> i64 {
    world.scalar("select count(*) from invoice_file where invoice_id = $1", vec![invoice.into()]).await
}

async fn mails(world: &World, invoice: InvoiceId) -> i64 {
    let sql = "select count(*) from job where kind = 'mail.send' and params->>'invoice' = $1";
    world.scalar(sql, vec![invoice.to_string().into()]).await
}
