//! Which format data is of, told from its bytes alone.

use super::data::Data;
use super::foreign::{datadog, otel, spring_cloud_stream, spring_integration, w3c_member};
use super::found::{Found, Payload};
use super::name::Format;
use super::{datadog_member, envelope, member};
use crate::context::fields::Fields;

type Extract = for<'a> fn(&Data<'a>) -> Option<Found<'a>>;

/// What can be told by its bytes alone comes first, and what is ours before what merely stands next to a payload.
const FORMATS: [Extract; 8] = [
    spring_cloud_stream::extract,
    spring_integration::extract,
    envelope::extract,
    member::extract,
    datadog_member::extract,
    otel::extract,
    datadog::extract,
    w3c_member::extract,
];

/// Every context in the data, in the order in which formats are tried.
pub(crate) fn contexts(data: &[u8]) -> impl Iterator<Item = (Format, Fields)> {
    let data = Data::new(data);
    FORMATS
        .iter()
        .filter_map(move |extract| extract(&data).map(|found| (found.format, found.fields)))
        .filter(|(_, fields)| fields.name_a_trace())
}

/// What the data is, by the first format that it is of.
pub(crate) fn find<'a>(data: &Data<'a>) -> Option<Found<'a>> {
    FORMATS.iter().find_map(|extract| extract(data))
}

/// The payload without the members that are a context; `None` if there is nothing to cut out.
pub(crate) fn strip(payload: &[u8]) -> Option<Vec<u8>> {
    let data = Data::new(payload);
    // An envelope has no members next to its payload.
    if envelope::extract(&data).is_some() {
        return None;
    }
    let mut names = Vec::new();
    for found in FORMATS.iter().filter_map(|extract| extract(&data)) {
        if let Payload::Around(own) = found.payload {
            names.extend(own);
        }
    }
    (!names.is_empty()).then(|| data.without(&names))
}

#[cfg(test)]
mod tests;
