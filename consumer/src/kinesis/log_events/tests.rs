use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

const DATA: &str = r#"{"owner":"123456789012","logGroup":"CloudTrail","logStream":"123456789012_CloudTrail_us-east-1",
    "subscriptionFilters":["Destination"],"messageType":"DATA_MESSAGE","logEvents":[
    {"id":"3195310660696698337880902507980421114328961542429","timestamp":1432826855000,"message":"{\"a\":1}"},
    {"id":"2","timestamp":-1,"message":"alice","extractedFields":{"b":"2"}}]}"#;

const CONTROL: &str = r#"{"owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],
    "messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1464369700101,
    "message":"CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."}]}"#;

#[test]
fn what_a_subscription_writes_is_unpacked() {
    let logs = LogEvents::unpack(&gzip(DATA.as_bytes())).unwrap();
    assert_eq!((logs.log_group.as_str(), logs.is_control_message, logs.events.len()), ("CloudTrail", false, 2));
    let first = &logs.events[0];
    assert_eq!(first.message, r#"{"a":1}"#);
    assert_eq!(first.timestamp, Some(UNIX_EPOCH + Duration::from_millis(1_432_826_855_000)));
    assert_eq!((logs.events[1].timestamp, logs.events[1].message.as_str()), (None, "alice"));
    let (one, other) = DATA.as_bytes().split_at(100);
    assert_eq!(LogEvents::unpack(&[gzip(one), gzip(other)].concat()).unwrap(), logs);
}

#[test]
fn a_control_message_has_no_log_events() {
    let logs = LogEvents::unpack(&gzip(CONTROL.as_bytes())).unwrap();
    assert_eq!((logs.is_control_message, logs.events.len()), (true, 0));
}

#[test]
fn what_no_subscription_writes_is_refused_without_a_word_of_it() {
    let whole = gzip(DATA.as_bytes());
    let table = [
        (b"".to_vec(), "is not gzip"),
        (DATA.as_bytes().to_vec(), "is not gzip"),
        (whole[..whole.len() / 2].to_vec(), "cannot be unpacked"),
        ([&whole, b"\x1f\x8balice".as_slice()].concat(), "cannot be unpacked"),
        (gzip(b"alice"), "not an object of log events"),
        (gzip(b"{}"), "messageType"),
        (
            gzip(&DATA.replace("\"message\":\"alice\"", "\"message\":[\"alice\"]").into_bytes()),
            "sequence, expected a string",
        ),
        (gzip(&DATA.replace("[\"Destination\"]", "\"alice\"").into_bytes()), "string, expected a sequence"),
    ];
    for (payload, reason) in table {
        let error = LogEvents::unpack(&payload).unwrap_err().to_string();
        assert!(error.contains(reason) && !error.contains("alice"), "{error}");
    }
}

/// A megabyte would become a gigabyte, of which no more than the limit is unpacked: what follows is never looked at.
#[test]
fn a_payload_that_explodes_is_refused_at_the_limit() {
    let bomb = gzip(&vec![b' '; MAX_UNPACKED + 1]);
    assert!(bomb.len() < 400_000, "{}", bomb.len());
    for payload in [[bomb.as_slice(), b"\x1f\x8bcut"].concat(), bomb] {
        assert!(matches!(LogEvents::unpack(&payload), Err(LogEventsError::TooLarge)));
    }
    let padded = gzip(format!("{DATA}{}", " ".repeat(MAX_UNPACKED - DATA.len())).as_bytes());
    assert_eq!(LogEvents::unpack(&padded).unwrap().events.len(), 2);
}

#[test]
fn a_handler_may_take_log_events() {
    let record = Record::new("key", gzip(CONTROL.as_bytes()));
    assert!(<LogEvents as FromRecord<()>>::from_record(&record, &()).unwrap().is_control_message);
    assert!(<LogEvents as FromRecord<()>>::from_record(&Record::new("key", "{}"), &()).is_err());
}
