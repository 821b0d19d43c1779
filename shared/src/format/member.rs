//! `{"traceparent":"…",…}`: the context as first members of the payload's own JSON object.
//!
//! The normative text is `docs/reference/wire-formats.md`. The payload's bytes are not touched: between its `{` and whatever
//! follows that, members are put in and taken out again.

use super::data::Data;
use super::found::{Found, Payload};
use super::members::{Member, Members};
use super::name::Format;
use crate::context::fields::{self, Fields};

/// Whether a reader will find the seam: everything in front of it has a known name, and the payload's first member has
/// none. Nor may a name stand on both sides of it, for parsers keep one of the two.
pub(crate) fn can_be_told_apart(fields: &Fields, members: &Members<'_>) -> bool {
    members.first().is_none_or(|first| !is_known(first))
        && fields.iter().all(|(name, _)| fields::is_known(name) && members.get(name).is_none())
}

fn is_known(member: &Member<'_>) -> bool {
    member.name().is_some_and(|name| fields::is_known(&name))
}

/// The payload with the fields as its first members; `None` if they cannot be written.
pub(crate) fn splice(members: &Members<'_>, fields: &Fields) -> Option<Vec<u8>> {
    let separator: &[u8] = if members.first().is_some() { b"," } else { b"" };
    let (opening, rest) = members.text().split_at(members.opening());
    Some([opening, &spliced(fields)?, separator, rest].concat())
}

/// `"traceparent":"…"` and so on, as a writer writes it.
fn spliced(fields: &Fields) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(fields).ok()?;
    Some(json.strip_prefix(b"{")?.strip_suffix(b"}")?.to_vec())
}

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let members = data.members()?;
    let (opening, text) = members.text().split_at(members.opening());
    let (fields, is_all) = leading_fields(members).filter(|(fields, _)| fields.name_a_trace())?;
    let rest = text.strip_prefix(spliced(&fields)?.as_slice())?;
    let rest = if is_all { rest } else { rest.strip_prefix(b",")? };
    let payload = Payload::Restored([opening, rest].concat());
    Some(Found { format: Format::Member, fields, order: None, payload })
}

/// The fields that the object begins with, and whether there is nothing else in it. What no writer splices in: a value
/// that is empty, and a name that comes again.
fn leading_fields(members: &Members<'_>) -> Option<(Fields, bool)> {
    let mut fields = Fields::default();
    let mut count = 0;
    for member in members.iter().take_while(|member| is_known(member)) {
        let value = member.text().filter(|value| !value.is_empty() && members.is_unique(member))?;
        fields.set(&member.name()?, value);
        count += 1;
    }
    Some((fields, count == members.iter().len()))
}
