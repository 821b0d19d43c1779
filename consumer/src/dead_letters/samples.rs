//! A letter, for tests of what is written of it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::dead_letter::DeadLetter;
use crate::call::Caller;
use crate::failure::Failure;
use crate::origin::Origin;
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
    record.origin = Some(Origin { stream_arn: Some(ARN.into()), data });
    DeadLetter {
        record,
        failure: Failure::skip("no plane"),
        trace: TraceContext::current(),
        caller: Caller { function: Some("departures".into()), request_id: "request-1".into() },
    }
}

/// When it is skipped.
pub(super) fn skipped_at() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_545_084_651_000)
}
