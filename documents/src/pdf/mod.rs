//! The PDF: pages of A4 (PDF/A-3b), every text embedded with the glyphs that it uses.

mod fonts;
mod layout;
mod text;

use std::collections::BTreeSet;

use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::metadata::{DateTime, Metadata};
use krilla::{Document, SerializeSettings};

pub use fonts::Fonts;

use crate::snapshot::Snapshot;
use crate::words::title;

/// A finished PDF.
#[derive(Clone, Debug)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that no font has, and that were printed as a question mark.
    pub missing: String,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A file that should be a font is none.
    #[error("{0} is no font that can be used: give a TrueType or OpenType file")]
    Font(String),
    /// The writer refused the document.
    #[error("the PDF could not be written: {0}")]
    Write(String),
}

/// The PDF of a document. A character that no font has is printed as another sign and reported.
///
/// # Errors
/// When the writer refuses the document.
pub fn pdf(snapshot: &Snapshot, fonts: &Fonts) -> Result<Pdf, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_B)
        .finish()
        .map_err(|error| PdfError::Write(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(snapshot));
    let mut missing = BTreeSet::new();
    layout::draw(&mut document, snapshot, fonts, &mut missing);
    let bytes = document.finish().map_err(|error| PdfError::Write(format!("{error:?}")))?;
    Ok(Pdf { bytes, missing: missing.into_iter().collect() })
}

/// Without a clock: the day of issue is the day of creation.
fn metadata(snapshot: &Snapshot) -> Metadata {
    let mut parts = snapshot.issued_on.split('-').map(|part| part.parse::<u16>().unwrap_or(1));
    let mut next = || parts.next().unwrap_or(1);
    let (year, month, day) = (next(), next(), next());
    let byte = |part: u16| u8::try_from(part).unwrap_or(1);
    Metadata::new()
        .title(format!("{} {}", title(snapshot.kind), snapshot.number))
        .authors(vec![snapshot.seller.name.clone()])
        .language("en".to_owned())
        .creation_date(
            DateTime::new(year)
                .month(byte(month))
                .day(byte(day))
                .hour(0)
                .minute(0)
                .second(0)
                .utc_offset_hour(0)
                .utc_offset_minute(0),
        )
        .document_id(snapshot.number.clone())
}
