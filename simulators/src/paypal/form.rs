//! Forms and queries, and text in HTML.

use std::collections::HashMap;

/// The fields of a form or a query.
pub(super) fn fields(text: &str) -> HashMap<String, String> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(n, v)| (plain(n), plain(v))).collect()
}

/// Text that may stand in a page and in a quoted attribute.
pub(super) fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn plain(text: &str) -> String {
    let spaced = text.replace('+', " ");
    let bytes = spaced.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.filter(|_| bytes[at] == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_once() {
        let fields = fields("a=1%2B1+%3D+2&b&c=%zz");
        assert_eq!(fields["a"], "1+1 = 2");
        assert_eq!((fields["b"].as_str(), fields["c"].as_str()), ("", "%zz"));
        assert_eq!(safe("<\"&>"), "&lt;&quot;&amp;&gt;");
    }
}
