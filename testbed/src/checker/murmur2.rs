//! The hash by which Kafka's own clients choose a partition.

const M: u32 = 0x5bd1_e995;
const SEED: u32 = 0x9747_b28c;

/// The partition of a key, as Java's client has it: `toPositive(murmur2(key)) % count`. `None` if there are none.
/// <https://github.com/apache/kafka/blob/4.0.0/clients/src/main/java/org/apache/kafka/common/utils/Utils.java>
pub(super) fn partition(key: &[u8], count: u32) -> Option<u32> {
    (murmur2(key) & 0x7fff_ffff).checked_rem(count)
}

fn murmur2(data: &[u8]) -> u32 {
    // Java's length is an int; no key is that long.
    let mut hash = SEED ^ u32::try_from(data.len()).unwrap_or(u32::MAX);
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        let mut word = u32::from_le_bytes(*word).wrapping_mul(M);
        word ^= word >> 24;
        hash = hash.wrapping_mul(M) ^ word.wrapping_mul(M);
    }
    if !rest.is_empty() {
        let tail = rest.iter().rev().fold(0, |tail, byte| (tail << 8) | u32::from(*byte));
        hash = (hash ^ tail).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those of Kafka's own `UtilsTest`.
    #[test]
    fn the_hashes_are_those_of_kafkas_own_tests() {
        let table = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ];
        for (key, hash) in table {
            assert_eq!(murmur2(key.as_bytes()).cast_signed(), hash, "{key}");
        }
        assert_eq!(partition(b"abc", 6), Some(479_470_107 % 6));
        assert_eq!(partition(b"21", 7), Some((i64::from(-973_932_308 & 0x7fff_ffff) % 7) as u32));
        assert_eq!(partition(b"abc", 0), None);
    }
}
