//! The event that Lambda sends for a batch of records.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::__private::aggregation;
use kinetrace::{Carrier, Record};
use kinetrace_consumer::kinesis::KinesisEvent;
use opentelemetry::trace::SpanContext;
use serde_json::{Value, json};

use crate::data::inject;
use crate::sender;

/// The sequence number of the first record; each further record has the next one.
const FIRST_SEQUENCE_NUMBER: u128 = 49_590_338_271_490_256_608_559_692_538_361_571;

/// A batch of records from one shard of a stream, in the order in which they are added.
///
/// ```
/// use kinetrace::{Carrier, Record};
/// use kinetrace_testing::Event;
///
/// let legs = ["EWR-IAH", "IAH-ORD"].map(|leg| Record::new("N14228", leg));
/// let event = Event::new("flights")
///     .traced("N14228", r#"{"leg":"EWR-IAH"}"#)
///     .carried_by(Carrier::Member, "N14228", r#"{"leg":"EWR-IAH"}"#)
///     .untraced("N24211", "plain text")
///     .aggregate(legs);
/// assert_eq!(event.len(), 4);
/// ```
#[derive(Debug, Clone)]
pub struct Event {
    stream: String,
    shard: String,
    window: Value,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    partition_key: String,
    /// In base64, as Lambda sends it.
    data: String,
    context: Option<SpanContext>,
}

impl Event {
    /// Without records yet, of the stream's first shard.
    pub fn new(stream: impl Into<String>) -> Self {
        let (stream, shard) = (stream.into(), "shardId-000000000000".to_owned());
        Self { stream, shard, window: json!({}), entries: Vec::new() }
    }

    /// Of the shard with this name.
    #[must_use]
    pub fn shard(self, shard_id: impl Into<String>) -> Self {
        Self { shard: shard_id.into(), ..self }
    }

    /// A record whose producer wrapped a context in an envelope, as kinetrace does by default.
    #[must_use]
    pub fn traced(self, partition_key: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        self.carried_by(Carrier::Envelope, partition_key, payload)
    }

    /// A record with a context that this carrier put on it.
    ///
    /// # Panics
    ///
    /// The carrier cannot carry a context on this record, such as [`Carrier::Member`] on a payload that is not a JSON object.
    #[must_use]
    pub fn carried_by(self, carrier: Carrier, partition_key: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        let context = sender::context(self.entries.len());
        let record = inject(Record::new(partition_key, payload), carrier, &context);
        self.entry(record, Some(context))
    }

    /// A record without a context, or with one that the test has put into its data itself.
    #[must_use]
    pub fn untraced(self, partition_key: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        self.entry(Record::new(partition_key, data), None)
    }

    /// One Kinesis record into which a producer packed several of one key, as the Kinesis Producer Library does. An empty
    /// list adds nothing.
    #[must_use]
    pub fn aggregate(self, records: impl IntoIterator<Item = Record>) -> Self {
        let records: Vec<_> = records.into_iter().collect();
        let Some((first, others)) = records.split_first() else { return self };
        self.entry(aggregation::pack(first, others), None)
    }

    /// A record that the handler never sees: its data is not base64.
    #[must_use]
    pub fn unreadable(mut self, partition_key: impl Into<String>) -> Self {
        self.entries.push(Entry { partition_key: partition_key.into(), data: "%%%".to_owned(), context: None });
        self
    }

    /// The event is of a tumbling window that has this state so far.
    #[must_use]
    pub fn window_state(self, state: Value) -> Self {
        let bounds = json!({"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T00:02:00Z"});
        let mut window = json!({
            "window": bounds, "shardId": self.shard, "isFinalInvokeForWindow": false, "isWindowTerminatedEarly": false,
        });
        window["state"] = state;
        Self { window, ..self }
    }

    fn entry(mut self, record: Record, context: Option<SpanContext>) -> Self {
        let (partition_key, data) = (record.partition_key, BASE64.encode(record.data));
        self.entries.push(Entry { partition_key, data, context });
        self
    }

    /// How many Kinesis records there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The span of the producer that sent the record at this place, from 0; `None` of a record that was added without a context.
    pub fn context(&self, place: usize) -> Option<&SpanContext> {
        self.entries.get(place)?.context.as_ref()
    }

    /// The sequence number of the record at this place, from 0.
    pub fn sequence_number(&self, place: usize) -> String {
        (FIRST_SEQUENCE_NUMBER + place as u128).to_string()
    }

    /// As Lambda sends it, for `sam local invoke` or `cargo lambda invoke`.
    pub fn to_json(&self) -> Value {
        let mut event = self.window.clone();
        event["Records"] = self.entries.iter().enumerate().map(|(place, entry)| self.record(place, entry)).collect();
        event
    }

    fn record(&self, place: usize, entry: &Entry) -> Value {
        let (stream, shard, number) = (&self.stream, &self.shard, self.sequence_number(place));
        json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": entry.partition_key,
                "sequenceNumber": number,
                "data": entry.data,
                "approximateArrivalTimestamp": 1_767_225_600.5,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("{shard}:{number}"),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::123456789012:role/consumer",
            "awsRegion": "us-east-1",
            "eventSourceARN": format!("arn:aws:kinesis:us-east-1:123456789012:stream/{stream}"),
        })
    }

    pub(crate) fn read(&self) -> Result<KinesisEvent, serde_json::Error> {
        serde_json::from_str(&self.to_json().to_string())
    }
}
