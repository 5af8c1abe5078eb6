//! Draws an issued document from its snapshot.

use documents::{Incomplete, Snapshot};
use domain::InvoiceId;
use domain::invoice::{self, Files};

use crate::Running;
use crate::outcome::{JobError, Outcome};
use crate::step::{Intent, Note, Step};

const DRAW: Step = Step::of("invoice.render", "draw");

/// The same snapshot gives the same bytes; what was kept before stays. Characters that documents lacked before are
/// looked for in the fonts, which may have grown.
pub async fn run(running: &Running, invoice: InvoiceId, announce: bool) -> Result<Outcome, JobError> {
    let snapshot = invoice::snapshot(&running.env.ctx, invoice).await?;
    let sought = invoice::glyphs_sought(&running.env.ctx).await?;
    let begun = running.begin(DRAW, Intent::say("Drawing the document")).await?;
    let fonts = running.env.press.fonts.clone();
    let drawn = begun
        .call(async {
            let drawn = tokio::task::spawn_blocking(move || draw(&snapshot, &fonts, &sought)).await;
            drawn.map_err(|error| domain::Error::internal(format!("drawing broke off: {error}")))?
        })
        .await?;
    let words = match (&drawn.value().0.missing, &drawn.value().1) {
        (missing, _) if !missing.is_empty() => format!("Drawn; no font has {missing}"),
        (_, Some(lacks)) => format!("Drawn without its electronic form: {lacks}"),
        _ => "Drawn".to_owned(),
    };
    let (ctx, claim) = (&running.env.ctx, &running.claim);
    drawn
        .commit_with(Note::say(words), async |(files, _): &(Files, Option<Incomplete>)| {
            invoice::save(ctx, claim, invoice, files, announce).await
        })
        .await?;
    Ok(Outcome::Done)
}

fn draw(snapshot: &Snapshot, fonts: &documents::Fonts, sought: &str) -> Result<(Files, Option<Incomplete>), JobError> {
    let pdf = documents::pdf(snapshot, fonts).map_err(|error| domain::Error::internal(error.to_string()))?;
    let (xml, lacks) = match documents::xml(snapshot) {
        Ok(xml) => (Some(xml.into_bytes()), None),
        Err(lacks) => (None, Some(lacks)),
    };
    let html = documents::html(snapshot).into_bytes();
    Ok((Files { html, xml, pdf: pdf.bytes, missing: pdf.missing, found: fonts.having(sought) }, lacks))
}
