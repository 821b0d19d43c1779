//! `{"traceparent":"…",…}`: the context as first members of the payload's own JSON object.
//!
//! The normative text is `docs/wire-formats.md`. The payload's bytes are not touched: between its `{` and whatever
//! follows that, members are put in and taken out again.

use opentelemetry::propagation::Injector as _;

use super::Injection;
use crate::data::Data;
use crate::extraction::Format;
use crate::fields::{self, Fields};
use crate::found::{Found, Payload};
use crate::members::{Member, Members};
use crate::record::Record;
use crate::traceparent;

pub(crate) fn inject(record: &mut Record, fields: &Fields, limit: usize) -> Injection {
    if fields.is_empty() {
        return Injection::NoContext;
    }
    let Some(members) = Members::of(&record.data) else {
        return Injection::Unsupported;
    };
    if members.get(traceparent::NAME).is_some() {
        return Injection::AlreadyPresent;
    }
    if !fields.name_a_trace() || !can_be_told_apart(fields, &members) {
        return Injection::Unsupported;
    }
    let Some(data) = splice(&members, fields) else {
        return Injection::Unsupported;
    };
    if data.len() + record.partition_key.len() > limit {
        return Injection::TooLarge;
    }
    record.data = data;
    Injection::Injected
}

/// Whether a reader will find the seam: everything in front of it has a known name, and the payload's first member has
/// none. Nor may a name stand on both sides of it, for parsers keep one of the two.
fn can_be_told_apart(fields: &Fields, members: &Members<'_>) -> bool {
    members.first().is_none_or(|first| !is_known(first))
        && fields.iter().all(|(name, _)| fields::is_known(name) && members.get(name).is_none())
}

fn is_known(member: &Member<'_>) -> bool {
    member.name().is_some_and(|name| fields::is_known(&name))
}

fn splice(members: &Members<'_>, fields: &Fields) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(fields).ok()?;
    let own = json.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let separator: &[u8] = if members.first().is_some() { b"," } else { b"" };
    let (opening, rest) = members.text().split_at(members.opening());
    Some([opening, own, separator, rest].concat())
}

pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let members = data.members()?;
    let (fields, seam) = leading_fields(members)?;
    let text = members.text();
    let payload = [&text[..members.opening()], &text[seam..]].concat();
    Some(Found { format: Format::Member, fields, order: None, payload: Payload::Restored(payload) })
}

/// The fields that [`splice`] wrote, and where the payload goes on behind them.
fn leading_fields(members: &Members<'_>) -> Option<(Fields, usize)> {
    let mut fields = Fields::default();
    let mut seam = members.opening();
    for (index, member) in members.iter().enumerate().take_while(|(_, member)| is_known(member)) {
        let (name, value) = (members.name_at(member), members.value_at(member));
        let separator: &[u8] = if index + 1 < members.iter().len() { b"," } else { b"" };
        // It was written without white space, and only where no other member had this name.
        let is_spliced = name.start == seam
            && value.start == name.end + 1
            && members.text()[value.end..].starts_with(separator)
            && members.is_unique(member);
        if !is_spliced {
            return None;
        }
        fields.set(&member.name()?, member.text()?);
        seam = value.end + separator.len();
    }
    fields.name_a_trace().then_some((fields, seam))
}

#[cfg(test)]
mod tests;
