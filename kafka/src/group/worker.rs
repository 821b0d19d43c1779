//! What processes the records of one partition, in order.

use kinetrace_consumer::{AnyHandler, Consumer};
use tokio::time::sleep;

use super::backoff::Backoff;
use super::held::Held;
use super::partition::Ends;

pub(super) struct Worker<H> {
    pub(super) consumer: Consumer<H>,
    pub(super) ends: Ends,
    pub(super) backoff: Backoff,
    /// How many records are handed over at once, at most.
    pub(super) batch: usize,
}

impl<H: AnyHandler> Worker<H> {
    /// Until the partition is revoked. What is with the handler then is finished.
    pub(super) async fn run(mut self) {
        let (mut held, mut failures) = (Held::default(), 0);
        while self.read(&mut held).await {
            let unfinished = self.consumer.process_kafka(held.all()).await;
            // Every record of ours has an offset.
            let failed = unfinished.first().map(|it| it.offset.unwrap_or(i64::MIN));
            let done = held.finish(failed);
            if let Some((done, next)) = done {
                self.ends.progress.finish(done, next);
            }
            if failed.is_none() {
                failures = 0;
                continue;
            }
            // One that comes after a success is a new one.
            failures = if done.is_some() { 1 } else { failures + 1 };
            tokio::select! {
                () = sleep(self.backoff.after(failures)) => {}
                _ = self.ends.revoked.wait_for(|is_revoked| *is_revoked) => {}
            }
        }
    }

    /// Whether there is something to do, of which there is now as much as may be handed over.
    async fn read(&mut self, held: &mut Held) -> bool {
        if held.len() == 0 {
            tokio::select! {
                biased;
                _ = self.ends.revoked.wait_for(|is_revoked| *is_revoked) => return false,
                record = self.ends.records.recv() => match record {
                    Some(record) => held.push(record),
                    None => return false,
                }
            }
        }
        while held.len() < self.batch
            && let Ok(record) = self.ends.records.try_recv()
        {
            held.push(record);
        }
        !*self.ends.revoked.borrow()
    }
}
