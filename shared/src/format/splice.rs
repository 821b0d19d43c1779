//! Putting a context into a JSON object as its first members, and taking it out again. No other byte changes.

use super::json::{inside_object, is_json, may_name, trim_start};
use super::json_text::Known;
use super::members::Members;

/// The place for further members of an object: right after its `{`.
#[derive(Debug)]
pub(crate) struct Seam<'a> {
    opening: &'a [u8],
    rest: &'a [u8],
    is_empty: bool,
}

impl<'a> Seam<'a> {
    pub(crate) fn of(members: &Members<'a>) -> Self {
        let (opening, rest) = members.text().split_at(members.opening());
        Self { opening, rest, is_empty: members.first().is_none() }
    }

    /// That of a JSON object of which it is certain, without a look at its members, that none of them has one of these names.
    /// `None` says nothing.
    pub(crate) fn without_names(text: &'a [u8], known: Known, names: &[&str]) -> Option<Self> {
        let rest = inside_object(text)?;
        if may_name(rest, names) || !(known == Known::Json || is_json(text)) {
            return None;
        }
        let opening = &text[..text.len() - rest.len()];
        Some(Self { opening, rest, is_empty: trim_start(rest).starts_with(b"}") })
    }

    /// The object's text with these members.
    pub(crate) fn put_in(&self, spliced: &[u8]) -> Vec<u8> {
        let separator: &[u8] = if self.is_empty { b"" } else { b"," };
        [self.opening, spliced, separator, self.rest].concat()
    }
}

/// The object's text without the members that [`Seam::put_in`] put there, which are so many; `None` if it did not.
pub(crate) fn take_out(members: &Members<'_>, spliced: &[u8], count: usize) -> Option<Vec<u8>> {
    let (opening, text) = members.text().split_at(members.opening());
    let rest = text.strip_prefix(spliced)?;
    let rest = if count == members.iter().len() { rest } else { rest.strip_prefix(b",")? };
    Some([opening, rest].concat())
}
