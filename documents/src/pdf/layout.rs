//! Where everything stands on the pages.

use std::collections::BTreeSet;

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Rect};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;

use super::fonts::Fonts;
use super::text::{Set, Style, set, wrap};
use crate::cents::cents;
use crate::html::{detail, sum_lines};
use crate::logo::{colour, letter};
use crate::snapshot::{Kind, Line, Party, Snapshot};
use crate::words::{address, closing, facts, numbers, proof, rate, title};

const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 51.0;
const RIGHT: f32 = WIDTH - MARGIN;
/// Below this, what belongs to the foot of a page.
const FOOT: f32 = HEIGHT - 62.0;
const BODY: Style = Style { size: 9.5, bold: false };
const STRONG: Style = Style { size: 9.5, bold: true };
const SMALL: Style = Style { size: 7.5, bold: false };
const INK: (u8, u8, u8) = (22, 24, 29);
const GREY: (u8, u8, u8) = (84, 91, 105);
/// Right ends of the columns of figures: hours, price, tax, amount.
const COLUMNS: [f32; 4] = [350.0, 425.0, 470.0, RIGHT];
/// The most lines that a name takes.
const NAME_LINES: usize = 6;
/// The most lines of a paragraph.
const PARAGRAPH_LINES: usize = 60;

/// A line of a page before it is drawn: texts with their places, and how high it is.
struct Row {
    height: f32,
    parts: Vec<Part>,
    /// A rule below it.
    ruled: bool,
}

struct Part {
    x: f32,
    /// Below the row's upper edge.
    y: f32,
    style: Style,
    colour: (u8, u8, u8),
    text: Set,
}

/// What draws rows: fonts, and the characters that none of them has.
struct Setter<'a> {
    fonts: &'a Fonts,
    missing: &'a mut BTreeSet<char>,
}

impl Setter<'_> {
    fn left(&mut self, x: f32, y: f32, text: &str, style: Style, colour: (u8, u8, u8)) -> Part {
        Part { x, y, style, colour, text: set(self.fonts, text, style, self.missing) }
    }

    /// With its right end at `x`.
    fn right(&mut self, x: f32, y: f32, text: &str, style: Style, colour: (u8, u8, u8)) -> Part {
        let text = set(self.fonts, text, style, self.missing);
        Part { x: x - text.width, y, style, colour, text }
    }

    fn wrapped(&mut self, x: f32, width: f32, text: &str, style: Style, most: usize) -> Vec<String> {
        let _ = x;
        wrap(self.fonts, text, style, width, most)
    }
}

/// Draws all pages.
pub(super) fn draw(document: &mut Document, snapshot: &Snapshot, fonts: &Fonts, missing: &mut BTreeSet<char>) {
    let mut setter = Setter { fonts, missing };
    let mut rows = vec![head(&mut setter, snapshot)];
    rows.extend(parties(&mut setter, snapshot));
    if let Some(reason) = &snapshot.reason {
        rows.extend(paragraph(&mut setter, reason, BODY, INK));
    }
    let columns = columns(&mut setter, snapshot);
    let repeated_from = rows.len();
    for line in &snapshot.lines {
        rows.push(item(&mut setter, snapshot, line));
    }
    let repeated_to = rows.len();
    rows.push(space(8.0));
    rows.extend(sums(&mut setter, snapshot));
    rows.push(space(12.0));
    for line in closing(snapshot) {
        rows.extend(paragraph(&mut setter, &line, BODY, INK));
    }
    rows.push(space(10.0));
    for line in proof(snapshot) {
        rows.extend(paragraph(&mut setter, &line, SMALL, GREY));
    }
    let pages = paginate(&rows, &columns, repeated_from..repeated_to);
    let count = pages.len();
    for (place, page) in pages.iter().enumerate() {
        let foot = foot(&mut setter, snapshot, place + 1, count);
        one_page(document, snapshot, page, &foot, place == 0);
    }
}

/// Rows by pages; where lines of the table stand on a page, its head stands above them.
fn paginate<'a>(rows: &'a [Row], columns: &'a Row, table: std::ops::Range<usize>) -> Vec<Vec<&'a Row>> {
    let (mut pages, mut page, mut y) = (Vec::new(), Vec::new(), MARGIN);
    for (place, row) in rows.iter().enumerate() {
        let begins = place == table.start && !table.is_empty();
        let needed = row.height + if begins { columns.height } else { 0.0 };
        let full = y + needed > FOOT && !page.is_empty();
        if full {
            pages.push(std::mem::take(&mut page));
            y = MARGIN;
        }
        if begins || (full && table.contains(&place)) {
            page.push(columns);
            y += columns.height;
        }
        page.push(row);
        y += row.height;
    }
    pages.push(page);
    pages
}

fn one_page(document: &mut Document, snapshot: &Snapshot, rows: &[&Row], foot: &Row, first: bool) {
    let Some(settings) = PageSettings::from_wh(WIDTH, HEIGHT) else { return };
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    if first {
        let (red, green, blue) = colour(snapshot.hue);
        block(&mut surface, MARGIN, MARGIN, 32.0, 32.0, (red, green, blue));
    }
    let mut y = MARGIN;
    for row in rows {
        paint(&mut surface, row, y);
        y += row.height;
    }
    paint(&mut surface, foot, FOOT + 14.0);
    surface.finish();
    page.finish();
}

fn paint(surface: &mut Surface<'_>, row: &Row, y: f32) {
    for part in &row.parts {
        surface.set_fill(Some(fill(part.colour)));
        part.text.draw(surface, part.x, y + part.y, part.style.size);
    }
    if row.ruled {
        block(surface, MARGIN, y + row.height - 0.5, RIGHT - MARGIN, 0.5, (217, 220, 227));
    }
}

fn fill((red, green, blue): (u8, u8, u8)) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

fn block(surface: &mut Surface<'_>, x: f32, y: f32, width: f32, height: f32, colour: (u8, u8, u8)) {
    let Some(shape) = Rect::from_xywh(x, y, width, height) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(shape);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(colour)));
        surface.draw_path(&path);
    }
}

fn space(height: f32) -> Row {
    Row { height, parts: Vec::new(), ruled: false }
}

fn head(setter: &mut Setter<'_>, snapshot: &Snapshot) -> Row {
    let mark = Style { size: 18.0, bold: true };
    let initial = letter(&snapshot.seller.name);
    let mut sign = setter.left(0.0, 22.5, &initial, mark, (255, 255, 255));
    sign.x = MARGIN + 16.0 - sign.text.width / 2.0;
    let name = Style { size: 12.0, bold: true };
    let company = setter.wrapped(0.0, 260.0, &snapshot.seller.name, name, 2);
    let mut parts = vec![sign];
    for (place, line) in company.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let y = 20.0 + 14.0 * place as f32;
        parts.push(setter.left(MARGIN + 42.0, y, line, name, INK));
    }
    parts.push(setter.right(RIGHT, 22.0, title(snapshot.kind), Style { size: 20.0, bold: true }, INK));
    Row { height: 58.0, parts, ruled: false }
}

/// Seller, customer and facts, side by side.
fn parties(setter: &mut Setter<'_>, snapshot: &Snapshot) -> Vec<Row> {
    let column = |setter: &mut Setter<'_>, word: &str, party: &Party| -> Vec<(String, Style)> {
        let mut lines = vec![(word.to_owned(), SMALL)];
        for line in address(party) {
            lines.extend(setter.wrapped(0.0, 155.0, &line, BODY, 4).into_iter().map(|line| (line, BODY)));
        }
        for (name, value) in numbers(party) {
            let text = format!("{name} {value}");
            lines.extend(setter.wrapped(0.0, 155.0, &text, BODY, 2).into_iter().map(|line| (line, BODY)));
        }
        lines
    };
    let from = column(setter, "From", &snapshot.seller);
    let to = column(setter, "To", &snapshot.buyer);
    let facts = facts(snapshot);
    let count = from.len().max(to.len()).max(facts.len() * 2);
    let mut rows = Vec::new();
    for place in 0..count {
        let mut parts = Vec::new();
        for (lines, x) in [(&from, MARGIN), (&to, MARGIN + 170.0)] {
            if let Some((line, style)) = lines.get(place) {
                let colour = if place == 0 { GREY } else { INK };
                parts.push(setter.left(x, 10.0, line, *style, colour));
            }
        }
        if let Some((name, value)) = facts.get(place / 2) {
            let (text, style, colour) = if place % 2 == 0 { (*name, SMALL, GREY) } else { (value.as_str(), BODY, INK) };
            parts.push(setter.left(MARGIN + 345.0, 10.0, text, style, colour));
        }
        rows.push(Row { height: 13.0, parts, ruled: false });
    }
    rows.push(space(18.0));
    rows
}

fn columns(setter: &mut Setter<'_>, snapshot: &Snapshot) -> Row {
    let mut parts = vec![setter.left(MARGIN, 11.0, "Item", STRONG, INK)];
    let amount = format!("Amount ({})", snapshot.currency);
    let names: [&str; 4] =
        if snapshot.kind == Kind::Receipt { ["", "", "", &amount] } else { ["Hours", "Price an hour", "Tax", &amount] };
    for (name, x) in names.into_iter().zip(COLUMNS) {
        parts.push(setter.right(x, 11.0, name, STRONG, INK));
    }
    Row { height: 17.0, parts, ruled: true }
}

fn item(setter: &mut Setter<'_>, snapshot: &Snapshot, line: &Line) -> Row {
    let name = setter.wrapped(MARGIN, 255.0, &line.name, BODY, NAME_LINES);
    let more = setter.wrapped(MARGIN, 255.0, &detail(line), SMALL, 2);
    let (mut parts, mut y) = (Vec::new(), 11.0);
    for text in &name {
        parts.push(setter.left(MARGIN, y, text, BODY, INK));
        y += 12.0;
    }
    for text in &more {
        parts.push(setter.left(MARGIN, y - 1.0, text, SMALL, GREY));
        y += 10.0;
    }
    let tax = rate(line.basis_points);
    let figures = if snapshot.kind == Kind::Receipt {
        [String::new(), String::new(), String::new(), cents(line.net_cents)]
    } else {
        [line.time(), line.hour_price(), tax, cents(line.net_cents)]
    };
    for (figure, x) in figures.iter().zip(COLUMNS) {
        parts.push(setter.right(x, 11.0, figure, BODY, INK));
    }
    Row { height: y - 3.0, parts, ruled: true }
}

fn sums(setter: &mut Setter<'_>, snapshot: &Snapshot) -> Vec<Row> {
    sum_lines(snapshot)
        .into_iter()
        .map(|(name, amount)| {
            let style = if name.starts_with("Total") || name.starts_with("Due") { STRONG } else { BODY };
            let parts =
                vec![setter.right(COLUMNS[2], 11.0, &name, style, INK), setter.right(RIGHT, 11.0, &amount, style, INK)];
            Row { height: 15.0, parts, ruled: false }
        })
        .collect()
}

fn paragraph(setter: &mut Setter<'_>, text: &str, style: Style, colour: (u8, u8, u8)) -> Vec<Row> {
    let lines = setter.wrapped(MARGIN, RIGHT - MARGIN, text, style, PARAGRAPH_LINES);
    lines
        .iter()
        .map(|line| {
            let parts = vec![setter.left(MARGIN, style.size + 1.0, line, style, colour)];
            Row { height: style.size + 4.0, parts, ruled: false }
        })
        .collect()
}

fn foot(setter: &mut Setter<'_>, snapshot: &Snapshot, page: usize, count: usize) -> Row {
    let left = format!("{} {}", title(snapshot.kind), snapshot.number);
    let right = format!("Page {page} of {count}");
    let parts = vec![setter.left(MARGIN, 8.0, &left, SMALL, GREY), setter.right(RIGHT, 8.0, &right, SMALL, GREY)];
    Row { height: 12.0, parts, ruled: false }
}
