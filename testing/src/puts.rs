//! What was put into a stream, and what Kinesis would have answered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::Record;
use serde_json::{Value, json};

use crate::event::FIRST_SEQUENCE_NUMBER;

const THROTTLED: &str = "ProvisionedThroughputExceededException";

#[derive(Debug)]
pub(crate) struct Puts {
    pub(crate) stream: String,
    /// In the order of the stream.
    pub(crate) records: Vec<Record>,
    /// So many of the next records are refused.
    pub(crate) throttled: usize,
}

impl Puts {
    pub(crate) fn new(stream: String) -> Self {
        Self { stream, records: Vec::new(), throttled: 0 }
    }

    /// The status and the body of the answer to a request of this target.
    pub(crate) fn answer(&mut self, target: &str, body: &[u8]) -> (u16, Value) {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        if !self.is_meant(&request) {
            return refusal("ResourceNotFoundException", &format!("the test's stream is {}", self.stream));
        }
        match target.rsplit('.').next() {
            Some("PutRecord") => match self.put(&request) {
                Ok(answer) => (200, answer),
                Err(code) => refusal(code, "as the test asked"),
            },
            Some("PutRecords") => (200, self.put_all(&request)),
            Some("DescribeStreamSummary") => (200, self.summary()),
            _ => refusal("UnknownOperationException", "a stream of kinetrace-testing takes puts, and tells a summary"),
        }
    }

    /// By its name, or at the end of its ARN.
    fn is_meant(&self, request: &Value) -> bool {
        let arn = request["StreamARN"].as_str().and_then(|arn| arn.rsplit('/').next());
        request["StreamName"].as_str().or(arn) == Some(&self.stream)
    }

    fn put_all(&mut self, request: &Value) -> Value {
        let mut failed = 0;
        let entries = request["Records"].as_array().into_iter().flatten();
        let entries: Vec<_> = entries
            .map(|entry| {
                self.put(entry).unwrap_or_else(|code| {
                    failed += 1;
                    json!({ "ErrorCode": code, "ErrorMessage": "as the test asked" })
                })
            })
            .collect();
        json!({ "FailedRecordCount": failed, "Records": entries })
    }

    /// The place of the record, or the code of the error.
    fn put(&mut self, entry: &Value) -> Result<Value, &'static str> {
        if self.throttled > 0 {
            self.throttled -= 1;
            return Err(THROTTLED);
        }
        let invalid = "ValidationException";
        let data = BASE64.decode(entry["Data"].as_str().ok_or(invalid)?).map_err(|_| invalid)?;
        let mut record = Record::new(entry["PartitionKey"].as_str().ok_or(invalid)?, data);
        if let Some(key) = entry["ExplicitHashKey"].as_str() {
            record.explicit_hash_key = Some(key.to_owned().try_into().map_err(|_| invalid)?);
        }
        let number = FIRST_SEQUENCE_NUMBER + self.records.len() as u128;
        self.records.push(record);
        Ok(json!({ "ShardId": "shardId-000000000000", "SequenceNumber": number.to_string() }))
    }

    fn summary(&self) -> Value {
        let stream = &self.stream;
        json!({ "StreamDescriptionSummary": {
            "StreamName": stream,
            "StreamARN": format!("arn:aws:kinesis:us-east-1:123456789012:stream/{stream}"),
            "StreamStatus": "ACTIVE",
            "RetentionPeriodHours": 24,
            "StreamCreationTimestamp": 0,
            "EnhancedMonitoring": [],
            "OpenShardCount": 1,
            "RecordDistributionStrategy": "USER_PARTITION_KEY",
        } })
    }
}

fn refusal(code: &str, message: &str) -> (u16, Value) {
    (400, json!({ "__type": code, "message": message }))
}
