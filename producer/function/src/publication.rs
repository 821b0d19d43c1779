//! The events of one request on their way: handed over in order, and a line about each as soon as its fate
//! is known.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use kinetrace::Record;
use kinetrace_producer::{Ack, Batch, Delivery, DeliveryError, Publisher, SendError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use crate::answer_room::AnswerRoom;
use crate::event_result::EventResult;
use crate::record_log::{LineStart, RecordLog, write};

/// So many lines are written in one go at most, if so much is known at once.
const AT_ONCE: usize = 64;

/// An event that was handed to the publisher, or refused there.
struct HandedOver {
    index: usize,
    line: LineStart,
    delivery: Result<Delivery, Box<SendError>>,
}

/// The results of a request.
pub(crate) struct Publication {
    pub(crate) results: Vec<EventResult>,
    /// The publisher sends nothing any more, this request's records included.
    pub(crate) is_stopped: bool,
}

/// Publishes the records. Every one has a result by then, shortly after `time` at the latest, and none is on its way: what
/// is not in the stream by then is never sent, however long the process lives and the publisher with it.
pub(crate) async fn publish(
    publisher: &Publisher,
    log: RecordLog<'_>,
    records: Vec<Record>,
    room: AnswerRoom,
    time: Duration,
) -> Publication {
    let (sender, handed_over) = unbounded_channel();
    let ((), publication) =
        tokio::join!(hand_over(publisher, log, records, time, sender), settle(handed_over, log, room));
    publication
}

async fn hand_over(
    publisher: &Publisher,
    log: RecordLog<'_>,
    records: Vec<Record>,
    time: Duration,
    sender: UnboundedSender<HandedOver>,
) {
    let (batch, answer_by) = (publisher.batch(time), Instant::now() + time);
    let mut halted = HashMap::new();
    for (index, record) in records.into_iter().enumerate() {
        let line = log.start(&record);
        let delivery = enqueue((publisher, &batch), &mut halted, record, answer_by).await;
        // The other side reads until there is no sender.
        let _ = sender.send(HandedOver { index, line, delivery });
    }
}

/// A key one of whose records was refused here is halted for the rest of the request, as the publisher halts one whose
/// record is given up later: nothing of this request may pass it. `halted` has the reason for each.
async fn enqueue(
    (publisher, batch): (&Publisher, &Batch<'_>),
    halted: &mut HashMap<String, Arc<str>>,
    record: Record,
    answer_by: Instant,
) -> Result<Delivery, Box<SendError>> {
    if let Some(cause) = halted.get(&record.partition_key) {
        return Err(publisher.refuse(record, DeliveryError::Halted(Arc::clone(cause))));
    }
    let delivery = if answer_by <= Instant::now() {
        Err(publisher.refuse(record, DeliveryError::NoRoom))
    } else {
        batch.enqueue(record).await
    };
    if let Err(error) = &delivery
        && let Some(record) = &error.record
    {
        let cause = match &error.reason {
            DeliveryError::Halted(cause) => Arc::clone(cause),
            reason => reason.to_string().into(),
        };
        halted.insert(record.partition_key.clone(), cause);
    }
    delivery
}

/// Writes the line about each event when its fate is known: an invocation that is killed leaves those of all records that
/// were acknowledged until then. In the order of the request, the results.
async fn settle(mut handed_over: UnboundedReceiver<HandedOver>, log: RecordLog<'_>, room: AnswerRoom) -> Publication {
    let (mut under_way, mut results) = (FuturesUnordered::new(), Vec::new());
    let mut is_stopped = false;
    loop {
        let settled = tokio::select! {
            Some(next) = handed_over.recv() => {
                under_way.push(next.settled());
                continue;
            }
            Some(settled) = under_way.next() => settled,
            else => break,
        };
        let (mut lines, mut next) = (Vec::new(), Some(settled));
        while let Some((index, line, settled)) = next {
            is_stopped |= matches!(&settled, Err(error) if matches!(error.reason, DeliveryError::Stopped(_)));
            results.push((index, room.result(&settled)));
            lines.extend(log.line(line, &settled));
            next = if lines.len() < AT_ONCE { under_way.next().now_or_never().flatten() } else { None };
        }
        write(lines);
    }
    results.sort_unstable_by_key(|(index, _)| *index);
    Publication { results: results.into_iter().map(|(_, result)| result).collect(), is_stopped }
}

impl HandedOver {
    async fn settled(self) -> (usize, LineStart, Result<Ack, Box<SendError>>) {
        let settled = match self.delivery {
            Ok(delivery) => delivery.await,
            Err(refused) => Err(refused),
        };
        (self.index, self.line, settled)
    }
}
