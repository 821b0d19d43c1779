//! Of each header that may say something about the context, the value that counts.

use super::order_header;
use crate::context::fields::Fields;
use crate::context::{b3, datadog, jaeger, traceparent, xray};

type IsWellFormed = fn(&str) -> bool;

/// The names that are looked at, and what is well-formed there.
const NAMES: [(&str, IsWellFormed); 17] = [
    (traceparent::NAME, traceparent::is_readable),
    (TRACESTATE, anything),
    // Also a word of business: an airline's records may well have a header of this name.
    (BAGGAGE, |text| text.contains('=')),
    (b3::SINGLE, |text| b3::single(|_| Some(text)).is_some()),
    (b3::TRACE_ID, |text| traceparent::is_id(text, &[16, 32])),
    (b3::SPAN_ID, |text| traceparent::is_id(text, &[16])),
    (b3::SAMPLED, anything),
    (b3::FLAGS, anything),
    (xray::HEADER, |text| xray::span(text).is_some()),
    (datadog::TRACE_ID, datadog::is_id),
    (datadog::PARENT_ID, datadog::is_id),
    (datadog::SAMPLING_PRIORITY, anything),
    (datadog::TAGS, anything),
    (jaeger::HEADER, |text| jaeger::traceparent(text).is_some()),
    (CE_TRACEPARENT, traceparent::is_readable),
    (CE_TRACESTATE, anything),
    (order_header::NAME, |text| order_header::read(text).is_some()),
];

pub(super) const TRACESTATE: &str = "tracestate";
pub(super) const BAGGAGE: &str = "baggage";
pub(super) const CE_TRACEPARENT: &str = "ce_traceparent";
pub(super) const CE_TRACESTATE: &str = "ce_tracestate";

fn anything(_: &str) -> bool {
    true
}

/// For each of [`NAMES`], the value that counts.
pub(super) struct Values<'a>([Option<&'a str>; NAMES.len()]);

impl<'a> Values<'a> {
    pub(super) fn of(headers: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>) -> Self {
        let mut values = [None; NAMES.len()];
        for (name, value) in headers {
            let Some(at) = NAMES.iter().position(|(own, _)| own.eq_ignore_ascii_case(name)) else { continue };
            let text = value.filter(|value| !value.is_empty()).and_then(|value| std::str::from_utf8(value).ok());
            if let Some(text) = text.filter(|text| NAMES[at].1(text)) {
                values[at] = Some(text);
            }
        }
        Self(values)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        NAMES.iter().position(|(own, _)| *own == name).and_then(|at| self.0[at])
    }

    pub(super) fn fields(&self, names: &[&str]) -> Fields {
        let mut fields = Fields::default();
        for name in names {
            if let Some(value) = self.get(name) {
                fields.set(name, value.to_owned());
            }
        }
        fields
    }
}
