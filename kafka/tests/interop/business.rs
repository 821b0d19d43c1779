//! What a carrier in the headers has no business with.

use crate::line::{Data, Header, Line};
use crate::peer::Peer;

#[derive(Debug, PartialEq)]
pub(crate) struct Business {
    place: (Option<i32>, Option<i64>),
    timestamp: Option<i64>,
    key: Option<Data>,
    value: Option<Data>,
    headers: Vec<Header>,
}

impl Business {
    pub(crate) fn of(line: &Line) -> Self {
        Self {
            place: (line.partition, line.offset),
            timestamp: line.timestamp,
            key: line.key.clone(),
            value: line.value.clone(),
            headers: line.headers.iter().filter(|it| !is_context(it)).cloned().collect(),
        }
    }

    /// kafkajs has an object of headers: those of one name come together.
    pub(crate) fn in_the_order_of(mut self, peer: Peer) -> Self {
        if peer == Peer::KafkaJs {
            let names: Vec<_> = self.headers.iter().map(|it| it.name.clone()).collect();
            self.headers.sort_by_key(|it| names.iter().position(|name| *name == it.name));
        }
        self
    }
}

fn is_context(header: &Header) -> bool {
    ["traceparent", "tracestate"].iter().any(|name| header.name.eq_ignore_ascii_case(name))
}
