//! What a character is, and which form of a text is stored.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{
    Alphabetic, DefaultIgnorableCodePoint, Emoji, EmojiModifier, ExtendedPictographic, GeneralCategory,
    GeneralCategoryGroup,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Zero width non-joiner and joiner: Persian, Indic scripts and emoji families are written with them.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];
/// Asks for the colourful form of an emoji.
const EMOJI_STYLE: char = '\u{FE0F}';
/// The frame of a keycap, such as that of 1️⃣.
const KEYCAP: char = '\u{20E3}';

/// The composed form (NFC): how one text is typed on two keyboards is stored once.
pub fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// The composed compatible form (NFKC): letters of full width and the like become plain ones.
pub fn nfkc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}

/// Whether a character is a space, of any width.
pub fn is_space(c: char) -> bool {
    category(c) == GeneralCategory::SpaceSeparator
}

/// Whether every character prints, or is needed by those beside it: joiners between letters or between emoji, and the
/// style of an emoji.
pub fn prints(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().enumerate().all(|(at, &c)| {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let after = chars.get(at + 1).copied();
        match c {
            _ if JOINERS.contains(&c) => before.zip(after).is_some_and(|(before, after)| joins(before, after)),
            EMOJI_STYLE => before.is_some_and(|before| takes_style(before, after)),
            _ => !is_hidden(c),
        }
    })
}

/// Whether a character shows nothing by itself: controls, separators of lines, and all that is ignored by default, with
/// which two texts can look alike.
pub fn is_hidden(c: char) -> bool {
    let separates = matches!(category(c), GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator);
    c.is_control() || separates || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn joins(before: char, after: char) -> bool {
    let emoji = |c| is_pictogram(c) || c == EMOJI_STYLE || CodePointSetData::new::<EmojiModifier>().contains(c);
    (is_letter(before) && is_letter(after)) || (emoji(before) && is_pictogram(after))
}

/// A letter, or a mark that belongs to the letter before it.
fn is_letter(c: char) -> bool {
    CodePointSetData::new::<Alphabetic>().contains(c) || GeneralCategoryGroup::Mark.contains(category(c))
}

fn is_pictogram(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

/// Digits are emoji too, but only within a keycap.
fn takes_style(c: char, after: Option<char>) -> bool {
    CodePointSetData::new::<Emoji>().contains(c) && (!c.is_ascii() || after == Some(KEYCAP))
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joiners_print_between_letters_or_emoji_and_nowhere_else() {
        for good in [
            "می\u{200C}خواهم",
            "क\u{94D}\u{200D}ष",
            "👨\u{200D}👩\u{200D}👧",
            "🏳\u{FE0F}\u{200D}🌈",
            "👩🏽\u{200D}🚀",
            "❤\u{FE0F}",
            "1\u{FE0F}\u{20E3}",
            "🇩🇪",
            "e\u{301}",
        ] {
            assert!(prints(good), "{good:?}");
        }
        for bad in [
            "\u{200D}a",
            "a\u{200C}",
            "a\u{200C}\u{200C}b",
            "a\u{200D} b",
            "1\u{200D}2",
            "👩\u{200D}a",
            "a\u{FE0F}",
            "1\u{FE0F}",
            "\u{FE0F}",
            "a\u{200B}b",
            "a\u{AD}b",
            "a\u{34F}b",
            "a\u{115F}",
            "\u{202E}a",
            "a\u{FE0E}",
            "a\u{E0041}",
            "a\u{2028}b",
            "a\0b",
        ] {
            assert!(!prints(bad), "{bad:?}");
        }
    }
}
