//! What came instead of an event of Kinesis.
//!
//! People point a mapping at the wrong function, and test consoles offer samples of every service. What they are told is
//! which service's event it is and where it belongs, without a word of the event.

use std::fmt;

use serde_json::value::RawValue;

use crate::raw_event::{Members, RawEvent};
use crate::raw_json;

/// Another service's event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Other {
    what: &'static str,
    way_out: &'static str,
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a Kinesis event, but {}: {}", self.what, self.way_out)
    }
}

const WRONG_MAPPING: &str = "this function reads Kinesis and Kafka only, so remove the trigger that sent it, or give that a function of its own";

/// What `eventSource` says of Kafka.
const KAFKA: [&str; 2] = ["aws:kafka", "SelfManagedKafka"];

const WRONG_EVENT: &str =
    "this service takes events of Kinesis only, and one of `kinetrace_consumer::Event`, as `run` has it, takes both";

const WRONG_PIPE: &str = "this function reads pipes from Kinesis only, so give the pipe another target";

const FIREHOSE: Other = Other {
    what: "one of Amazon Data Firehose's for the transformation of records",
    way_out: "what Firehose wants in the answer are records, so write the transformation as a service of your own, and put \
              a TraceLayer around it, which hands it the payloads",
};

const DISCARDED: Other = Other {
    what: "Lambda's report of a batch that it gave up",
    way_out: "the object in S3 has the event in its member `payload`, as text: invoke the function with that text; in a \
              queue or topic there is none, but the numbers of the records, to be read from the stream",
};

const DISCARDED_KAFKA: Other = Other {
    what: "Lambda's report of a batch of Kafka that it gave up",
    way_out: "its member `payload` has the records as an event has them: invoke the function with that",
};

const GET_RECORDS: Other = Other {
    what: "what `aws kinesis get-records` prints",
    way_out: "`kinetrace inspect` reads it; a function is invoked with an event, such as those in events/",
};

const ONE_RECORD: Other =
    Other { what: "one record by itself", way_out: "an event has it in an array, as {\"Records\":[…]}" };

/// What `eventSource` says, and whose event that is.
const SOURCES: [(&str, &str, &str); 11] = [
    ("aws:sqs", "one of Amazon SQS", "an array of messages of Amazon SQS, as EventBridge Pipes sends it"),
    ("aws:sns", "one of Amazon SNS", "an array of messages of Amazon SNS"),
    (
        "aws:dynamodb",
        "one of DynamoDB Streams",
        "an array of records of DynamoDB Streams, as EventBridge Pipes sends it",
    ),
    ("aws:s3", "one of Amazon S3", "an array of events of Amazon S3"),
    ("aws:ses", "one of Amazon SES", "an array of events of Amazon SES"),
    ("aws:kafka", "one of Amazon MSK", "an array of records of Amazon MSK, as EventBridge Pipes sends it"),
    ("SelfManagedKafka", "one of Apache Kafka", "an array of records of Apache Kafka, as EventBridge Pipes sends it"),
    ("aws:mq", "one of Amazon MQ", "an array of messages of Amazon MQ, as EventBridge Pipes sends it"),
    ("aws:rmq", "one of Amazon MQ", "an array of messages of Amazon MQ, as EventBridge Pipes sends it"),
    ("aws:docdb", "one of Amazon DocumentDB", "an array of events of Amazon DocumentDB"),
    ("aws:codecommit", "one of AWS CodeCommit", "an array of events of AWS CodeCommit"),
];

/// What an object is that has all of these members.
const SIGNS: [(&[&str], &str); 8] = [
    (&["awslogs"], "one of a subscription of CloudWatch Logs"),
    (&["detail-type", "detail"], "one of an EventBridge rule"),
    (&["requestContext", "headers"], "an HTTP request"),
    (&["requestContext", "routeKey"], "an HTTP request"),
    (&["httpMethod"], "an HTTP request"),
    (&["tasks", "invocationSchemaVersion"], "one of S3 Batch Operations"),
    (&["Details", "Name"], "one of Amazon Connect"),
    (&["RequestType", "ResponseURL"], "one of CloudFormation"),
];

/// Whose event it is, where that can be told.
pub(super) fn other(event: &RawEvent<'_>) -> Option<Other> {
    match event {
        RawEvent::Array(entries) => {
            let first = members(entries.first()?.get())?;
            by_source(&first, true).or_else(|| by_members(&first).filter(|it| *it == DISCARDED))
        }
        RawEvent::Object { records: Some(records), .. } => {
            let first = members(raw_json::list(records)?.first()?.get())?;
            let is_get_records = first.contains_key("Data") && first.contains_key("SequenceNumber");
            is_get_records.then_some(GET_RECORDS).or_else(|| by_source(&first, false))
        }
        RawEvent::Object { records: None, members } => by_members(members).or_else(|| by_source(members, false)),
    }
}

fn by_source(members: &Members<'_>, is_array: bool) -> Option<Other> {
    let json = members.get("eventSource").or_else(|| members.get("EventSource"))?;
    let source: String = serde_json::from_str(json.get()).ok()?;
    let (_, event, array) = SOURCES.into_iter().find(|(name, ..)| *name == source)?;
    Some(if is_array {
        Other { what: array, way_out: WRONG_PIPE }
    } else if KAFKA.contains(&&*source) {
        Other { what: event, way_out: WRONG_EVENT }
    } else {
        Other { what: event, way_out: WRONG_MAPPING }
    })
}

fn by_members(members: &Members<'_>) -> Option<Other> {
    let has = |names: &[&str]| names.iter().all(|name| members.contains_key(*name));
    if has(&["records"]) && (has(&["deliveryStreamArn"]) || has(&["invocationId"])) {
        return Some(FIREHOSE);
    }
    if has(&["KinesisBatchInfo"]) {
        return Some(DISCARDED);
    }
    if has(&["KafkaBatchInfo"]) {
        return Some(DISCARDED_KAFKA);
    }
    if has(&["data", "sequenceNumber"]) || has(&["kinesis", "eventID"]) {
        return Some(ONE_RECORD);
    }
    let (_, what) = SIGNS.into_iter().find(|(names, _)| has(names))?;
    Some(Other { what, way_out: WRONG_MAPPING })
}

fn members(json: &str) -> Option<Members<'_>> {
    serde_json::from_str(json).ok()
}

/// Whether an entry of an array is a record of Kinesis, though perhaps a damaged one.
pub(super) fn is_kinesis(entry: &RawValue) -> bool {
    let Some(members) = members(entry.get()) else { return false };
    match members.get("eventSource") {
        Some(source) => source.get() == "\"aws:kinesis\"",
        // A pipe may leave it out by its input template.
        None => {
            members.contains_key("data") && ["sequenceNumber", "eventID"].iter().any(|name| members.contains_key(*name))
        }
    }
}

/// The records of an event of Amazon Data Firehose
/// (<https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html>).
pub(crate) fn firehose_records<'a>(event: &RawEvent<'a>) -> Option<Vec<&'a RawValue>> {
    let RawEvent::Object { records: None, members } = event else { return None };
    if by_members(members) != Some(FIREHOSE) {
        return None;
    }
    serde_json::from_str(members.get("records")?.get()).ok()
}
