//! Which shards may be read: a child only after its parents.
//!
//! <https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-after-resharding.html>

use std::collections::BTreeSet;

/// A shard and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shard {
    pub(super) id: String,
    /// None for a shard the stream was created with, one after a split, two after a merge.
    pub(super) parents: Vec<String>,
    /// Whether it was split or merged, so that it gets no more records.
    pub(super) is_closed: bool,
}

impl From<aws_sdk_kinesis::types::Shard> for Shard {
    fn from(shard: aws_sdk_kinesis::types::Shard) -> Self {
        let parents = [shard.parent_shard_id, shard.adjacent_parent_shard_id];
        let range = shard.sequence_number_range;
        let is_closed = range.is_some_and(|range| range.ending_sequence_number.is_some());
        Self { id: shard.shard_id, parents: parents.into_iter().flatten().collect(), is_closed }
    }
}

/// The shards to start next: not started yet, and every parent is exhausted (read to its end, all its records settled)
/// or has left the stream with its last record.
pub(super) fn ready<'a>(
    shards: &'a [Shard],
    started: &BTreeSet<String>,
    exhausted: &BTreeSet<String>,
) -> Vec<&'a Shard> {
    let pending: BTreeSet<&str> =
        shards.iter().map(|shard| shard.id.as_str()).filter(|&id| !exhausted.contains(id)).collect();
    let free = |shard: &&Shard| !shard.parents.iter().any(|parent| pending.contains(parent.as_str()));
    shards.iter().filter(|shard| !started.contains(&shard.id)).filter(free).collect()
}

/// Whether a shard has ended whose successor is not listed yet, so that the list must be asked for again.
pub(super) fn heir_missing(shards: &[Shard], exhausted: &BTreeSet<String>) -> bool {
    let parents: BTreeSet<&str> = shards.iter().flat_map(|shard| &shard.parents).map(String::as_str).collect();
    exhausted.iter().any(|id| !parents.contains(id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shards(list: &[(&str, &[&str])]) -> Vec<Shard> {
        let shard = |(id, parents): &(&str, &[&str])| Shard {
            id: (*id).into(),
            parents: parents.iter().map(|&parent| parent.into()).collect(),
            is_closed: false,
        };
        list.iter().map(shard).collect()
    }

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|&id| id.into()).collect()
    }

    /// `0` is split into `1` and `2`; `2` and `3` are merged into `4`.
    const RESHARDED: &[(&str, &[&str])] = &[("0", &[]), ("1", &["0"]), ("2", &["0"]), ("3", &[]), ("4", &["2", "3"])];

    #[test]
    fn a_child_waits_for_all_its_parents() {
        let table: [(&[&str], &[&str], &[&str]); 6] = [
            (&[], &[], &["0", "3"]),
            (&["0", "3"], &[], &[]),
            (&["0", "3"], &["0"], &["1", "2"]),
            (&["0", "1", "2", "3"], &["0", "3"], &[]),
            (&["0", "1", "2", "3"], &["0", "2"], &[]),
            (&["0", "1", "2", "3"], &["0", "2", "3"], &["4"]),
        ];
        for (started, exhausted, next) in table {
            let shards = shards(RESHARDED);
            let got: Vec<_> = ready(&shards, &set(started), &set(exhausted)).iter().map(|s| s.id.as_str()).collect();
            assert_eq!(got, next, "started {started:?}, exhausted {exhausted:?}");
        }
    }

    #[test]
    fn a_parent_shard_that_left_the_stream_holds_no_child_back() {
        let shards = shards(&[("7", &["gone"])]);
        assert_eq!(ready(&shards, &set(&[]), &set(&[])).len(), 1);
    }

    #[test]
    fn an_ended_shard_without_a_listed_child_asks_for_a_new_list() {
        assert!(!heir_missing(&shards(RESHARDED), &set(&["0", "2"])));
        assert!(heir_missing(&shards(RESHARDED), &set(&["0", "1"])));
    }
}
