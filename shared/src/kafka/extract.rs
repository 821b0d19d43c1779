//! Reading: which context the headers of a record carry.

use super::header_list::HeaderList;
use super::order_header;
use crate::context::datadog::{self, Ids};
use crate::context::fields::Fields;
use crate::context::notation::Notations;
use crate::context::order::Order;
#[cfg(feature = "opentelemetry")]
use crate::context::propagators::Propagators;
use crate::context::{b3, jaeger, traceparent, xray};
use crate::format::name::Format;

/// What the headers of a record say about its context.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderContext {
    /// The context's fields, by the names that propagators read; of a foreign context, what it means in those. Malformed ones
    /// are absent.
    pub fields: Fields,
    /// The producer's count, where the record carries one.
    pub order: Option<Order>,
    /// How the context travelled.
    pub format: Format,
}

/// The context in the headers of a record, as [`HeaderReader::default`] reads it.
pub fn extract(headers: &impl HeaderList) -> HeaderContext {
    HeaderReader::default().read(headers.iter())
}

/// Finds the context among headers of any writer.
///
/// Names are compared without regard to case. Of several headers of one name, the last counts that is not null, not empty,
/// UTF-8 and, if it names a trace, well-formed: a program that passes headers on and appends its own context leaves its
/// predecessor's before it.
///
/// ```
/// use kinetrace::Format;
/// use kinetrace::kafka::HeaderReader;
///
/// let headers: [(&str, Option<&[u8]>); 2] =
///     [("x-datadog-trace-id", Some(b"11803532876627986230")), ("x-datadog-parent-id", Some(b"67667974448284343"))];
/// let context = HeaderReader::default().read(headers);
/// assert_eq!(context.format, Format::DatadogHeaders);
/// assert_eq!(
///     context.fields.get("traceparent"),
///     Some("00-0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-01")
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderReader {
    notations: Notations,
}

impl Default for HeaderReader {
    fn default() -> Self {
        Self { notations: Notations::ALL }
    }
}

impl HeaderReader {
    /// Of several contexts that a record carries, one that these propagators read is preferred: a `b3` hides no Datadog context
    /// from a reader of `traceparent`s. By default, every context is as good as another.
    #[cfg(feature = "opentelemetry")]
    #[must_use]
    pub fn for_propagators(self, propagators: &Propagators) -> Self {
        Self { notations: propagators.known() }
    }

    /// The context in headers, given in the order of the record. The time is linear in their size.
    pub fn read<'a>(&self, headers: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>) -> HeaderContext {
        let values = Values::of(headers);
        let order = values.get(order_header::NAME).and_then(order_header::read);
        let (fields, format) = self.context(&values);
        let format = if fields.is_empty() && order.is_some() { Format::Headers } else { format };
        HeaderContext { fields, order, format }
    }

    fn context(&self, values: &Values<'_>) -> (Fields, Format) {
        let own = values.own();
        if self.notations.read(&own) {
            return (own, Format::Headers);
        }
        let names_a_trace = own.name_a_trace();
        let mut foreign = [values.datadog(), values.jaeger(), values.cloud_events()].into_iter().flatten();
        if names_a_trace {
            return foreign.find(|(it, _)| self.notations.read(it)).unwrap_or((own, Format::Headers));
        }
        // What names no trace does not make one read: half a B3, say. Baggage stands for itself.
        let baggage = values.baggage();
        let format = if baggage.is_empty() { Format::None } else { Format::Headers };
        foreign.next().unwrap_or((baggage, format))
    }
}

/// The names that are looked at, in their order of trust, and what is well-formed there.
const NAMES: [(&str, fn(&str) -> bool); 17] = [
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

const TRACESTATE: &str = "tracestate";
const BAGGAGE: &str = "baggage";
const CE_TRACEPARENT: &str = "ce_traceparent";
const CE_TRACESTATE: &str = "ce_tracestate";

/// The names of them that propagators read.
const OWN: &[&str] = &[
    traceparent::NAME,
    TRACESTATE,
    BAGGAGE,
    b3::SINGLE,
    b3::TRACE_ID,
    b3::SPAN_ID,
    b3::SAMPLED,
    b3::FLAGS,
    xray::HEADER,
];

fn anything(_: &str) -> bool {
    true
}

/// For each of [`NAMES`], the value that counts.
struct Values<'a>([Option<&'a str>; NAMES.len()]);

impl<'a> Values<'a> {
    fn of(headers: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>) -> Self {
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

    fn get(&self, name: &str) -> Option<&'a str> {
        NAMES.iter().position(|(own, _)| *own == name).and_then(|at| self.0[at])
    }

    fn fields(&self, names: &[&str]) -> Fields {
        let mut fields = Fields::default();
        for name in names {
            if let Some(value) = self.get(name) {
                fields.set(name, value.to_owned());
            }
        }
        fields
    }

    /// Under their own names. A `tracestate` says nothing without its `traceparent`.
    fn own(&self) -> Fields {
        let mut fields = self.fields(OWN);
        if self.get(traceparent::NAME).is_none() {
            fields.remove(TRACESTATE);
        }
        fields
    }

    fn baggage(&self) -> Fields {
        self.fields(&[BAGGAGE])
    }

    fn datadog(&self) -> Option<(Fields, Format)> {
        let [trace_id, parent_id, priority, tags] =
            [datadog::TRACE_ID, datadog::PARENT_ID, datadog::SAMPLING_PRIORITY, datadog::TAGS]
                .map(|name| self.get(name));
        let ids = Ids::read(trace_id, parent_id, priority, tags)?;
        Some((self.with_traceparent(ids.traceparent()), Format::DatadogHeaders))
    }

    fn jaeger(&self) -> Option<(Fields, Format)> {
        let traceparent = jaeger::traceparent(self.get(jaeger::HEADER)?)?;
        Some((self.with_traceparent(traceparent), Format::JaegerHeader))
    }

    fn cloud_events(&self) -> Option<(Fields, Format)> {
        let mut fields = self.with_traceparent(self.get(CE_TRACEPARENT)?.to_owned());
        if let Some(state) = self.get(CE_TRACESTATE) {
            fields.set(TRACESTATE, state.to_owned());
        }
        Some((fields, Format::CloudEventsHeaders))
    }

    fn with_traceparent(&self, traceparent: String) -> Fields {
        let mut fields = self.baggage();
        fields.set(traceparent::NAME, traceparent);
        fields
    }
}

#[cfg(test)]
mod tests;
