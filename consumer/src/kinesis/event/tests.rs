use std::time::{SystemTime, UNIX_EPOCH};

use kinetrace::history::UNKNOWN;

use super::*;

fn record(kinesis: &str) -> String {
    format!(
        r#"{{"kinesis":{kinesis},"eventSource":"aws:kinesis","eventVersion":"1.0",
        "eventID":"shardId-000000000006:49590338","eventName":"aws:kinesis:record",
        "invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2",
        "eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}}"#
    )
}

fn kinesis(key: &str, timestamp: &str) -> String {
    format!(
        r#"{{"kinesisSchemaVersion":"1.0",{key}"sequenceNumber":"49590338","data":"SGVsbG8=",
        "approximateArrivalTimestamp":{timestamp}}}"#
    )
}

fn event(records: &[String]) -> String {
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

fn single(kinesis: &str) -> Result<EventRecord, RecordError> {
    let mut event: KinesisEvent = serde_json::from_str(&event(&[record(kinesis)])).unwrap();
    event.records.remove(0)
}

fn published(kinesis: &str) -> Result<aws_lambda_events::kinesis::KinesisEvent, serde_json::Error> {
    serde_json::from_str(&event(&[record(kinesis)]))
}

fn millis(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).unwrap().as_millis()
}

#[test]
fn the_documented_event_is_read() {
    let read = single(&kinesis(r#""partitionKey":"1","#, "1545084650.987")).unwrap();
    assert_eq!(&*read.stream, "lambda-stream");
    assert_eq!(&*read.shard_id, "shardId-000000000006");
    assert_eq!(read.sequence_number, "49590338".into());
    assert_eq!(read.partition_key.as_deref(), Some("1"));
    assert_eq!(millis(read.arrival.unwrap()), 1_545_084_650_987);
    assert_eq!(read.data, "Hello");
}

/// The published type (1.2.1) fails the whole event here; should it stop to, ours may go.
#[test]
fn a_null_partition_key_is_accepted() {
    let json = kinesis(r#""partitionKey":null,"#, "1545084650.987");
    assert!(published(&json).is_err());
    assert_eq!(single(&json).unwrap().partition_key, None);
    assert_eq!(single(&kinesis("", "1545084650.987")).unwrap().partition_key, None);
}

/// The published type (1.2.1) reads .5 as 5 ms, .120 as 12 ms and .05 as 5 ms.
#[test]
fn arrival_times_are_right_when_the_milliseconds_end_in_zero() {
    for (timestamp, expected) in [
        ("1545084650.5", 1_545_084_650_500),
        ("1545084650.120", 1_545_084_650_120),
        ("1545084650.05", 1_545_084_650_050),
        ("1545084650", 1_545_084_650_000),
        ("1.545084650987E9", 1_545_084_650_987),
        (r#""1545084650.987""#, 1_545_084_650_987),
    ] {
        let json = kinesis("", timestamp);
        assert_eq!(millis(single(&json).unwrap().arrival.unwrap()), expected, "{timestamp}");
    }
    let read = published(&kinesis(r#""partitionKey":"1","#, "1545084650.120")).unwrap();
    let theirs = read.records[0].kinesis.approximate_arrival_timestamp.timestamp_subsec_millis();
    assert_ne!(theirs, 120, "the published type reads it right now");
}

/// The published type (1.2.1) fails the whole event on the first of these.
#[test]
fn an_odd_arrival_time_is_only_unknown_or_rounded() {
    let precise = kinesis(r#""partitionKey":"1","#, "1545084650.1664");
    assert!(published(&precise).is_err());
    assert_eq!(millis(single(&precise).unwrap().arrival.unwrap()), 1_545_084_650_166);
    for timestamp in ["null", "-1", r#""soon""#, "1e300", "{}", "[1]"] {
        assert_eq!(single(&kinesis("", timestamp)).unwrap().arrival, None, "{timestamp}");
    }
}

#[test]
fn one_bad_record_fails_itself_only() {
    let good = record(&kinesis("", "1"));
    let table = [
        (record(r#"{"sequenceNumber":"7","data":"%%%"}"#), Some("7"), "base64"),
        (record(r#"{"sequenceNumber":"7","data":null}"#), Some("7"), "null"),
        (record(r#"{"sequenceNumber":"7"}"#), Some("7"), "data"),
        (record(r#"{"data":"SGVsbG8="}"#), None, "sequenceNumber"),
        ("null".to_owned(), None, "null"),
        (record(r#"{"sequenceNumber":"7","data":7}"#), Some("7"), "a number"),
        (record(r#"{"sequenceNumber":"7","data":"\ud800"}"#), Some("7"), "no Unicode text"),
        (record(r#"{"sequenceNumber":null,"data":"SGVsbG8="}"#), None, "null"),
        (record(r#"{"sequenceNumber":"","data":"SGVsbG8="}"#), None, "empty"),
        (record("[]"), None, "sequence"),
        (good.replace("\"kinesis\":", "\"dynamodb\":"), None, "kinesis"),
    ];
    for (bad, sequence_number, reason) in table {
        let event: KinesisEvent = serde_json::from_str(&event(&[good.clone(), bad.clone(), good.clone()])).unwrap();
        assert!(event.records[0].is_ok() && event.records[2].is_ok());
        let error = event.records[1].as_ref().unwrap_err();
        assert_eq!(error.sequence_number, sequence_number.map(Into::into), "{bad}");
        assert!(error.to_string().starts_with("record 1 of the event"), "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
}

/// As for any JSON of which the last of several members with one name counts: nothing is made of parts of two.
#[test]
fn of_two_members_with_one_name_the_first_leaves_nothing() {
    let whole = record(&kinesis(r#""partitionKey":"1","#, "1"));
    let with = |last: &str| whole.replacen(r#","eventSource""#, &format!(r#","kinesis":{last},"eventSource""#), 1);
    for (last, missing) in [
        ("{}", "its sequenceNumber is missing"),
        (r#"{"sequenceNumber":"7"}"#, "its data is missing"),
        (r#"{"data":"SGVsbG8="}"#, "its sequenceNumber is missing"),
        ("null", "invalid type: null, expected a map at line 2 column 55"),
    ] {
        let event: KinesisEvent = serde_json::from_str(&event(&[with(last)])).unwrap();
        let bad = event.records[0].as_ref().unwrap_err();
        assert_eq!((bad.reason.as_str(), &bad.partition_key), (missing, &None), "{last}");
    }
    let event: KinesisEvent = serde_json::from_str(&event(&[with(r#"{"sequenceNumber":"7","data":""}"#)])).unwrap();
    let read = event.records[0].as_ref().unwrap();
    assert_eq!((read.sequence_number.as_str(), &read.data[..]), ("7", &b""[..]));
    assert_eq!((&read.partition_key, read.arrival), (&None, None));
}

/// The published type (1.2.1) reads `state` as strings and fails on the number that AWS's own example has there.
#[test]
fn an_event_of_a_tumbling_window_is_read() {
    let records = record(&kinesis(r#""partitionKey":"1","#, "1"));
    let json = format!(
        r#"{{"Records":[{records}],"window":{{"start":"2020-12-09T07:04:00Z","end":"2020-12-09T07:06:00Z"}},
        "state":{{"1":282,"2":715}},"shardId":"shardId-000000000006","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/s",
        "isFinalInvokeForWindow":false,"isWindowTerminatedEarly":false}}"#
    );
    assert!(serde_json::from_str::<aws_lambda_events::kinesis::KinesisTimeWindowEvent>(&json).is_err());
    assert_eq!(serde_json::from_str::<KinesisEvent>(&json).unwrap().records.len(), 1);
}

/// The text goes into the log, and where the whole event fails to Lambda's destination.
#[test]
fn unreadable_input_is_reported_without_its_content() {
    let good = record(&kinesis("", "1"));
    for bad in [
        good.replace(r#""kinesis":{"#, r#""kinesis":"alice","was":{"#),
        record(r#"{"sequenceNumber":"7","data":"alice%"}"#),
        record(r#"{"sequenceNumber":"7","data":{"alice":1}}"#),
        record(r#"{"sequenceNumber":["alice"],"data":"SGVsbG8="}"#),
        record(r#"{"sequenceNumber":"7","data":4111111111111111}"#),
        r#""alice""#.to_owned(),
    ] {
        let event: KinesisEvent = serde_json::from_str(&event(std::slice::from_ref(&bad))).unwrap();
        let error = event.records[0].as_ref().unwrap_err().to_string();
        assert!(!error.contains("alice") && !error.contains("4111"), "{bad}: {error}");
    }
    for json in [r#""alice""#, r#"{"Records":"alice"}"#, "4111111111111111", r#"{"Records":{"alice":1}}"#] {
        let error = serde_json::from_str::<KinesisEvent>(json).unwrap_err().to_string();
        assert!(!error.contains("alice") && !error.contains("4111"), "{json}: {error}");
        assert!(error.contains(" at line 1 column "), "{json}: {error}");
    }
}

#[test]
fn an_unknown_event_is_refused_in_one_sentence() {
    for (json, reason) in [("{}", "Records"), ("[]", "Kinesis event"), (r#"{"Records":1}"#, "sequence"), ("", "EOF")] {
        let error = serde_json::from_str::<KinesisEvent>(json).unwrap_err().to_string();
        assert!(error.contains(reason), "{json}: {error}");
    }
}

/// What only telemetry needs decides no record's fate. AWS's own samples have such an ARN.
#[test]
fn a_record_with_odd_names_is_still_a_record() {
    let whole = record(&kinesis(r#""partitionKey":"1","#, "1545084650.987"));
    let arn = r#""eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream""#;
    let id = r#""eventID":"shardId-000000000006:49590338""#;
    let with = |member: &str, json: &str| whole.replace(member, json);
    let (stream, shard) = ("lambda-stream", "shardId-000000000006");
    let table = [
        (with(arn, r#""eventSourceARN":"arn:aws:kinesis:EXAMPLE""#), "arn:aws:kinesis:EXAMPLE", shard),
        (
            with(arn, r#""eventSourceARN":"arn:aws:kinesis:eu-west-1:1:stream/""#),
            "arn:aws:kinesis:eu-west-1:1:stream/",
            shard,
        ),
        (with(arn, r#""eventSourceARN":"flights""#), "flights", shard),
        (with(arn, r#""eventSourceARN":"a\u0062c""#), "abc", shard),
        (with(arn, r#""eventSourceARN":"a\nb""#), r"a\nb", shard),
        (with(arn, r#""eventSourceARN":" ""#), UNKNOWN, shard),
        (with(arn, r#""eventSourceARN":"\ud800""#), UNKNOWN, shard),
        (with(arn, r#""eventSourceARN":"x","eventSourceARN":null"#), UNKNOWN, shard),
        (with(arn, &format!("{arn},{arn}")), stream, shard),
        (with(arn, r#""x":1"#), UNKNOWN, shard),
        (with(id, r#""eventID":"49590338""#), stream, UNKNOWN),
        (with(id, r#""eventID":"shardId-000000000006""#), stream, shard),
        (with(id, r#""eventID":"shardId-000000000006:49590338:7:""#), stream, shard),
        (with(id, r#""eventID":":49590338""#), stream, UNKNOWN),
        (with(id, r#""eventID":"""#), stream, UNKNOWN),
        (with(id, r#""x":1"#), stream, UNKNOWN),
    ];
    for (json, stream, shard) in table {
        let event: KinesisEvent = serde_json::from_str(&event(std::slice::from_ref(&json))).unwrap();
        let read = event.records[0].as_ref().unwrap_or_else(|bad| panic!("{bad}: {json}"));
        assert_eq!((&*read.stream, &*read.shard_id, &read.data[..]), (stream, shard, &b"Hello"[..]), "{json}");
    }
    for odd in ["null", "7", "true", "[]", "{}", "[\"shardId-0:1\"]", "1e999"] {
        for (member, name) in [(arn, "eventSourceARN"), (id, "eventID")] {
            let json = with(member, &format!(r#""{name}":{odd}"#));
            let event: KinesisEvent = serde_json::from_str(&event(&[json])).unwrap();
            let read = event.records[0].as_ref().unwrap();
            assert_eq!(
                [&*read.stream, &*read.shard_id].iter().filter(|it| **it == UNKNOWN).count(),
                1,
                "{name}: {odd}"
            );
        }
        let read = single(&kinesis(&format!(r#""partitionKey":{odd},"#), odd)).unwrap();
        assert_eq!((read.partition_key, read.data), (None, "Hello".into()), "partitionKey: {odd}");
    }
    let long = with(arn, &format!(r#""eventSourceARN":"{}""#, "x".repeat(10_000)));
    let event: KinesisEvent = serde_json::from_str(&event(&[long])).unwrap();
    assert!(event.records[0].as_ref().unwrap().stream.len() <= 256);
}

#[test]
fn a_number_that_stands_there_without_quotes_is_one() {
    let number = "49590338271490256608559692538361571095921575989136588898";
    let read = single(&format!(r#"{{"sequenceNumber":{number},"data":"SGVsbG8="}}"#)).unwrap();
    assert_eq!(read.sequence_number.as_str(), number);
    for odd in ["1.5", "-1", "1e3"] {
        assert!(single(&format!(r#"{{"sequenceNumber":{odd},"data":"SGVsbG8="}}"#)).is_err(), "{odd}");
    }
}

const PIPE: &str = r#"{"kinesisSchemaVersion":"1.0","partitionKey":"1","sequenceNumber":"49590338","data":"SGVsbG8=",
    "approximateArrivalTimestamp":1545084650.987,"eventSource":"aws:kinesis","eventVersion":"1.0",
    "eventID":"shardId-000000000006:49590338","eventName":"aws:kinesis:record",
    "invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2",
    "eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}"#;

#[test]
fn the_array_of_a_pipe_is_read_as_the_same_records() {
    let by_mapping = single(&kinesis(r#""partitionKey":"1","#, "1545084650.987")).unwrap();
    let damaged = PIPE.replace("SGVsbG8=", "%");
    let nameless = PIPE.replace("eventID", "x");
    let event: KinesisEvent = serde_json::from_str(&format!("\n[{PIPE}, {damaged},7,{nameless},{PIPE}]")).unwrap();
    assert_eq!(event.records[0].as_ref().unwrap(), &by_mapping);
    let is_ok: Vec<_> = event.records.iter().map(Result::is_ok).collect();
    assert_eq!(is_ok, [true, false, false, true, true]);
    assert_eq!(event.records[1].as_ref().unwrap_err().sequence_number, Some("49590338".into()));
    let ids = event.item_ids.unwrap();
    assert_eq!((ids.from(4).map(|ids| ids.len()), ids.from(3), ids.from(5)), (Some(1), None, Some(Vec::new())));
    assert!(event.state.is_none());
}

#[test]
fn another_services_event_is_refused_by_name_with_a_way_out() {
    let table = [
        (r#"{"Records":[{"messageId":"1","body":"alice","eventSource":"aws:sqs"}]}"#, "Amazon SQS"),
        (r#"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"alice"}}]}"#, "Amazon SNS"),
        (r#"{"Records":[{"eventID":"1","dynamodb":{},"eventSource":"aws:dynamodb"}]}"#, "DynamoDB Streams"),
        (r#"{"Records":[{"eventSource":"aws:s3","s3":{}}]}"#, "Amazon S3"),
        (
            r#"{"invocationId":"1","deliveryStreamArn":"arn","region":"r","records":[{"recordId":"1","data":"YWxpY2U="}]}"#,
            "Firehose",
        ),
        (r#"{"deliveryStreamArn":"arn","records":[]}"#, "TraceLayer"),
        (r#"{"awslogs":{"data":"H4sI"}}"#, "CloudWatch Logs"),
        (r#"{"version":"0","detail-type":"alice","source":"aws.ec2","detail":{}}"#, "EventBridge rule"),
        (r#"{"version":"2.0","routeKey":"$default","headers":{},"requestContext":{"http":{}}}"#, "HTTP request"),
        (r#"{"requestContext":{"elb":{}},"httpMethod":"GET","headers":{}}"#, "HTTP request"),
        (
            r#"{"eventSource":"aws:kafka","records":{"t-0":[]}}"#,
            "Amazon MSK: this service takes events of Kinesis only",
        ),
        (
            r#"{"requestContext":{},"version":"1.0","KafkaBatchInfo":{},"payload":{"records":{}}}"#,
            "batch of Kafka that it gave up",
        ),
        (r#"{"eventSource":"aws:rmq","rmqMessagesByQueue":{}}"#, "Amazon MQ"),
        (r#"{"requestContext":{"requestId":"1"},"version":"1.0","KinesisBatchInfo":{},"payload":"{}"}"#, "gave up"),
        (
            r#"{"Records":[{"SequenceNumber":"1","Data":"YQ==","PartitionKey":"1"}],"NextShardIterator":"A"}"#,
            "get-records",
        ),
        (r#"[{"messageId":"1","body":"alice","eventSource":"aws:sqs"}]"#, "EventBridge Pipes"),
        (r#"[{"eventID":"1","dynamodb":{},"eventSource":"aws:dynamodb"}]"#, "DynamoDB Streams"),
        ("[]", "EventBridge Pipes"),
        ("[7]", "EventBridge Pipes"),
        (r#"{"kinesis":{"data":""},"eventID":"s:1"}"#, "one record by itself"),
        (PIPE, "one record by itself"),
    ];
    for (json, name) in table {
        let error = serde_json::from_str::<KinesisEvent>(json).unwrap_err().to_string();
        assert!(error.starts_with("not a Kinesis event") && error.contains(name), "{json}: {error}");
        assert!(!error.contains("alice") && !error.contains("YWxpY2U"), "{json}: {error}");
    }
}

#[test]
fn a_damaged_kinesis_event_is_not_taken_for_another_services() {
    let damaged = record(r#"{"sequenceNumber":"7","data":"%%%"}"#);
    let alone = std::slice::from_ref(&damaged);
    for json in [event(alone), event(&[damaged.clone(), "null".to_owned()]), event(&["{}".to_owned()])] {
        let event: KinesisEvent = serde_json::from_str(&json).unwrap();
        assert!(event.records.iter().all(Result::is_err), "{json}");
    }
    let misnamed = record(&kinesis("", "1")).replace("aws:kinesis\"", "aws:sqs\"");
    let event: KinesisEvent = serde_json::from_str(&event(&[misnamed])).unwrap();
    assert!(event.records[0].is_ok());
}
