//! `Span`, with its events, its links and its status.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, Link, SpanId, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry_sdk::trace::SpanData;

use super::attributes::attributes;
use super::fields::{Long, bytes, bytes_even_if_none, fixed32, fixed64, message, varint};

/// `SpanFlags`: whether the next bit says anything, and that a context came from another process.
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

pub(super) fn span(body: &mut Vec<u8>, span: &SpanData) {
    let context = &span.span_context;
    bytes_even_if_none(body, 1, &context.trace_id().to_bytes());
    bytes_even_if_none(body, 2, &context.span_id().to_bytes());
    state(body, 3, context.trace_state());
    if span.parent_span_id != SpanId::INVALID {
        bytes_even_if_none(body, 4, &span.parent_span_id.to_bytes());
    }
    bytes(body, 5, span.name.as_bytes());
    varint(body, 6, kind(&span.span_kind));
    fixed64(body, 7, nanoseconds(span.start_time));
    fixed64(body, 8, nanoseconds(span.end_time));
    attributes(body, 9, &span.attributes);
    varint(body, 10, span.dropped_attributes_count);
    span.events.iter().for_each(|it| message(body, 11, Long::Hardly, |body| event(body, it)));
    varint(body, 12, span.events.dropped_count);
    span.links.iter().for_each(|it| message(body, 13, Long::Hardly, |body| link(body, it)));
    varint(body, 14, span.links.dropped_count);
    message(body, 15, Long::Hardly, |body| status(body, &span.status));
    fixed32(body, 16, flags(context.trace_flags(), span.parent_span_is_remote));
}

fn event(body: &mut Vec<u8>, event: &Event) {
    fixed64(body, 1, nanoseconds(event.timestamp));
    bytes(body, 2, event.name.as_bytes());
    attributes(body, 3, &event.attributes);
    varint(body, 4, event.dropped_attributes_count);
}

fn link(body: &mut Vec<u8>, link: &Link) {
    let context = &link.span_context;
    bytes_even_if_none(body, 1, &context.trace_id().to_bytes());
    bytes_even_if_none(body, 2, &context.span_id().to_bytes());
    state(body, 3, context.trace_state());
    attributes(body, 4, &link.attributes);
    varint(body, 5, link.dropped_attributes_count);
    fixed32(body, 6, flags(context.trace_flags(), context.is_remote()));
}

fn status(body: &mut Vec<u8>, status: &Status) {
    if let Status::Error { description } = status {
        bytes(body, 2, description.as_bytes());
    }
    let code = match status {
        Status::Unset => 0,
        Status::Ok => 1,
        Status::Error { .. } => 2,
    };
    varint(body, 3, code);
}

/// Most spans have none.
fn state(body: &mut Vec<u8>, number: u32, state: &TraceState) {
    if *state != TraceState::NONE {
        bytes(body, number, state.header().as_bytes());
    }
}

fn kind(kind: &SpanKind) -> u32 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

fn flags(flags: TraceFlags, is_remote: bool) -> u32 {
    u32::from(flags.to_u8()) | HAS_IS_REMOTE | if is_remote { IS_REMOTE } else { 0 }
}

/// Since 1970, or 0 before.
fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs().wrapping_mul(1_000_000_000).wrapping_add(since.subsec_nanos().into())
}
