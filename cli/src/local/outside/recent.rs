//! What was seen lately, in a bounded space.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher as _};

/// The hashes of the latest things: at least as many as a generation holds, and at most twice as many.
#[derive(Debug)]
pub(super) struct Recent {
    young: HashSet<u64>,
    old: HashSet<u64>,
    generation: usize,
}

impl Recent {
    pub(super) fn new(generation: usize) -> Self {
        Self { young: HashSet::new(), old: HashSet::new(), generation }
    }

    pub(super) fn add(&mut self, hash: u64) {
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash);
    }

    pub(super) fn has(&self, hash: u64) -> bool {
        self.young.contains(&hash) || self.old.contains(&hash)
    }
}

/// By which things are told apart.
pub(in crate::local) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_known_and_no_more_than_two_generations_are_kept() {
        let mut recent = Recent::new(10);
        for thing in 0..1_000_u64 {
            recent.add(thing);
            assert!((thing.saturating_sub(9)..=thing).all(|thing| recent.has(thing)), "{thing}");
            assert!(recent.young.len() + recent.old.len() <= 20);
        }
        assert!(!recent.has(0));
    }
}
