//! Every order of arrival, and everything that may be missing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use kinetrace::__private::semantic_conventions::{MESSAGING_DESTINATION_PARTITION_ID, MESSAGING_MESSAGE_ID};
use kinetrace::history::{ProcessOutcome, PutOutcome, Timestamp};
use kinetrace::{Order, ProducerId};
use kinetrace_testbed::collector::{Link, Status};

use super::*;

/// What arrives of one record.
#[derive(Debug, Clone)]
enum Arrival {
    Produced(Produce),
    Processed(Process),
    Span(Span),
}

impl Arrival {
    fn at(&self, traces: &mut Traces) {
        match self {
            Arrival::Produced(line) => traces.produced(line),
            Arrival::Processed(line) => traces.processed(line),
            Arrival::Span(span) => traces.arrived(span),
        }
    }
}

fn ids(trace: u64, span: u64) -> TraceIds {
    TraceIds::new(format!("{trace:032x}"), format!("{span:016x}"))
}

fn span(kind: Kind, trace: u64, id: u64, parent: Option<u64>, links: &[(u64, u64)]) -> Span {
    let attribute = |name: &str, value: &str| (name.to_owned(), value.into());
    let link = |&(trace, id): &(u64, u64)| {
        let TraceIds { trace_id, span_id, .. } = ids(trace, id);
        Link { trace_id, span_id, is_remote: None, attributes: BTreeMap::new() }
    };
    let TraceIds { trace_id, span_id, .. } = ids(trace, id);
    Span {
        trace_id,
        span_id,
        parent_span_id: parent.map(|id| format!("{id:016x}")),
        name: String::new(),
        kind,
        start_unix_nanos: 0,
        end_unix_nanos: 0,
        parent_is_remote: None,
        service: String::new(),
        resource: Arc::default(),
        scope: Arc::default(),
        attributes: [
            attribute(MESSAGING_DESTINATION_PARTITION_ID, "shard"),
            attribute(MESSAGING_MESSAGE_ID, &(id / 10 * 10).to_string()),
        ]
        .into(),
        events: Vec::new(),
        links: links.iter().map(link).collect(),
        dropped_links: 0,
        status: Status::Unset,
    }
}

fn produced(base: u64) -> Produce {
    let mut produce = Produce::new("stream", "key", PutOutcome::Acknowledged, Timestamp(0), Timestamp(0));
    produce.order = Some(Order { producer: ProducerId::from_bits(1), sequence: 0 });
    produce.shard = Some("shard".into());
    produce.sequence_number = Some(base.to_string().into());
    produce.context = Some(ids(base, base + 1));
    produce
}

fn processed(base: u64, trace: u64) -> Process {
    let mut process =
        Process::new("stream", "shard", base.to_string(), ProcessOutcome::Succeeded, Timestamp(0), Timestamp(0));
    process.request_id = "request".into();
    process.format = Cow::Borrowed("envelope");
    process.span = Some(ids(trace, base + 2));
    process
}

/// A record whose ids are above `base`, a multiple of 10: its process span is in the invocation's own trace and links to it.
fn linked(base: u64) -> [Arrival; 5] {
    let other = base + 5;
    [
        Arrival::Produced(produced(base)),
        Arrival::Span(span(Kind::Producer, base, base + 1, None, &[])),
        Arrival::Processed(processed(base, other)),
        Arrival::Span(span(Kind::Consumer, other, base + 2, Some(base + 3), &[(base, base + 1)])),
        Arrival::Span(span(Kind::Server, other, base + 3, None, &[])),
    ]
}

/// The invocation continues the record's trace.
fn continued(base: u64) -> [Arrival; 5] {
    [
        Arrival::Produced(produced(base)),
        Arrival::Span(span(Kind::Producer, base, base + 1, None, &[])),
        Arrival::Processed(processed(base, base)),
        Arrival::Span(span(Kind::Consumer, base, base + 2, Some(base + 3), &[])),
        Arrival::Span(span(Kind::Server, base, base + 3, Some(base + 1), &[])),
    ]
}

/// Joined and lost, of one invocation.
fn counts(arrivals: &[Arrival]) -> (usize, u64) {
    let mut traces = Traces::new();
    arrivals.iter().for_each(|arrival| arrival.at(&mut traces));
    let Counts { joined, lost, .. } = traces.finish(1);
    (joined, lost)
}

fn permutations(items: &[Arrival]) -> Vec<Vec<Arrival>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let with_first = |index: usize| {
        let mut rest = items.to_vec();
        let first = rest.remove(index);
        permutations(&rest).into_iter().map(move |rest| [vec![first.clone()], rest].concat()).collect::<Vec<_>>()
    };
    (0..items.len()).flat_map(with_first).collect()
}

#[test]
fn a_record_is_joined_in_any_order_of_lines_and_spans_and_nothing_is_left_waiting() {
    for record in [linked(10), continued(10)] {
        for order in permutations(&record) {
            assert_eq!(counts(&order), (1, 0), "{order:#?}");
        }
    }
}

#[test]
fn what_is_missing_is_a_span_that_was_lost_or_a_trace_that_is_broken() {
    let table = [
        ("the span that it was sent with", 1, (0, 1), (0, 1)),
        ("its process span", 3, (0, 1), (0, 1)),
        ("the invocation's span", 4, (1, 1), (0, 1)),
        ("the consumer's line, whose process was killed", 2, (1, 0), (1, 0)),
    ];
    for (missing, index, of_linked, of_continued) in table {
        for (record, expected) in [(linked(10), of_linked), (continued(10), of_continued)] {
            let mut left = record.to_vec();
            left.remove(index);
            for order in permutations(&left) {
                assert_eq!(counts(&order), expected, "without {missing}: {order:#?}");
            }
        }
    }
}

#[test]
fn a_process_span_that_leads_elsewhere_joins_nothing_and_is_not_called_lost() {
    let [line, create, processed, _, server] = linked(10);
    let elsewhere = [
        span(Kind::Consumer, 15, 12, Some(13), &[]),
        span(Kind::Consumer, 15, 12, Some(13), &[(10, 17)]),
        span(Kind::Consumer, 15, 12, Some(13), &[(15, 11)]),
        // Another record's.
        Span { span_id: format!("{:016x}", 12), ..span(Kind::Consumer, 15, 22, Some(13), &[(10, 11)]) },
    ];
    for process in elsewhere {
        let arrivals = [line.clone(), create.clone(), processed.clone(), Arrival::Span(process), server.clone()];
        assert_eq!(counts(&arrivals), (0, 0), "{arrivals:#?}");
    }
}

#[test]
fn a_record_that_is_processed_twice_is_joined_once() {
    let again = Arrival::Span(span(Kind::Consumer, 15, 14, Some(13), &[(10, 11)]));
    let arrivals = [linked(10).to_vec(), vec![again]].concat();
    assert_eq!(counts(&arrivals), (1, 0));
}

#[test]
fn what_was_joined_takes_no_room_and_what_never_will_be_takes_a_bounded_one() {
    const CAPACITY: usize = 100;
    let mut traces = Traces::with_capacity(CAPACITY);
    for record in 1..=10 * CAPACITY as u64 {
        linked(record * 10).iter().for_each(|arrival| arrival.at(&mut traces));
        assert_eq!(traces.waiting(), 0, "{record}");
    }
    for record in 1..=10 * CAPACITY as u64 {
        let [line, _, processed, span, _] = continued(record * 10);
        let later = record + 20 * CAPACITY as u64;
        for arrival in [line, processed, span, Arrival::Processed(self::processed(later * 10, 1))] {
            arrival.at(&mut traces);
        }
        assert!(traces.waiting() <= 3 * 2 * CAPACITY, "{}", traces.waiting());
    }
    let remembered = traces.parents.len();
    assert!(remembered <= 2 * CAPACITY, "{remembered}");
    assert_eq!(traces.finish(0).lost, 2 * 10 * CAPACITY as u64);
}
