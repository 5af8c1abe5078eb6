//! The mark of the seller: the first letter of its name on a tile in the brand's colour.

/// The letter.
pub(crate) fn letter(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "•".to_owned(), |c| c.to_uppercase().collect())
}

/// The colour of a hue in degrees, as red, green and blue: dark enough for white letters.
pub(crate) fn colour(hue: u16) -> (u8, u8, u8) {
    let hue = u32::from(hue % 360);
    // Saturation 60 %, lightness 38 %, in whole numbers so that every machine gives the same bytes.
    let (high, low) = (155_u32, 39_u32);
    let span = high - low;
    let within = hue % 60;
    let (rising, falling) = (low + span * within / 60, high - span * within / 60);
    let (red, green, blue) = match hue / 60 {
        0 => (high, rising, low),
        1 => (falling, high, low),
        2 => (low, high, rising),
        3 => (low, falling, high),
        4 => (rising, low, high),
        _ => (high, low, falling),
    };
    let byte = |part: u32| u8::try_from(part).unwrap_or(u8::MAX);
    (byte(red), byte(green), byte(blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_a_letter_in_the_brands_colour() {
        assert_eq!(["nimbus", "«Ünal»", "!!"].map(letter), ["N", "Ü", "•"]);
        assert_eq!((colour(0), colour(120), colour(240)), ((155, 39, 39), (39, 155, 39), (39, 39, 155)));
        assert_eq!(colour(360), colour(0));
    }
}
