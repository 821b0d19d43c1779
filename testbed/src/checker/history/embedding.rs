//! How a JSON object stands in a text: as it is, or in strings, cells and scalars of other formats.

use std::borrow::Cow;

/// What has to be undone to get at an object. The first quote in it tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Embedding {
    /// In how many JSON strings, one in the other.
    pub(super) depth: u32,
    /// In a cell of CSV, where each quote stands twice (RFC 4180).
    pub(super) is_cell: bool,
    /// In a scalar of YAML between apostrophes: each apostrophe stands twice, and a line break stands for a space.
    pub(super) is_scalar: bool,
}

/// To how many strings around it a quote belongs that has so many backslashes before it. Each string doubles them and adds
/// one, so it is told by the ones at the end of their number.
pub(super) fn depth_of_quote(backslashes: u32) -> u32 {
    backslashes.trailing_ones()
}

/// Without the backslashes before the quote that ends it.
pub(super) fn trimmed(text: Option<&[u8]>) -> &[u8] {
    let mut text = text.unwrap_or_default();
    while let [rest @ .., b'\\'] = text {
        text = rest;
    }
    text
}

impl Embedding {
    /// The object itself; `None` if what it stands in is not what it seems to be.
    pub(super) fn undo(self, written: &[u8]) -> Option<Cow<'_, [u8]>> {
        let mut text = Cow::Borrowed(written);
        if self.is_cell {
            text = Cow::Owned(without_twins(&text, b'"'));
        }
        if self.is_scalar {
            text = Cow::Owned(unfolded(&without_twins(&text, b'\'')));
        }
        for _ in 0..self.depth {
            let mut string = Vec::with_capacity(text.len() + 2);
            string.push(b'"');
            // Between members any space is as good as another, and a string has none of these as they are.
            string.extend(text.iter().map(|&byte| if byte.is_ascii_whitespace() { b' ' } else { byte }));
            string.push(b'"');
            text = Cow::Owned(serde_json::from_slice::<String>(&string).ok()?.into_bytes());
        }
        Some(text)
    }

    /// The same of an object that was cut off, perhaps within an escape.
    pub(super) fn undo_cut(self, written: &[u8]) -> Option<Cow<'_, [u8]>> {
        /// `\u0000` for half a character, and the beginning of the other half, in a string or two.
        const LONGEST_ESCAPE: usize = 24;
        let shortest = written.len().saturating_sub(LONGEST_ESCAPE);
        (shortest..=written.len()).rev().find_map(|end| self.undo(&written[..end]))
    }
}

/// Of each two that stand together, one.
fn without_twins(text: &[u8], twin: u8) -> Vec<u8> {
    let mut single = Vec::with_capacity(text.len());
    let mut is_second = false;
    for &byte in text {
        is_second = byte == twin && !is_second && single.last() == Some(&twin);
        if !is_second {
            single.push(byte);
        }
    }
    single
}

/// The text on one line. Where a line ends, with the next one's indentation, was one space.
fn unfolded(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(&b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_object_was_put_into_is_undone() {
        let object = r#"{"a":"Zürich \"x\" \\ it's","b":""}"#;
        let string = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').to_owned();
        let cell = |text: &str| text.replace('"', "\"\"");
        let embedding = |depth, is_cell, is_scalar| Embedding { depth, is_cell, is_scalar };
        let in_string = serde_json::to_string(object).unwrap();
        let in_string = &in_string[1..in_string.len() - 1];
        for (written, embedding) in [
            (object.to_owned(), embedding(0, false, false)),
            (in_string.to_owned(), embedding(1, false, false)),
            (string(in_string), embedding(2, false, false)),
            (cell(object), embedding(0, true, false)),
            (cell(in_string), embedding(1, true, false)),
            (object.replace('\'', "''").replace(' ', "\n      "), embedding(0, false, true)),
        ] {
            assert_eq!(embedding.undo(written.as_bytes()).unwrap(), object.as_bytes(), "{written}");
        }
    }

    #[test]
    fn a_quote_tells_how_deep_it_stands() {
        for (backslashes, depth) in [(0, 0), (1, 1), (2, 0), (3, 2), (4, 0), (5, 1), (7, 3)] {
            assert_eq!(depth_of_quote(backslashes), depth, "{backslashes}");
        }
    }
}
