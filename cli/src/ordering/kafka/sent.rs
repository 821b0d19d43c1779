//! Which record a copy in the log is of, where it carries nothing that says so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kinetrace::Order;

/// The records that were sent, by the checksums of their values; clones share them. A client that is not idempotent leaves copies in the log,
/// and is told the place of one of them only.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent(Arc<Mutex<HashMap<u32, Option<Order>>>>);

impl Sent {
    pub(super) fn add(&self, crc32: u32, order: Order) {
        // Of records that share one, none is known by it.
        self.lock().entry(crc32).and_modify(|known| *known = None).or_insert(Some(order));
    }

    /// The count of the record whose value has this checksum, if there is one such record.
    pub(super) fn order_of(&self, crc32: u32) -> Option<Order> {
        self.lock().get(&crc32).copied().flatten()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Option<Order>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use kinetrace::ProducerId;

    use super::*;

    #[test]
    fn a_value_names_its_record_unless_several_have_it() {
        let order = |sequence| Order { producer: ProducerId::from_bits(7), sequence };
        let sent = Sent::default();
        sent.add(1, order(0));
        sent.add(2, order(1));
        assert_eq!([1, 2, 3].map(|crc32| sent.order_of(crc32)), [Some(order(0)), Some(order(1)), None]);
        sent.add(1, order(2));
        assert_eq!(sent.order_of(1), None);
    }
}
