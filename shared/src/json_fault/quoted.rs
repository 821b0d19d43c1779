//! Errors of `serde_json` in texts that others made.

use std::borrow::Cow;

use super::{JsonFault, KINDS, SYNTAX, is_number};

impl JsonFault<'_> {
    /// A text without the error of `serde_json` that it quotes, or is: as `Display` writes it, or as `Debug` does, which is
    /// what panics quote. For where an error has lost its type on the way.
    ///
    /// All from the first sign of such an error to the last is left out, for what stands between may be a value that looks
    /// like an end. Of a text that ends in a place and has no other sign, the place is all that is left.
    pub fn unquoted(text: &str) -> Cow<'_, str> {
        debugged(text).or_else(|| displayed(text)).map_or(Cow::Borrowed(text), Cow::Owned)
    }
}

/// `Error("…", line: 1, column: 2)`
fn debugged(text: &str) -> Option<String> {
    let (front, error) = text.split_once("Error(\"")?;
    let mut places = error.rmatch_indices("\", line: ");
    let (line, column, end) = places.find_map(|(start, sign)| place(&error[start + sign.len()..], ", column: "))?;
    let end = end.strip_prefix(')')?;
    Some(format!("{front}JSON error at line {line} column {column}{end}"))
}

/// `invalid type: …, expected … at line 1 column 2`
fn displayed(text: &str) -> Option<String> {
    let mut places = text.rmatch_indices(" at line ");
    let (front, (line, column, end)) =
        places.find_map(|(start, sign)| Some((&text[..start], place(&text[start + sign.len()..], " column ")?)))?;
    let Some(start) = KINDS.into_iter().filter_map(|kind| front.find(kind)).min() else {
        return (end.is_empty() && !is_syntax(front)).then(|| JsonFault::of_text(text));
    };
    let (front, error) = front.split_at(start);
    Some(format!("{front}{}{end}", JsonFault::of_text(&format!("{error} at line {line} column {column}"))))
}

/// Line and column, and what stands after them.
fn place<'t>(text: &'t str, between: &str) -> Option<(&'t str, &'t str, &'t str)> {
    let (line, rest) = text.split_once(between)?;
    let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
    let (column, end) = rest.split_at(digits);
    (is_number(line) && is_number(column)).then_some((line, column, end))
}

/// Whether all that is said is that the text is not JSON.
fn is_syntax(front: &str) -> bool {
    let before = SYNTAX.into_iter().find_map(|what| front.strip_suffix(what));
    before.is_some_and(|before| before.is_empty() || before.ends_with(": "))
}
