//! Events by other doors than the event source mapping, and with names that nobody can read.

use std::num::NonZero;
use std::time::{Duration, SystemTime};

use kinetrace::history::{ProcessOutcome, UNKNOWN};
use serde_json::{Value, json};

use crate::identifiers::{Row, TABLE};
use crate::script::{self, Journal};
use crate::world::{SPAN_ID, TRACE_ID, World, envelope, event, moody};

const ARN: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/flights";

/// The same records as a pipe sends them.
fn by_pipe(event: &str) -> Vec<Value> {
    let event: Value = serde_json::from_str(event).unwrap();
    let flat = |record: &Value| {
        let mut flat = record["kinesis"].as_object().unwrap().clone();
        for name in ["eventID", "eventSourceARN"] {
            flat.insert(name.to_owned(), record[name].clone());
        }
        flat.insert("eventSource".to_owned(), "aws:kinesis".into());
        Value::Object(flat)
    };
    event["Records"].as_array().unwrap().iter().map(flat).collect()
}

/// By any way to fail of `identifiers`: a pipe gets the id of the record that stopped the batch and of all after it, and of
/// nothing else, so that none is lost and none overtakes another.
#[tokio::test(start_paused = true)]
async fn a_pipe_sends_again_the_first_record_that_was_not_processed_and_all_after_it() {
    for &(what, at_once, time_left, words, _, stop) in TABLE.iter().filter(|row: &&Row| !row.3.is_empty()) {
        let records = by_pipe(&script::event(words, ARN, ""));
        let world = World::new().choosing(|it| it.max_concurrency(NonZero::new(at_once).unwrap()));
        let deadline = SystemTime::now() + Duration::from_millis(time_left);
        let outcome = world.invoke_until(Journal::default(), &json!(records).to_string(), deadline).await;
        let first = match stop.split_whitespace().last().unwrap() {
            "-" => records.len(),
            place if stop.starts_with("all") => place.parse().unwrap(),
            number => number.parse::<usize>().unwrap() - 8,
        };
        let failures: Vec<_> = records[first..].iter().map(|it| json!({"itemIdentifier": it["eventID"]})).collect();
        let answer = serde_json::to_value(outcome.response.as_ref().unwrap()).unwrap();
        assert_eq!(answer, json!({"batchItemFailures": failures}), "{what}: {words}");
    }
}

/// What cannot be named cannot be sent again, and must not count as done.
#[tokio::test]
async fn a_pipe_whose_records_lack_their_ids_is_told_that_all_failed() {
    let without = |records: &mut [Value], place: usize| records[place].as_object_mut().unwrap().remove("eventID");
    let table = [(0, true), (1, false), (2, false)];
    for (nameless, has_answer) in table {
        let mut records = by_pipe(&event(&["ok", "fail", "ok"]));
        without(&mut records, nameless);
        let outcome = World::new().invoke(moody, &json!(records).to_string()).await;
        assert_eq!(outcome.response.is_ok(), has_answer, "{nameless}");
        assert!(has_answer || outcome.response.unwrap_err().contains("leave `eventID` in each record"));
        assert_eq!(outcome.log.len(), 2, "{nameless}");
    }
    let mut records = by_pipe(&event(&["ok", "ok"]));
    without(&mut records, 1);
    let outcome = World::new().invoke(moody, &json!(records).to_string()).await;
    assert_eq!(serde_json::to_string(&outcome.response.unwrap()).unwrap(), r#"{"batchItemFailures":[]}"#);
}

#[tokio::test]
async fn records_of_a_pipe_are_traced_as_those_of_a_mapping() {
    let (alone, several) = (event(&[&envelope("1")]), event(&[&envelope("1"), "plain"]));
    for event in [alone, several] {
        let by_mapping = World::new().invoke(moody, &event).await;
        let by_pipe = World::new().invoke(moody, &json!(by_pipe(&event)).to_string()).await;
        let shape = |outcome: &crate::world::Outcome| {
            let spans = outcome.spans.iter();
            spans
                .map(|it| (it.name.clone(), it.parent_span_id.to_string() == SPAN_ID, it.links.len()))
                .collect::<Vec<_>>()
        };
        assert_eq!(shape(&by_pipe), shape(&by_mapping));
        let contexts = |outcome: &crate::world::Outcome| {
            outcome.log.iter().map(|line| (line.context.clone(), line.payload_crc32)).collect::<Vec<_>>()
        };
        assert_eq!(contexts(&by_pipe), contexts(&by_mapping));
        assert_eq!(by_pipe.log[0].context.as_ref().unwrap().trace_id, TRACE_ID);
    }
}

/// AWS's own samples have such names.
#[tokio::test]
async fn a_record_whose_names_cannot_be_read_is_processed_and_its_line_and_span_say_what_is_known() {
    for (odd, stream, shard) in [
        (
            r#""eventSourceARN":"arn:aws:kinesis:EXAMPLE","eventID":"shardId-000000000000:8""#,
            "arn:aws:kinesis:EXAMPLE",
            "shardId-000000000000",
        ),
        (r#""eventSourceARN":null,"eventID":7"#, UNKNOWN, UNKNOWN),
        (r#""eventSourceARN":["x"],"eventID":{}"#, UNKNOWN, UNKNOWN),
        (r#""awsRegion":"us-east-1""#, UNKNOWN, UNKNOWN),
    ] {
        let event: Value = serde_json::from_str(&event(&[&envelope("\"ok\"")])).unwrap();
        let event = format!(r#"{{"Records":[{{"kinesis":{},{odd}}}]}}"#, event["Records"][0]["kinesis"]);
        let outcome = World::new().invoke(moody, &event).await;
        assert_eq!(serde_json::to_string(outcome.response.as_ref().unwrap()).unwrap(), r#"{"batchItemFailures":[]}"#);
        let line = &outcome.log[0];
        assert_eq!((&*line.stream, &*line.shard, line.outcome), (stream, shard, ProcessOutcome::Succeeded), "{odd}");
        assert_eq!(line.context.as_ref().unwrap().trace_id, TRACE_ID);
        let span = outcome.span(&format!("process {stream}"));
        let has = |name: &str, value: &str| {
            span.attributes.iter().any(|it| it.key.as_str() == name && it.value.as_str() == value)
        };
        assert!(has("messaging.destination.name", stream) && has("messaging.destination.partition.id", shard), "{odd}");
    }
}
