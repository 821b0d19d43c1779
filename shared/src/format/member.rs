//! `{"traceparent":"…",…}`: the context as first members of the payload's own JSON object.
//!
//! The normative text is `docs/reference/wire-formats.md`. The payload's bytes are not touched: between its `{` and whatever
//! follows that, members are put in and taken out again.

use super::data::Data;
use super::found::{Found, Payload};
use super::members::{Member, Members};
use super::name::Format;
use super::splice;
use crate::context::fields::{self, Fields};

/// Whether a reader will find the seam: everything in front of it has a known name, and the payload's first member has
/// none. Nor may a name stand on both sides of it, for parsers keep one of the two.
pub(crate) fn can_be_told_apart(fields: &Fields, members: &Members<'_>) -> bool {
    members.first().is_none_or(|first| !is_known(first)) && fields.iter().all(|(name, _)| members.get(name).is_none())
}

fn is_known(member: &Member<'_>) -> bool {
    member.name().is_some_and(|name| fields::is_known(&name))
}

/// The members that a writer splices in; `None` if a reader would not take them for a context.
pub(crate) fn written(fields: &Fields) -> Option<Vec<u8>> {
    let is_read_back = fields.name_a_trace() && fields.iter().all(|(name, _)| fields::is_known(name));
    if is_read_back { spliced(fields) } else { None }
}

/// `"traceparent":"…"` and so on, as a writer writes it.
fn spliced(fields: &Fields) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(fields).ok()?;
    Some(json.strip_prefix(b"{")?.strip_suffix(b"}")?.to_vec())
}

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let members = data.members()?;
    let (fields, count) = leading_fields(members).filter(|(fields, _)| fields.name_a_trace())?;
    let payload = Payload::Restored(splice::take_out(members, &spliced(&fields)?, count)?);
    Some(Found { format: Format::Member, fields, order: None, payload })
}

/// The fields that the object begins with, and the number of their members. What no writer splices in: a value that is
/// empty, and a name that comes again.
fn leading_fields(members: &Members<'_>) -> Option<(Fields, usize)> {
    let mut fields = Fields::default();
    let mut count = 0;
    for member in members.iter().take_while(|member| is_known(member)) {
        let value = member.text().filter(|value| !value.is_empty() && members.is_unique(member))?;
        fields.set(&member.name()?, value);
        count += 1;
    }
    Some((fields, count))
}
