//! The formats, by name.

use std::fmt;

/// How a context travelled. `docs/reference/wire-formats.md` has the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// No context; the data is the payload.
    None,
    /// In an envelope around the payload.
    Envelope,
    /// In a member `_otel` of the payload.
    Otel,
    /// Spliced in as the first members of the payload.
    Member,
    /// In members of the payload, as CloudEvents has it, and a program that injects into its event by hand.
    W3cMember,
    /// In Datadog's member `_datadog` of the payload. What [`Carrier::Datadog`](crate::Carrier::Datadog) put there is taken out
    /// again; what Datadog's own tracers put there stays.
    Datadog,
    /// In the headers that Spring Integration or Spring Cloud Stream put before the payload.
    Spring,
    /// In the tags of a record inside an aggregated record.
    Aggregate,
    /// As the partition key.
    PartitionKey,
    /// In headers of a Kafka record, by the names that propagators have for them.
    Headers,
    /// In Datadog's own headers of a Kafka record, with decimal ids.
    DatadogHeaders,
    /// In the header `uber-trace-id` of a Kafka record, as Jaeger's clients wrote it.
    JaegerHeader,
    /// In the attributes of an event of CloudEvents, which stand in headers of a Kafka record as `ce_traceparent` and
    /// `ce_tracestate`.
    CloudEventsHeaders,
}

impl Format {
    /// As it stands in logs and spans.
    pub fn name(self) -> &'static str {
        match self {
            Format::None => "none",
            Format::Envelope => "envelope",
            Format::Otel => "otel",
            Format::Member => "member",
            Format::W3cMember => "w3c_member",
            Format::Datadog => "datadog",
            Format::Spring => "spring",
            Format::Aggregate => "aggregate",
            Format::PartitionKey => "partition_key",
            Format::Headers => "headers",
            Format::DatadogHeaders => "datadog_headers",
            Format::JaegerHeader => "jaeger_header",
            Format::CloudEventsHeaders => "cloudevents_headers",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
