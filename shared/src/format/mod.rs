//! The wire formats that are told from any bytes, whatever transport carried them. `docs/reference/wire-formats.md` is normative.
//!
//! Each format is a file that says what the data is (`found`), or nothing. `detect` asks them in turn.

pub(crate) mod data;
pub(crate) mod datadog_member;
pub(crate) mod detect;
pub(crate) mod envelope;
mod foreign;
pub(crate) mod found;
pub(crate) mod json;
pub(crate) mod json_text;
pub(crate) mod member;
pub(crate) mod members;
pub(crate) mod name;
pub(crate) mod splice;
