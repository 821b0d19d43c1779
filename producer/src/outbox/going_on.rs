//! How a key goes on when its head has arrived, or is given up.

use std::sync::Arc;

use super::parcel::Parcel;
use super::queue::Outbox;
use super::terms::BatchId;

impl<T> Outbox<T> {
    /// Nothing of the key is on its way any more: what waits may go.
    pub(super) fn release(&mut self, name: &Arc<str>) {
        let Some(queue) = self.queues.get_mut(name) else { return };
        queue.in_flight = false;
        match queue.head() {
            Some(head) => _ = self.ready.insert((head.arrival, Arc::clone(name))),
            None => _ = self.queues.remove(name),
        }
    }

    /// Takes out the waiting records of a batch under a key, so that the records after them may go.
    pub(super) fn withdraw(&mut self, name: &Arc<str>, batch: BatchId) -> Vec<Parcel<T>> {
        let Some(queue) = self.queues.get_mut(name) else { return Vec::new() };
        let (head, back) = (queue.head(), queue.withdraw(batch));
        if queue.in_flight || queue.head() == head {
            return back;
        }
        if let Some(until) = queue.waits_until.take() {
            self.waiting.remove(&(until, Arc::clone(name)));
        } else if let Some(head) = head {
            self.ready.remove(&(head.arrival, Arc::clone(name)));
        }
        self.release(name);
        back
    }
}
