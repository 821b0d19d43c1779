//! The count of each record among those of its key.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::process;
use std::time::SystemTime;

use kinetrace::{Order, ProducerId};

/// Counts per key, for a bounded number of keys.
#[derive(Debug)]
pub(super) struct Counter {
    producer: ProducerId,
    next: HashMap<Box<str>, Order>,
    max_keys: usize,
}

impl Counter {
    pub(super) fn new(max_keys: usize) -> Self {
        Self { producer: fresh_id(), next: HashMap::new(), max_keys }
    }

    pub(super) fn next(&mut self, key: &str) -> Order {
        if let Some(next) = self.next.get_mut(key) {
            let order = *next;
            next.sequence += 1;
            return order;
        }
        if self.next.len() >= self.max_keys {
            // All keys start again from 0 under one fresh id; nobody takes that for repeats.
            self.next.clear();
            self.producer = fresh_id();
        }
        let first = Order { producer: self.producer, sequence: 0 };
        self.next.insert(key.into(), Order { sequence: 1, ..first });
        first
    }

    /// The key starts again from 0, under an id of its own. What it was given and did not arrive leaves no gap that way,
    /// and what arrived without an answer is not an earlier copy of what comes next.
    pub(super) fn restart(&mut self, key: &str) {
        if let Some(next) = self.next.get_mut(key) {
            *next = Order { producer: fresh_id(), sequence: 0 };
        }
    }
}

/// Two producers with one id would be one to a deduplicating consumer, and records would be lost. A generator that is seeded
/// once does not help: environments that start alike, or from one snapshot, would have the same ids.
fn fresh_id() -> ProducerId {
    ProducerId::from_bits(getrandom::u64().unwrap_or_else(|_| guess()))
}

/// Where the operating system has no random numbers: no record may fail for want of them.
fn guess() -> u64 {
    let somewhere = Box::new(0_u8);
    let mut hasher = DefaultHasher::new();
    (SystemTime::now(), process::id(), (&raw const *somewhere).addr(), fastrand::u64(..)).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What [`Publisher`](crate::Publisher) says of a key that it has counted, with keys of 16 characters.
    #[test]
    fn a_million_keys_take_no_more_than_is_said() {
        let (keys, max_keys, length) = (1_000_000, 100_000, 16);
        let mut counter = Counter::new(max_keys);
        for key in 0..keys {
            counter.next(&format!("{key:0length$}"));
            assert!(counter.next.len() <= max_keys);
        }
        // One byte of the table's own for each slot, of which seven of eight may be used. The allocator adds 16 to each key.
        let slots = counter.next.capacity() * 8 / 7 * (size_of::<(Box<str>, Order)>() + 1);
        let bytes = (slots + max_keys * length) / max_keys;
        assert!(bytes <= 60, "{bytes} bytes a key");
    }

    #[test]
    fn each_key_counts_from_zero_without_gaps() {
        let mut counter = Counter::new(10);
        let counts: Vec<_> = ["a", "b", "a", "a", "b"].map(|key| counter.next(key).sequence).into();
        assert_eq!(counts, [0, 0, 1, 2, 1]);
    }

    #[test]
    fn ids_do_not_hang_on_how_a_generator_was_seeded() {
        fn alike<T>(source: fn() -> T) -> T {
            fastrand::seed(1);
            source()
        }
        assert_ne!(alike(fresh_id), alike(fresh_id), "of the operating system");
        assert_ne!(alike(guess), alike(guess), "of a guess");
    }

    #[test]
    fn a_key_that_starts_again_does_so_under_an_id_of_its_own() {
        let mut counter = Counter::new(10);
        let [of_a, of_b] = ["a", "b"].map(|key| counter.next(key));
        counter.restart("a");
        counter.restart("nobody knows it");
        let [first, second] = ["a", "a"].map(|key| counter.next(key));
        assert_eq!((first.sequence, second.sequence, first.producer), (0, 1, second.producer));
        assert_ne!(first.producer, of_a.producer);
        assert_eq!(counter.next("b"), Order { sequence: 1, ..of_b }, "another key started again, too");
    }

    #[test]
    fn a_forgotten_counter_goes_on_under_a_fresh_id() {
        let mut counter = Counter::new(2);
        let before = counter.next("a");
        counter.next("b");
        counter.next("c");
        let after = counter.next("a");
        assert_eq!((before.sequence, after.sequence), (0, 0));
        assert_ne!(before.producer, after.producer);
    }
}
