//! Which partition a key belongs to.

/// The partition that Java's producer, and every client that follows it, gives a record with this key in a topic of so many
/// partitions: `murmur2(key) mod count`, with the sign cut off
/// (`org.apache.kafka.clients.producer.internals.BuiltInPartitioner.partitionForKey`). 0 for a topic without partitions.
pub fn partition_of(key: &[u8], partitions: i32) -> i32 {
    let hash = i32::try_from(krafka::producer::murmur2(key) & 0x7fff_ffff).unwrap_or_default();
    hash.checked_rem(partitions).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Utils.murmur2` of Apache Kafka on these texts, from its own `UtilsTest`.
    #[test]
    fn keys_go_where_javas_producer_sends_them() {
        for (key, hash) in [("21", -973_932_308_i32), ("foobar", -790_332_482), ("abc", 479_470_107)] {
            assert_eq!(partition_of(key.as_bytes(), 7), (hash & 0x7fff_ffff) % 7, "{key}");
        }
        assert_eq!(partition_of(b"abc", 0), 0);
    }
}
