//! What needs an administrator now: one list for pages and commands.

use entity::cloud::CloudStatus;

use crate::EventStatus;
use crate::catalog::{self, AdminPlan};
use crate::cloud::{self, CloudView};
use crate::error::Result;
use crate::invoice::{self, Gap};
use crate::queue::QueueView;
use crate::{Actor, Ctx, credit, db, supplier};

/// A plan that keeps less than this of its price is told of, in percent.
const LOW_MARGIN_PERCENT: i64 = 5;
/// A tick that is later than this by business time has no scheduler, in seconds.
const SILENT_AFTER_S: i64 = 120;
/// Alerts of one kind that are told one by one; more are told as a number.
const MAX_EACH: usize = 5;
/// Characters that an alert names.
const MAX_NAMED: usize = 20;

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// A queue has due jobs, and no live worker serves it.
    NoWorker,
    /// Schedules that should have ticked did not.
    SchedulerSilent,
    /// Jobs failed for good or are stuck.
    JobsAttention,
    /// A cloud has servers or machines about which an administrator decides.
    CloudUndecided,
    /// A cloud refuses its token.
    CloudRefused,
    /// A cloud's jobs wait until it is resumed.
    CloudPaused,
    /// A queue begins nothing until it is resumed.
    QueuePaused,
    /// Mails fail.
    MailFailing,
    /// Money arrived that fits no payment.
    MoneyUnallocated,
    /// Payers dispute payments.
    PaymentsDisputed,
    /// The payment provider's report and our books differ.
    PaymentsDiffer,
    /// Credit waits for a second administrator.
    CreditWaiting,
    /// A supplier's invoice leaves too little.
    SupplierMargin,
    /// A document was printed without characters that no font has.
    DocumentGlyphs,
    /// Servers cost more at their provider by now than their customers pay.
    ServersBelowCost,
    /// A plan costs something else than when an administrator last set it, or its size is no longer sold.
    PlanCost,
    /// A plan keeps next to nothing of its price.
    PlanLowMargin,
}

impl AlertKind {
    /// Every value, the gravest first.
    pub const ALL: &'static [Self] = &[
        Self::NoWorker,
        Self::SchedulerSilent,
        Self::JobsAttention,
        Self::CloudUndecided,
        Self::CloudRefused,
        Self::CloudPaused,
        Self::QueuePaused,
        Self::MailFailing,
        Self::MoneyUnallocated,
        Self::PaymentsDisputed,
        Self::PaymentsDiffer,
        Self::SupplierMargin,
        Self::CreditWaiting,
        Self::DocumentGlyphs,
        Self::ServersBelowCost,
        Self::PlanCost,
        Self::PlanLowMargin,
    ];

    /// The word for this value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoWorker => "no_worker",
            Self::SchedulerSilent => "scheduler_silent",
            Self::JobsAttention => "jobs_attention",
            Self::CloudUndecided => "cloud_undecided",
            Self::CloudRefused => "cloud_refused",
            Self::CloudPaused => "cloud_paused",
            Self::QueuePaused => "queue_paused",
            Self::MailFailing => "mail_failing",
            Self::MoneyUnallocated => "money_unallocated",
            Self::PaymentsDisputed => "payments_disputed",
            Self::PaymentsDiffer => "payments_differ",
            Self::CreditWaiting => "credit_waiting",
            Self::SupplierMargin => "supplier_margin",
            Self::DocumentGlyphs => "document_glyphs",
            Self::ServersBelowCost => "servers_below_cost",
            Self::PlanCost => "plan_cost",
            Self::PlanLowMargin => "plan_low_margin",
        }
    }

    fn status(self) -> EventStatus {
        match self {
            Self::CloudPaused
            | Self::QueuePaused
            | Self::CreditWaiting
            | Self::DocumentGlyphs
            | Self::PlanCost
            | Self::PlanLowMargin => EventStatus::Warning,
            _ => EventStatus::Error,
        }
    }
}

/// Something that needs an administrator.
#[derive(Clone, Debug)]
pub struct Alert {
    /// What it is about.
    pub kind: AlertKind,
    /// How grave it is: a warning or an error.
    pub status: EventStatus,
    /// One sentence.
    pub title: String,
    /// What it means, and what helps.
    pub detail: String,
    /// The id or the name of the thing, where it is about one.
    pub object: Option<String>,
}

impl Alert {
    fn new(kind: AlertKind, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind, status: kind.status(), title: title.into(), detail: detail.into(), object: None }
    }

    fn about(mut self, object: &impl ToString) -> Self {
        self.object = Some(object.to_string());
        self
    }
}

db::row! {
    struct Silence {
        schedules: i64,
        mails: i64,
        below_cost: i64,
    }
}

/// All of them, the gravest first; of one kind at most five.
///
/// # Errors
/// `forbidden` for others than administrators.
pub(super) async fn alerts(ctx: &Ctx, actor: &Actor, queues: &[QueueView], attention: i64) -> Result<Vec<Alert>> {
    let silence = select_silence(SILENT_AFTER_S).only(&ctx.db).await?;
    let mut found: Vec<Alert> = queues.iter().flat_map(of_queue).collect();
    found.extend(cloud::list(ctx, actor).await?.iter().flat_map(of_cloud));
    found.extend(catalog::admin_plans(ctx, actor).await?.iter().filter_map(of_plan));
    if silence.schedules > 0 {
        let title =
            format!("No scheduler is running: {} overdue", count(silence.schedules, "schedule is", "schedules are"));
        let detail = "Hours are not charged and nothing happens by itself. Start the scheduler; it catches up.";
        found.push(Alert::new(AlertKind::SchedulerSilent, title, detail));
    }
    if attention > 0 {
        let title = format!("{} attention", count(attention, "job needs", "jobs need"));
        let detail = "They failed for good or got stuck. Open them to see why, and what to do.";
        found.push(Alert::new(AlertKind::JobsAttention, title, detail));
    }
    if silence.mails > 0 {
        let title = format!("{} could not be sent for now", count(silence.mails, "mail", "mails"));
        let detail = "The mail server refuses them or does not answer. Their jobs say what it answered.";
        found.push(Alert::new(AlertKind::MailFailing, title, detail));
    }
    if silence.below_cost > 0 {
        let title = format!("{} more than you are paid for", count(silence.below_cost, "server costs", "servers cost"));
        let detail = "Their provider raised its price after they were ordered, and customers keep theirs.";
        found.push(Alert::new(AlertKind::ServersBelowCost, title, detail));
    }
    found.extend(of_payments(ctx).await?);
    found.extend(of_sums(ctx).await?);
    let rank = |alert: &Alert| AlertKind::ALL.iter().position(|kind| *kind == alert.kind);
    found.sort_by_key(rank);
    let mut told = Vec::with_capacity(found.len());
    for kind in AlertKind::ALL {
        told.extend(found.iter().filter(|alert| alert.kind == *kind).take(MAX_EACH).cloned());
    }
    Ok(told)
}

async fn of_payments(ctx: &Ctx) -> Result<Vec<Alert>> {
    let payments = select_payments().only(&ctx.db).await?;
    let mut found = Vec::new();
    if payments.unallocated > 0 {
        let title = format!("{} no payment", count(payments.unallocated, "amount fits", "amounts fit"));
        let detail = "Money arrived that was not asked for so. Say whose it is, or give it back.";
        found.push(Alert::new(AlertKind::MoneyUnallocated, title, detail));
    }
    if payments.disputed > 0 {
        let title = count(payments.disputed, "payment is disputed", "payments are disputed");
        let detail = "What is left of them is set aside. Answer at PayPal before the time is over.";
        found.push(Alert::new(AlertKind::PaymentsDisputed, title, detail));
    }
    if payments.differ > 0 {
        let title = format!("PayPal’s report differs in {}", count(payments.differ, "movement", "movements"));
        let detail = "The last report and the books are not one. The table payment_report says in what.";
        found.push(Alert::new(AlertKind::PaymentsDiffer, title, detail));
    }
    Ok(found)
}

async fn of_sums(ctx: &Ctx) -> Result<Vec<Alert>> {
    let mut found = Vec::new();
    for low in supplier::low_margins(&ctx.db).await? {
        let title = format!("{} leaves too little", low.cloud_name);
        let detail = format!("Its invoice {} leaves less than the margin you set. See which servers lose.", low.number);
        found.push(Alert::new(AlertKind::SupplierMargin, title, detail).about(&low.id));
    }
    let most = i64::try_from(MAX_EACH).unwrap_or(i64::MAX);
    found.extend(invoice::gaps(&ctx.db, most).await?.iter().map(of_gap));
    let waiting = credit::waiting(&ctx.db).await?;
    if waiting > 0 {
        let title = format!("{} for another administrator", count(waiting, "credit waits", "credits wait"));
        let detail = "It is above what one administrator gives alone. Who asked for it can't approve it.";
        found.push(Alert::new(AlertKind::CreditWaiting, title, detail));
    }
    Ok(found)
}

/// Which document, which characters, and what to do.
fn of_gap(gap: &Gap) -> Alert {
    let mut named: Vec<String> = gap.glyphs.iter().take(MAX_NAMED).map(|glyph| glyph_words(glyph)).collect();
    named.extend(gap.glyphs.len().checked_sub(MAX_NAMED + 1).map(|more| format!("{} more", more + 1)));
    let documents = match gap.documents {
        1 => "its PDF".to_owned(),
        count => format!("the PDFs of {count} documents"),
    };
    let detail = format!(
        "No font has {}: question marks stand for them in {documents}. The page and the electronic invoice have them. \
         Put a font that has them into the folder that INVOICE_FONTS_DIR names, and restart the workers: later \
         documents have them then, and this alert ends.",
        named.join(", ")
    );
    let title = format!("{} was printed without {}", gap.number, count(gap.count, "character", "characters"));
    Alert::new(AlertKind::DocumentGlyphs, title, detail).about(&gap.id)
}

/// A character with its number; the number alone where it would change how the words around it are read.
fn glyph_words(glyph: &str) -> String {
    let number = glyph.chars().next().map_or(0, u32::from);
    if glyph.chars().all(char::is_alphanumeric) {
        format!("{glyph} (U+{number:04X})")
    } else {
        format!("U+{number:04X}")
    }
}

fn count(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn of_queue(queue: &QueueView) -> Vec<Alert> {
    let mut found = Vec::new();
    if queue.slots == 0 && queue.due > 0 {
        let title = format!("No worker serves the queue {}", queue.queue);
        let detail = format!("{} in it. Start a worker for this queue.", count(queue.due, "job waits", "jobs wait"));
        found.push(Alert::new(AlertKind::NoWorker, title, detail).about(&queue.queue));
    }
    if queue.paused {
        let waits = match queue.due {
            0 => "No job in it begins".to_owned(),
            due => format!("{} in it, and none begins", count(due, "job waits", "jobs wait")),
        };
        let reason = queue.paused_reason.as_ref().map(|reason| format!("“{reason}”. ")).unwrap_or_default();
        let detail = format!("{reason}{waits} until it is resumed. Customers see theirs as queued.");
        let title = format!("Queue {} is paused", queue.queue);
        found.push(Alert::new(AlertKind::QueuePaused, title, detail).about(&queue.queue));
    }
    found
}

fn of_cloud(cloud: &CloudView) -> Vec<Alert> {
    let mut found = Vec::new();
    if cloud.held > 0 || cloud.other_account || cloud.untrusted {
        let title = format!("{} needs your decision", cloud.name);
        let detail = "Servers or machines there are not as they should be. Nothing is marked or deleted until you have \
                      seen them.";
        found.push(Alert::new(AlertKind::CloudUndecided, title, detail).about(&cloud.id));
    }
    if cloud.status == CloudStatus::Invalid {
        let title = format!("{} refuses its token", cloud.name);
        let detail = "Nothing can be created or changed there until the token is replaced.";
        found.push(Alert::new(AlertKind::CloudRefused, title, detail).about(&cloud.id));
    } else if cloud.paused {
        let reason = cloud.paused_reason.as_ref().map(|reason| format!("“{reason}”. ")).unwrap_or_default();
        let detail = format!("{reason}Its jobs wait until it is resumed.");
        found.push(Alert::new(AlertKind::CloudPaused, format!("{} is paused", cloud.name), detail).about(&cloud.id));
    }
    found
}

fn of_plan(plan: &AdminPlan) -> Option<Alert> {
    let name = &plan.plan.name;
    let price = plan.cost_month_micros + plan.markup_month_micros;
    let alert = if !plan.active {
        return None;
    } else if plan.size_gone_at.is_some() {
        let detail = "Nobody can order it: its provider no longer sells the size. Take it off sale, or delete it.";
        Alert::new(AlertKind::PlanCost, format!("{name} is of a size that no longer exists"), detail)
    } else if plan.known_cost_micros.is_some_and(|known| known != plan.cost_month_micros) {
        let detail = "Its price followed. Check it, and save the plan when it is right.";
        Alert::new(AlertKind::PlanCost, format!("{name} costs something else at its provider"), detail)
    } else if plan.markup_month_micros * 100 < price * LOW_MARGIN_PERCENT {
        let detail =
            format!("You keep less than {LOW_MARGIN_PERCENT} % of its price. Raise its markup if that is too little.");
        Alert::new(AlertKind::PlanLowMargin, format!("{name} earns next to nothing"), detail)
    } else {
        return None;
    };
    Some(alert.about(&plan.plan.id))
}

db::row! {
    struct PaymentTroubles {
        unallocated: i64,
        disputed: i64,
        differ: i64,
    }
}

db::statement! {
    fn select_payments() -> PaymentTroubles = file "select_payments.sql";

    fn select_silence(silent_after_s: i64) -> Silence = file "select_silence.sql";
}
