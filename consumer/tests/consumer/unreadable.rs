//! A record that cannot be read: what the log says of it.

use kinetrace::history::{Event, ProcessOutcome, UNKNOWN, UNREADABLE};

use crate::script::event;
use crate::world::{World, moody};

const ARN: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/flights";

/// The documented filter is `{ $.outcome = "failed" }`.
#[tokio::test]
async fn a_record_that_cannot_be_read_has_one_line_that_failed_as_any_other_that_fails() {
    for (words, number, key, reason) in [
        ("undecodable", "8", "N1", "its data is not base64"),
        ("ok b:undecodable ok", "9", "b", "its data is not base64"),
        ("undecodable ok", "8", "N1", "its data is not base64"),
        ("nameless", UNKNOWN, "N1", "its sequenceNumber is missing"),
        ("ok blank", UNKNOWN, "N1", "its sequenceNumber is empty"),
    ] {
        let outcome = World::new().invoke(moody, &event(words, ARN, "")).await;
        let failed: Vec<_> = outcome.log.iter().filter(|line| line.outcome == ProcessOutcome::Failed).collect();
        let [line] = &failed[..] else { panic!("{words}: {failed:?}") };
        assert_eq!((line.sequence_number.as_str(), line.group.as_deref()), (number, Some(key)), "{words}");
        assert_eq!((&*line.stream, &*line.shard, &*line.format), ("flights", "shardId-000000000000", UNREADABLE));
        assert_eq!((line.context.as_ref(), line.order, &*line.request_id), (None, None, "request-1"));
        assert!(line.error.as_deref().unwrap().ends_with(reason), "{line:?}");
        let mut text = Vec::new();
        Event::Process((*line).clone()).append_to(&mut text);
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains("Some(") && !text.contains("SequenceNumber("), "{text}");
    }
}

/// It was not tried: the batch ended before it.
#[tokio::test]
async fn after_a_failure_unreadable_records_have_no_lines() {
    let outcome = World::new().invoke(moody, &event("fail undecodable", ARN, "")).await;
    assert_eq!(outcome.processed(), [("8", ProcessOutcome::Failed)]);
}
