//! Records that can never be processed, and the ways in which they are bad.

use std::collections::HashMap;

use bytes::Bytes;
use kinetrace_consumer::{Failure, Json};
use kinetrace_testbed::event_source_mapping::Invoke;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::function::Watched;

/// Why a record cannot be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bad {
    /// The business code returns an error each time.
    Fails,
    /// It panics each time.
    Panics,
    /// The payload is not what the handler takes.
    DoesNotFit,
    /// Its data is not base64 by the time it gets to the function.
    Unreadable,
    /// Nor has it a sequence number.
    Unidentified,
    /// The business code skips it each time. It is bad, and costs not even itself a second attempt.
    Skipped,
}

impl Bad {
    /// Whether it comes again until the mapping discards it.
    pub(crate) fn is_discarded(self) -> bool {
        self != Bad::Skipped
    }
}

/// What a record holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    number: usize,
    act: Act,
}

#[derive(Debug, Serialize, Deserialize)]
enum Act {
    Succeed,
    Fail,
    Panic,
    Skip,
}

/// The payload of a record that is bad in this way, or of a good one.
pub(crate) fn payload(number: usize, bad: Option<&Bad>) -> String {
    let act = match bad {
        Some(Bad::DoesNotFit) => return format!(r#"{{"number":"no. {number}"}}"#),
        Some(Bad::Fails) => Act::Fail,
        Some(Bad::Panics) => Act::Panic,
        Some(Bad::Skipped) => Act::Skip,
        Some(Bad::Unreadable | Bad::Unidentified) | None => Act::Succeed,
    };
    serde_json::to_string(&Payload { number, act }).unwrap()
}

/// The business code.
pub(crate) async fn handle(Json(Payload { number, act }): Json<Payload>) -> Result<(), Failure> {
    for _ in 0..number % 4 {
        tokio::task::yield_now().await;
    }
    match act {
        Act::Succeed => Ok(()),
        Act::Fail => Err(Failure::retry("as asked")),
        Act::Panic => panic!("as asked"),
        Act::Skip => Err(Failure::skip("as asked")),
    }
}

/// A function that gets events in which some records, by their numbers, are unreadable.
#[derive(Debug)]
pub(crate) struct Damaging {
    pub(crate) watched: Watched,
    pub(crate) bad: HashMap<String, Bad>,
}

impl Invoke for Damaging {
    type Error = <Watched as Invoke>::Error;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, Self::Error> {
        let mut event: Value = serde_json::from_slice(&event).unwrap();
        for entry in event["Records"].as_array_mut().unwrap() {
            let record = entry["kinesis"].as_object_mut().unwrap();
            let bad = self.bad.get(record["sequenceNumber"].as_str().unwrap());
            if matches!(bad, Some(Bad::Unreadable | Bad::Unidentified)) {
                record.insert("data".to_owned(), "%%%".into());
            }
            if bad == Some(&Bad::Unidentified) {
                record.remove("sequenceNumber");
            }
        }
        self.watched.invoke(event.to_string().into()).await
    }
}
