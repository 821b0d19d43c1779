//! One batch: its span, its records, and what the business code made of them.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::FutureExt as _;
use kinetrace::history::{BatchPlace, ProcessOutcome, Timestamp};
use opentelemetry::Context;
use opentelemetry::trace::FutureExt as _;
use tokio::time::Instant;

use crate::begun::Begun;
use crate::by_batch::batch::Batch;
use crate::by_batch::batch_handler::BatchHandler;
use crate::by_batch::batch_span;
use crate::by_batch::cut_off;
use crate::by_batch::settle::{Next, Returned, Settlement, settle};
use crate::call::{Call, Terms};
use crate::call_failure::CallFailure;
use crate::message::Message;
use crate::processing::Processing;
use crate::transport::{Cause, Transport};

/// Where a partition is to start again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    /// Its place in the event.
    pub(crate) place: usize,
    pub(crate) cause: Cause,
}

/// Messages with their places in the event.
type Messages = Vec<(usize, Message)>;

/// Records that the business code has, the first of them first.
type AllBegun<'a> = VecDeque<(usize, Begun<'a>)>;

impl<B: BatchHandler> Processing<'_, B> {
    /// Processes the messages of a partition, which ends here at the latest. Lambda sends records of one shard; from others
    /// there may be several, and then each is a batch of its own, one after another.
    pub(crate) async fn process_part<T: Transport>(&self, messages: Messages, mut end: Option<End>) -> Option<End> {
        for mut shard in by_shard(messages) {
            if let Some(End { place: end, .. }) = end {
                shard.retain(|(place, _)| *place < end);
            }
            // What is left of it stands before the end.
            end = self.process_batch::<T>(shard).await.or(end);
        }
        end
    }

    async fn process_batch<T: Transport>(&self, messages: Messages) -> Option<End> {
        let (_, Message { record, .. }) = messages.first()?;
        let is_one = messages.len() == 1;
        let stop_by = cut_off::of_batch(messages.len(), Instant::now(), self.terms.stop_by);
        let span = if is_one { None } else { self.start_batch_span::<T>(record, messages.len()) };
        let around = span.as_ref().unwrap_or(self.invocation);
        let (batch, begun) = self.begin_all::<T>(messages, around);
        let current = match batch.as_ref().and_then(|batch| batch.context(0)).filter(|_| is_one) {
            Some(only) => only.clone(),
            None => around.with_value(Call::on(&Arc::new(Terms { stop_by, caller: self.caller().clone() }))),
        };
        let ended = self.hand_over(batch, begun, &current, stop_by).await;
        if let Some(span) = &span {
            batch_span::end(span, ended.as_ref().map(|(_, failure)| failure));
        }
        ended.map(|(end, _)| end)
    }

    fn begin_all<T: Transport>(&self, messages: Messages, around: &Context) -> (Option<Batch>, AllBegun<'_>) {
        let (number, start) = (self.batches.fetch_add(1, Ordering::Relaxed), Timestamp::now());
        let mut records = Vec::with_capacity(messages.len());
        let mut all = VecDeque::with_capacity(messages.len());
        for ((place, message), index) in messages.into_iter().zip(0..) {
            let (record, mut begun) = self.begin::<T>(message, around);
            begun.line = begun.line.map(|line| line.in_batch(start, BatchPlace { number, index }));
            records.push((record, Context::clone(&begun.context)));
            all.push_back((place, begun));
        }
        (Batch::of(records), all)
    }

    /// Calls the business code, and again after each record that it skips.
    async fn hand_over(
        &self,
        mut batch: Option<Batch>,
        mut begun: AllBegun<'_>,
        current: &Context,
        stop_by: Instant,
    ) -> Option<(End, CallFailure)> {
        while let Some(handed) = batch {
            let Settlement { done, next } =
                settle(self.call_with(handed.clone(), current, stop_by).await, handed.len());
            begun.drain(..done).for_each(|(_, it)| self.end_as_done(it));
            let (next, (place, it)) = (next?, begun.pop_front()?);
            let (failure, cause) = match next {
                Next::Skipped(reason) => {
                    self.tell(it, &Err(reason));
                    batch = handed.after(done + 1);
                    continue;
                }
                Next::Failed(failure) => (failure, Cause::Failed),
                Next::OutOfTime(failure) => (failure, Cause::OutOfTime),
            };
            let not_reached = Err(CallFailure::not_reached(it.sequence_number()));
            self.tell(it, &Err(failure.clone()));
            begun.into_iter().for_each(|(_, it)| self.tell(it, &not_reached));
            return Some((End { place, cause }, failure));
        }
        None
    }

    async fn call_with(&self, batch: Batch, current: &Context, stop_by: Instant) -> Returned {
        if Instant::now() >= stop_by {
            return Returned::OutOfTime;
        }
        // The call itself is inside the future, so that a panic before its first await is caught as well.
        let call = async { self.handler.handle(batch).await }.with_context(current.clone());
        match tokio::time::timeout_at(stop_by, AssertUnwindSafe(call).catch_unwind()).await {
            Ok(Ok(Ok(()))) => Returned::Done,
            Ok(Ok(Err(failure))) => Returned::Failed(failure),
            Ok(Err(panic)) => Returned::Panicked(CallFailure::panic(panic.as_ref())),
            Err(_) => Returned::OutOfTime,
        }
    }

    fn end_as_done(&self, begun: Begun<'_>) {
        let outcome =
            if Call::is_skipped_in(&begun.context) { ProcessOutcome::Skipped } else { ProcessOutcome::Succeeded };
        self.tell(begun, &Ok(outcome));
    }

    fn tell(&self, begun: Begun<'_>, called: &Result<ProcessOutcome, CallFailure>) {
        if let Some(line) = self.end(begun, called).line {
            self.log.write(line);
        }
    }
}

fn by_shard(messages: Messages) -> Vec<Messages> {
    let mut shards: Vec<Messages> = Vec::new();
    let mut numbers = HashMap::new();
    for (place, message) in messages {
        let shard = (Arc::clone(&message.record.stream), Arc::clone(&message.record.shard_id));
        let number = *numbers.entry(shard).or_insert(shards.len());
        if number == shards.len() {
            shards.push(Vec::new());
        }
        shards[number].push((place, message));
    }
    shards
}
