//! Which records stand where their key belongs.

use kinetrace_testbed::kafka::partition_of;

/// How many partitions a topic has had, and how many records are elsewhere than Java's partitioner would have them.
#[derive(Debug)]
pub(super) struct Placement {
    counts: Vec<i32>,
    misplaced: u64,
}

impl Placement {
    /// A topic that begins with so many partitions, and grows in these legs.
    pub(super) fn new(counts: impl IntoIterator<Item = i32>) -> Self {
        Self { counts: counts.into_iter().collect(), misplaced: 0 }
    }

    /// Takes down where a record of this key is. When its producer heard that the topic has grown is not known, so it may be
    /// in the partition of any of the counts.
    pub(super) fn add(&mut self, key: &[u8], partition: i32) {
        let is_home = self.counts.iter().any(|&count| partition_of(key, count) == partition);
        self.misplaced += u64::from(!is_home);
    }

    pub(super) fn misplaced(&self) -> u64 {
        self.misplaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_at_home_in_the_partition_of_its_key_for_any_count_that_the_topic_has_had() {
        let key = b"N14228";
        let (two, five) = (partition_of(key, 2), partition_of(key, 5));
        let mut placement = Placement::new([2, 5]);
        placement.add(key, two);
        placement.add(key, five);
        assert_eq!(placement.misplaced(), 0);
        for elsewhere in (0..5).filter(|partition| ![two, five].contains(partition)) {
            placement.add(key, elsewhere);
        }
        assert_eq!(placement.misplaced(), if two == five { 4 } else { 3 });
    }
}
