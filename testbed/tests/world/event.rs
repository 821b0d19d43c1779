//! Events for kinetrace's consumer, and its answer if all records are done.

use axum::body::Bytes;
use kinetrace_testing::Event;

pub(crate) const DONE: &str = r#"{"batchItemFailures":[]}"#;

/// An event of these records of a shard, one number after another, each with a context of its own.
pub(crate) fn event(shard: u64, numbers: impl IntoIterator<Item = u64>) -> Bytes {
    let mut numbers = numbers.into_iter().peekable();
    let first = shard * 1_000_000 + numbers.peek().copied().unwrap_or_default();
    let event = Event::new("flights").shard(format!("shardId-{shard:012}")).first_sequence_number(first.into());
    let data = |number: u64| {
        let sequence_number = shard * 1_000_000 + number;
        format!(r#"{{"_otel":{{"traceparent":"00-{sequence_number:032x}-{number:016x}-01"}},"data":1}}"#)
    };
    let event = numbers.fold(event, |event, number| event.untraced(format!("N{shard}"), data(number)));
    event.to_json().to_string().into()
}
