use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};

use super::*;
use crate::dead_letters::samples::{letter, skipped_at};
use crate::trace_context::TraceContext;

const QUEUE: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/dead";
const FIFO: &str = "https://sqs.us-east-1.amazonaws.com/123456789012/dead.fifo";

fn message(letter: &DeadLetter, queue_url: &str) -> Message {
    Message::of(letter, queue_url, skipped_at()).unwrap()
}

fn place(change: impl FnOnce(&mut DeadLetter)) -> Place {
    let mut letter = letter("payload");
    change(&mut letter);
    message(&letter, FIFO).place.unwrap()
}

#[test]
fn only_a_fifo_queue_is_told_a_place() {
    for (queue_url, is_fifo) in [(QUEUE, false), (FIFO, true), ("https://sqs.example/1/a.fifo.b", false)] {
        assert_eq!(message(&letter("payload"), queue_url).place.is_some(), is_fifo, "{queue_url}");
    }
}

#[test]
fn letters_of_any_key_are_one_message_group() {
    let hashed = |key: &str| Some(hash([key]));
    let (long, longest) = ("x".repeat(129), "x".repeat(128));
    for (key, group) in [
        (Some("N14228"), None),
        (Some("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), None),
        (Some(&*longest), None),
        (Some(&*long), hashed(&long)),
        (Some(" "), hashed(" ")),
        (Some("Zürich"), hashed("Zürich")),
        (Some("a\nb"), hashed("a\nb")),
        (Some(""), Some("shardId-000000000000".to_owned())),
        (None, Some("shardId-000000000000".to_owned())),
    ] {
        let place = place(|it| it.record.partition_key = key.map(Into::into));
        assert_eq!(place.group_id, group.unwrap_or_else(|| key.unwrap().to_owned()), "{key:?}");
    }
}

/// A letter with the id of another one would be dropped, and its record with it.
#[test]
fn a_letter_that_is_written_again_has_its_id_and_no_other_letter_has_it() {
    let first = place(|_| ()).deduplication_id;
    assert!(first.len() == 64 && first.bytes().all(|byte| byte.is_ascii_hexdigit()), "{first}");
    let same: [&dyn Fn(&mut DeadLetter); 3] = [
        &|it| it.caller.request_id = "request-2".into(),
        &|it| it.failure = crate::Failure::skip("another reason"),
        &|it| it.record.arrival = None,
    ];
    for change in same {
        assert_eq!(place(change).deduplication_id, first);
    }
    let others: [&dyn Fn(&mut DeadLetter); 8] = [
        &|it| it.caller.function = Some("arrivals".into()),
        &|it| it.caller.function = None,
        &|it| it.record.origin.as_mut().unwrap().stream_arn = Some("arn:aws:kinesis:eu-west-1:1:stream/flights".into()),
        &|it| it.record.origin = None,
        &|it| it.record.shard_id = "shardId-000000000001".into(),
        &|it| it.record.sequence_number = "4".into(),
        &|it| it.record.sub_sequence_number = Some(0),
        &|it| it.record.sub_sequence_number = Some(1),
    ];
    let mut ids: Vec<_> = others.into_iter().map(|change| place(change).deduplication_id).collect();
    ids.push(first);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 9);
    assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
}

fn traced(state: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let state = TraceState::from_key_value(state.iter().copied()).unwrap();
    let span = SpanContext::new(TraceId::from(1_u128), SpanId::from(2_u64), TraceFlags::SAMPLED, true, state);
    let _current = Context::new().with_remote_span_context(span).attach();
    let mut letter = letter("payload");
    letter.trace = TraceContext::current();
    message(&letter, QUEUE).attributes
}

/// SQS refuses a message with an attribute that is empty or has other characters; a trace must not cost a record its letter.
#[test]
fn the_trace_goes_along_where_sqs_takes_it() {
    let traceparent = ("traceparent", "00-00000000000000000000000000000001-0000000000000002-01".to_owned());
    let tracestate = ("tracestate", "vendor=1 2".to_owned());
    assert_eq!(traced(&[("vendor", "1 2")]), [traceparent.clone(), tracestate]);
    for untaken in [&[][..], &[("vendor", "Zürich")]] {
        assert_eq!(traced(untaken), std::slice::from_ref(&traceparent), "{untaken:?}");
    }
    assert_eq!(message(&letter("payload"), QUEUE).attributes, [], "without a trace");
}

#[test]
fn the_attributes_count_as_sqs_counts_them() {
    let message = Message {
        body: "body".to_owned(),
        attributes: vec![("traceparent", "00".to_owned()), ("tracestate", "a=1".to_owned())],
        place: None,
    };
    assert_eq!(message.bytes(), 4 + (11 + 6 + 2) + (10 + 6 + 3));
}

#[test]
fn a_letter_has_room_for_a_record_of_the_size_that_the_documentation_names() {
    let bytes = |byte: u8, count: usize| message(&letter(vec![byte; count]), QUEUE).bytes();
    for byte in [b'x', 0xff] {
        assert!(bytes(byte, 380_000) < MAX_BYTES, "{}", bytes(byte, 380_000));
        assert!(bytes(byte, 450_000) > MAX_BYTES, "{}", bytes(byte, 450_000));
    }
}
