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

fn single(kinesis: &str) -> Result<EventRecord, BadRecord> {
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
fn a_null_partition_key_costs_nothing() {
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
        (good.replace("shardId-000000000006:", ""), Some("49590338"), "shard id"),
        (good.replace(":stream/", ":table/"), Some("49590338"), "stream"),
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
fn what_cannot_be_read_is_told_of_without_a_word_of_it() {
    let good = record(&kinesis("", "1"));
    for bad in [
        good.replace(r#""kinesis":{"#, r#""kinesis":"alice","was":{"#),
        record(r#"{"sequenceNumber":"7","data":"alice%"}"#),
        record(r#"{"sequenceNumber":"7","data":{"alice":1}}"#),
        record(r#"{"sequenceNumber":"7","data":"SGVsbG8=","partitionKey":["alice"]}"#),
        record(r#"{"sequenceNumber":"7","data":"SGVsbG8=","partitionKey":4111111111111111}"#),
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
fn what_is_no_kinesis_event_is_refused_in_one_sentence() {
    for (json, reason) in [("{}", "Records"), ("[]", "Kinesis event"), (r#"{"Records":1}"#, "sequence"), ("", "EOF")] {
        let error = serde_json::from_str::<KinesisEvent>(json).unwrap_err().to_string();
        assert!(error.contains(reason), "{json}: {error}");
    }
}
