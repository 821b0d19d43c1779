//! The messages of one invocation: which of them are processed, and where Lambda is to start again.

use std::mem;
use std::time::{Duration, SystemTime};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use kinetrace::history::ProcessOutcome;
use kinetrace::{Reader, SequenceNumber};
use tokio::time::Instant;

use crate::batch_response::BatchResponse;
use crate::configuration::Configuration;
use crate::consumer::Unidentified;
use crate::event::BadRecord;
use crate::handler::Handler;
use crate::message::Message;
use crate::process::Processing;
use crate::record_log::RecordLog;
use crate::schedule::Schedule;

/// Lambda kills a function at its deadline, and would then send again what was processed already, too. So much earlier
/// nothing more is begun, and what is under way is cut off.
const DEADLINE_MARGIN: Duration = Duration::from_millis(100);

/// A place in the batch.
pub(crate) enum Slot {
    Waiting(Message),
    /// It was begun at least.
    Begun(SequenceNumber),
    Bad(BadRecord),
}

/// When everything has to be done.
pub(crate) fn stop_by(deadline: SystemTime) -> Instant {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    Instant::now() + left.saturating_sub(DEADLINE_MARGIN)
}

/// Processes messages as far as that goes, up to `max_concurrency` of different groups at once.
pub(crate) async fn process<H: Handler>(
    mut slots: Vec<Slot>,
    configuration: &Configuration,
    processing: &Processing<'_, H>,
    log: &RecordLog,
) -> Result<BatchResponse, Unidentified> {
    let max_concurrency = configuration.max_concurrency.get();
    let lane = |slot| if max_concurrency > 1 { lane(slot, configuration.reader) } else { None };
    let mut schedule = Schedule::new(slots.iter().map(lane));
    // Nobody knows its group, so nothing behind it may be begun before it.
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
    log.flush();
    respond(slots, schedule.end())
}

/// Messages of one lane are processed one after another. A key that is missing, or is itself a context, does not name what
/// the record is about, so such records share a lane: any two may belong together. The format does not tell, for a context
/// that is found in the data is preferred to one in the key.
fn lane(slot: &Slot, reader: Reader) -> Option<&str> {
    let Slot::Waiting(message) = slot else { return None };
    message.record.partition_key.as_deref().filter(|key| !key.is_empty() && !reader.is_context(key))
}

fn begin(slots: &mut [Slot], place: usize) -> Option<Message> {
    let slot = slots.get_mut(place)?;
    let Slot::Waiting(message) = slot else { return None };
    let begun = Slot::Begun(message.record.sequence_number.clone());
    match mem::replace(slot, begun) {
        Slot::Waiting(message) => Some(message),
        _ => None,
    }
}

fn respond(slots: Vec<Slot>, end: usize) -> Result<BatchResponse, Unidentified> {
    match slots.into_iter().nth(end) {
        None => Ok(BatchResponse::done()),
        Some(Slot::Begun(sequence_number)) => Ok(BatchResponse::stopped_at(sequence_number)),
        Some(Slot::Waiting(message)) => {
            let sequence_number = message.record.sequence_number;
            tracing::warn!(%sequence_number, "stopped before the deadline; the rest of the batch will come again");
            Ok(BatchResponse::stopped_at(sequence_number))
        }
        Some(Slot::Bad(bad)) => {
            tracing::error!(index = bad.index, shard = bad.shard_id, sequence_number = ?bad.sequence_number, "{bad}");
            match &bad.sequence_number {
                Some(sequence_number) => Ok(BatchResponse::stopped_at(sequence_number.as_str())),
                None => Err(bad.into()),
            }
        }
    }
}
