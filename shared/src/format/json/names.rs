//! Whether a name may occur in a JSON text.

use super::trim_start;

/// How many bytes are looked at together, and how far beyond them.
const BYTES: usize = 64;
const BEYOND: usize = 8;

/// Whether the object's first member may have one of these names; `inside` is what follows its brace. `true` is also said of a name
/// with a backslash.
pub(crate) fn begins_with_name(inside: &[u8], names: &[&str]) -> bool {
    trim_start(inside).strip_prefix(b"\"").is_some_and(|rest| {
        names.iter().any(|name| is_name(rest, name))
            // Before the backslash stands a part of the name, if it is one.
            || names.iter().any(|name| rest.iter().take(name.len()).find(|byte| b"\"\\".contains(byte)) == Some(&b'\\'))
    })
}

/// Whether what follows a quote is this name, and the quote that ends it.
fn is_name(text: &[u8], name: &str) -> bool {
    text.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"\""))
}

/// Whether a member of the text, at any depth, may have one of these names, each of which is one by which a context is known. `false`
/// is certain, whatever the bytes are. `true` may be said of a value, or of an escape that could be a letter of a name.
pub(crate) fn may_name(text: &[u8], names: &[&str]) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let may_begin = rest.first_chunk().map_or_else(|| may_begin_at_end(rest), may_begin_name);
        if may_begin && names_one(rest, names) {
            return true;
        }
        rest = rest.get(BYTES..).unwrap_or_default();
    }
    false
}

#[cold]
fn may_begin_at_end(rest: &[u8]) -> bool {
    let mut bytes = [0; BYTES + BEYOND];
    bytes[..rest.len()].copy_from_slice(rest);
    may_begin_name(&bytes)
}

/// Whether an interesting name may begin in the first 64: two or three bytes tell. Without a branch, so that the compiler compares
/// many at once.
#[inline(always)]
fn may_begin_name(bytes: &[u8; BYTES + BEYOND]) -> bool {
    let is = |at: usize, byte: u8| u8::from(bytes[at] == byte);
    let mut found = 0;
    for at in 0..BYTES {
        // _otel and _datadog; traceparent and tracestate; baggage and b3; x-b3-… and x-amzn-trace-id.
        let begins = is(at + 1, b'_')
            | (is(at + 1, b't') & is(at + 4, b'c'))
            | (is(at + 1, b'b') & (is(at + 3, b'g') | is(at + 2, b'3')))
            | (is(at + 1, b'x') & is(at + 2, b'-'));
        let is_ascii = is(at + 1, b'u') & is(at + 2, b'0') & is(at + 3, b'0');
        found |= (is(at, b'"') & begins) | (is(at, b'\\') & is_ascii);
    }
    found != 0
}

/// The same of the first 64 bytes, to the letter.
#[inline(never)]
fn names_one(text: &[u8], names: &[&str]) -> bool {
    (0..BYTES.min(text.len())).any(|at| match &text[at..] {
        [b'"', rest @ ..] => names.iter().any(|name| is_name(rest, name)),
        // An escape of a character that a name may have.
        [b'\\', b'u', b'0', b'0', b'2'..=b'7', ..] => true,
        _ => false,
    })
}
