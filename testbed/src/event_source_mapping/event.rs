//! The JSON that Lambda hands to the function for a batch of records.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::record::Record;
use super::stream::Stream;
use super::tumbling::WindowMembers;

/// Writes events of one shard. What is equal in all its records is laid out once.
#[derive(Debug)]
pub(super) struct EventWriter {
    before_shard: String,
    after_shard: String,
    /// What an event in a window says of the shard.
    of_window: String,
}

impl EventWriter {
    pub(super) fn new(stream: &Stream, shard: &str) -> Self {
        let mut arn = stream.arn.split(':').skip(3);
        let (region, account) = (arn.next().unwrap_or_default(), arn.next().unwrap_or_default());
        let role = Value::from(format!("arn:aws:iam::{account}:role/lambda-role"));
        let (region, arn) = (Value::from(region), Value::from(stream.arn.as_str()));
        Self {
            of_window: format!(r#""shardId":{},"eventSourceARN":{arn}"#, Value::from(shard)),
            before_shard: format!(r#"}},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"{shard}:"#,),
            after_shard: format!(
                r#"","eventName":"aws:kinesis:record","invokeIdentityArn":{role},"awsRegion":{region},"eventSourceARN":{arn}}}"#,
            ),
        }
    }

    /// The event of a batch.
    pub(super) fn write(&self, records: &[Record]) -> Bytes {
        self.write_in(None, records)
    }

    /// The event of a batch in a tumbling window, if there are any.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html>
    pub(super) fn write_in(&self, window: Option<&WindowMembers>, records: &[Record]) -> Bytes {
        let mut out = String::with_capacity(records.iter().map(Record::event_bytes).sum());
        out.push_str(r#"{"Records":["#);
        for (index, record) in records.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            self.write_record(&mut out, record);
        }
        out.push(']');
        if let Some(WindowMembers { start, end, state, is_final, is_terminated_early }) = window {
            let of_window = &self.of_window;
            out.push_str(&format!(
                r#","window":{{"start":"{start}","end":"{end}"}},"state":{state},{of_window},"isFinalInvokeForWindow":{is_final},"isWindowTerminatedEarly":{is_terminated_early}"#
            ));
        }
        out.push('}');
        Bytes::from(out)
    }

    fn write_record(&self, out: &mut String, record: &Record) {
        let key = record.partition_key.as_deref().map_or(Value::Null, Value::from);
        out.push_str(r#"{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"#);
        out.push_str(&key.to_string());
        out.push_str(r#","sequenceNumber":""#);
        out.push_str(record.sequence_number.as_str());
        out.push_str(r#"","data":""#);
        STANDARD.encode_string(&record.data, out);
        out.push_str(r#"","approximateArrivalTimestamp":"#);
        out.push_str(&record.arrival_seconds());
        out.push_str(&self.before_shard);
        out.push_str(record.sequence_number.as_str());
        out.push_str(&self.after_shard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> EventWriter {
        let stream = Stream {
            name: "lambda-stream".into(),
            arn: "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream".into(),
        };
        EventWriter::new(&stream, "shardId-000000000006")
    }

    fn record(key: Option<&str>, arrival_millis: i64) -> Record {
        Record {
            partition_key: key.map(Into::into),
            sequence_number: "49590338271490256608559692538361571095921575989136588898".into(),
            data: Bytes::from_static(b"Hello, this is a test."),
            arrival_millis,
        }
    }

    #[test]
    fn the_event_is_the_one_of_the_aws_documentation_to_the_byte() {
        let golden = concat!(
            r#"{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1","#,
            r#""sequenceNumber":"49590338271490256608559692538361571095921575989136588898","#,
            r#""data":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==","approximateArrivalTimestamp":1545084650.987},"#,
            r#""eventSource":"aws:kinesis","eventVersion":"1.0","#,
            r#""eventID":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898","#,
            r#""eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","#,
            r#""awsRegion":"us-east-2","#,
            r#""eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}]}"#,
        );
        assert_eq!(writer().write(&[record(Some("1"), 1_545_084_650_987)]), golden);
    }

    /// The example of AWS's page on windows.
    #[test]
    fn an_event_in_a_window_has_the_window_and_the_state_as_the_function_left_it() {
        let window = WindowMembers {
            start: "2020-12-09T07:04:00Z".into(),
            end: "2020-12-09T07:06:00Z".into(),
            state: r#"{"1": 282, "2": 715.0}"#.into(),
            is_final: false,
            is_terminated_early: false,
        };
        let plain = writer().write(&[record(Some("1"), 0)]);
        let expected = format!(
            r#"{},"window":{{"start":"2020-12-09T07:04:00Z","end":"2020-12-09T07:06:00Z"}},"state":{{"1": 282, "2": 715.0}},"shardId":"shardId-000000000006","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream","isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false}}"#,
            std::str::from_utf8(&plain).unwrap().strip_suffix('}').unwrap()
        );
        assert_eq!(writer().write_in(Some(&window), &[record(Some("1"), 0)]), expected);
        let last = writer().write_in(Some(&WindowMembers { is_final: true, ..window }), &[]);
        assert!(
            last.starts_with(br#"{"Records":[],"window""#)
                && last.ends_with(br#""isFinalInvokeForWindow":true,"isWindowTerminatedEarly":false}"#)
        );
    }

    #[test]
    fn odd_keys_and_round_timestamps_stay_valid_json_in_batches() {
        let event = writer().write(&[record(Some("a\"\n\\é"), 1_545_084_650_050), record(None, 7_000)]);
        let text = std::str::from_utf8(&event).unwrap();
        assert!(text.contains(r#""approximateArrivalTimestamp":1545084650.050}"#), "{text}");
        assert!(text.contains(r#""approximateArrivalTimestamp":7.000}"#), "{text}");
        let json: Value = serde_json::from_slice(&event).unwrap();
        assert_eq!(json["Records"][0]["kinesis"]["partitionKey"], "a\"\n\\é");
        assert_eq!(json["Records"][1]["kinesis"]["partitionKey"], Value::Null);
    }

    #[test]
    fn an_event_never_outgrows_what_the_record_announces() {
        for length in [0, 1, 2, 3, 1000] {
            let record = Record { data: vec![7; length].into(), ..record(Some("\"\"\"\""), i64::MAX) };
            assert!(writer().write(std::slice::from_ref(&record)).len() <= record.event_bytes(), "{length}");
        }
    }
}
