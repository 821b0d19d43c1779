//! The spans that wait for the collector, and which of them go next: a pure state machine.
//!
//! It is bounded by weight, because a span has room for a batch of links and for whatever the business code says of itself:
//! sixteen thousand of them may fill a function's memory while a collector hangs. What has no room is handed back, so that
//! it can be counted. A span that matters more takes the place of the youngest ones that matter less.

use std::collections::VecDeque;

use super::limits::{Limits, MAX_EXPORTS, MIN_BATCH_BYTES};

/// How much a span matters to its trace, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// One below others of this process.
    Inner,
    /// The span of a record.
    Record,
    /// The one by which this process takes part in the trace. It ends last, and without it the others lead nowhere.
    Entry,
}

#[derive(Debug)]
pub(super) struct Queue<T> {
    limits: Limits,
    ranks: [Waiting<T>; 3],
    /// The number of the span that ended last, from 1.
    ended: u64,
    /// What is on its way.
    exports: Vec<Export>,
    /// The last span that a caller wants to be sent now.
    due: u64,
    is_closed: bool,
}

#[derive(Debug)]
struct Waiting<T> {
    items: VecDeque<Item<T>>,
    bytes: usize,
}

#[derive(Debug)]
struct Item<T> {
    number: u64,
    bytes: usize,
    /// So that a queue that grows moves pointers.
    span: Box<T>,
}

/// By its first, and oldest, span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Export {
    first: u64,
    spans: usize,
    pub(super) bytes: usize,
}

/// What `push` could not keep.
#[derive(Debug)]
pub(super) struct Lost<T>(Vec<Box<T>>);

impl<T> Lost<T> {
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

impl<T> Queue<T> {
    pub(super) fn new(limits: Limits) -> Self {
        let ranks = std::array::from_fn(|_| Waiting::new());
        Self { limits, ranks, ended: 0, exports: Vec::new(), due: 0, is_closed: false }
    }

    /// A span has ended. Lost are those that had to make room for it, or itself.
    pub(super) fn push(&mut self, span: T, bytes: usize, rank: Rank) -> Lost<T> {
        let span = Box::new(span);
        if self.is_closed || !self.can_have_room(bytes, rank) {
            return Lost(vec![span]);
        }
        let mut lost = Vec::new();
        while !self.has_room(bytes) {
            let Some(least) = self.ranks.iter_mut().find(|waiting| !waiting.items.is_empty()) else { break };
            lost.extend(least.pop_back().map(|item| item.span));
        }
        self.ended += 1;
        let waiting = &mut self.ranks[rank as usize];
        waiting.bytes += bytes;
        waiting.items.push_back(Item { number: self.ended, bytes, span });
        Lost(lost)
    }

    /// If all that matters less went.
    fn can_have_room(&self, bytes: usize, rank: Rank) -> bool {
        let less = &self.ranks[..rank as usize];
        let (spans, freed) =
            less.iter().fold((0, 0), |(spans, freed), waiting| (spans + waiting.items.len(), freed + waiting.bytes));
        self.len() - spans < self.limits.spans && self.bytes() - freed + bytes <= self.limits.bytes
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.len() < self.limits.spans && self.bytes() + bytes <= self.limits.bytes
    }

    /// Spans that wait.
    pub(super) fn len(&self) -> usize {
        self.ranks.iter().map(|waiting| waiting.items.len()).sum()
    }

    /// Of all that is kept.
    fn bytes(&self) -> usize {
        let waiting: usize = self.ranks.iter().map(|waiting| waiting.bytes).sum();
        waiting + self.exports.iter().map(|export| export.bytes).sum::<usize>()
    }

    /// So many have ended since the last flush that an export begins by itself, or one is in flight. It would stand still with a
    /// process that is frozen.
    pub(super) fn has_full_batch(&self) -> bool {
        let full_batch = u64::try_from(self.limits.full_batch).unwrap_or(u64::MAX);
        self.ended - self.due >= full_batch || !self.exports.is_empty()
    }

    /// Whether [`next_batch`](Self::next_batch) has one.
    pub(super) fn is_due(&self) -> bool {
        let is_due = self.len() >= self.limits.full_batch || self.oldest().is_some_and(|oldest| oldest <= self.due);
        is_due && self.exports.len() < MAX_EXPORTS
    }

    /// The oldest spans, as many as a request may have. [`settle`](Self::settle) has to follow.
    pub(super) fn next_batch(&mut self) -> Option<(Export, Vec<Box<T>>)> {
        if !self.is_due() {
            return None;
        }
        let (mut spans, mut export) = (Vec::new(), Export { first: self.oldest()?, spans: 0, bytes: 0 });
        while let Some(waiting) = self.with_oldest().filter(|_| spans.len() < self.limits.batch_spans) {
            let bytes = self.ranks[waiting].items.front().map_or(0, |item| item.bytes);
            if !spans.is_empty() && export.bytes + bytes > self.limits.batch_bytes {
                break;
            }
            let Some(item) = self.ranks[waiting].pop_front() else { break };
            export.bytes += item.bytes;
            export.spans += 1;
            spans.push(item.span);
        }
        self.exports.push(export);
        Some((export, spans))
    }

    /// However it ended, an export is over.
    pub(super) fn settle(&mut self, export: Export) {
        self.exports.retain(|other| *other != export);
    }

    /// A collector refuses so much: further batches have half of that.
    pub(super) fn shrink(&mut self, refused: usize) {
        let bytes = (refused / 2).max(MIN_BATCH_BYTES);
        self.limits.batch_bytes = self.limits.batch_bytes.min(bytes);
    }

    /// All that has ended is to be sent now. The answer is for [`is_settled`](Self::is_settled).
    pub(super) fn flush(&mut self) -> u64 {
        self.due = self.ended;
        self.due
    }

    /// All spans up to that one have been sent, or lost.
    pub(super) fn is_settled(&self, number: u64) -> bool {
        let on_their_way = self.exports.iter().map(|export| export.first).min();
        self.oldest().into_iter().chain(on_their_way).all(|unsettled| unsettled > number)
    }

    /// What ends from now on is lost.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    /// How many wait or are on their way. They are forgotten, because no caller will hear of them any more.
    pub(super) fn give_up(&mut self) -> usize {
        let lost = self.len() + self.exports.iter().map(|export| export.spans).sum::<usize>();
        self.ranks.iter_mut().for_each(|waiting| *waiting = Waiting::new());
        self.exports.clear();
        lost
    }

    fn with_oldest(&self) -> Option<usize> {
        let fronts =
            self.ranks.iter().enumerate().filter_map(|(rank, waiting)| Some((waiting.items.front()?.number, rank)));
        fronts.min().map(|(_, rank)| rank)
    }

    fn oldest(&self) -> Option<u64> {
        self.with_oldest().and_then(|rank| self.ranks[rank].items.front()).map(|item| item.number)
    }
}

impl<T> Waiting<T> {
    fn new() -> Self {
        Self { items: VecDeque::new(), bytes: 0 }
    }

    fn pop_front(&mut self) -> Option<Item<T>> {
        let item = self.items.pop_front()?;
        self.bytes -= item.bytes;
        Some(item)
    }

    fn pop_back(&mut self) -> Option<Item<T>> {
        let item = self.items.pop_back()?;
        self.bytes -= item.bytes;
        Some(item)
    }
}

#[cfg(test)]
mod tests;
