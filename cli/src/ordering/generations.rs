//! What waits for its counterpart, by id, in a bounded space: what waits too long is given up.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Values by id. Once as many are there as one generation holds, and no sooner, the generation before it is given up: so
/// what is given up has seen at least so many others come and stay.
#[derive(Debug)]
pub(super) struct Generations<V> {
    young: HashMap<u64, V, Random>,
    old: HashMap<u64, V, Random>,
    capacity: usize,
}

impl<V: Default> Generations<V> {
    /// Holds twice as many at most.
    pub(super) fn new(capacity: usize) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), capacity }
    }

    /// How many are there.
    pub(super) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// The value of this id, if there is one.
    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut V> {
        match self.young.get_mut(&id) {
            Some(value) => Some(value),
            None => self.old.get_mut(&id),
        }
    }

    /// The value of this id, or a new one; and those that are given up for it.
    pub(super) fn entry(&mut self, id: u64) -> (&mut V, impl Iterator<Item = V> + use<V>) {
        let mut given_up = HashMap::default();
        let value = match self.old.remove(&id) {
            Some(value) => Some(value),
            None => {
                if self.young.len() >= self.capacity && !self.young.contains_key(&id) {
                    given_up = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
                }
                None
            }
        };
        let place = self.young.entry(id).or_default();
        if let Some(value) = value {
            *place = value;
        }
        (place, given_up.into_values())
    }

    /// Takes out the value of this id.
    pub(super) fn remove(&mut self, id: u64) -> Option<V> {
        self.young.remove(&id).or_else(|| self.old.remove(&id))
    }

    /// All that are there.
    pub(super) fn into_values(self) -> impl Iterator<Item = V> {
        self.young.into_values().chain(self.old.into_values())
    }
}

/// Span ids are random, so they need no hash.
type Random = BuildHasherDefault<Identity>;

#[derive(Debug, Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }

    fn finish(&self) -> u64 {
        // A map looks at the highest bits and at the lowest.
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_given_up_once_a_generation_has_come_after_it_and_stayed() {
        let mut waiting = Generations::<u64>::new(10);
        let mut given_up = Vec::new();
        for id in 0..1_000 {
            let (value, others) = waiting.entry(id);
            *value = id;
            given_up.extend(others);
            assert!(waiting.len() <= 20, "{}", waiting.len());
        }
        given_up.sort_unstable();
        assert_eq!(given_up, (0..given_up.len() as u64).collect::<Vec<_>>(), "the oldest go first");
        assert_eq!(given_up.len() + waiting.len(), 1_000);
    }

    #[test]
    fn what_is_taken_out_makes_room_and_nothing_is_given_up_for_it() {
        let mut waiting = Generations::<u64>::new(10);
        for id in 0..1_000 {
            let (value, others) = waiting.entry(id);
            *value = id;
            assert_eq!(others.count(), 0, "{id}");
            if let Some(id) = id.checked_sub(5) {
                assert_eq!(waiting.get_mut(id).copied(), Some(id));
                assert_eq!(waiting.remove(id), Some(id));
            }
        }
        assert_eq!(waiting.into_values().count(), 5);
    }
}
