//! The messages of one invocation: which of them are processed, and which is the first of each partition that is not done.

use std::collections::BTreeSet;
use std::future::Future;
use std::mem;
use std::time::{Duration, SystemTime};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::time::Instant;

use crate::begun::is_done;
use crate::call::Caller;
use crate::handler::Handler;
use crate::key::Key;
use crate::message::Message;
use crate::processing::Processing;
use crate::record_log::RecordLog;
use crate::schedule::Schedule;
use crate::sequence::Sequence;
use crate::transport::{Cause, Transport};

/// Lambda kills a function at its deadline, and would then send again what was processed already, too. So much earlier
/// nothing more is begun, and what is in flight is cut off.
const DEADLINE_MARGIN: Duration = Duration::from_millis(100);

/// A place in the batch.
pub(crate) struct Slot<T: Transport> {
    /// Partitions are numbered from 0.
    pub(crate) partition: usize,
    pub(crate) state: State<T>,
}

pub(crate) enum State<T: Transport> {
    Waiting(T::Waiting),
    /// It was begun at least. Where the partition ends there, it failed.
    Begun(T::Cut),
    Unreadable(T::Unreadable),
}

impl<T: Transport> Slot<T> {
    pub(crate) fn waiting(partition: usize, waiting: T::Waiting) -> Self {
        Self { partition, state: State::Waiting(waiting) }
    }

    pub(crate) fn unreadable(partition: usize, entry: T::Unreadable) -> Self {
        Self { partition, state: State::Unreadable(entry) }
    }
}

/// When everything has to be done.
pub(crate) fn stop_by(deadline: SystemTime) -> Instant {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    Instant::now() + left.saturating_sub(DEADLINE_MARGIN)
}

/// Processes messages as far as that goes, up to `max_concurrency` of different keys or partitions at once.
///
/// What comes back is where each partition is to start again, if it is, in the order of the batch.
pub(crate) async fn process<T: Transport, H: Handler>(
    slots: Vec<Slot<T>>,
    max_concurrency: usize,
    processing: &Processing<'_, H>,
) -> Vec<T::Cut> {
    if max_concurrency == 1 {
        one_by_one(slots, processing).await
    } else {
        side_by_side(slots, max_concurrency, processing).await
    }
}

/// What is side by side needs an allocation and a look at the schedule for each message, and this does not.
async fn one_by_one<T: Transport, H: Handler>(mut slots: Vec<Slot<T>>, processing: &Processing<'_, H>) -> Vec<T::Cut> {
    let mut sequence = Sequence::new(slots.iter().map(|slot| slot.partition));
    unreadable(&slots).for_each(|(partition, place)| sequence.end_at(partition, place));
    loop {
        if processing.is_time_up() {
            sequence.stop();
        }
        let begun = sequence.begin().and_then(|place| Some((place, begin(&mut slots, place)?)));
        let Some((place, message)) = begun else { break };
        // Lines are written before there is time to wait.
        let processed = processing.process::<T>(message, || processing.log.flush()).await;
        if !is_done(processed.outcome) {
            sequence.fail(place);
        }
        if let Some(line) = processed.line {
            processing.log.write(line);
        }
    }
    ends_of(slots, &sequence.ends(), processing)
}

async fn side_by_side<T: Transport, H: Handler>(
    mut slots: Vec<Slot<T>>,
    max_concurrency: usize,
    processing: &Processing<'_, H>,
) -> Vec<T::Cut> {
    let mut schedule = Schedule::new(slots.iter().map(|slot| (slot.partition, key(slot))));
    unreadable(&slots).for_each(|(partition, place)| schedule.end_at(partition, place));
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < max_concurrency {
            if processing.is_time_up() {
                schedule.stop();
            }
            let Some((place, message)) = schedule.begin().and_then(|place| Some((place, begin(&mut slots, place)?)))
            else {
                break;
            };
            under_way.push(async move { (place, processing.process::<T>(message, || ()).await) });
        }
        let Some((place, processed)) = next_done(&mut under_way, processing.log).await else { break };
        if is_done(processed.outcome) {
            schedule.succeed(place);
        } else {
            schedule.fail(place);
        }
        if let Some(line) = processed.line {
            processing.log.write(line);
        }
    }
    ends_of(slots, &schedule.ends(), processing)
}

/// The next one that is done, if any is in flight. Lines are written before there is time to wait.
pub(crate) async fn next_done<F: Future>(under_way: &mut FuturesUnordered<F>, log: &RecordLog) -> Option<F::Output> {
    match under_way.next().now_or_never() {
        Some(next) => next,
        None => {
            log.flush();
            under_way.next().await
        }
    }
}

/// The cuts at these places, once all that goes before them is done.
pub(crate) fn ends_of<T: Transport, H>(
    slots: Vec<Slot<T>>,
    ends: &BTreeSet<usize>,
    processing: &Processing<'_, H>,
) -> Vec<T::Cut> {
    let Caller { function, request_id } = processing.caller();
    for end in ends {
        if let Some(Slot { state: State::Unreadable(entry), .. }) = slots.get(*end) {
            processing.tell_unreadable(T::unreadable_line(entry, function.clone(), request_id));
        }
    }
    processing.log.flush();
    slots.into_iter().enumerate().filter(|(place, _)| ends.contains(place)).map(|(_, slot)| cut(slot)).collect()
}

/// The partitions and places of what cannot be read. Nobody knows its key, so nothing of its partition may be begun that stands
/// after it.
fn unreadable<T: Transport>(slots: &[Slot<T>]) -> impl Iterator<Item = (usize, usize)> {
    let unreadable = |slot: &Slot<T>| matches!(slot.state, State::Unreadable(_)).then_some(slot.partition);
    slots.iter().enumerate().filter_map(move |(place, slot)| Some((unreadable(slot)?, place)))
}

fn key<T: Transport>(slot: &Slot<T>) -> Key<'_> {
    let State::Waiting(waiting) = &slot.state else { return Key::Unknown };
    T::key(waiting)
}

/// The message at this place, if it can be read. From here on, the place counts as begun.
pub(crate) fn begin<T: Transport>(slots: &mut [Slot<T>], place: usize) -> Option<Message> {
    let Slot { state, .. } = slots.get_mut(place)?;
    let State::Waiting(waiting) = state else { return None };
    let begun = State::Begun(T::cut(waiting, Cause::Failed));
    match mem::replace(state, begun) {
        State::Waiting(waiting) => T::read(waiting),
        _ => None,
    }
}

fn cut<T: Transport>(slot: Slot<T>) -> T::Cut {
    match slot.state {
        State::Waiting(waiting) => T::cut(&waiting, Cause::OutOfTime),
        State::Begun(cut) => cut,
        State::Unreadable(entry) => T::cut_at_unreadable(entry),
    }
}

#[cfg(test)]
mod tests;
