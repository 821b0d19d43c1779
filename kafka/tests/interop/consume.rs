//! Records on their way in, by rdkafka.

use std::time::Duration;

use kinetrace_kafka::Propagation;
use kinetrace_testing::Recorder;
use opentelemetry::trace::SpanId;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Headers as _};
use rdkafka::util::Timeout;
use rdkafka::{Message as _, Offset, TopicPartitionList};

use crate::broker::broker;
use crate::line::{Header, Line};

/// One that waits for a record that does not come would never end.
const LIMIT: Duration = Duration::from_secs(120);

/// The first `count` records of a topic, by partition and offset, each with the ids of the span that its process span is below.
pub(crate) fn consume(topic: &str, count: usize) -> Vec<Line> {
    let recorder = Recorder::new();
    let propagation = Propagation::new().telemetry(&recorder.telemetry());
    let mut read = receive(topic, None, count, |message, line| {
        drop(propagation.process_span(message));
        let span = recorder.spans().pop().unwrap();
        if span.parent_span_id == SpanId::INVALID {
            return line;
        }
        let (trace, parent) = (span.span_context.trace_id().to_string(), span.parent_span_id.to_string());
        Line { trace_id: Some(trace), span_id: Some(parent), ..line }
    });
    read.sort_by_key(|line| (line.partition, line.offset));
    read
}

/// The first `count` records of a topic, or of one of its partitions.
pub(crate) fn receive<T>(
    topic: &str,
    partition: Option<i32>,
    count: usize,
    each: impl Fn(&BorrowedMessage<'_>, Line) -> T,
) -> Vec<T> {
    let mut config = broker().config();
    config.set("group.id", "interop").set("enable.auto.commit", "false").set("auto.offset.reset", "earliest");
    let consumer: BaseConsumer = config.create().unwrap();
    let metadata = consumer.fetch_metadata(Some(topic), Timeout::Never).unwrap();
    let partitions = metadata.topics()[0].partitions().iter().map(|it| it.id());
    let mut assigned = TopicPartitionList::new();
    for it in partitions.filter(|it| partition.is_none_or(|partition| *it == partition)) {
        assigned.add_partition_offset(topic, it, Offset::Beginning).unwrap();
    }
    consumer.assign(&assigned).unwrap();
    let polled = std::iter::repeat_with(|| consumer.poll(LIMIT).expect("fewer records than there are to be").unwrap());
    polled.take(count).map(|message| each(&message, line(&message))).collect()
}

fn line(message: &BorrowedMessage<'_>) -> Line {
    let header = |it: rdkafka::message::Header<'_, &[u8]>| match it.value {
        Some(value) => Header::new(it.key, value),
        None => Header::null(it.key),
    };
    Line {
        partition: Some(message.partition()),
        offset: Some(message.offset()),
        timestamp: message.timestamp().to_millis(),
        key: message.key().map(Into::into),
        value: message.payload().map(Into::into),
        headers: message.headers().map(|it| it.iter().map(header).collect()).unwrap_or_default(),
        ..Line::default()
    }
}
