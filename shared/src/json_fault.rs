//! What is wrong with other people's JSON, without a word of it.

use std::fmt;

/// Shows an error of `serde_json` by its kind, what was expected, and the place; never by what stands there.
///
/// The error's own text quotes what it stumbled over: `invalid type: string "alice@example.com", expected u64`. Where a
/// record holds personal data, that text must not get into logs, spans and answers. Texts that a type makes itself
/// (`de::Error::custom`) may quote anything, so none of them is shown.
///
/// ```
/// use kinetrace::__private::JsonFault;
///
/// let error = serde_json::from_str::<u64>(r#""alice@example.com""#).unwrap_err();
/// assert_eq!(JsonFault(&error).to_string(), "invalid type: string, expected u64 at line 1 column 19");
/// ```
#[derive(Clone, Copy)]
pub struct JsonFault<'a>(pub &'a serde_json::Error);

impl JsonFault<'_> {
    /// The same of an error that any deserializer made, by its text. That may be one of `serde_json` that was passed on.
    pub fn of_text(text: &str) -> String {
        let (what, places) = without_places(text);
        let what = if SYNTAX.contains(&what) { what.to_owned() } else { kind_of(what) };
        format!("{what}{}", last_place(places))
    }
}

impl fmt::Display for JsonFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An error of input and output belongs to the reader of a file or a socket, and has no place.
        if self.0.is_io() { f.write_str("it cannot be read") } else { f.write_str(&Self::of_text(&self.0.to_string())) }
    }
}

impl fmt::Debug for JsonFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What `serde_json` 1 says of a text that is not JSON: fixed words, all of them.
const SYNTAX: [&str; 21] = [
    "EOF while parsing a list",
    "EOF while parsing an object",
    "EOF while parsing a string",
    "EOF while parsing a value",
    "expected `:`",
    "expected `,` or `]`",
    "expected `,` or `}`",
    "expected ident",
    "expected value",
    "expected `\"`",
    "invalid escape",
    "invalid number",
    "number out of range",
    "invalid unicode code point",
    "control character (\\u0000-\\u001F) found while parsing a string",
    "key must be a string",
    "lone leading surrogate in hex escape",
    "unexpected end of hex escape",
    "trailing comma",
    "trailing characters",
    "recursion limit exceeded",
];

/// The kinds of errors that `serde` makes, by how their texts begin
/// (<https://docs.rs/serde/1/serde/de/trait.Error.html>).
const KINDS: [&str; 7] = [
    "invalid type",
    "invalid value",
    "invalid length",
    "unknown variant",
    "unknown field",
    "missing field",
    "duplicate field",
];

fn kind_of(what: &str) -> String {
    let Some(kind) = KINDS.into_iter().find(|kind| what.starts_with(kind)) else {
        return "the data does not fit the type".to_owned();
    };
    // The value stands before the last of these words, whatever it holds.
    let expected = what.rsplit_once(", expected ").map(|(_, expected)| expected).filter(|it| is_type(it));
    match (kind, expected) {
        // Names that a type expects, a static text each; and only the whole text can be such an error.
        ("missing field" | "duplicate field", _) if is_named(what, kind) => what.to_owned(),
        ("invalid type" | "invalid value", Some(expected)) => {
            format!("{kind}{}, expected {expected}", found(what, kind))
        }
        ("invalid length", Some(expected)) => format!("{kind}, expected {expected}"),
        _ => kind.to_owned(),
    }
}

/// `: string`, where `serde` says that it found one, and which.
fn found(what: &str, kind: &str) -> String {
    const FOUND: [&str; 8] = ["boolean", "integer", "floating point", "character", "string", "null", "sequence", "map"];
    let found = what.strip_prefix(kind).and_then(|rest| rest.strip_prefix(": "));
    let found = found.and_then(|found| FOUND.into_iter().find(|word| found.starts_with(word)));
    found.map(|word| format!(": {word}")).unwrap_or_default()
}

/// Whether it is the kind and one name, as `serde` writes it.
fn is_named(what: &str, kind: &str) -> bool {
    let name = what.strip_prefix(kind).and_then(|rest| rest.strip_prefix(" `")?.strip_suffix('`'));
    name.is_some_and(is_name)
}

/// What types of `serde` itself expect, and what derived ones do. Whatever else a visitor expects may be made of the input.
fn is_type(expected: &str) -> bool {
    const TYPES: [&str; 24] = [
        "a string",
        "a borrowed string",
        "a boolean",
        "a character",
        "a sequence",
        "a map",
        "unit",
        "option",
        "any value",
        "bytes",
        "any valid JSON value",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "variant identifier",
    ];
    let (of_struct, elements) = expected.split_once(" with ").unwrap_or((expected, "1 element"));
    let derived = ["struct ", "tuple struct ", "unit struct ", "enum "];
    let is_derived = derived.into_iter().find_map(|word| of_struct.strip_prefix(word)).is_some_and(is_name);
    let counted = ["a tuple of size ", "an array of length "].into_iter().find_map(|word| expected.strip_prefix(word));
    TYPES.contains(&expected)
        || matches!(expected, "f32" | "f64")
        || (is_derived
            && elements.strip_suffix("s").unwrap_or(elements).strip_suffix(" element").is_some_and(is_number))
        || counted.is_some_and(is_number)
}

/// Of a field or a type.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.:".contains(&it))
}

fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

/// What the error says, and the places after it: several, if it was passed on by a type that reads JSON in a string.
fn without_places(text: &str) -> (&str, &str) {
    let mut what = text;
    while let Some((front, line, column)) = place_of(what) {
        // Longer numbers are not places, and may be values of others.
        if !(is_number(line) && is_number(column) && line.len().max(column.len()) < 10) {
            break;
        }
        what = front;
    }
    (what, &text[what.len()..])
}

/// The last is that in the whole text.
fn last_place(places: &str) -> &str {
    places.rfind(" at line ").map_or("", |start| &places[start..])
}

fn place_of(text: &str) -> Option<(&str, &str, &str)> {
    let (front, place) = text.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some((front, line, column))
}

mod quoted;
#[cfg(test)]
mod tests;
