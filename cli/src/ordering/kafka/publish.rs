//! Hands the records of a leg to a client, in order, and reports the fate of each.

use std::ops::Range;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;

use super::client::Delivery;
use super::created::{Created, Creator};
use super::producer::Producer;
use crate::ordering::lines::Lines;
use crate::ordering::records::Records;

/// What a leg needs.
pub(super) struct Publication<'a> {
    pub(super) records: Records<'a>,
    pub(super) lines: &'a Lines<'a>,
    /// How many records may be on their way at once.
    pub(super) window: usize,
    /// How many records' fate is known.
    pub(super) settled: &'a watch::Sender<usize>,
}

impl Publication<'_> {
    /// Returns when the fate of all of them is known.
    pub(super) async fn publish(&self, leg: Range<usize>, creator: &mut Creator<'_>, producer: &Producer) {
        let mut under_way = FuturesUnordered::new();
        for record in self.records.range(leg.start, leg.end) {
            let (outgoing, created) = creator.create(record);
            let pending = producer.hand_over(outgoing).await;
            under_way.push(async { (created, pending.await) });
            while under_way.len() >= self.window
                && let Some((created, delivery)) = under_way.next().await
            {
                self.settle(created, delivery).await;
            }
        }
        while let Some((created, delivery)) = under_way.next().await {
            self.settle(created, delivery).await;
        }
    }

    async fn settle(&self, created: Created, delivery: Delivery) {
        self.lines.tell(created.line(delivery)).await;
        self.settled.send_modify(|settled| *settled += 1);
    }
}
