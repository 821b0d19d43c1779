//! Those of log records.

use super::Kind::{Fixed32, Fixed64, Hex, Int32, Text};
use super::{ANY_VALUE, KEY_VALUE, Message, RESOURCE, SCOPE, all_below, below, one};

pub(in super::super) static LOGS: Message = Message(&[all_below(1, "resourceLogs", &RESOURCE_LOGS)]);

static RESOURCE_LOGS: Message =
    Message(&[below(1, "resource", &RESOURCE), all_below(2, "scopeLogs", &SCOPE_LOGS), one(3, "schemaUrl", Text)]);

static SCOPE_LOGS: Message =
    Message(&[below(1, "scope", &SCOPE), all_below(2, "logRecords", &LOG_RECORD), one(3, "schemaUrl", Text)]);

static LOG_RECORD: Message = Message(&[
    one(1, "timeUnixNano", Fixed64),
    one(11, "observedTimeUnixNano", Fixed64),
    one(2, "severityNumber", Int32),
    one(3, "severityText", Text),
    below(5, "body", &ANY_VALUE),
    all_below(6, "attributes", &KEY_VALUE),
    one(7, "droppedAttributesCount", Int32),
    one(8, "flags", Fixed32),
    one(9, "traceId", Hex),
    one(10, "spanId", Hex),
    one(12, "eventName", Text),
]);
