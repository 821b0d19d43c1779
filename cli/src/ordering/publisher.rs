//! The publishers of the comparison.

use clap::ValueEnum;

/// Who publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PublisherName {
    /// `kinetrace_producer::Publisher`.
    Ordered,
    /// The same with aggregation: records of a group that wait for an earlier one travel as one record.
    OrderedAggregated,
    /// `PutRecord`, one record after the other, each awaited before the next; retries are the SDK's.
    PutRecord,
    /// `PutRecords` as most programs call it: 500 records a request, and the failed ones again.
    PutRecords,
}

impl PublisherName {
    pub(super) fn name(self) -> &'static str {
        match self {
            PublisherName::Ordered => "ordered",
            PublisherName::OrderedAggregated => "ordered-aggregated",
            PublisherName::PutRecord => "put-record",
            PublisherName::PutRecords => "put-records",
        }
    }

    /// Whether it is the library's, which promises order.
    pub(super) fn is_of_library(self) -> bool {
        matches!(self, PublisherName::Ordered | PublisherName::OrderedAggregated)
    }
}
