//! The documents by which AWS reports a discarded batch.

use serde_json::{Value, json};

use super::super::event::EventWriter;
use super::super::stream::Stream;
use super::Discard;
use crate::utc::Utc;

impl Discard {
    /// The invocation record that a queue of SQS or a topic of SNS gets. It has no records. `request_id` is that of the
    /// last invocation, or any UUID where there was none.
    pub fn document(&self, stream: &Stream, function_arn: &str, request_id: &str) -> Value {
        let mut document = json!({
            "requestContext": {
                "requestId": request_id,
                "functionArn": function_arn,
                "condition": self.condition,
                "approximateInvokeCount": self.attempts,
            },
            "version": "1.0",
            "timestamp": Utc::of(self.at_millis()).to_millis(),
            "KinesisBatchInfo": {
                "shardId": self.shard,
                "startSequenceNumber": self.first_sequence_number.as_str(),
                "endSequenceNumber": self.last_sequence_number.as_str(),
                "approximateArrivalOfFirstRecord": self.arrival(self.records.first()),
                "approximateArrivalOfLastRecord": self.arrival(self.records.last()),
                "batchSize": self.batch_size,
                "streamArn": stream.arn,
            },
        });
        // Records that the function never got have no response.
        if self.invocation.is_some() {
            let mut response = json!({"statusCode": 200, "executedVersion": "$LATEST"});
            if self.function_failed {
                response["functionError"] = "Unhandled".into();
            }
            document["responseContext"] = response;
        }
        document
    }

    /// The same as S3 gets it: with the event, as a JSON text, in `payload`.
    pub fn document_with_payload(&self, stream: &Stream, function_arn: &str, request_id: &str) -> Value {
        let mut document = self.document(stream, function_arn, request_id);
        let event = EventWriter::new(stream, &self.shard).write(&self.records);
        document["payload"] = String::from_utf8_lossy(&event).into();
        document
    }

    /// The name of the object in S3: `aws/lambda/MAPPING/SHARD/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID`. `mapping` and `random`
    /// are UUIDs, of the mapping and of the object.
    pub fn object_key(&self, mapping: &str, random: &str) -> String {
        let at = Utc::of(self.at_millis());
        let (shard, folder) = (&self.shard, at.date('/'));
        format!("aws/lambda/{mapping}/{shard}/{folder}/{}T{}-{random}", at.date('-'), at.clock('.'))
    }

    fn at_millis(&self) -> i64 {
        i64::try_from(self.at.0 / 1000).unwrap_or(i64::MAX)
    }

    fn arrival(&self, record: Option<&super::Record>) -> Value {
        record.map_or(Value::Null, |record| Utc::of(record.arrival_millis).to_millis().into())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use kinetrace::history::Timestamp;

    use super::super::super::record::Record;
    use super::super::LastAttempt;
    use super::*;

    fn stream() -> Stream {
        Stream { name: "mystream".into(), arn: "arn:aws:kinesis:us-east-2:123456789012:stream/mystream".into() }
    }

    fn record(number: &str, arrival_millis: i64) -> Record {
        Record {
            partition_key: Some("k".into()),
            sequence_number: number.into(),
            data: Bytes::from_static(b"{}"),
            arrival_millis,
        }
    }

    fn discard(function_failed: bool) -> Discard {
        let records = vec![
            record("49601189658422359378836298521827638475320189012309704722", 1_573_691_884_835),
            record("49601189658422359378836298522902373528957594348623495186", 1_573_691_885_580),
        ];
        let last = LastAttempt { invocation: 7, function_failed };
        let discard = Discard::exhausted("shardId-000000000001", records, "boom".into(), 1, last).unwrap();
        Discard { at: Timestamp(1_573_691_886_021_000), ..discard }
    }

    const FUNCTION: &str = "arn:aws:lambda:us-east-2:123456789012:function:myfunction";
    const REQUEST: &str = "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5";

    /// The example on AWS's page, but for the size of the batch.
    #[test]
    fn the_document_is_the_one_of_the_aws_documentation() {
        let expected = json!({
            "requestContext": {
                "requestId": "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5",
                "functionArn": "arn:aws:lambda:us-east-2:123456789012:function:myfunction",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 1
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": "2019-11-14T00:38:06.021Z",
            "KinesisBatchInfo": {
                "shardId": "shardId-000000000001",
                "startSequenceNumber": "49601189658422359378836298521827638475320189012309704722",
                "endSequenceNumber": "49601189658422359378836298522902373528957594348623495186",
                "approximateArrivalOfFirstRecord": "2019-11-14T00:38:04.835Z",
                "approximateArrivalOfLastRecord": "2019-11-14T00:38:05.580Z",
                "batchSize": 2,
                "streamArn": "arn:aws:kinesis:us-east-2:123456789012:stream/mystream"
            }
        });
        assert_eq!(discard(true).document(&stream(), FUNCTION, REQUEST), expected);
        let partial = discard(false).document(&stream(), FUNCTION, REQUEST);
        assert_eq!(partial["responseContext"], json!({"statusCode": 200, "executedVersion": "$LATEST"}));
    }

    #[test]
    fn s3_gets_the_event_as_a_text_and_a_name_that_sorts_by_time() {
        let document = discard(true).document_with_payload(&stream(), FUNCTION, REQUEST);
        let event: Value = serde_json::from_str(document["payload"].as_str().unwrap()).unwrap();
        assert_eq!(event["Records"][1]["kinesis"]["data"], "e30=");
        assert_eq!(event["Records"].as_array().unwrap().len(), 2);
        assert_eq!(
            discard(true).object_key("2b733gdc-8ac3-cdf5-af3a-1827b3b11284", "0f0e"),
            "aws/lambda/2b733gdc-8ac3-cdf5-af3a-1827b3b11284/shardId-000000000001/2019/11/14/2019-11-14T00.38.06-0f0e"
        );
    }

    #[test]
    fn records_that_were_too_old_to_be_tried_have_their_condition_and_no_response() {
        let discard = Discard::too_old("shardId-000000000001", vec![record("1", 0)], 0).unwrap();
        let document = discard.document(&stream(), FUNCTION, REQUEST);
        assert_eq!(document["requestContext"]["condition"], "RecordAgeExceeded");
        assert_eq!(document["requestContext"]["approximateInvokeCount"], 0);
        assert_eq!(document.get("responseContext"), None);
    }
}
