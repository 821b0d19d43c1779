//! What Lambda is told: everything done, or where to start again.

use std::sync::Arc;

use kinetrace::SequenceNumber;
use serde::Serialize;

use crate::kinesis::window_state::WindowState;

/// The answer to an invocation whose mapping has `ReportBatchItemFailures`.
///
/// Lambda starts again **at** the number it names, so everything after it must still be unprocessed
/// (<https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>). Without that setting
/// Lambda ignores the answer, and a failed record is lost.
///
/// ```
/// use kinetrace_consumer::kinesis::BatchResponse;
///
/// let json = |response: &BatchResponse| serde_json::to_string(response).unwrap();
/// assert_eq!(json(&BatchResponse::done()), r#"{"batchItemFailures":[]}"#);
/// assert_eq!(json(&BatchResponse::stopped_at("4959")), r#"{"batchItemFailures":[{"itemIdentifier":"4959"}]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    batch_item_failures: Vec<ItemFailure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<WindowState>,
    #[serde(skip)]
    stop: Option<SequenceNumber>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: Arc<str>,
}

impl BatchResponse {
    /// Every record was processed.
    pub fn done() -> Self {
        Self { batch_item_failures: Vec::new(), state: None, stop: None }
    }

    /// This record was not processed, and none after it was touched.
    pub fn stopped_at(record: impl Into<SequenceNumber>) -> Self {
        let stop = record.into();
        let failure = ItemFailure { item_identifier: stop.shared() };
        Self { batch_item_failures: vec![failure], state: None, stop: Some(stop) }
    }

    /// The same, for EventBridge Pipes: the ids of that record and of all after it.
    pub(crate) fn items_left(record: SequenceNumber, ids: Vec<Arc<str>>) -> Self {
        let batch_item_failures = ids.into_iter().map(|item_identifier| ItemFailure { item_identifier }).collect();
        Self { batch_item_failures, state: None, stop: Some(record) }
    }

    /// With the state of the tumbling window that the event was of, if it was.
    #[must_use]
    pub fn with_state(self, state: Option<WindowState>) -> Self {
        Self { state, ..self }
    }

    /// The record to start again at.
    pub fn stop(&self) -> Option<&SequenceNumber> {
        self.stop.as_ref()
    }
}
