//! The fonts: Liberation Sans (OFL), which has Latin, Greek, Cyrillic and Hebrew, and those of a folder.

use std::sync::Arc;

use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

use super::PdfError;

const REGULAR: &[u8] = include_bytes!("../../fonts/LiberationSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/LiberationSans-Bold.ttf");
/// What is printed for a character that no font has.
const INSTEAD: char = '?';

/// A font with its file, from which glyphs are measured.
#[derive(Clone)]
struct Face {
    font: Font,
    data: Arc<Vec<u8>>,
}

impl Face {
    fn of(data: Vec<u8>) -> Option<Self> {
        let data = Arc::new(data);
        FontRef::new(&data).ok()?;
        let font = Font::new(krilla::Data::from(data.clone() as Arc<dyn AsRef<[u8]> + Send + Sync>), 0)?;
        Some(Self { font, data })
    }

    /// A character's glyph, and how far it moves on, as a part of the size of the letters.
    fn glyph(&self, c: char) -> Option<(u32, f32)> {
        let font = FontRef::new(&self.data).ok()?;
        let glyph = font.charmap().map(c)?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let advance = metrics.advance_width(glyph)?;
        Some((glyph.to_u32(), advance / self.font.units_per_em()))
    }
}

/// The fonts of all documents; cheap to clone.
#[derive(Clone)]
pub struct Fonts {
    regular: Face,
    bold: Face,
    more: Arc<Vec<Face>>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({} more)", self.more.len())
    }
}

/// A character as it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// In which font.
    pub(super) font: Font,
    /// Its glyph.
    pub(super) glyph: u32,
    /// How far it moves on, as a part of the size of the letters.
    pub(super) advance: f32,
    /// Whether no font has it.
    pub(super) missing: bool,
}

impl Fonts {
    /// The fonts that ship, and these files after them, each with its name.
    ///
    /// # Errors
    /// [`PdfError::Font`] names the first file that is no font.
    pub fn new(more: Vec<(String, Vec<u8>)>) -> Result<Self, PdfError> {
        let ours = |data: &[u8], name: &str| Face::of(data.to_vec()).ok_or_else(|| PdfError::Font(name.to_owned()));
        let more: Result<Vec<Face>, PdfError> =
            more.into_iter().map(|(name, data)| Face::of(data).ok_or(PdfError::Font(name))).collect();
        Ok(Self {
            regular: ours(REGULAR, "Liberation Sans")?,
            bold: ours(BOLD, "Liberation Sans Bold")?,
            more: Arc::new(more?),
        })
    }

    /// Those of some characters that fonts have, plain and bold.
    #[must_use]
    pub fn having(&self, characters: &str) -> String {
        characters.chars().filter(|&c| [false, true].iter().all(|&bold| !self.draw(c, bold).missing)).collect()
    }

    /// How a character is drawn: in the first font that has it.
    pub(super) fn draw(&self, c: char, bold: bool) -> Drawn {
        let first = if bold { &self.bold } else { &self.regular };
        let found = |c: char| {
            std::iter::once(first).chain(self.more.iter()).find_map(|face| face.glyph(c).map(|glyph| (face, glyph)))
        };
        let (missing, (face, (glyph, advance))) = match found(c) {
            Some(found) => (false, found),
            None => (true, found(INSTEAD).unwrap_or((first, (0, 0.5)))),
        };
        Drawn { font: face.font.clone(), glyph, advance, missing }
    }
}
