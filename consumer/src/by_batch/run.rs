//! The messages of one invocation, handed to the business code as batches: one for each partition.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::FuturesUnordered;

use crate::batch::{self, Slot, State, ends_of, next_done};
use crate::by_batch::batch_handler::BatchHandler;
use crate::by_batch::part::End;
use crate::message::Message;
use crate::processing::Processing;
use crate::transport::{Cause, Transport};

/// Processes partitions side by side, up to `max_concurrency` at once. Keys do not matter: a partition is one batch.
///
/// What comes back is where each partition is to start again, if it is, in the order of the event.
pub(crate) async fn process<T: Transport, B: BatchHandler>(
    mut slots: Vec<Slot<T>>,
    max_concurrency: usize,
    processing: &Processing<'_, B>,
) -> Vec<T::Cut> {
    let mut waiting = partitions(&slots).into_values();
    let mut under_way = FuturesUnordered::new();
    let mut ends = BTreeSet::new();
    loop {
        while under_way.len() < max_concurrency
            && let Some(places) = waiting.next()
        {
            if processing.is_time_up() {
                ends.extend(places.first());
                continue;
            }
            let (messages, end) = begin(&mut slots, places);
            under_way.push(processing.process_part::<T>(messages, end));
        }
        let Some(end) = next_done(&mut under_way, processing.log).await else { break };
        if let Some(End { place, cause }) = end {
            ends.insert(place);
            note(&mut slots, place, cause);
        }
    }
    drop(under_way);
    ends_of(slots, &ends, processing)
}

/// The places of each partition, in their order.
fn partitions<T: Transport>(slots: &[Slot<T>]) -> BTreeMap<usize, Vec<usize>> {
    let mut partitions = BTreeMap::<_, Vec<_>>::new();
    for (place, slot) in slots.iter().enumerate() {
        partitions.entry(slot.partition).or_default().push(place);
    }
    partitions
}

/// The messages up to the first entry that cannot be read, which is where the partition ends at the latest.
fn begin<T: Transport>(slots: &mut [Slot<T>], places: Vec<usize>) -> (Vec<(usize, Message)>, Option<End>) {
    let mut messages = Vec::with_capacity(places.len());
    for place in places {
        let Some(message) = batch::begin(slots, place) else {
            return (messages, Some(End { place, cause: Cause::Failed }));
        };
        messages.push((place, message));
    }
    (messages, None)
}

fn note<T: Transport>(slots: &mut [Slot<T>], place: usize, cause: Cause) {
    if let (Cause::OutOfTime, Some(State::Begun(cut))) = (cause, slots.get_mut(place).map(|slot| &mut slot.state)) {
        T::out_of_time(cut);
    }
}
