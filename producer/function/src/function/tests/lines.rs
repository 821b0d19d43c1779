//! Which events have a line, and that it is the same whenever it is made.

use kinetrace::history::Produce;
use kinetrace_producer::{DeliveryError, SendError};

use super::*;
use crate::record_log::RecordLog;

const FILTERS: [RecordLogFilter; 3] = [RecordLogFilter::All, RecordLogFilter::Failures, RecordLogFilter::None];

/// The line about a record, by each of the filters.
async fn lines(settle: impl AsyncFn(&Publisher, Record) -> Result<Ack, Box<SendError>>) -> [Option<Produce>; 3] {
    let function = warm(&OneStream::default());
    let publisher = function.publisher(MINUTE);
    let (stream, key_names) = ("flights", &kinetrace::KeyNames::keyed("0123456789abcdef0123456789abcdef").unwrap());
    let mut lines = Vec::new();
    for filter in FILTERS {
        let (log, record) = (RecordLog { filter, stream, key_names }, Record::new("N14228", "{}"));
        let start = log.start(&record);
        lines.push(log.line(start, &settle(&publisher, record).await));
    }
    lines.try_into().unwrap()
}

#[tokio::test]
async fn an_event_that_was_not_published_has_the_same_line_whether_all_are_wanted_or_failures_only() {
    let refuse = async |publisher: &Publisher, record| Err(publisher.refuse(record, DeliveryError::NoRoom));
    let [Some(all), Some(mut failures), None] = lines(refuse).await else {
        panic!("not a line for each filter but none")
    };
    assert!(failures.start.0 <= failures.end.0 && failures.start.0 > 0, "{failures:?}");
    assert!(all.group != "N14228" && all.error.is_some(), "{all:?}");
    (failures.start, failures.end) = (all.start, all.end);
    assert_eq!(failures, all);
}

#[tokio::test]
async fn an_event_that_was_published_has_a_line_only_if_all_are_wanted() {
    let send = async |publisher: &Publisher, record| publisher.send(record).await;
    let [Some(all), None, None] = lines(send).await else { panic!("not one line for all") };
    assert_eq!(all.outcome, PutOutcome::Acknowledged);
}
