//! Which record a copy in the log is of, where it carries nothing that says so.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kinetrace::Order;

/// The records that were sent, by their values; clones share them. A client that is not idempotent leaves copies in the log,
/// and is told the place of one of them only.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent(Arc<Mutex<HashMap<u64, Option<Order>>>>);

impl Sent {
    pub(super) fn add(&self, value: &[u8], order: Order) {
        // Of records with the same value, none is known by it.
        self.lock().entry(digest(value)).and_modify(|known| *known = None).or_insert(Some(order));
    }

    /// The count of the record with this value, if there is one such record.
    pub(super) fn order_of(&self, value: &[u8]) -> Option<Order> {
        self.lock().get(&digest(value)).copied().flatten()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Option<Order>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(value: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use kinetrace::ProducerId;

    use super::*;

    #[test]
    fn a_value_names_its_record_unless_several_have_it() {
        let order = |sequence| Order { producer: ProducerId::from_bits(7), sequence };
        let sent = Sent::default();
        sent.add(b"a", order(0));
        sent.add(b"b", order(1));
        assert_eq!(
            ["a", "b", "c"].map(|value| sent.order_of(value.as_bytes())),
            [Some(order(0)), Some(order(1)), None]
        );
        sent.add(b"a", order(2));
        assert_eq!(sent.order_of(b"a"), None);
    }
}
