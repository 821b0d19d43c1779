use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};

use super::*;
use crate::dead_letters::samples::{kafka_letter, letter, skipped_at};
use crate::origin::Origin;
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

fn origin(stream_arn: &str) -> Option<Origin> {
    Some(Origin::Kinesis { stream_arn: Some(stream_arn.into()), data: "payload".into() })
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
        &|it| it.record.origin = origin("arn:aws:kinesis:eu-west-1:1:stream/flights"),
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

fn kafka_place(change: impl FnOnce(&mut DeadLetter, &mut KafkaOrigin)) -> Place {
    let mut letter = kafka_letter(None);
    let Some(Origin::Kafka(mut origin)) = letter.record.origin.take() else { panic!("a letter of Kafka") };
    change(&mut letter, &mut origin);
    letter.record.origin = Some(Origin::Kafka(origin));
    message(&letter, FIFO).place.unwrap()
}

#[test]
fn letters_of_kafka_of_any_key_are_one_message_group_and_without_a_key_those_of_a_partition() {
    assert_eq!(kafka_place(|_, _| ()).group_id, "N14228");
    let keyed = |key: Option<Vec<u8>>| {
        kafka_place(|it, _| (it.record.partition_key, it.record.key) = (None, key.map(Into::into))).group_id
    };
    assert_eq!([keyed(None), keyed(Some(vec![])), keyed(Some(vec![0xff]))], ["flights-3", "flights-3", "base64:/w=="]);
}

/// A cluster has many topics, whose partitions and offsets are the same numbers.
#[test]
fn a_letter_of_kafka_that_is_written_again_has_its_id_and_no_other_letter_has_it() {
    let first = kafka_place(|_, _| ()).deduplication_id;
    assert_eq!(kafka_place(|it, _| it.caller.request_id = "request-2".into()).deduplication_id, first);
    let mut ids = vec![
        first,
        kafka_place(|it, _| it.caller.function = Some("arrivals".into())).deduplication_id,
        kafka_place(|_, origin| origin.cluster_arn = None).deduplication_id,
        kafka_place(|it, _| it.record.stream = "trains".into()).deduplication_id,
        kafka_place(|it, _| it.record.shard_id = "4".into()).deduplication_id,
        kafka_place(|it, _| it.record.sequence_number = "4712".into()).deduplication_id,
        kafka_place(|it, _| it.record.arrival = None).deduplication_id,
    ];
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
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
