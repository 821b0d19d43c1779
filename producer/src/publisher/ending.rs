//! How a publisher is flushed, and how it ends.

use std::time::Duration;

use super::Publisher;
use super::flush::FlushError;
use super::tell::tell;
use crate::outbox::Halt;

impl Publisher {
    /// Waits until every record that was handed in before has its answer: it arrived, or it was given up. Its delivery
    /// tells which. The publisher stays open, and other tasks go on handing in records, for which this does not wait.
    ///
    /// For moments at which nothing may be in flight: before a checkpoint is written, or before a Lambda function returns
    /// and its environment is stopped. What waits for room in [`enqueue`](Self::enqueue) has not been handed in yet.
    ///
    /// # Errors
    ///
    /// Time was up; the error says how many records had no answer. They are still tried.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use kinetrace_producer::{Publisher, Record};
    /// # async fn example(publisher: &Publisher, legs: Vec<Record>) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut deliveries = Vec::new();
    /// for leg in legs {
    ///     deliveries.push(publisher.enqueue(leg).await?);
    /// }
    /// publisher.flush(Duration::from_secs(30)).await?;
    /// for delivery in deliveries {
    ///     delivery.await?; // At once, by now.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn flush(&self, timeout: Duration) -> Result<(), FlushError> {
        self.shared.unanswered.flush(timeout).await
    }

    /// Waits until the fate of every record is known. Their deliveries tell.
    pub async fn close(mut self) {
        self.shut();
        if let Some(worker) = self.worker.take() {
            // It fails only if the runtime is shutting down, and then the deliveries say so.
            let _ = worker.await;
        }
    }

    /// Waits like [`close`](Self::close), but no longer than `limit`. What is left then comes back with
    /// [`DeliveryError::Closed`](crate::DeliveryError::Closed); of what was on its way, it stays unknown whether
    /// Kinesis has it. Returns whether nothing was left.
    pub async fn close_within(mut self, limit: Duration) -> bool {
        self.shut();
        let Some(mut worker) = self.worker.take() else { return true };
        if tokio::time::timeout(limit, &mut worker).await.is_ok() {
            return true;
        }
        let left = self.shared.state().outbox.halt_all(Halt::Closed);
        // Ends the requests that are in flight, and the worker with the last of them.
        self.shared.cut_off.send_replace(true);
        self.shared.changed.notify_one();
        for settlement in left {
            tell(&self.shared, settlement);
            // There may be many, and who waits for their deliveries may be of the same task.
            tokio::task::consume_budget().await;
        }
        let _ = worker.await;
        false
    }

    fn shut(&self) {
        self.shared.state().closed = true;
        self.shared.changed.notify_one();
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.shut();
    }
}
