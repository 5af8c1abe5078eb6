//! The table of kinds: whatever is fixed for a kind of job stands in its row, and nowhere else.
//!
//! `docs/adding-a-job.md` walks through a new row and the three places that follow from it.

use chrono::{DateTime, Utc};
use entity::job::Queue;
use entity::vps::{PowerAction, VpsAction};
use entity::{
    BulkId, CloudId, DataExportId, InvoiceId, JobId, OrgId, PaymentId, RefundId, TypedId as _, UserId, VpsId,
};
use serde_json::{Value as Json, json};

use super::declare::kinds;
use super::kind::{Cancel, DAY, Ends, Kind, OWED, PLAIN, Subject, TakeUp, UnreadableJob, flat, minutes, read, vps_key};
use crate::invoice::Issue;
use crate::mail::Mail;

kinds! {
    /// Asks a provider whether it accepts the cloud's token. No pause holds it up: it is what ends one.
    ValidateCloud {
        /// The cloud.
        cloud: CloudId,
    } = Kind {
        name: "cloud.validate",
        formerly: Some("provider.validate"),
        priority: 2,
        max_attempts: 5,
        deadline: minutes(15),
        steps: &["ask"],
        ends: Ends::ByItself,
        ..PLAIN
    };
    about: Some(Subject::Cloud(cloud)), held_up_with: None, alone_as: None;

    /// Reads what a provider sells.
    SyncCloud {
        /// The cloud; a job for each of them when none is named.
        cloud: Option<CloudId>,
    } = Kind { name: "cloud.sync", formerly: Some("catalog.sync"), steps: &["read", "fan_out"], ..PLAIN };
    about: cloud.map(Subject::Cloud),
    held_up_with: cloud,
    alone_as: cloud.map(|cloud| format!("sync:{}", cloud.suffix()));

    /// Creates a server.
    ProvisionVps {
        /// The server.
        vps: VpsId,
    } = Kind {
        name: "vps.provision",
        queue: Queue::Provision,
        priority: 1,
        deadline: minutes(30),
        steps: &["create", "start", "start_again", "take_back"],
        ends: Ends::ByItself,
        cancel: Cancel::TakesBackOrder,
        take_up: TakeUp::ReopensOrder,
        ..PLAIN
    };
    about: Some(Subject::Vps(vps)), held_up_with: None, alone_as: Some(vps_key(vps)), does: VpsAction::Create;

    /// Boots, shuts down or reboots a server.
    PowerVps {
        /// The server.
        vps: VpsId,
        /// Which of the three.
        action: PowerAction,
    } = Kind {
        name: "vps.power",
        queue: Queue::Power,
        priority: 1,
        max_attempts: 6,
        deadline: minutes(15),
        steps: &["switch", "settle"],
        take_up: TakeUp::NeedsServer,
        ..PLAIN
    };
    about: Some(Subject::Vps(vps)), held_up_with: None, alone_as: Some(vps_key(vps)), does: action.into();

    /// Deletes a server.
    DeleteVps {
        /// The server.
        vps: VpsId,
    } = Kind {
        name: "vps.delete",
        queue: Queue::Power,
        priority: 2,
        max_attempts: 20,
        deadline: DAY,
        steps: &["delete", "gone"],
        ends: Ends::Stuck,
        cancel: Cancel::KeepsServer,
        take_up: TakeUp::ReopensDeletion,
        ..PLAIN
    };
    about: Some(Subject::Vps(vps)), held_up_with: None, alone_as: Some(vps_key(vps)), does: VpsAction::Delete;

    /// Charges the hours of all servers up to a tick: by a job for each chunk of organisations.
    ChargeUsage {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind {
        name: "billing.charge",
        priority: 1,
        steps: &["charge"],
        ..OWED
    };
    about: None, held_up_with: None, alone_as: None;

    /// Charges the hours of one chunk of organisations.
    ChargeChunk {
        /// The run that it is of.
        run: JobId,
        /// Which of its chunks, from 1.
        no: i32,
    } = Kind {
        name: "billing.charge_chunk",
        priority: 1,
        steps: &["charge"],
        ..OWED
    };
    about: None, held_up_with: None, alone_as: Some(format!("charge:{}:{no}", run.suffix()));

    /// Looks after wallets: when they are empty, who is told, and what happens then.
    WatchWallets {
        /// The organisation; all of them when none is named.
        org: Option<OrgId>,
    } = Kind {
        name: "billing.watch",
        queue: Queue::Billing,
        priority: 3,
        max_attempts: 5,
        steps: &["watch"],
        ..PLAIN
    };
    about: None,
    held_up_with: None,
    alone_as: Some(org.map_or_else(|| "wallets".to_owned(), |org| format!("wallet:{}", org.suffix())));

    /// Sends one mail.
    SendMail {
        /// Its kind, and the rows that it is written from.
        mail: Mail,
    } = Kind { name: "mail.send", queue: Queue::Mail, max_attempts: 12, deadline: DAY, steps: &["send"], ..PLAIN };
    about: mail.user().map(Subject::User), held_up_with: None, alone_as: None;

    /// Removes what is past its time: keys, tokens, secrets of failed orders.
    Tidy {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "platform.tidy", priority: 9, max_attempts: 5, steps: &["tidy"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Does nothing, or sleeps: shows that the way from row to worker is open, and measures it.
    Probe {
        /// How long it holds its worker, at most [`MAX_PROBE_SLEEP_MS`].
        sleep_ms: Option<u32>,
    } = Kind {
        name: "platform.probe",
        queue: Queue::Mail,
        priority: 1,
        max_attempts: 3,
        deadline: minutes(5),
        steps: &["probe"],
        ..PLAIN
    };
    about: None, held_up_with: None, alone_as: None;

    /// Lists all our machines of a cloud while jobs wait for one of them: one list instead of a request for each.
    WatchCloud {
        /// The cloud.
        cloud: CloudId,
    } = Kind {
        name: "cloud.watch",
        formerly: Some("provider.watch"),
        priority: 1,
        max_attempts: 20,
        deadline: DAY,
        steps: &["look", "end"],
        ..PLAIN
    };
    about: Some(Subject::Cloud(cloud)),
    held_up_with: Some(cloud),
    alone_as: Some(format!("watch:{}", cloud.suffix()));

    /// Compares all our machines of a cloud with the rows: finds machines without a server and servers without a
    /// machine.
    ReconcileCloud {
        /// The cloud; a job for each of them when none is named.
        cloud: Option<CloudId>,
    } = Kind {
        name: "cloud.reconcile",
        formerly: Some("provider.reconcile"),
        steps: &["compare", "delete", "fan_out"],
        ..PLAIN
    };
    about: cloud.map(Subject::Cloud),
    held_up_with: cloud,
    alone_as: cloud.map(|cloud| format!("reconcile:{}", cloud.suffix()));

    /// Does one thing to many jobs.
    BulkJobs {
        /// The request that says what, and to which.
        bulk: BulkId,
    } = Kind { name: "platform.bulk", priority: 3, deadline: minutes(6 * 60), steps: &["act"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Moves ended jobs to the archive and drops what is past its time.
    Archive {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "platform.archive", priority: 9, max_attempts: 5, steps: &["move", "drop"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Resets second factors whose waiting time is over.
    ResetFactors {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "user.reset_factors", max_attempts: 5, steps: &["reset"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Copies what is held about a person.
    ExportUser {
        /// The person.
        user: UserId,
        /// The row that takes the copy.
        export: DataExportId,
    } = Kind { name: "user.export", steps: &["copy"], ..PLAIN };
    about: Some(Subject::User(user)),
    held_up_with: None,
    alone_as: Some(format!("export:{}", user.suffix()));

    /// Erases a person who may not sign in any more.
    EraseUser {
        /// The person.
        user: UserId,
    } = Kind {
        name: "user.erase",
        priority: 2,
        max_attempts: 20,
        deadline: DAY,
        steps: &["erase"],
        ends: Ends::Stuck,
        cancel: Cancel::OnlyBeforeItBegan,
        ..PLAIN
    };
    about: Some(Subject::User(user)),
    held_up_with: None,
    alone_as: Some(format!("erase:{}", user.suffix()));

    /// Chains what the ledger's journals say.
    SealLedger {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "ledger.seal", queue: Queue::Billing, priority: 7, steps: &["seal"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Issues receipts, invoices and credit notes.
    IssueInvoice {
        /// Which of them.
        what: Issue,
    } = Kind { name: "invoice.issue", steps: &["issue"], ..OWED };
    about: None, held_up_with: None, alone_as: None;

    /// Draws an issued document: its page, its PDF and its electronic form.
    RenderInvoice {
        /// The document.
        invoice: InvoiceId,
        /// Whether a mail brings it.
        announce: bool,
    } = Kind { name: "invoice.render", priority: 6, steps: &["draw"], ..OWED };
    about: None, held_up_with: None, alone_as: None;

    /// Makes a payment's order at the provider.
    OpenPayment {
        /// The payment.
        payment: PaymentId,
    } = Kind {
        name: "payment.open",
        queue: Queue::Billing,
        priority: 1,
        max_attempts: 6,
        deadline: minutes(5),
        steps: &["order"],
        ends: Ends::ByItself,
        ..PLAIN
    };
    about: Some(Subject::Payment(payment)),
    held_up_with: None,
    alone_as: Some(format!("open:{}", payment.suffix()));

    /// Asks the provider about a payment, takes the money if the payer approved, and books what is there. The poller
    /// rings it again where it fails.
    SettlePayment {
        /// The payment.
        payment: PaymentId,
    } = Kind {
        name: "payment.settle",
        queue: Queue::Billing,
        priority: 1,
        max_attempts: 12,
        deadline: minutes(6 * 60),
        steps: &["look", "capture", "book"],
        ..PLAIN
    };
    about: Some(Subject::Payment(payment)),
    held_up_with: None,
    alone_as: Some(format!("pay:{}", payment.suffix()));

    /// Gives money back to a payer.
    RefundPayment {
        /// The refund.
        refund: RefundId,
    } = Kind { name: "payment.refund", priority: 2, steps: &["refund"], ..OWED };
    about: Some(Subject::Refund(refund)),
    held_up_with: None,
    alone_as: Some(format!("refund:{}", refund.suffix()));

    /// Fetches certificates that messages of the provider name; with a tick, reads the provider's list of messages too.
    PaymentEvents {
        /// The instant whose list is read; none for the certificates alone.
        list: Option<DateTime<Utc>>,
    } = Kind { name: "payment.events", queue: Queue::Billing, priority: 3, steps: &["certificates", "list"], ..PLAIN };
    about: None,
    held_up_with: None,
    alone_as: Some(if list.is_some() { "payment_list".to_owned() } else { "payment_certificates".to_owned() });

    /// Rings payments that are due to be looked at.
    PollPayments {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "payment.poll", queue: Queue::Billing, priority: 3, max_attempts: 3, steps: &["ring"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;

    /// Compares the provider's report with our captures and refunds.
    ReportPayments {
        /// The instant, in business time.
        tick: DateTime<Utc>,
    } = Kind { name: "payment.report", queue: Queue::Billing, priority: 7, steps: &["compare"], ..PLAIN };
    about: None, held_up_with: None, alone_as: None;
}

/// The longest that a probe sleeps, in milliseconds.
pub const MAX_PROBE_SLEEP_MS: u32 = 120_000;

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
