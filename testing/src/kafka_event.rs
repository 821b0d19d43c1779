//! The event that Lambda sends for a batch of records of Kafka.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use opentelemetry::trace::SpanContext;
use serde_json::{Value, json};

use crate::kafka_record::KafkaRecord;
use crate::sender;

/// The timestamp of records, unless a test says otherwise: at the beginning of 2026.
const TIMESTAMP: Duration = Duration::from_millis(1_767_225_600_500);

/// A batch of records of a topic of Amazon MSK, or of a self-managed Kafka cluster. The event has its partitions sorted by their
/// names, and the records of each in the order in which they are added.
///
/// ```
/// use kinetrace_testing::{KafkaEvent, KafkaRecord};
///
/// let event = KafkaEvent::new("flights")
///     .traced("N14228", r#"{"leg":"EWR-IAH"}"#)
///     .partition(1)
///     .next_offset(4711)
///     .untraced("N24211", "plain text")
///     .record(KafkaRecord::tombstone().key("N24211").traced());
/// assert_eq!(event.len(), 3);
/// assert_eq!(event.to_json()["records"]["flights-1"][1]["offset"], 4712);
/// ```
#[derive(Debug, Clone)]
pub struct KafkaEvent {
    topic: String,
    /// `None` of a self-managed cluster.
    cluster_arn: Option<String>,
    /// Of the records that are added next.
    partition: i32,
    /// Of the records that are added next.
    timestamp: Duration,
    /// Of each partition that was named, where it goes on.
    next_offsets: HashMap<i32, i64>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    partition: i32,
    offset: i64,
    timestamp: Duration,
    record: KafkaRecord,
    is_unreadable: bool,
    context: Option<SpanContext>,
}

impl KafkaEvent {
    /// Without records yet, of the topic's partition 0, from offset 0 on. The topic is one of Amazon MSK.
    pub fn new(topic: impl Into<String>) -> Self {
        let arn = "arn:aws:kafka:us-east-1:123456789012:cluster/flights/6b696e65-7472-6163-6500-000000000000-1";
        let (next_offsets, entries) = (HashMap::new(), Vec::new());
        let cluster_arn = Some(arn.to_owned());
        Self { topic: topic.into(), cluster_arn, partition: 0, timestamp: TIMESTAMP, next_offsets, entries }
    }

    /// The topic is one of a self-managed cluster, whose events name no ARN.
    #[must_use]
    pub fn self_managed(self) -> Self {
        Self { cluster_arn: None, ..self }
    }

    /// The topic is one of the cluster of Amazon MSK with this ARN.
    #[must_use]
    pub fn cluster_arn(self, arn: impl Into<String>) -> Self {
        Self { cluster_arn: Some(arn.into()), ..self }
    }

    /// Records that are added after this are of the partition with this number.
    #[must_use]
    pub fn partition(self, number: i32) -> Self {
        Self { partition: number, ..self }
    }

    /// The next record of this partition has this offset, and each further one the next. So an event can follow another one,
    /// bring some of its records again, or have gaps as a compacted topic has them.
    #[must_use]
    pub fn next_offset(mut self, offset: i64) -> Self {
        self.next_offsets.insert(self.partition, offset);
        self
    }

    /// Records that are added after this have this timestamp.
    #[must_use]
    pub fn timestamp(self, time: SystemTime) -> Self {
        Self { timestamp: time.duration_since(UNIX_EPOCH).unwrap_or_default(), ..self }
    }

    /// A record whose producer put a context into its headers, as kinetrace does.
    #[must_use]
    pub fn traced(self, key: impl Into<Bytes>, value: impl Into<Bytes>) -> Self {
        self.record(KafkaRecord::new(value).key(key).traced())
    }

    /// A record without a context.
    #[must_use]
    pub fn untraced(self, key: impl Into<Bytes>, value: impl Into<Bytes>) -> Self {
        self.record(KafkaRecord::new(value).key(key))
    }

    /// A record without a value and without a context.
    #[must_use]
    pub fn tombstone(self, key: impl Into<Bytes>) -> Self {
        self.record(KafkaRecord::tombstone().key(key))
    }

    /// Any record, such as one with other headers, or without a key.
    #[must_use]
    pub fn record(self, record: KafkaRecord) -> Self {
        self.entry(record, false)
    }

    /// A record that the handler never sees: its value is not base64.
    #[must_use]
    pub fn unreadable(self, key: impl Into<Bytes>) -> Self {
        self.entry(KafkaRecord::new("").key(key), true)
    }

    fn entry(mut self, record: KafkaRecord, is_unreadable: bool) -> Self {
        let (context, next) =
            (sender::context(self.entries.len()), self.next_offsets.entry(self.partition).or_default());
        let (partition, offset, timestamp) = (self.partition, *next, self.timestamp);
        *next += 1;
        let record = record.injected(&context);
        let context = record.is_traced.then_some(context);
        self.entries.push(Entry { partition, offset, timestamp, record, is_unreadable, context });
        self
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The span of the producer that sent the record that was added at this place, from 0; `None` of a record that was added
    /// without a context.
    pub fn context(&self, place: usize) -> Option<&SpanContext> {
        self.entries.get(place)?.context.as_ref()
    }

    /// The offset of the record that was added at this place, from 0, if there is one.
    pub fn offset(&self, place: usize) -> Option<i64> {
        Some(self.entries.get(place)?.offset)
    }

    /// As Lambda sends it, for `sam local invoke` or `cargo lambda invoke`.
    pub fn to_json(&self) -> Value {
        let source = if self.cluster_arn.is_some() { "aws:kafka" } else { "SelfManagedKafka" };
        let mut event =
            json!({"eventSource": source, "bootstrapServers": "b-1.flights.example:9092,b-2.flights.example:9092"});
        if let Some(arn) = &self.cluster_arn {
            event["eventSourceArn"] = arn.as_str().into();
        }
        event["records"] = self.partitions();
        event
    }

    /// Sorted by their names, whether or not serde_json keeps another order in this build.
    fn partitions(&self) -> Value {
        let mut partitions = BTreeMap::<_, Vec<_>>::new();
        for entry in &self.entries {
            let name = format!("{}-{}", self.topic, entry.partition);
            partitions.entry(name).or_default().push(entry.to_json(&self.topic));
        }
        partitions.into_iter().collect()
    }
}

impl Entry {
    fn to_json(&self, topic: &str) -> Value {
        let mut json = json!({
            "topic": topic,
            "partition": self.partition,
            "offset": self.offset,
            "timestamp": u64::try_from(self.timestamp.as_millis()).unwrap_or(u64::MAX),
            "timestampType": "CREATE_TIME",
        });
        if let Some(key) = &self.record.key {
            json["key"] = BASE64.encode(key).into();
        }
        if let Some(value) = &self.record.value {
            json["value"] = if self.is_unreadable { "%%%".into() } else { BASE64.encode(value).into() };
        }
        json["headers"] = self.record.headers.iter().map(|(name, value)| json!({name: value.map(signed)})).collect();
        json
    }
}

/// As Lambda writes the bytes of a header.
fn signed(value: &Bytes) -> Vec<i8> {
    value.iter().map(|byte| byte.cast_signed()).collect()
}
