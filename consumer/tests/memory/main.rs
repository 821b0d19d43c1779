//! What an event takes in memory that holds more records, keys, tags or members than any producer sends.
//!
//! Each test looks at the peak of the whole process, so they are in an executable of their own.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod peak;

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure, Record, RecordLog};
use lambda_runtime::LambdaEvent;
use md5::{Digest as _, Md5};
use tower::Service as _;

/// Of a function of 256 MB, for the whole process: test, event, and all that is made of it.
const LIMIT: usize = 160 << 20;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// An aggregated record, framed by hand.
fn aggregate(message: &[u8]) -> Vec<u8> {
    [&[0xF3, 0x89, 0x9A, 0xC2], message, &Md5::digest(message)].concat()
}

/// Four megabytes and a half of data are as much as an event of six can hold in base64.
fn event(data: &[u8]) -> String {
    assert!(data.len() * 4 / 3 <= 6_000_000, "{} bytes are more than Lambda sends", data.len());
    format!(
        r#"{{"Records":[{{"kinesis":{{"partitionKey":"a","sequenceNumber":"1","data":"{}"}},
        "eventID":"shardId-000000000000:1","eventSourceARN":"arn:aws:kinesis:eu-central-1:1:stream/flights"}}]}}"#,
        BASE64.encode(data)
    )
}

/// The most memory that the process has had by the time that the event is answered. The first record fails, so that all
/// the others wait at once for as long as the invocation lasts.
fn peak_after(event: &str, max_concurrency: usize) -> usize {
    let fails = |_: Record| std::future::ready(Err::<(), _>(Failure::retry("the first is enough")));
    let builder =
        Consumer::builder(fails).read_environment(false).max_concurrency(NonZero::new(max_concurrency).unwrap());
    let mut consumer = builder.record_log(RecordLog::new(drop)).build().unwrap();
    let mut context = lambda_runtime::Context::default();
    let deadline = SystemTime::now() + Duration::from_secs(600);
    let since = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    context.deadline = u64::try_from(since.as_millis()).unwrap();
    let event: KinesisEvent = serde_json::from_str(event).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let answer = runtime.block_on(consumer.call(LambdaEvent::new(event, context))).unwrap();
    assert_eq!(answer.stop().map(ToString::to_string).as_deref(), Some("1"));
    peak::of_this_process()
}

fn assert_bounded(what: &str, data: &[u8], max_concurrency: usize) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let peak = peak_after(&event(data), max_concurrency);
    println!("{what}: {} KiB of data, {} MiB at most", data.len() >> 10, peak >> 20);
    assert!(peak < LIMIT, "{what}: {} MiB", peak >> 20);
}

#[test]
fn as_many_user_records_as_an_event_can_hold_fit_into_a_small_function() {
    let message = [&b"\x0a\x01g"[..], &b"\x1a\x04\x08\x00\x1a\x00".repeat(700_000)].concat();
    assert_bounded("700,000 user records", &aggregate(&message), 1);
    assert_bounded("700,000 user records, 16 at once", &aggregate(&message), 16);
}

#[test]
fn as_many_keys_as_an_event_can_hold_fit_into_a_small_function() {
    let message = [&b"\x0a\x00".repeat(2_000_000)[..], b"\x1a\x04\x08\x00\x1a\x00"].concat();
    assert_bounded("two million keys", &aggregate(&message), 1);
}

#[test]
fn user_records_that_each_have_a_key_fit_into_a_small_function() {
    let mut message = Vec::new();
    for n in 0..280_000_u32 {
        let key = format!("{n:06x}");
        message.extend([0x0A, 6]);
        message.extend(key.as_bytes());
        let group = |shift: u32| u8::try_from((n >> shift) & 0x7F).unwrap();
        let index = [0x80 | group(0), 0x80 | group(7), group(14)];
        message.extend([0x1A, 6, 0x08]);
        message.extend(index);
        message.extend([0x1A, 0]);
    }
    assert_bounded("280,000 user records of as many keys", &aggregate(&message), 1);
    assert_bounded("280,000 user records of as many keys, 16 at once", &aggregate(&message), 16);
}

/// A length as protobuf writes it, in four bytes.
fn length(bytes: usize) -> [u8; 4] {
    let group = |shift: usize| u8::try_from((bytes >> shift) & 0x7F).unwrap();
    [0x80 | group(0), 0x80 | group(7), 0x80 | group(14), group(21)]
}

#[test]
fn as_many_tags_as_a_user_record_can_hold_fit_into_a_small_function() {
    let record = [&b"\x08\x00\x1a\x00"[..], &b"\x22\x04\x0a\x00\x12\x00".repeat(700_000)].concat();
    let message = [&b"\x0a\x01g\x1a"[..], &length(record.len()), &record].concat();
    assert_bounded("700,000 tags", &aggregate(&message), 1);
}

#[test]
fn as_many_members_as_an_object_can_hold_fit_into_a_small_function() {
    let members = |count: usize| vec![r#""":"""#; count].join(",");
    for (what, data) in [
        ("700,000 members", format!("{{{}}}", members(700_000))),
        ("700,000 members of _otel", format!(r#"{{"_otel":{{{}}},"data":1}}"#, members(700_000))),
        ("700,000 members of _datadog", format!(r#"{{"_datadog":{{{}}}}}"#, members(700_000))),
    ] {
        assert_bounded(what, data.as_bytes(), 1);
    }
}
