//! What must be known of JSON to carry it: whether bytes are one JSON text, and whether a name may occur in it.
//!
//! Both are told in one pass that allocates nothing, 64 bytes at a time, and written so that the compiler takes sixteen of them in a
//! register of the processor. What is JSON is what `serde_json` takes for it. Why: `docs/decisions/0042-one-look.md`.

mod names;
mod nesting;
mod scanner;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use names::{begins_with_name, may_name};
pub(crate) use scanner::{Scanner, is_json};

/// What follows the brace that a JSON object begins with.
pub(crate) fn inside_object(text: &[u8]) -> Option<&[u8]> {
    trim_start(text).strip_prefix(b"{")
}

/// The text from its first byte that is not white space.
pub(crate) fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_space(*byte)).unwrap_or(text.len());
    &text[start..]
}

/// What JSON has for white space. Rust's own notion of it in ASCII has one more.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}
