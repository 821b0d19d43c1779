//! The messages of OTLP: <https://github.com/open-telemetry/opentelemetry-proto/tree/v1.9.0/opentelemetry/proto>,
//! as far as the SDK's exporters fill them.

use self::Kind::{Base64, Bool, Double, Fixed32, Fixed64, Hex, Int32, Int64, Text};

mod logs;
mod metrics;

pub(super) use logs::LOGS;
pub(super) use metrics::METRICS;

#[derive(Debug)]
pub(super) struct Message(pub(super) &'static [Field]);

#[derive(Debug)]
pub(super) struct Field {
    pub(super) number: u64,
    /// In JSON.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) is_repeated: bool,
}

/// By the names of protobuf. `Int32` is for `uint32` and enums, too, which have the same bytes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    Bool,
    Int32,
    Sint32,
    Fixed32,
    Int64,
    Sfixed64,
    Uint64,
    Fixed64,
    Double,
    /// The bytes of an id.
    Hex,
    /// All other bytes.
    Base64,
    Message(&'static Message),
}

const fn one(number: u64, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind, is_repeated: false }
}

const fn many(number: u64, name: &'static str, kind: Kind) -> Field {
    Field { number, name, kind, is_repeated: true }
}

const fn below(number: u64, name: &'static str, message: &'static Message) -> Field {
    one(number, name, Kind::Message(message))
}

const fn all_below(number: u64, name: &'static str, message: &'static Message) -> Field {
    many(number, name, Kind::Message(message))
}

pub(super) static TRACES: Message = Message(&[all_below(1, "resourceSpans", &RESOURCE_SPANS)]);

static RESOURCE_SPANS: Message =
    Message(&[below(1, "resource", &RESOURCE), all_below(2, "scopeSpans", &SCOPE_SPANS), one(3, "schemaUrl", Text)]);

static SCOPE_SPANS: Message =
    Message(&[below(1, "scope", &SCOPE), all_below(2, "spans", &SPAN), one(3, "schemaUrl", Text)]);

static SPAN: Message = Message(&[
    one(1, "traceId", Hex),
    one(2, "spanId", Hex),
    one(3, "traceState", Text),
    one(4, "parentSpanId", Hex),
    one(16, "flags", Fixed32),
    one(5, "name", Text),
    one(6, "kind", Int32),
    one(7, "startTimeUnixNano", Fixed64),
    one(8, "endTimeUnixNano", Fixed64),
    all_below(9, "attributes", &KEY_VALUE),
    one(10, "droppedAttributesCount", Int32),
    all_below(11, "events", &EVENT),
    one(12, "droppedEventsCount", Int32),
    all_below(13, "links", &LINK),
    one(14, "droppedLinksCount", Int32),
    below(15, "status", &STATUS),
]);

static EVENT: Message = Message(&[
    one(1, "timeUnixNano", Fixed64),
    one(2, "name", Text),
    all_below(3, "attributes", &KEY_VALUE),
    one(4, "droppedAttributesCount", Int32),
]);

static LINK: Message = Message(&[
    one(1, "traceId", Hex),
    one(2, "spanId", Hex),
    one(3, "traceState", Text),
    all_below(4, "attributes", &KEY_VALUE),
    one(5, "droppedAttributesCount", Int32),
    one(6, "flags", Fixed32),
]);

static STATUS: Message = Message(&[one(2, "message", Text), one(3, "code", Int32)]);

static RESOURCE: Message = Message(&[all_below(1, "attributes", &KEY_VALUE), one(2, "droppedAttributesCount", Int32)]);

static SCOPE: Message = Message(&[
    one(1, "name", Text),
    one(2, "version", Text),
    all_below(3, "attributes", &KEY_VALUE),
    one(4, "droppedAttributesCount", Int32),
]);

static KEY_VALUE: Message = Message(&[one(1, "key", Text), below(2, "value", &ANY_VALUE)]);

static ANY_VALUE: Message = Message(&[
    one(1, "stringValue", Text),
    one(2, "boolValue", Bool),
    one(3, "intValue", Int64),
    one(4, "doubleValue", Double),
    below(5, "arrayValue", &ARRAY_VALUE),
    below(6, "kvlistValue", &KEY_VALUES),
    one(7, "bytesValue", Base64),
]);

static ARRAY_VALUE: Message = Message(&[all_below(1, "values", &ANY_VALUE)]);

static KEY_VALUES: Message = Message(&[all_below(1, "values", &KEY_VALUE)]);
