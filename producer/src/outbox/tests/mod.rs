//! * `requests`: which records a request takes.
//! * `answers`: what happens to them, and to those after them.
//! * `packs`: records that travel together.
//! * `batches`: records with a deadline in common.
//! * `idle`: what is kept of keys that have nothing here.
//! * `halts`: keys that are halted, and how they go on.
//! * `stream`: what the next two publish to.
//! * `model`: every course that a few records can take.
//! * `properties`: what holds for any records, answers and times.

mod answers;
mod batches;
mod halts;
mod idle;
mod model;
mod packs;
mod properties;
mod requests;
mod stream;

use std::sync::Arc;
use std::time::{Duration, Instant};

use kinetrace::HashKey;

use super::policy::RequestLimits;
use super::*;
use crate::attempt::{Attempt, Stored};

const LIMITS: RequestLimits = RequestLimits { entries: 500, bytes: 1000, pack_bytes: 1000 };

fn entry(key: &str, item: u32) -> Entry<u32> {
    Entry { place: HashKey::of(key), ..entry_at(HashKey::from(0), key, item) }
}

fn entry_at(place: HashKey, key: &str, item: u32) -> Entry<u32> {
    Entry { key: key.into(), place, bytes: 10, packed_bytes: None, terms: None, item }
}

fn outbox(entries: &[(&str, u32)]) -> Outbox<u32> {
    let mut outbox = Outbox::new(Policy { limits: LIMITS, ..Policy::default() });
    for (key, item) in entries {
        outbox.push(entry(key, *item)).unwrap();
    }
    outbox
}

fn items<'a>(parcels: impl IntoIterator<Item = &'a Parcel<u32>>) -> Vec<u32> {
    parcels.into_iter().flat_map(Parcel::items).copied().collect()
}

fn given_up(settlements: &[Settlement<u32>]) -> Vec<u32> {
    items(settlements.iter().filter(|settlement| settlement.result.is_err()).map(|settlement| &settlement.parcel))
}

fn stored(shard: &str) -> Attempt {
    Attempt::Stored(Stored { shard_id: shard.to_owned(), sequence_number: "1".into() })
}

fn refused() -> Attempt {
    Attempt::Refused("throttled".into())
}

fn unknown() -> Attempt {
    Attempt::Unknown("timeout".into())
}

fn denied() -> Attempt {
    Attempt::Denied("access denied".into())
}

fn unsent() -> Attempt {
    Attempt::Unsent("connection refused".into())
}

fn invalid() -> Attempt {
    Attempt::Invalid("no such thing".into())
}

impl Outbox<u32> {
    fn answer_each<const N: usize>(
        &mut self,
        request: Vec<Parcel<u32>>,
        attempts: [Attempt; N],
        now: Instant,
    ) -> Vec<Settlement<u32>> {
        assert_eq!(request.len(), N);
        self.settle(request.into_iter().zip(attempts).collect(), now, 0.0)
    }

    /// Everything arrives.
    fn store(&mut self, request: Vec<Parcel<u32>>, now: Instant) {
        let answered = request.into_iter().map(|parcel| (parcel, stored("shard")));
        self.settle(answered.collect(), now, 0.0);
    }
}

impl Attempt {
    fn cause(&self) -> Option<&Arc<str>> {
        match self {
            Self::Stored(_) => None,
            Self::Refused(cause)
            | Self::Denied(cause)
            | Self::Unsent(cause)
            | Self::Unknown(cause)
            | Self::Invalid(cause) => Some(cause),
        }
    }
}
