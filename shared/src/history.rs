//! The events that producers and consumers log, one JSON object a line, and that the checker reads.
//!
//! A history is any mixture of such lines: a file written by a benchmark, or the CloudWatch output of a deployed pair.
//! Times are microseconds since the Unix epoch, by the clock of the machine that wrote the line.
//!
//! Of a Kafka record, the stream is the topic, the shard the partition and the sequence number the offset, both in decimal, and
//! the group is the key's [text](crate::kafka::key_text).

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::SpanContext;
use serde::{Deserialize, Serialize};

use crate::context::order::Order;
use crate::format::name::Format;
use crate::hex;
use crate::kinesis::hash_key::HashKey;
use crate::kinesis::sequence_number::SequenceNumber;
use crate::one_line::one_line;

/// What stands for a stream, a shard or a sequence number that the event did not tell.
pub const UNKNOWN: &str = "unknown";

/// The [`format`](Process::format) of a record that could not be read, so that the business code never saw it: neither its
/// context nor its payload is known.
pub const UNREADABLE: &str = "unreadable";

/// The `format` of a line that another program wrote on behalf of one that writes none: `kinetrace local` sees a put in the stream
/// and a batch at its event source mapping. Such a line says where a record was, when, and how that ended. It says nothing of
/// contexts, spans or payloads, because its writer did not see what the program made of them.
///
/// A batch that is seen from outside has one start and one end, and a [`BatchPlace`] for each of its records.
pub const SEEN_FROM_OUTSIDE: &str = "seen from outside";

/// The [`format`](Process::format) of a line about a record that the filters of an event source mapping kept from the function. The
/// outcome is [`SkippedByHandler`](ProcessOutcome::SkippedByHandler), because the record will not come again; but no function was
/// invoked with it, so the line's times are those at which the mapping read the record, and say nothing of order. Such a line is
/// [seen from outside](Process::is_seen_from_outside).
pub const FILTERED: &str = "filtered";

/// One line of a history.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A shard of the stream, so that the checker can tell where a group belongs.
    Shard(Shard),
    /// The partitions of a topic of Kafka, so that the checker can tell where a key belongs.
    Partitions(Partitions),
    /// A record was handed to Kinesis, or to Kafka.
    Produce(Produce),
    /// A record was handed to the business code.
    Process(Process),
}

impl Event {
    /// Writes the line to standard output, which Lambda sends to CloudWatch. A log that cannot be written must not fail a
    /// record, so nothing is said of it.
    pub fn log(&self) {
        let mut line = Vec::new();
        self.append_to(&mut line);
        let _ = io::stdout().lock().write_all(&line);
    }

    /// Adds the line to others. It is one line to every reader, because it holds none of Unicode's separators either: those of a
    /// partition key are escaped, and read back equal.
    pub fn append_to(&self, lines: &mut Vec<u8>) {
        let end = lines.len();
        match serde_json::to_writer(&mut *lines, self) {
            Ok(()) => {
                escape(lines, end);
                lines.push(b'\n');
            }
            Err(_) => lines.truncate(end),
        }
    }
}

/// JSON leaves as they are, from `begin` on, what [`one_line`] escapes, and takes its escapes. There is some in the fewest.
fn escape(lines: &mut Vec<u8>, begin: usize) {
    if lines[begin..].iter().all(|byte| (b' '..b'\x7f').contains(byte)) {
        return;
    }
    let line = String::from_utf8_lossy(&lines[begin..]).into_owned();
    lines.truncate(begin);
    lines.extend_from_slice(one_line(&line, usize::MAX).as_bytes());
}

/// A shard and the part of the hash space it holds, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shard {
    /// The stream's name.
    pub stream: String,
    /// `shardId-000000000000`, …
    pub shard: String,
    /// The first hash key of the shard.
    pub first_hash_key: HashKey,
    /// The last hash key of the shard.
    pub last_hash_key: HashKey,
    /// The shards this one took over from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<String>,
}

impl Shard {
    /// A shard that took over from none.
    pub fn new(
        stream: impl Into<String>,
        shard: impl Into<String>,
        first_hash_key: impl Into<HashKey>,
        last_hash_key: impl Into<HashKey>,
    ) -> Self {
        let (first_hash_key, last_hash_key) = (first_hash_key.into(), last_hash_key.into());
        Self { stream: stream.into(), shard: shard.into(), first_hash_key, last_hash_key, parents: Vec::new() }
    }
}

/// How many partitions a topic has, and how its producers choose one for a key. A topic that grew has a line for each number of
/// partitions that it had while records were written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Partitions {
    /// The topic's name.
    pub stream: String,
    /// How many there are: they are numbered from 0.
    pub count: u32,
    /// How a key is given one.
    pub partitioner: Partitioner,
}

impl Partitions {
    /// So many partitions of a topic.
    pub fn new(topic: impl Into<String>, count: u32, partitioner: Partitioner) -> Self {
        Self { stream: topic.into(), count, partitioner }
    }
}

/// How the clients that write to a topic choose a partition for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Partitioner {
    /// The default of Java's client: the key's murmur2 hash, without its sign, modulo the number of partitions. librdkafka has
    /// it as `murmur2_random`.
    Murmur2,
}

/// What a producer knows of one record once its put has ended, or it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Produce {
    /// The stream's name.
    pub stream: String,
    /// The business group the record belongs to.
    pub group: String,
    /// The record's place in its group; this, not the line's place in the file, is the production order. `None` of a
    /// record that was refused before it got a place: too large, say. Kinesis was never asked to take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// How the put ended.
    pub outcome: PutOutcome,
    /// Why it did not succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The shard that took the record.
    pub shard: Option<String>,
    /// The record's number in that shard.
    pub sequence_number: Option<SequenceNumber>,
    /// The record's place in the aggregate it was packed into, from 0; `None` if it travelled by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_sequence_number: Option<u64>,
    /// When the record was handed to the publisher.
    pub start: Timestamp,
    /// When the put ended.
    pub end: Timestamp,
    /// The trace context that travels with the record.
    pub context: Option<TraceIds>,
    /// CRC-32 (ISO-HDLC) of the business payload.
    pub payload_crc32: u32,
    /// [`SEEN_FROM_OUTSIDE`], if another program than the producer wrote the line. A producer's own line has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Cow<'static, str>>,
    /// Where its client asked Kinesis to place the record, in place of where its partition key hashes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explicit_hash_key: Option<HashKey>,
}

impl Produce {
    /// A put of which nothing else is known yet: what is optional is `None`, and the checksum 0.
    pub fn new(
        stream: impl Into<String>,
        group: impl Into<String>,
        outcome: PutOutcome,
        start: Timestamp,
        end: Timestamp,
    ) -> Self {
        Self {
            stream: stream.into(),
            group: group.into(),
            order: None,
            outcome,
            error: None,
            shard: None,
            sequence_number: None,
            sub_sequence_number: None,
            start,
            end,
            context: None,
            payload_crc32: 0,
            format: None,
            explicit_hash_key: None,
        }
    }

    /// Whether another program than the producer wrote the line.
    pub fn is_seen_from_outside(&self) -> bool {
        self.format.as_deref() == Some(SEEN_FROM_OUTSIDE)
    }
}

/// How a put ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PutOutcome {
    /// Kinesis has the record.
    Acknowledged,
    /// Kinesis does not have it.
    Failed,
    /// No answer came: Kinesis may have the record, even more than once.
    Unknown,
}

/// What a consumer knows of one record once its handler has ended, or once it is clear that the record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Process {
    /// The stream's or the topic's name. If a stream's ARN names none, it is the ARN, or else [`UNKNOWN`].
    pub stream: Arc<str>,
    /// The record's key, as it came out of the stream.
    pub group: Option<Arc<str>>,
    /// The shard the record came from, or [`UNKNOWN`].
    pub shard: Arc<str>,
    /// The record's number in that shard. Only of a record that could not be read it may be [`UNKNOWN`].
    pub sequence_number: SequenceNumber,
    /// The record's place in the aggregate it was packed into, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_sequence_number: Option<u64>,
    /// The producer's count, where the record carries one.
    pub order: Option<Order>,
    /// What the handler said.
    pub outcome: ProcessOutcome,
    /// Why it failed, or was skipped by the handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When the handler was called.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The Lambda function; several may read one stream. `None` in lines of versions that did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Arc<str>>,
    /// The Lambda invocation.
    pub request_id: Arc<str>,
    /// How the context travelled.
    pub format: Cow<'static, str>,
    /// The span around the handler.
    pub span: Option<TraceIds>,
    /// How that span relates to the context that the record carried.
    pub relation: Option<Relation>,
    /// The context that the record carried.
    pub context: Option<TraceIds>,
    /// CRC-32 (ISO-HDLC) of the payload the handler got.
    pub payload_crc32: u32,
    /// Its place in the batch that was handed to the business code as one; `None` where records are handed over one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchPlace>,
}

/// The place of a record in a batch that was handed to the business code as one. The records of a batch have one
/// [`start`](Process::start): from then until its `end`, the business code had the record, together with those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BatchPlace {
    /// Which batch of the process it was.
    pub number: u64,
    /// The record's place there, from 0, in the order in which the business code got them.
    pub index: u64,
}

impl Process {
    /// A record of which nothing else is known yet: what is optional is `None`, the request's id is empty, the format `none` and
    /// the checksum 0.
    pub fn new(
        stream: impl Into<Arc<str>>,
        shard: impl Into<Arc<str>>,
        sequence_number: impl Into<SequenceNumber>,
        outcome: ProcessOutcome,
        start: Timestamp,
        end: Timestamp,
    ) -> Self {
        Self {
            stream: stream.into(),
            group: None,
            shard: shard.into(),
            sequence_number: sequence_number.into(),
            sub_sequence_number: None,
            order: None,
            outcome,
            error: None,
            start,
            end,
            function: None,
            request_id: Arc::default(),
            format: Format::None.name().into(),
            span: None,
            relation: None,
            context: None,
            payload_crc32: 0,
            batch: None,
        }
    }

    /// Whether another program than the consumer wrote the line.
    pub fn is_seen_from_outside(&self) -> bool {
        self.format == SEEN_FROM_OUTSIDE || self.is_filtered()
    }

    /// Whether no function was invoked with the record, because the mapping's filters did not let it through.
    pub fn is_filtered(&self) -> bool {
        self.format == FILTERED
    }
}

/// What the handler said of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessOutcome {
    /// Done; the record will not come again on this account.
    Succeeded,
    /// Not done: it returned an error or panicked, and the record will come again.
    Failed,
    /// The business code was not called: the record is a copy of one that was processed before.
    Skipped,
    /// Done: the business code was called, and said that the record is to be skipped. It will not come again on this account.
    SkippedByHandler,
    /// Not done: it was handed over as part of a batch, and the batch ended at a record before it. It will come again.
    NotReached,
}

/// How a span relates to a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It is part of the same trace.
    Parent,
    /// It belongs to another trace and links to this one.
    Link,
}

/// The ids that name a span, in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceIds {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
}

impl TraceIds {
    /// Of texts in lower-case hex, which are not checked.
    pub fn new(trace_id: impl Into<String>, span_id: impl Into<String>) -> Self {
        Self { trace_id: trace_id.into(), span_id: span_id.into() }
    }

    /// The ids of a span; `None` if the context names none.
    pub fn of(span: &SpanContext) -> Option<Self> {
        let ids =
            || Self { trace_id: hex::of(&span.trace_id().to_bytes()), span_id: hex::of(&span.span_id().to_bytes()) };
        span.is_valid().then(ids)
    }
}

/// Microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The machine's clock, which may be stepped: good for comparing events of one machine over short spans.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_and_reads_back_equal() {
        let event = Event::Process(Process {
            stream: "flights".into(),
            group: Some("N14228".into()),
            shard: "shardId-000000000000".into(),
            sequence_number: "4959".into(),
            sub_sequence_number: None,
            order: None,
            outcome: ProcessOutcome::Succeeded,
            error: None,
            start: Timestamp(1),
            end: Timestamp(2),
            function: None,
            request_id: "r-1".into(),
            format: "none".into(),
            span: None,
            relation: None,
            context: None,
            payload_crc32: 0xdead_beef,
            batch: None,
        });
        let line = serde_json::to_string(&event).unwrap();
        assert!(line.starts_with(r#"{"event":"process","stream":"flights","group":"N14228""#), "{line}");
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }

    #[test]
    fn a_line_is_one_line_to_every_reader_for_any_key_and_reads_back_equal() {
        for group in ["N14228", "Zürich", "a\nb", "a\u{2028}b\u{85}c\u{202e}d\u{7f}e", "\u{e0041}🚀"] {
            let mut lines = b"before\n".to_vec();
            let event = Event::Produce(Produce {
                stream: "flights".into(),
                group: group.into(),
                order: None,
                outcome: PutOutcome::Failed,
                error: Some("no\n\u{2029}{\"event\":\"produce\"}".into()),
                shard: None,
                sequence_number: None,
                sub_sequence_number: None,
                start: Timestamp(1),
                end: Timestamp(2),
                context: None,
                payload_crc32: 0,
                format: None,
                explicit_hash_key: None,
            });
            event.append_to(&mut lines);
            let text = String::from_utf8(lines).unwrap();
            let line = text.strip_prefix("before\n").unwrap().strip_suffix('\n').unwrap();
            assert!(
                !line.contains(['\n', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{7f}', '\u{e0041}']),
                "{line}"
            );
            assert!(!line.contains("order"), "{line}");
            assert_eq!(serde_json::from_str::<Event>(line).unwrap(), event);
        }
    }

    #[test]
    fn a_line_about_a_record_that_travelled_by_itself_says_nothing_of_a_place_in_an_aggregate() {
        let alone = concat!(
            r#"{"event":"produce","stream":"flights","group":"N14228","#,
            r#""order":{"producer":"00000000000000ab","sequence":7},"outcome":"acknowledged","#,
            r#""shard":"shardId-000000000000","sequence_number":"4959","start":1,"end":2,"context":null,"#,
            r#""payload_crc32":0}"#,
        );
        let packed = alone.replace(r#""4959","#, r#""4959","sub_sequence_number":3,"#);
        for (line, place) in [(alone, None), (&packed, Some(3))] {
            let event: Event = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), line);
            let Event::Produce(produce) = event else { panic!("{event:?}") };
            assert_eq!(produce.sub_sequence_number, place);
        }
    }
}
