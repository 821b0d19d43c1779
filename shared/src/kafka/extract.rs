//! Reading: which context the headers of a record carry.

use super::contexts;
use super::header_list::HeaderList;
use super::order_header;
use super::values::Values;
use crate::context::fields::Fields;
use crate::context::notation::Notations;
use crate::context::order::Order;
#[cfg(feature = "opentelemetry")]
use crate::context::propagators::Propagators;
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

    /// The first, in the order of trust, that is read, or else the first.
    fn context(&self, values: &Values<'_>) -> (Fields, Format) {
        let mut first = None;
        for context in contexts::all(values) {
            if self.notations.read(&context.0) {
                return context;
            }
            first.get_or_insert(context);
        }
        first.unwrap_or_else(|| {
            let baggage = contexts::baggage(values);
            let format = if baggage.is_empty() { Format::None } else { Format::Headers };
            (baggage, format)
        })
    }
}

#[cfg(test)]
mod tests;
