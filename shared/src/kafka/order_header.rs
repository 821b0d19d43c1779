//! The producer's count in a header, `<16 hex digits>-<decimal>`.

use crate::context::order::{Order, ProducerId};

pub(super) const NAME: &str = "kinetrace-order";

pub(super) fn value(order: Order) -> String {
    format!("{}-{}", order.producer, order.sequence)
}

/// Only what [`value`] writes: a count has no sign and no leading zero.
pub(super) fn read(text: &str) -> Option<Order> {
    let (producer, count) = text.split_once('-')?;
    let sequence: u64 = count.parse().ok()?;
    let order = Order { producer: ProducerId::read(producer)?, sequence };
    (value(order) == text).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_read_only_as_it_is_written() {
        let order = |sequence| Order { producer: ProducerId::from_bits(0xab), sequence };
        for sequence in [0, 7, u64::MAX] {
            assert_eq!(read(&value(order(sequence))), Some(order(sequence)));
        }
        assert_eq!(value(order(7)), "00000000000000ab-7");
        for text in [
            "",
            "-",
            "00000000000000ab",
            "00000000000000ab-",
            "00000000000000ab-+7",
            "00000000000000ab-07",
            "00000000000000ab--7",
            "00000000000000AB-7",
            "ab-7",
            "00000000000000ab-18446744073709551616",
            "00000000000000ab-7-",
            " 00000000000000ab-7",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
