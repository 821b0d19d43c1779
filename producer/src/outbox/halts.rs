//! Which keys are halted, each with its cause, and when its halt ends.

use std::collections::HashMap;
use std::sync::Arc;

/// Which halt of a publisher's it is: a key may be halted, go on, and be halted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HaltNumber(u64);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Halts {
    pub(super) by_key: HashMap<Arc<str>, KeyHalt>,
    count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct KeyHalt {
    number: HaltNumber,
    cause: Arc<str>,
    /// How many of its records came back of which the caller does not know it yet.
    untold: usize,
}

impl Halts {
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn cause(&self, key: &str) -> Option<&Arc<str>> {
        self.by_key.get(key).map(|halt| &halt.cause)
    }

    /// The key is halted, with which so many records come back.
    pub(super) fn halt(&mut self, key: Arc<str>, cause: Arc<str>, untold: usize) -> HaltNumber {
        self.count += 1;
        let number = HaltNumber(self.count);
        self.by_key.insert(key, KeyHalt { number, cause, untold });
        number
    }

    /// The caller knows the fate of one of the records. Whether that was the last, and the key is halted no more.
    pub(super) fn told(&mut self, key: &str, number: HaltNumber) -> bool {
        let Some(halt) = self.by_key.get_mut(key).filter(|halt| halt.number == number) else { return false };
        halt.untold = halt.untold.saturating_sub(1);
        halt.untold == 0 && self.end(key)
    }

    /// The key is halted no more. Whether it was.
    pub(super) fn end(&mut self, key: &str) -> bool {
        let was_halted = self.by_key.remove(key).is_some();
        if self.by_key.is_empty() {
            self.clear();
        }
        was_halted
    }

    /// After an outage, it gives back what the map took.
    pub(super) fn clear(&mut self) {
        self.by_key = HashMap::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_halt_ends_when_the_caller_has_seen_its_last_record() {
        let mut halts = Halts::default();
        let number = halts.halt("a".into(), "cause".into(), 2);
        assert!(!halts.told("a", number));
        assert!(!halts.told("b", number), "a key that is not halted");
        assert_eq!(halts.cause("a").map(|cause| &**cause), Some("cause"));
        assert!(halts.told("a", number));
        assert_eq!((halts.cause("a"), halts.len()), (None, 0));
        assert!(!halts.told("a", number), "once too often");
    }

    #[test]
    fn news_of_an_earlier_halt_does_not_end_a_later_one() {
        let mut halts = Halts::default();
        let earlier = halts.halt("a".into(), "cause".into(), 1);
        assert!(halts.end("a"));
        assert!(!halts.end("a"), "it was not halted any more");
        let later = halts.halt("a".into(), "cause".into(), 1);
        assert!(!halts.told("a", earlier));
        assert!(halts.told("a", later));
    }

    #[test]
    fn nothing_is_kept_once_no_key_is_halted() {
        let mut halts = Halts::default();
        for key in 0..1000 {
            halts.halt(key.to_string().into(), "cause".into(), 1);
        }
        assert!(halts.by_key.capacity() >= 1000);
        for key in 0..1000 {
            halts.end(&key.to_string());
        }
        assert_eq!(halts.by_key.capacity(), 0);
    }

    /// What [`PublisherBuilder::max_halted_keys`](crate::PublisherBuilder::max_halted_keys) says of it. The cause is shared by all
    /// that fails with one answer.
    #[test]
    fn a_halted_key_takes_no_more_than_is_said() {
        let (keys, length) = (100_000, 16);
        let mut halts = Halts::default();
        let cause: Arc<str> = "cause".into();
        for key in 0..keys {
            halts.halt(format!("{key:0length$}").into(), Arc::clone(&cause), 1);
        }
        // One byte of the table's own for each slot, of which seven of eight may be used; two counters of the `Arc`.
        let slots = halts.by_key.capacity() * 8 / 7 * (size_of::<(Arc<str>, KeyHalt)>() + 1);
        let names = keys * (2 * size_of::<usize>() + length);
        let bytes = (slots + names) / keys;
        assert!(bytes <= 130, "{bytes} bytes a key");
    }
}
