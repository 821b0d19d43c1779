//! `{"_datadog":{…},…}`: Datadog's member as the first member of the payload's own JSON object, for consumers with its tracers.
//!
//! The normative text is `docs/reference/wire-formats.md`. Their own producers write the object anew; here the payload's bytes
//! are not touched, so what was put in can be taken out again. Where their member stands otherwise, it is
//! [foreign](super::foreign::datadog).

use super::data::Data;
use super::found::{Found, Payload};
use super::members::Members;
use super::name::Format;
use super::splice;
use crate::context::datadog;
use crate::context::fields::{self, Fields};
use crate::context::traceparent;

pub(crate) use super::data::DATADOG as NAME;

/// `"_datadog":{…}`, as a writer writes it; `None` if the fields cannot be written there. A reader would not look for names that it
/// does not know.
pub(crate) fn written(fields: &Fields) -> Option<Vec<u8>> {
    if fields.iter().any(|(name, _)| !fields::is_known(name)) {
        return None;
    }
    let datadogs = datadog::written(fields.get(traceparent::NAME)?, fields.get("tracestate"))?;
    let mut out = format!("\"{NAME}\":{{").into_bytes();
    for (name, value) in datadogs.iter().map(|(name, value)| (*name, value.as_str())).chain(fields.iter()) {
        if !out.ends_with(b"{") {
            out.push(b',');
        }
        serde_json::to_writer(&mut out, name).ok()?;
        out.push(b':');
        serde_json::to_writer(&mut out, value).ok()?;
    }
    out.push(b'}');
    Some(out)
}

/// Where the first member has another name, this compares the two, and no more.
pub(crate) fn extract<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    let members = data.members()?;
    let first = members.first().filter(|first| first.name().is_some_and(|name| name == NAME))?;
    if !members.is_unique(first) {
        return None;
    }
    let fields = known_fields(&Members::of(first.value().get().as_bytes())?);
    let payload = Payload::Restored(splice::take_out(members, &written(&fields)?, 1)?);
    Some(Found { format: Format::Datadog, fields, order: None, payload })
}

/// The fields with known names in the member's object. Datadog's own are none of them.
pub(crate) fn known_fields(carrier: &Members<'_>) -> Fields {
    let mut fields = Fields::default();
    for member in carrier.iter() {
        if let (Some(name), Some(value)) = (member.name(), member.text())
            && fields::is_known(&name)
        {
            fields.set(&name, value);
        }
    }
    fields
}
