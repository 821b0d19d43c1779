//! Headers that peers read wrong, or not at all: why there must be exactly one of each name, in lower case, and never null.
//!
//! Each has them from a program in production: Python's instrumentations append to what a forwarder passes on, Java's replaces
//! a header of exactly its name only.

use crate::broker::broker;
use crate::client::Client;
use crate::consume::consume;
use crate::line::{Data, Header, Line};
use crate::peer::Peer;
use crate::records::STALE;

const LATEST: &str = "00-22222222222222222222222222222222-2222222222222222-01";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Reads {
    Latest,
    Stale,
    Nothing,
}
use Reads::{Latest, Nothing, Stale};

struct Row {
    name: &'static str,
    headers: [(&'static str, Option<&'static str>); 2],
    /// By [`Peer::ALL`].
    read: [Reads; 4],
}

const ROWS: [Row; 3] = [
    Row {
        name: "two of one name",
        headers: [("traceparent", Some(STALE)), ("traceparent", Some(LATEST))],
        read: [Latest, Nothing, Stale, Stale],
    },
    Row {
        name: "two that differ in case",
        headers: [("Traceparent", Some(STALE)), ("traceparent", Some(LATEST))],
        read: [Latest, Stale, Latest, Latest],
    },
    Row {
        name: "a null after it",
        headers: [("traceparent", Some(LATEST)), ("traceparent", None)],
        read: [Nothing, Nothing, Latest, Latest],
    },
];

fn record(row: &Row) -> Line {
    let headers = row.headers.iter().map(|(name, value)| match value {
        Some(value) => Header::new(name, value.as_bytes()),
        None => Header::null(name),
    });
    let value = Some(Data::from(row.name.as_bytes()));
    Line { partition: Some(0), value, headers: headers.collect(), ..Line::default() }
}

fn read(line: &Line) -> Reads {
    match &line.trace_id {
        None => Nothing,
        Some(trace) if STALE.contains(trace) => Stale,
        Some(trace) if LATEST.contains(trace) => Latest,
        Some(trace) => panic!("{trace} is of neither"),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn of_several_contexts_we_read_the_latest_where_peers_read_another_or_none() {
    let topic = broker().topic(1).await;
    let sent = Client::Rdkafka.send(&topic, &ROWS.iter().map(record).collect::<Vec<_>>()).await;
    assert_eq!(consume(&topic, sent.len()).iter().map(read).collect::<Vec<_>>(), [Latest; ROWS.len()]);
    for (index, peer) in Peer::ALL.into_iter().enumerate() {
        let got: Vec<_> = peer.consume(&topic, sent.len()).iter().map(read).collect();
        let expected: Vec<_> = ROWS.iter().map(|row| row.read[index]).collect();
        assert_eq!(got, expected, "{peer}, of {:?}", ROWS.map(|row| row.name));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn what_we_forward_of_it_every_peer_reads() {
    let (first, second) = (broker().topic(1).await, broker().topic(1).await);
    let sent = Client::Rdkafka.send(&first, &ROWS.iter().map(record).collect::<Vec<_>>()).await;
    let forwarded = Client::Krafka.forward(&first, sent.len(), &second).await;
    for peer in Peer::ALL {
        let got = peer.consume(&second, forwarded.len());
        for (forwarded, got) in forwarded.iter().zip(&got) {
            assert_eq!(got.traceparent(), forwarded.traceparent(), "{peer}: {got:?}");
            assert_eq!(read(got), Latest);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn kafkajs_and_kafka_python_cannot_write_a_header_that_is_null() {
    let topic = broker().topic(1).await;
    let record = Line { headers: vec![Header::null("via")], ..record(&ROWS[0]) };
    for peer in Peer::ALL {
        assert_eq!(peer.refuses(&topic, &record), !peer.can_write(&record), "{peer}");
    }
}
