//! How a key goes on when its head has arrived, or is given up.

use std::collections::hash_map::Entry;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::key_queue::KeyQueue;
use super::parcel::Parcel;
use super::queue::Outbox;
use super::terms::BatchId;

/// Room for so many keys is kept though there are fewer: those of a few requests.
pub(super) const SPARE_KEYS: usize = 4_000;

impl<T> Outbox<T> {
    /// Nothing of the key is on its way any more: what waits may go.
    pub(super) fn release(&mut self, name: &Arc<str>) {
        let Entry::Occupied(mut queue) = self.queues.entry(Arc::clone(name)) else { return };
        queue.get_mut().in_flight = false;
        match queue.get().head() {
            Some(head) => _ = self.ready.insert((head.arrival, Arc::clone(name))),
            None => {
                queue.remove();
                self.give_back_room();
            }
        }
    }

    /// Takes out all that waits of a key.
    pub(super) fn forget(&mut self, name: &Arc<str>) -> Option<KeyQueue<T>> {
        let queue = self.queues.remove(name);
        self.give_back_room();
        queue
    }

    /// Nothing is kept of a key of which nothing waits and nothing is on its way. The room of many keys is given back, too, when
    /// a quarter of it is in use.
    fn give_back_room(&mut self) {
        let room = self.queues.capacity();
        if room > SPARE_KEYS && self.queues.len() < room / 4 {
            self.queues.shrink_to(room / 2);
        }
    }

    /// Takes out the waiting records of a batch under a key, which came in between these arrivals, so that the records after them
    /// may go.
    pub(super) fn withdraw(
        &mut self,
        name: &Arc<str>,
        batch: BatchId,
        arrivals: RangeInclusive<u64>,
    ) -> Vec<Parcel<T>> {
        let Some(queue) = self.queues.get_mut(name) else { return Vec::new() };
        let (head, back) = (queue.head(), queue.withdraw(batch, arrivals));
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
