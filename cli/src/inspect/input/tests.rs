use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::*;
use crate::inspect::samples::{
    DATA, api_record, assert_whole, flat_record, gzip, lambda_event, lambda_record, seen, with_payload,
};

#[test]
fn every_form_in_which_records_come_is_recognised() {
    for (input, taken_for, count) in [
        (lambda_event(), "lambda_event", 1),
        (lambda_record(), "lambda_record", 1),
        (json!([lambda_record(), lambda_record()]), "lambda_records", 2),
        (json!([flat_record(), flat_record()]), "pipes_event", 2),
        (flat_record(), "pipes_record", 1),
        (with_payload(), "lambda_event in discarded_batch", 1),
        (
            json!({"Records": [api_record(), api_record()], "NextShardIterator": "A", "MillisBehindLatest": 0}),
            "get_records",
            2,
        ),
        (json!({"Records": [api_record()]}), "get_records", 1),
        (json!([api_record(), api_record()]), "api_records", 2),
        (api_record(), "api_record", 1),
        (json!({"StreamName": "flights", "Records": [api_record()]}), "put_records", 1),
        (
            json!({"SubscribeToShardEvent": {"Records": [api_record()], "ContinuationSequenceNumber": "8"}}),
            "get_records in SubscribeToShardEvent",
            1,
        ),
        (
            json!({"invocationId": "i", "deliveryStreamArn": "a", "region": "r", "records": [{
                "recordId": "1",
                "approximateArrivalTimestamp": 1,
                "data": BASE64.encode(DATA),
                "kinesisRecordMetadata": {"sequenceNumber": "7", "subsequenceNumber": 0, "partitionKey": "k"}
            }]}),
            "firehose_event",
            1,
        ),
        (Value::String(lambda_event().to_string()), "lambda_event", 1),
        (
            json!({"Records": [{"eventSource": "aws:sqs", "body": with_payload().to_string()}]}),
            "lambda_event in discarded_batch in body in Records",
            1,
        ),
        (
            json!({"Messages": [{"Body": json!({"Type": "Notification", "Message": with_payload().to_string()}).to_string()}]}),
            "lambda_event in discarded_batch in Message in Body in Messages",
            1,
        ),
        (json!({"detail-type": "x", "source": "s", "detail": flat_record()}), "pipes_record in detail", 1),
        (
            json!({"version": "1.0", "requestPayload": lambda_event(), "responsePayload": {"errorMessage": "x"}}),
            "lambda_event in requestPayload",
            1,
        ),
        (json!({"timestamp": "t", "level": "INFO", "message": lambda_event()}), "lambda_event in message", 1),
    ] {
        assert_whole(input.to_string(), taken_for, count);
        assert_whole(serde_json::to_vec_pretty(&input).unwrap(), taken_for, count);
        assert_whole(gzip(input.to_string()), &format!("{taken_for} in gzip"), count);
    }
}

#[test]
fn several_documents_are_one_input() {
    let event = lambda_event().to_string();
    for separator in ["", "\n", "\r\n", " "] {
        assert_whole([&*event, &event, &event].join(separator), "lambda_event", 3);
    }
    assert_whole(format!("{0}\n{0}\n", api_record()), "api_record", 2);
    assert_whole(gzip([gzip(&event), gzip(&event)].concat()), "lambda_event in gzip in gzip", 2);
    let base64 = |bytes: Vec<u8>| BASE64.encode(bytes);
    assert_whole(base64(event.clone().into_bytes()), "lambda_event in base64", 1);
    assert_whole(base64(gzip(&event)), "lambda_event in base64", 1);
}

#[test]
fn text_of_every_encoding_is_read() {
    let event = lambda_event().to_string();
    assert_whole(format!("\u{feff}{event}"), "lambda_event in utf-8 with a byte order mark", 1);
    let utf16: Vec<u8> = ["\u{feff}", &event].concat().encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_whole(&utf16, "lambda_event in utf-16", 1);
    assert_whole(gzip(utf16), "lambda_event in utf-16 in gzip", 1);
}

#[test]
fn what_may_still_be_put_is_text_and_what_was_read_is_base64() {
    let (_, records) =
        seen(json!({"StreamName": "s", "Records": [{"Data": DATA, "PartitionKey": "k"}]}).to_string()).unwrap();
    assert_eq!(records, [Ok((DATA.to_owned(), Some("k".to_owned()), None))]);
    let (_, records) =
        seen(json!({"Records": [{"Data": DATA, "SequenceNumber": "7"}, api_record()]}).to_string()).unwrap();
    assert!(records[0].as_ref().unwrap_err().contains("record 0 cannot be read: its Data is not base64"));
    assert_eq!(records.len(), 2);
}

#[test]
fn other_things_among_records_are_counted_and_hide_no_record() {
    let input = json!([{"body": with_payload().to_string()}, {"body": "hello"}, {"ShardIterator": "A"}]).to_string();
    let parts = parts(input.into_bytes()).unwrap();
    assert_eq!((parts.len(), parts[0].records.len()), (1, 1));
    assert!(parts[0].notes.iter().any(|note| note.contains("that hold no records: 2")), "{:?}", parts[0].notes);
    let (_, records) = seen(format!("{}{}", lambda_event(), r#"{"Records":1}"#)).unwrap();
    assert!(records[0].is_ok() && records[1].as_ref().unwrap_err().contains("expected a sequence"), "{records:?}");
}

#[test]
fn an_answer_without_records_says_why() {
    for (behind, part) in [(json!(0), "end of the shard"), (json!(4500), "NextShardIterator")] {
        let input = json!({"Records": [], "NextShardIterator": "A", "MillisBehindLatest": behind}).to_string();
        let parts = parts(input.into_bytes()).unwrap();
        assert_eq!(parts[0].records.len(), 0);
        assert!(parts[0].notes[0].contains(part), "{:?}", parts[0].notes);
    }
}

#[test]
fn json_in_strings_in_json_without_end_is_given_up() {
    let mut text = lambda_event().to_string();
    for _ in 0..12 {
        text = json!(text).to_string();
    }
    assert!(!seen(&text).is_ok_and(|(taken_for, _)| taken_for[0].contains("lambda_event")));
    let nested = (0..100).fold(lambda_event(), |inner, _| json!({"detail": inner}));
    assert!(seen(nested.to_string()).is_ok_and(|(taken_for, _)| taken_for == ["raw"]));
}

/// A panic would end the command in the middle of other files.
#[test]
fn damaged_input_is_an_error_or_records_and_never_a_panic() {
    let documents =
        [with_payload(), json!([flat_record()]), json!({"Records": [api_record()], "MillisBehindLatest": 0})];
    let documents = documents.map(|document| document.to_string().into_bytes());
    for seed in 0..2000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut input = documents[random.usize(..documents.len())].clone();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..input.len());
            match random.u8(..4) {
                0 => input[at] = random.u8(..),
                1 => input.truncate(at.max(1)),
                2 => drop(input.drain(at..(at + 20).min(input.len()))),
                _ => input.insert(at, *random.choice(b"{}[]\",:\\\n\0").unwrap_or(&0)),
            }
            if input.is_empty() {
                break;
            }
        }
        let input = if random.bool() { gzip(&input) } else { input };
        let outcome = std::panic::catch_unwind(|| {
            for record in parts(input).into_iter().flatten().flat_map(|part| part.records).flatten() {
                crate::inspect::hint::hides_context(&record.data);
            }
        });
        assert!(outcome.is_ok(), "seed {seed}");
    }
}
