//! What comes back when the time of a batch is up.

use std::sync::Arc;
use std::time::Instant;

use super::parcel::Parcel;
use super::queue::Outbox;
use super::settlement::{Halt, Settlement, Why};

impl<T> Outbox<T> {
    /// Returns what waits of the batches whose time is up, and refuses what comes. What is on its way is so still, no longer
    /// than until its batch's deadline. To be asked before [`next_request`](Self::next_request), with the same `now`.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<Settlement<T>> {
        let mut expired = Vec::new();
        while let Some((batch, keys)) = self.batches.expire(now) {
            for (key, arrivals) in keys {
                expired.extend(told(self.withdraw(&key, batch, arrivals)));
            }
        }
        expired
    }
}

/// What was tried says what its last attempt did; what waited for it may not pass it.
fn told<T>(parcels: Vec<Parcel<T>>) -> impl Iterator<Item = Settlement<T>> {
    let mut halt = Halt::Expired;
    parcels.into_iter().map(move |parcel| {
        let why = match &parcel.cause {
            Some(cause) => {
                halt = Halt::Key(Arc::clone(cause));
                Why::Put { attempts: parcel.attempts, cause: Arc::clone(cause), permanent: false }
            }
            None => Why::Halt(halt.clone()),
        };
        Settlement { parcel, result: Err(why), halt: None }
    })
}
