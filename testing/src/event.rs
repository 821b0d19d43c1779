//! The event that Lambda sends for a batch of records.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::__private::aggregation;
use kinetrace::{Carrier, Record};
use opentelemetry::trace::SpanContext;
use serde_json::{Value, json};

use crate::data::inject;
use crate::sender;

/// The sequence number of the first record, unless a test says otherwise.
pub(crate) const FIRST_SEQUENCE_NUMBER: u128 = 49_590_338_271_490_256_608_559_692_538_361_571;

/// When records came into the stream, unless a test says otherwise: at the beginning of 2026, in seconds since 1970.
const ARRIVAL: f64 = 1_767_225_600.5;

/// A batch of records of a stream, in the order in which they are added.
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
    /// Of the records that are added next.
    shard: String,
    /// Of the records that are added next, in seconds since 1970.
    arrival: f64,
    first_sequence_number: u128,
    window: Value,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    shard: String,
    arrival: f64,
    partition_key: String,
    /// In base64, as Lambda sends it.
    data: String,
    context: Option<SpanContext>,
}

impl Event {
    /// Without records yet, of the stream's first shard.
    pub fn new(stream: impl Into<String>) -> Self {
        let (stream, shard) = (stream.into(), "shardId-000000000000".to_owned());
        let (window, entries) = (json!({}), Vec::new());
        Self { stream, shard, arrival: ARRIVAL, first_sequence_number: FIRST_SEQUENCE_NUMBER, window, entries }
    }

    /// Records that are added after this are of the shard with this name. Lambda puts records of one shard into an event, and
    /// so does EventBridge Pipes: several are for tests of a handler that is to take any.
    #[must_use]
    pub fn shard(self, shard_id: impl Into<String>) -> Self {
        Self { shard: shard_id.into(), ..self }
    }

    /// Records that are added after this came into the stream then.
    #[must_use]
    pub fn arrival(self, time: SystemTime) -> Self {
        Self { arrival: time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64(), ..self }
    }

    /// The first record of the event has this sequence number, and each further one the next. So an event can follow another
    /// one, or bring some of its records again.
    #[must_use]
    pub fn first_sequence_number(self, number: u128) -> Self {
        Self { first_sequence_number: number, ..self }
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
        self.record_entry(record, Some(context))
    }

    /// A record without a context, or with one that the test has put into its data itself.
    #[must_use]
    pub fn untraced(self, partition_key: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        self.record_entry(Record::new(partition_key, data), None)
    }

    /// One Kinesis record into which a producer packed several of one key, as the Kinesis Producer Library does. An empty
    /// list adds nothing.
    #[must_use]
    pub fn aggregate(self, records: impl IntoIterator<Item = Record>) -> Self {
        let records: Vec<_> = records.into_iter().collect();
        let Some((first, others)) = records.split_first() else { return self };
        self.record_entry(aggregation::pack(first, others), None)
    }

    /// A record that the handler never sees: its data is not base64.
    #[must_use]
    pub fn unreadable(self, partition_key: impl Into<String>) -> Self {
        self.entry(partition_key.into(), "%%%".to_owned(), None)
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

    fn record_entry(self, record: Record, context: Option<SpanContext>) -> Self {
        self.entry(record.partition_key, BASE64.encode(record.data), context)
    }

    fn entry(mut self, partition_key: String, data: String, context: Option<SpanContext>) -> Self {
        let (shard, arrival) = (self.shard.clone(), self.arrival);
        self.entries.push(Entry { shard, arrival, partition_key, data, context });
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
        (self.first_sequence_number + place as u128).to_string()
    }

    /// As Lambda sends it, for `sam local invoke` or `cargo lambda invoke`.
    pub fn to_json(&self) -> Value {
        let mut event = self.window.clone();
        event["Records"] = self.entries.iter().enumerate().map(|(place, entry)| self.record(place, entry)).collect();
        event
    }

    fn record(&self, place: usize, entry: &Entry) -> Value {
        let (stream, shard, number) = (&self.stream, &entry.shard, self.sequence_number(place));
        json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": entry.partition_key,
                "sequenceNumber": number,
                "data": entry.data,
                "approximateArrivalTimestamp": entry.arrival,
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
}
