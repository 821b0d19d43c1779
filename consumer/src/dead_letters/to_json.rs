//! What is written of a letter, described.

use std::time::SystemTime;

use super::dead_letter::DeadLetter;
use super::document;

impl DeadLetter {
    /// The letter as a document in JSON, in one line: what `Sqs` and `S3` write, for a queue of your own. It is also an event with
    /// one record, of Kinesis:
    ///
    /// ```json
    /// {
    ///   "version": "1.0",
    ///   "timestamp": "2026-11-29T11:24:07.123Z",
    ///   "requestContext": {
    ///     "requestId": "8f5ae1d5-d3a8-45c8-9f4b-6f8d0a3a5f0b",
    ///     "functionName": "departures",
    ///     "condition": "SkippedByHandler"
    ///   },
    ///   "reason": "the payload is not a Flight: missing field `dest` at line 1 column 20",
    ///   "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ///   "streamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/flights",
    ///   "stream": "flights",
    ///   "shardId": "shardId-000000000000",
    ///   "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
    ///   "subSequenceNumber": 1,
    ///   "partitionKey": "N14228",
    ///   "explicitHashKey": "340282366920938463463374607431768211455",
    ///   "approximateArrivalTimestamp": "2026-11-29T11:24:05.987Z",
    ///   "payload": "{\"tailnum\":\"N14228\"}",
    ///   "payloadIsBase64": false,
    ///   "Records": [
    ///     {
    ///       "kinesis": {
    ///         "kinesisSchemaVersion": "1.0",
    ///         "partitionKey": "N14228",
    ///         "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
    ///         "data": "eyJfb3RlbCI6eyJ0cmFjZXBhcmVudCI6IjAwLTRiZjky…",
    ///         "approximateArrivalTimestamp": 1795951445.987
    ///       },
    ///       "eventSource": "aws:kinesis",
    ///       "eventVersion": "1.0",
    ///       "eventID": "shardId-000000000000:49590338271490256608559692538361571095921575989136588898",
    ///       "eventName": "aws:kinesis:record",
    ///       "awsRegion": "us-east-1",
    ///       "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/flights"
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// * `payload` is what the handler got: text, or base64 if it is not UTF-8.
    /// * `data` is what the stream has, with the producer's trace context, in base64: put again, it is the same record. Of a record that
    ///   was packed into an aggregate with others it is an aggregate of this one alone.
    /// * `traceparent` and `tracestate` are those of the span in which the record was skipped.
    /// * `explicitHashKey` is known of records of an aggregate only. `subSequenceNumber` is the place in the aggregate.
    /// * `requestContext` and `version` are as in [what Lambda sends to an on-failure destination][destination]; the condition is not
    ///   one of Lambda's.
    /// * A member whose value is not known is absent.
    ///
    /// Of a record of Kafka it is an event of Kafka, and what says where the record stood is that of Kafka:
    ///
    /// ```json
    /// {
    ///   "clusterArn": "arn:aws:kafka:us-east-1:123456789012:cluster/flights/6b696e65-7472-6163-6500-000000000000-1",
    ///   "topic": "flights",
    ///   "partition": 3,
    ///   "offset": 4711,
    ///   "key": "N14228",
    ///   "keyIsBase64": false,
    ///   "recordTimestamp": "2026-11-29T11:24:05.987Z",
    ///   "isTombstone": false,
    ///   "payload": "{\"tailnum\":\"N14228\"}",
    ///   "payloadIsBase64": false,
    ///   "eventSource": "aws:kafka",
    ///   "eventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/flights/6b696e65-7472-6163-6500-000000000000-1",
    ///   "records": {
    ///     "flights-3": [
    ///       {
    ///         "topic": "flights",
    ///         "partition": 3,
    ///         "offset": 4711,
    ///         "timestamp": 1795951445987,
    ///         "key": "TjE0MjI4",
    ///         "value": "eyJ0YWlsbnVtIjoiTjE0MjI4In0=",
    ///         "headers": [{"traceparent": [48, 48, 45, 52, 98]}]
    ///       }
    ///     ]
    ///   }
    /// }
    /// ```
    ///
    /// * `value`, `key` and `headers` are what the topic has, with the producer's trace context: sent again, it is the same record.
    /// * The value of a tombstone is absent, and its payload is empty.
    /// * Without a `clusterArn`, `eventSource` is `SelfManagedKafka`.
    ///
    /// # Errors
    ///
    /// None is known. An error here fails the record, which is better than a letter without it.
    ///
    /// [destination]: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        document::of(self, SystemTime::now())
    }
}
