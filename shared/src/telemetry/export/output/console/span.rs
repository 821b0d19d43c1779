//! A span in a few lines.

use std::fmt::Write as _;

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;

use super::{attributes, clock, plain, value};

/// So many links are shown. An invocation has one for each record.
const MAX_LINKS: usize = 10;

/// What it is, where it belongs, and what it says of itself: a line for each that there is, and the further ones indented.
pub(in super::super::super) fn span(span: &SpanData) -> String {
    let duration = span.end_time.duration_since(span.start_time).unwrap_or_default();
    let mut text = format!(
        "{} span {} ({}) {duration:.3?}{}\n",
        clock(span.start_time),
        plain(&span.name),
        kind(&span.span_kind),
        status(&span.status)
    );
    let parent = match (span.parent_span_id, span.parent_span_is_remote) {
        (SpanId::INVALID, _) => String::new(),
        (id, false) => format!(" parent={id}"),
        (id, true) => format!(" parent={id} (remote)"),
    };
    let _ = writeln!(text, "  {}{parent}", ids(&span.span_context));
    if !span.attributes.is_empty() {
        let _ = writeln!(text, " {}", attributes(&span.attributes));
    }
    for event in span.events.iter() {
        let (at, name) = (clock(event.timestamp), plain(&event.name));
        let _ = writeln!(text, "  event {at} {name}{}", attributes(&event.attributes));
    }
    for link in span.links.iter().take(MAX_LINKS) {
        let _ = writeln!(text, "  link {}{}", ids(&link.span_context), attributes(&link.attributes));
    }
    if let Some(further) = span.links.len().checked_sub(MAX_LINKS).filter(|further| *further > 0) {
        let _ = writeln!(text, "  and {further} further links");
    }
    text
}

fn ids(context: &SpanContext) -> String {
    format!("trace={} span={}", context.trace_id(), context.span_id())
}

fn kind(kind: &SpanKind) -> &'static str {
    match kind {
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        SpanKind::Internal => "internal",
    }
}

fn status(status: &Status) -> String {
    match status {
        Status::Unset => String::new(),
        Status::Ok => " ok".to_owned(),
        Status::Error { description } if description.is_empty() => " error".to_owned(),
        Status::Error { description } => format!(" error {}", value(description)),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::{Duration, UNIX_EPOCH};

    use opentelemetry::trace::{Event, Link, TraceFlags, TraceId, TraceState};
    use opentelemetry::{InstrumentationScope, KeyValue};
    use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};

    use super::*;

    fn context(trace_id: u128, span_id: u64) -> SpanContext {
        let (trace_id, span_id) = (TraceId::from(trace_id), SpanId::from(span_id));
        SpanContext::new(trace_id, span_id, TraceFlags::SAMPLED, false, TraceState::default())
    }

    fn data(status: Status, links: usize) -> SpanData {
        let start = UNIX_EPOCH + Duration::from_micros(1_581_452_773_000_789);
        let mut events = SpanEvents::default();
        let said = vec![KeyValue::new("exception.message", "expected {\n")];
        events.events.push(Event::new("exception", start, said, 0));
        let mut all = SpanLinks::default();
        all.links.extend((0..links).map(|_| Link::new(context(7, 8), vec![KeyValue::new("n", 1)], 0)));
        SpanData {
            span_context: context(1, 2),
            parent_span_id: SpanId::from(3),
            parent_span_is_remote: true,
            span_kind: SpanKind::Consumer,
            name: Cow::Borrowed("process flights"),
            start_time: start,
            end_time: start + Duration::from_nanos(1_234_567),
            attributes: vec![KeyValue::new("messaging.system", "aws_kinesis"), KeyValue::new("n", 3)],
            dropped_attributes_count: 0,
            events,
            links: all,
            status,
            instrumentation_scope: InstrumentationScope::default(),
        }
    }

    #[test]
    fn a_span_says_what_it_is_where_it_belongs_and_what_happened() {
        let text = span(&data(Status::error("no such field"), 1));
        let expected = "\
20:26:13.000789Z span process flights (consumer) 1.235ms error \"no such field\"
  trace=00000000000000000000000000000001 span=0000000000000002 parent=0000000000000003 (remote)
  messaging.system=aws_kinesis n=3
  event 20:26:13.000789Z exception exception.message=\"expected \\u007b\\n\"
  link trace=00000000000000000000000000000007 span=0000000000000008 n=1
";
        assert_eq!(text, expected);
        let plain = SpanData {
            parent_span_id: SpanId::INVALID,
            attributes: Vec::new(),
            events: SpanEvents::default(),
            ..data(Status::Unset, 0)
        };
        let expected = "20:26:13.000789Z span process flights (consumer) 1.235ms\n  \
            trace=00000000000000000000000000000001 span=0000000000000002\n";
        assert_eq!(span(&plain), expected);
    }

    #[test]
    fn of_many_links_the_first_are_shown_and_the_others_counted() {
        for (links, shown, further) in
            [(10, 10, ""), (11, 10, "  and 1 further links"), (10_000, 10, "  and 9990 further links")]
        {
            let text = span(&data(Status::Unset, links));
            assert_eq!(text.lines().filter(|line| line.starts_with("  link ")).count(), shown);
            assert_eq!(text.lines().last().filter(|line| line.contains("further")).unwrap_or_default(), further);
        }
    }
}
