//! What Lambda is told: everything done, or which records are not.

use std::sync::Arc;

use serde::Serialize;

/// The answer to an invocation whose mapping has `ReportBatchItemFailures`, which only a mapping with provisioned pollers
/// can have. A mapping without it takes every answer for a success, and **loses the records that it names**: see
/// [`Answer`](super::Answer).
///
/// It names every record of a partition from its first unfinished one on. So it is right if Lambda starts again at the
/// lowest offset of each partition, and if it sends those records again that are named
/// (<https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html>).
///
/// ```
/// use kinetrace_consumer::kafka::BatchResponse;
///
/// let json = |response: &BatchResponse| serde_json::to_string(response).unwrap();
/// assert_eq!(json(&BatchResponse::done()), r#"{"batchItemFailures":[]}"#);
/// let left = BatchResponse::left([("flights-0".into(), 12), ("flights-0".into(), 13)]);
/// assert_eq!(
///     json(&left),
///     concat!(
///         r#"{"batchItemFailures":[{"itemIdentifier":{"partition":"flights-0","offset":12}},"#,
///         r#"{"itemIdentifier":{"partition":"flights-0","offset":13}}]}"#
///     )
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    batch_item_failures: Vec<ItemFailure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: ItemIdentifier,
}

/// By what Lambda knows a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
struct ItemIdentifier {
    partition: Arc<str>,
    offset: i64,
}

impl BatchResponse {
    /// Every record was processed.
    pub fn done() -> Self {
        Self { batch_item_failures: Vec::new() }
    }

    /// These are not done: partitions as the event names them, and offsets.
    pub fn left(items: impl IntoIterator<Item = (Arc<str>, i64)>) -> Self {
        let failure = |(partition, offset)| ItemFailure { item_identifier: ItemIdentifier { partition, offset } };
        Self { batch_item_failures: items.into_iter().map(failure).collect() }
    }

    /// What it names, in its order.
    pub fn items(&self) -> impl ExactSizeIterator<Item = (&str, i64)> {
        self.batch_item_failures.iter().map(|ItemFailure { item_identifier: it }| (&*it.partition, it.offset))
    }
}
