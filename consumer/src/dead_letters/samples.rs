//! A letter, for tests of what is written of it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::dead_letter::DeadLetter;
use crate::call::Caller;
use crate::failure::Failure;
use crate::origin::{KafkaOrigin, Origin};
use crate::record::Record;
use crate::trace_context::TraceContext;

pub(super) const NUMBER: &str = "49590338271490256608559692538361571095921575989136588898";
pub(super) const ARN: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/flights";

/// Of a record of the stream `flights` that was put as it is.
pub(crate) fn letter(data: impl Into<Bytes>) -> DeadLetter {
    let data = data.into();
    let mut record = Record::new("N14228", data.clone());
    record.stream = "flights".into();
    record.shard_id = "shardId-000000000000".into();
    record.sequence_number = NUMBER.into();
    record.arrival = Some(UNIX_EPOCH + Duration::from_millis(1_545_084_650_987));
    record.origin = Some(Origin::Kinesis { stream_arn: Some(ARN.into()), data });
    DeadLetter {
        record,
        failure: Failure::skip("no plane"),
        trace: TraceContext::current(),
        caller: Caller { function: Some("departures".into()), request_id: "request-1".into() },
    }
}

pub(super) const CLUSTER: &str =
    "arn:aws:kafka:us-east-1:123456789012:cluster/flights/6b696e65-7472-6163-6500-000000000000-1";

/// Of a record of the topic `flights`.
pub(super) fn kafka_letter(value: Option<&'static str>) -> DeadLetter {
    let mut letter = letter(value.unwrap_or_default());
    let (value, cluster_arn) = (value.map(Bytes::from), Some(CLUSTER.into()));
    let record = &mut letter.record;
    (record.shard_id, record.sequence_number) = ("3".into(), "4711".into());
    (record.key, record.is_tombstone) = (Some("N14228".into()), value.is_none());
    record.headers.push("traceparent", TRACEPARENT);
    record.headers.push("h", &b"\xff\0"[..]);
    record.headers.push_null("h");
    record.origin = Some(Origin::Kafka(KafkaOrigin { cluster_arn, partition: 3, offset: 4711, value }));
    letter
}

pub(super) const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// When it is skipped.
pub(super) fn skipped_at() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_545_084_651_000)
}
