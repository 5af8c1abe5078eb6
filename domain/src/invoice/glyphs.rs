//! Characters that documents needed and no font had. Each is told to administrators until a font has it, or until one
//! of them says that they know.

use chrono::{DateTime, Utc};
use entity::missing_glyph::GlyphState;
use entity::{InvoiceId, UserId};
use sea_orm::ConnectionTrait;

use crate::activity::{self, Event};
use crate::error::{Error, Result};
use crate::queue::{self, Claim};
use crate::{Actor, Ctx, EventStatus, db};

/// The most characters that a rendering looks for in the fonts.
const MAX_SOUGHT: i64 = 10_000;

db::row! {
    /// A document that was printed without some characters, which are missing since.
    #[derive(Clone, Debug)]
    pub(crate) struct Gap {
        /// The document.
        pub(crate) id: InvoiceId,
        /// Its number.
        pub(crate) number: String,
        /// How many documents lack one of them, this one included.
        pub(crate) documents: i64,
        /// How many characters these are.
        pub(crate) count: i64,
        /// The characters.
        pub(crate) glyphs: Vec<String>,
    }
}

/// Characters that no font had so far, whether administrators know of them or not: each rendering looks for them.
///
/// # Errors
/// When the database does not answer.
pub async fn sought(ctx: &Ctx) -> Result<String> {
    Ok(select_sought(MAX_SOUGHT).all(&ctx.db).await?.concat())
}

/// Notes that fonts have these characters by now.
///
/// # Errors
/// `fenced`, and when the database refuses it.
pub async fn found(ctx: &Ctx, claim: &Claim, found: &str) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let tx = ctx.begin().await?;
    queue::fence(&tx, claim).await?;
    let now = ctx.clock.now(&tx).await?;
    keep(&tx, None, found, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes what a document lacks, and what fonts have by now.
pub(super) async fn keep(
    tx: &impl ConnectionTrait,
    lacking: Option<(InvoiceId, &str)>,
    found: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let each = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
    let (found, lacks) = (each(found), lacking.map(|(_, lacks)| each(lacks)).unwrap_or_default());
    // In one order, so that two renderings wait for each other and not forever.
    lock_glyphs(&[found.clone(), lacks.clone()].concat()).all(tx).await?;
    if !found.is_empty() {
        set_found(&found, now).exec(tx).await?;
    }
    if let (Some((invoice, _)), false) = (lacking, lacks.is_empty()) {
        insert_glyphs(&lacks, invoice, now).exec(tx).await?;
    }
    Ok(())
}

/// An administrator knows that the characters are missing that are so since this document: they are told of no more,
/// until a font had them in between.
///
/// # Errors
/// `not_found`; `forbidden` for others than administrators.
pub async fn dismiss(ctx: &Ctx, actor: &Actor, invoice: InvoiceId) -> Result<()> {
    let admin = actor.admin()?;
    let tx = ctx.begin().await?;
    let number = select_number(invoice).one(&tx).await?.ok_or_else(|| Error::not_found("invoice"))?;
    let now = ctx.clock.now(&tx).await?;
    lock_of(invoice).all(&tx).await?;
    if set_dismissed(invoice, GlyphState::Dismissed, admin, now).exec(&tx).await? > 0 {
        let words = format!("The alert about characters that {number} lacks was dismissed");
        let event = Event::new("billing.glyphs_dismissed", EventStatus::Info, words).by(actor);
        activity::record(&tx, event.entity("invoice", invoice)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Some documents with the characters that are missing since, the newest first.
pub(crate) async fn gaps(db: &impl ConnectionTrait, limit: i64) -> Result<Vec<Gap>> {
    select_gaps(limit).all(db).await
}

/// How many characters are missing that no administrator dismissed.
///
/// # Errors
/// When the database does not answer.
pub async fn count_missing(ctx: &Ctx) -> Result<i64> {
    count_glyphs().only(&ctx.db).await
}

db::statement! {
    fn select_sought(limit: i64) -> String =
        "select glyph from missing_glyph where state <> 'found' order by noticed_at desc, glyph limit $1";

    fn lock_glyphs(glyphs: &[String]) -> String =
        "select glyph from missing_glyph where glyph = any($1) order by glyph for update";

    fn lock_of(invoice: InvoiceId) -> String =
        "select glyph from missing_glyph where invoice_id = $1 order by glyph for update";

    fn set_found(glyphs: &[String], now: DateTime<Utc>) =
        "update missing_glyph set state = 'found', ended_at = $2, dismissed_by = null
         where glyph = any($1) and state <> 'found'";

    fn insert_glyphs(glyphs: &[String], invoice: InvoiceId, now: DateTime<Utc>) = file "insert_glyphs.sql";

    fn set_dismissed(invoice: InvoiceId, state: GlyphState, admin: Option<UserId>, now: DateTime<Utc>) =
        "update missing_glyph set state = $2, dismissed_by = $3, ended_at = $4
         where invoice_id = $1 and state = 'missing'";

    fn select_number(invoice: InvoiceId) -> String = "select number from invoice where id = $1";

    fn select_gaps(limit: i64) -> Gap = file "select_gaps.sql";

    fn count_glyphs() -> i64 = "select count(*) from missing_glyph where state = 'missing'";
}
