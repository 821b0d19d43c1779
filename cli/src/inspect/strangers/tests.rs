use serde_json::{Value, json};

use crate::inspect::samples::{gzip, lambda_event, seen};

#[test]
fn what_holds_no_records_is_named_with_the_way_out() {
    let text = |json: Value| json.to_string().into_bytes();
    for (input, part) in [
        (Vec::new(), "empty"),
        (b" \n".to_vec(), "empty"),
        (text(json!({"Records": [{"eventSource": "aws:sqs", "body": "x"}]})), "SQS"),
        (text(json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "x"}}]})), "SNS"),
        (text(json!({"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {}}]})), "DynamoDB"),
        (
            text(
                json!({"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": "aws/lambda/k"}}}]}),
            ),
            "`aws s3 cp s3://b/aws/lambda/k - | kinetrace inspect`",
        ),
        (
            text(
                json!({"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": "`id`"}}}]}),
            ),
            "s3://BUCKET/KEY",
        ),
        (text(json!({"Records": [{"eventSource": "aws:ses", "ses": {}}]})), "aws:ses"),
        (text(json!([{"eventSource": "aws:sqs", "messageId": "1", "body": "x"}])), "SQS"),
        (text(json!({"eventSource": "aws:kafka", "records": []})), "event of Kafka without its `records`"),
        (text(json!({"requestContext": {}, "KafkaBatchInfo": {"topic": "t"}})), "only a bucket or a topic gets them"),
        (text(json!({"awslogs": {"data": "H4sI"}})), "CloudWatch Logs"),
        (
            text(json!({"version": "2.0", "routeKey": "$default", "rawPath": "/", "requestContext": {"http": {}}})),
            "HTTP",
        ),
        (text(json!({"httpMethod": "GET", "requestContext": {"elb": {}}})), "HTTP"),
        (text(json!({"event": "produce", "stream": "flights", "group": "N14228"})), "kinetrace verify"),
        (text(json!({"batchItemFailures": []})), "answer"),
        (
            text(json!({"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1", "ShardId": "s"}]})),
            "answer to a put",
        ),
        (text(json!({"ShardIterator": "AAAA"})), "get-records --shard-iterator"),
        (text(json!({"StreamDescription": {}})), "describes a stream"),
        (b"Records:\n- ApproximateArrivalTimestamp: 1\n  Data: eyJ9\n".to_vec(), "YAML"),
        (b"AAAA\t0\nRECORDS\t1767776460.101\teyJ9\tk\t7\n".to_vec(), "text output"),
        (b"-------\n|GetRecords|\n".to_vec(), "table"),
        (b"{'Records': [{'SequenceNumber': '7', 'Data': b'{}'}]}".to_vec(), "json.dumps"),
        (b"{\n  Records: [ { kinesis: [Object] } ]\n}".to_vec(), "JSON.stringify"),
        (b"<html></html>".to_vec(), "not JSON"),
        (b"not JSON".to_vec(), "--raw"),
        (b"\x00\xff\x01".to_vec(), "neither text"),
        (b"PK\x03\x04\x14\x00\x00\x08\xff".to_vec(), "it is zip"),
        (text(json!({"events": [{"message": "START"}], "searchedLogStreams": []})), "log events of CloudWatch"),
        (b"{}".to_vec(), "another kind"),
        (b"17".to_vec(), "another kind"),
        (b"[]".to_vec(), "another kind"),
        (b"test".to_vec(), "not JSON"),
        (lambda_event().to_string().into_bytes()[..100].to_vec(), "cut off (EOF"),
        (gzip(lambda_event().to_string())[..60].to_vec(), "cut off or damaged"),
        (text(json!({"KinesisBatchInfo": {}, "payload": "cut"})), "payload of the discarded batch"),
    ] {
        let error = seen(&input).map_or_else(|error| error, |seen| panic!("{part}: {seen:?}"));
        assert!(error.contains(part), "{part} is not in: {error}");
    }
}
