//! What the reader of a format is given.

use std::cell::OnceCell;

use crate::context::fields::KNOWN;
use crate::context::traceparent;
use crate::format::json::{begins_with_name, inside_object, may_name};
use crate::format::members::Members;

/// The members in which OpenTelemetry's fields stand, and Datadog's.
pub(crate) const OTEL: &str = "_otel";
pub(crate) const DATADOG: &str = "_datadog";

/// The data of a record, of a format yet to be found.
#[derive(Debug)]
pub(crate) struct Data<'a> {
    bytes: &'a [u8],
    /// Many formats are members of a JSON object; it is looked through once for all of them, and only if one asks.
    members: OnceCell<Option<Members<'a>>>,
}

impl<'a> Data<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, members: OnceCell::new() }
    }

    /// The same, with its members looked through whether or not there may be a context among them.
    #[cfg(test)]
    pub(crate) fn looked_through(bytes: &'a [u8]) -> Self {
        Self { bytes, members: OnceCell::from(Members::of(bytes)) }
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The members of the object, if the data is a JSON object, and if there may be a context among them. Most payloads have none,
    /// and then they are not parsed.
    pub(crate) fn members(&self) -> Option<&Members<'a>> {
        self.members.get_or_init(|| if may_have_context(self.bytes) { Members::of(self.bytes) } else { None }).as_ref()
    }

    /// Without the members of these names.
    pub(crate) fn without(&self, names: &[&str]) -> Vec<u8> {
        self.members().map_or_else(|| self.bytes.to_vec(), |members| members.without(names))
    }
}

/// Whether a format in the members of an object may be found: each has one of these names, or begins with a field of a context.
fn may_have_context(bytes: &[u8]) -> bool {
    inside_object(bytes)
        .is_some_and(|inside| begins_with_name(inside, &KNOWN) || may_name(inside, &[OTEL, DATADOG, traceparent::NAME]))
}
