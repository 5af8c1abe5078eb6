//! A line of text: its order from left to right, its glyphs and its width.

use std::collections::BTreeSet;

use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use unicode_bidi::BidiInfo;

use super::fonts::Fonts;

/// What belongs to a text whatever it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// The size of the letters, in points.
    pub(super) size: f32,
    /// Whether they are bold.
    pub(super) bold: bool,
}

/// A run of glyphs of one font.
struct Run {
    font: Font,
    text: String,
    glyphs: Vec<KrillaGlyph>,
    width: f32,
}

/// A text that can be drawn: one line.
pub(super) struct Set {
    runs: Vec<Run>,
    /// How wide it is, in points.
    pub(super) width: f32,
}

/// Sets a text in a line. Characters without a glyph are noted in `missing`.
pub(super) fn set(fonts: &Fonts, text: &str, style: Style, missing: &mut BTreeSet<char>) -> Set {
    let mut runs: Vec<Run> = Vec::new();
    for c in in_order(text) {
        let drawn = fonts.draw(c, style.bold);
        if drawn.missing {
            missing.insert(c);
        }
        if runs.last().is_none_or(|run| run.font != drawn.font) {
            runs.push(Run { font: drawn.font.clone(), text: String::new(), glyphs: Vec::new(), width: 0.0 });
        }
        if let Some(run) = runs.last_mut() {
            let from = run.text.len();
            run.text.push(c);
            run.glyphs.push(KrillaGlyph::new(
                GlyphId::new(drawn.glyph),
                drawn.advance,
                0.0,
                0.0,
                0.0,
                from..run.text.len(),
                None,
            ));
            run.width += drawn.advance * style.size;
        }
    }
    let width = runs.iter().map(|run| run.width).sum();
    Set { runs, width }
}

impl Set {
    /// Draws it with its left end at this place; `y` is the line on which letters stand.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, x: f32, y: f32, size: f32) {
        let mut left = x;
        for run in &self.runs {
            surface.draw_glyphs(Point::from_xy(left, y), &run.glyphs, run.font.clone(), &run.text, size, false);
            left += run.width;
        }
    }
}

/// The characters as they stand from left to right, whichever way they are read. Controls are left out.
fn in_order(text: &str) -> Vec<char> {
    let one_line: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let visible = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let info = BidiInfo::new(&one_line, None);
    let Some(paragraph) = info.paragraphs.first() else { return Vec::new() };
    info.reorder_line(paragraph, paragraph.range.clone()).chars().filter(visible).collect()
}

/// The text in lines of at most this width: broken at spaces, and within a word that alone is too long. At most `most`
/// lines; the last one then ends with an ellipsis.
pub(super) fn wrap(fonts: &Fonts, text: &str, style: Style, width: f32, most: usize) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0_f32);
    let measure = |c: char| fonts.draw(c, style.bold).advance * style.size;
    let space = measure(' ');
    for word in text.split_whitespace() {
        let whole: f32 = word.chars().map(measure).sum();
        if !line.is_empty() && used + space + whole <= width {
            line.push(' ');
            line.push_str(word);
            used += space + whole;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        for c in word.chars() {
            let advance = measure(c);
            if used + advance > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(c);
            used += advance;
        }
        if lines.len() > most {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    lines
}
