//! The messages of one invocation: which of them are processed, and which is the first that is not done.

use std::mem;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use kinetrace::Reader;
use kinetrace::history::ProcessOutcome;
use tokio::time::Instant;

use crate::configuration::Configuration;
use crate::handler::Handler;
use crate::kinesis::answer::{Cause, Stop};
use crate::kinesis::event::BadRecord;
use crate::kinesis::message::{Message, Waiting};
use crate::kinesis::unreadable;
use crate::process::Processing;
use crate::record_log::RecordLog;
use crate::schedule::Schedule;

/// Lambda kills a function at its deadline, and would then send again what was processed already, too. So much earlier
/// nothing more is begun, and what is under way is cut off.
const DEADLINE_MARGIN: Duration = Duration::from_millis(100);

/// A place in the batch.
pub(crate) enum Slot {
    Waiting {
        /// The place of its Kinesis record in the event, from 0.
        index: usize,
        waiting: Waiting,
    },
    /// It was begun at least. Where the batch ends there, it failed.
    Begun(Stop),
    Bad(Box<BadRecord>),
}

/// When everything has to be done.
pub(crate) fn stop_by(deadline: SystemTime) -> Instant {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    Instant::now() + left.saturating_sub(DEADLINE_MARGIN)
}

/// Processes messages as far as that goes, up to `max_concurrency` of different keys at once.
///
/// An error is a record at which the batch ends, and which has no number to tell Lambda.
pub(crate) async fn process<H: Handler>(
    mut slots: Vec<Slot>,
    configuration: &Configuration,
    processing: &Processing<'_, H>,
    log: &RecordLog,
) -> Result<Option<Stop>, BadRecord> {
    let max_concurrency = configuration.max_concurrency.get();
    let lane = |slot| if max_concurrency > 1 { lane(slot, configuration.reader) } else { None };
    let mut schedule = Schedule::new(slots.iter().map(lane));
    // Nobody knows its key, so nothing behind it may be begun before it.
    slots.iter().position(|slot| matches!(slot, Slot::Bad(_))).into_iter().for_each(|bad| schedule.fail(bad));
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
            under_way.push(async move { (place, processing.process(message).await) });
        }
        let next = match under_way.next().now_or_never() {
            Some(next) => next,
            None => {
                log.flush();
                under_way.next().await
            }
        };
        let Some((place, process)) = next else { break };
        match process.outcome {
            ProcessOutcome::Succeeded | ProcessOutcome::Skipped => schedule.succeed(place),
            ProcessOutcome::Failed => schedule.fail(place),
        }
        log.write(process);
    }
    let end = schedule.end();
    if let Some(Slot::Bad(bad)) = slots.get(end) {
        log.write(unreadable::line(bad, processing.function.clone(), processing.request_id));
    }
    log.flush();
    stop(slots, end)
}

/// Messages of one lane are processed one after another. A key that is missing, or is itself a context, does not name what
/// the record is about, so such records share a lane: any two may belong together. The format does not tell, for a context
/// that is found in the data is preferred to one in the key.
fn lane(slot: &Slot, reader: Reader) -> Option<&str> {
    let Slot::Waiting { waiting, .. } = slot else { return None };
    waiting.partition_key().filter(|key| !key.is_empty() && !reader.is_context(key))
}

fn begin(slots: &mut [Slot], place: usize) -> Option<Message> {
    let slot = slots.get_mut(place)?;
    let Slot::Waiting { index, waiting } = slot else { return None };
    let begun = Slot::Begun(Stop::at(*index, waiting, Cause::Failed));
    match mem::replace(slot, begun) {
        Slot::Waiting { waiting, .. } => waiting.read(),
        _ => None,
    }
}

fn stop(slots: Vec<Slot>, end: usize) -> Result<Option<Stop>, BadRecord> {
    let Some(slot) = slots.into_iter().nth(end) else { return Ok(None) };
    match slot {
        Slot::Begun(stop) => Ok(Some(stop)),
        Slot::Waiting { index, waiting } => {
            let stop = Stop::at(index, &waiting, Cause::OutOfTime);
            tracing::warn!(sequence_number = %stop.sequence_number, "stopped before the deadline; the rest of the batch will come again");
            Ok(Some(stop))
        }
        Slot::Bad(bad) => {
            let Some(sequence_number) = bad.sequence_number.clone() else { return Err(*bad) };
            let shard_id = bad.shard_id.as_deref().map(Arc::from);
            Ok(Some(Stop { index: bad.index, sequence_number, shard_id, cause: Cause::Failed }))
        }
    }
}
