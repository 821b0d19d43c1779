//! A record is the same among others, where it need not be read member by member, as alone, where it always is.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::IgnoredAny;

use crate::kinesis::event::{EventRecord, KinesisEvent, RecordError, records_with_data};
use crate::kinesis::item_ids::ItemIds;

const LAMBDA: &str = r#"{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":<key>,"sequenceNumber":<number>,"data":<data>,"approximateArrivalTimestamp":<arrival>},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":<id>,"eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","awsRegion":"us-east-2","eventSourceARN":<arn>}"#;
/// As `sam local generate-event` writes it.
const SAM: &str = r#"{
  "kinesis": {
    "partitionKey": <key>,
    "kinesisSchemaVersion": "1.0",
    "data": <data>,
    "sequenceNumber": <number>,
    "approximateArrivalTimestamp": <arrival>
  },
  "eventSource": "aws:kinesis",
  "eventID": <id>,
  "eventSourceARN": <arn>
}"#;
const ID_FIRST: &str = r#"{"eventID":<id>,"eventSourceARN":<arn>,"kinesis":{"encryptionType":"KMS","sequenceNumber":<number>,"approximateArrivalTimestamp":<arrival> ,"data":<data>,"partitionKey":<key>}}"#;
const PIPE: &str = r#"{"kinesisSchemaVersion":"1.0","partitionKey":<key>,"sequenceNumber":<number>,"data":<data>,"approximateArrivalTimestamp":<arrival>,"eventSource":"aws:kinesis","eventID":<id>,"eventSourceARN":<arn>}"#;

/// Values of a place, of which the first two are as Kinesis has them.
const KEYS: [&str; 8] =
    [r#""N14228""#, r#""N24211""#, r#""""#, r#""é\u0041""#, r#""\ud800""#, "null", "7", r#"{"a":"b"}"#];
const NUMBERS: [&str; 9] = [
    r#""49590338271490256608559692538361571095921575989136588898""#,
    r#""49590338271490256608559692538361571095921575989136588900""#,
    r#""7""#,
    r#""""#,
    "7",
    "null",
    r#""\u0037""#,
    r#""7\"""#,
    r#"["7"]"#,
];
const DATA: [&str; 9] = [
    r#""SGVsbG8=""#,
    r#""eyJfb3RlbCI6eyJ0cmFjZXBhcmVudCI6IjAwLTRiZjkyZjM1NzdiMzRkYTZhM2NlOTI5ZDBlMGU0NzM2LTAwZjA2N2FhMGJhOTAyYjctMDEifX0=""#,
    r#""""#,
    r#""SGVsbG8""#,
    r#""SGVsbG9=""#,
    r#""SGVs\/bG8=""#,
    r#""SGVs\",\"x\":\"bG8=""#,
    "null",
    "7",
];
const ARRIVALS: [&str; 9] =
    ["1545084650.987", "1545084650.5", "0", "-1", "1e300", "1.545084650987E9", "1545084650.1664", "null", r#""7.5""#];
const IDS: [&str; 8] = [
    r#""shardId-000000000006:49590338271490256608559692538361571095921575989136588898""#,
    r#""shardId-000000000006:7""#,
    r#""shardId-000000000006:""#,
    r#""shardId-000000000007:7:8""#,
    r#""shardId-\u003000000000006:7""#,
    r#""shardId-000000000006""#,
    r#""""#,
    "null",
];
const ARNS: [&str; 4] = [
    r#""arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream""#,
    r#""arn:aws:kinesis:us-east-2:123456789012:stream/l\n""#,
    r#""arn:aws:kinesis:EXAMPLE""#,
    "null",
];

/// What edits put into a text.
const TOKENS: [&str; 14] = [
    "",
    "\"",
    "\\",
    ",",
    "}",
    " ",
    "\n",
    "\u{e9}",
    "0",
    "=",
    "\"kinesis\":{},",
    "\"data\":\"\",",
    "\"eventID\":null,",
    "null",
];

/// Mostly those of Kinesis, so that many records are alike.
fn value(values: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => select(&values[..2]), 1 => select(values)]
}

/// Mostly of the first layout, and of some a few bytes are others.
fn entry(layouts: &'static [&'static str]) -> impl Strategy<Value = String> {
    let values = (value(&KEYS), value(&NUMBERS), value(&DATA), value(&ARRIVALS), value(&IDS), value(&ARNS));
    let edits = prop_oneof![3 => Just(Vec::new()), 1 => vec((any::<Index>(), 0..20_usize, select(&TOKENS[..])), 1..3)];
    let layout = prop_oneof![9 => Just(layouts[0]), 1 => select(layouts)];
    (layout, values, edits).prop_map(|(layout, (key, number, data, arrival, id, arn), edits)| {
        let names = ["<key>", "<number>", "<data>", "<arrival>", "<id>", "<arn>"];
        let values = names.into_iter().zip([key, number, data, arrival, id, arn]);
        let whole = values.fold(layout.to_owned(), |text, (name, value)| text.replacen(name, value, 1));
        edits.into_iter().fold(whole, |text, (place, length, token)| edited(text, place, length, token))
    })
}

/// If that leaves it JSON.
fn edited(text: String, place: Index, length: usize, token: &str) -> String {
    let start = text.floor_char_boundary(place.index(text.len()));
    let end = text.floor_char_boundary(start + length).max(start);
    let edited = format!("{}{token}{}", &text[..start], &text[end..]);
    if serde_json::from_str::<IgnoredAny>(&edited).is_ok() { edited } else { text }
}

fn event(is_pipe: bool, entries: &[&str]) -> KinesisEvent {
    // The first one is of Kinesis, so that the event is; and as it cannot be read, the next is read member by member.
    let array = format!(r#"[{{"eventSource":"aws:kinesis"}},{}]"#, entries.join(" , "));
    let json = if is_pipe { array } else { format!(r#"{{"Records":{array}}}"#) };
    serde_json::from_str(&json).unwrap()
}

/// All that can be compared, without the place.
fn shown(record: &Result<EventRecord, RecordError>) -> String {
    match record {
        Ok(record) => format!("{record:?}"),
        Err(RecordError { index: _, sequence_number, partition_key, shard_id, stream, reason }) => {
            format!("{sequence_number:?} {partition_key:?} {shard_id:?} {stream:?} {reason}")
        }
    }
}

fn check(is_pipe: bool, entries: &[String]) -> Result<(), TestCaseError> {
    let entries: Vec<_> = entries.iter().map(String::as_str).collect();
    let together = event(is_pipe, &entries);
    prop_assert_eq!(together.records.len(), entries.len() + 1);
    let mut ids = vec![None];
    for (index, entry) in (1..).zip(&entries) {
        let alone = event(is_pipe, &[entry]);
        prop_assert_eq!(shown(&together.records[index]), shown(&alone.records[1]), "{}", entry);
        if let Err(bad) = &together.records[index] {
            prop_assert_eq!(bad.index, index);
        }
        ids.push(alone.item_ids.and_then(|ids| ids.from(1)).and_then(|ids| ids.first().cloned()));
    }
    prop_assert_eq!(together.item_ids, is_pipe.then(|| ids.into_iter().collect::<ItemIds>()));
    Ok(())
}

/// So many are in an event. How many events there are, `PROPTEST_CASES` says.
const ENTRIES: Range<usize> = 1..6;

proptest! {
    #[test]
    fn a_record_among_others_is_read_as_alone(entries in vec(entry(&[LAMBDA, SAM, ID_FIRST]), ENTRIES)) {
        check(false, &entries)?;
    }

    #[test]
    fn an_indented_record_among_others_is_read_as_alone(entries in vec(entry(&[SAM, LAMBDA]), ENTRIES)) {
        check(false, &entries)?;
    }

    #[test]
    fn a_record_whose_id_comes_first_is_read_as_alone(entries in vec(entry(&[ID_FIRST]), ENTRIES)) {
        check(false, &entries)?;
    }

    #[test]
    fn a_record_of_a_pipe_among_others_is_read_as_alone(entries in vec(entry(&[PIPE, LAMBDA]), ENTRIES)) {
        check(true, &entries)?;
    }
}

fn both(json: &str) -> [String; 2] {
    let read = |event: Result<KinesisEvent, serde_json::Error>| match event {
        Ok(KinesisEvent { records, state, item_ids }) => {
            format!("{:?} {state:?} {item_ids:?}", records.iter().map(shown).collect::<Vec<_>>())
        }
        Err(error) => error.to_string(),
    };
    [read(KinesisEvent::from_slice(json.as_bytes())), read(serde_json::from_str(json))]
}

proptest! {
    #[test]
    fn one_pass_reads_an_event_as_two_do(
        entries in vec(entry(&[LAMBDA, SAM, PIPE]), 0..3),
        frame in select(&FRAMES[..]),
        edits in vec((any::<Index>(), 0..20_usize, select(&TOKENS[..])), 0..2),
    ) {
        let whole = frame.replace("<entries>", &entries.join(","));
        let text = edits.into_iter().fold(whole, |text, (place, length, token)| spliced(&text, place, length, token));
        let [one, two] = both(&text);
        prop_assert_eq!(one, two, "{}", text);
        check_data(&text)?;
    }
}

/// The records of an event of which each can be read come with the texts that their data was decoded from, in their order.
fn check_data(text: &str) -> Result<(), TestCaseError> {
    let records = KinesisEvent::in_one_pass(text.as_bytes()).map(|event| event.records.into_iter().collect());
    let expected: Option<Vec<EventRecord>> = records.and_then(Result::ok);
    let found = records_with_data(text.as_bytes());
    prop_assert_eq!(found.as_ref().map(Vec::len), expected.as_ref().map(Vec::len), "{}", text);
    let mut end = 0;
    for ((record, data), expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        prop_assert_eq!(format!("{record:?}"), format!("{expected:?}"), "{}", text);
        let start = data.as_ptr().addr() - text.as_ptr().addr();
        let quoted = &text[start - 1..start + data.len() + 1];
        let base64: String = serde_json::from_str(quoted).unwrap();
        prop_assert_eq!(STANDARD.decode(base64).unwrap(), &record.data[..], "{}", text);
        prop_assert!(start > end, "{}", text);
        end = start + data.len();
    }
    Ok(())
}

const FRAMES: [&str; 12] = [
    r#"{"Records":[<entries>]}"#,
    " { \"Records\" : [ <entries>\n] }\n",
    r#"{"Records":[<entries>],"window":{"start":"a"},"state":{"1":282},"shardId":"s"}"#,
    r#"{"Records":[<entries>],"window":{},"Records":[]}"#,
    r#"{"Records":[<entries>],"state":7,"x":}"#,
    r#"{"window":{},"Records":[<entries>]}"#,
    r#"{"Records":[<entries>,]}"#,
    r#"{"Records":[<entries> 7]}"#,
    r#"{"Records":[<entries>]}}"#,
    "[<entries>]",
    "[ <entries>]7",
    r#"[{"eventSource":"aws:kinesis"},<entries>]"#,
];

/// Whatever that makes of it.
fn spliced(text: &str, place: Index, length: usize, token: &str) -> String {
    let start = text.floor_char_boundary(place.index(text.len()));
    let end = text.floor_char_boundary(start + length).max(start);
    format!("{}{token}{}", &text[..start], &text[end..])
}

fn allocations(layout: &str, is_pipe: bool, records: usize) -> u64 {
    let record = |place: usize| {
        let number = format!("\"4959033827149025660855969253836157109{place:019}\"");
        let id = number.replacen('"', "\"shardId-000000000006:", 1);
        let arrival = format!("1545084650.{place:03}");
        let values = [KEYS[place % 2], &number, DATA[1], &arrival, &id, ARNS[0]];
        let names = ["<key>", "<number>", "<data>", "<arrival>", "<id>", "<arn>"];
        names.into_iter().zip(values).fold(layout.to_owned(), |text, (name, value)| text.replacen(name, value, 1))
    };
    let array = format!("[{}]", (0..records).map(record).collect::<Vec<_>>().join(","));
    let json = if is_pipe { array } else { format!(r#"{{"Records":{array}}}"#) };
    let read = || assert!(KinesisEvent::from_slice(json.as_bytes()).unwrap().records.iter().all(Result::is_ok));
    allocation_counter::measure(read).count_total
}

/// The number, and the key unless it is that of the record before it; of a pipe the id, too.
#[test]
fn a_record_like_the_last_one_takes_an_allocation_for_each_text_of_its_own() {
    for (layout, is_pipe, texts) in [(LAMBDA, false, 2), (SAM, false, 2), (ID_FIRST, false, 2), (PIPE, true, 3)] {
        let more = allocations(layout, is_pipe, 101) - allocations(layout, is_pipe, 1);
        // What is left is for buffers that grow.
        assert!((100 * texts..100 * texts + 20).contains(&more), "{more}: {layout}");
    }
}
