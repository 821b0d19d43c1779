//! Topics of Kafka, whose shards are partitions, and whose sequence numbers are offsets.

use kinetrace::history::{Event, Partitioner, Partitions};

use super::*;

fn described(counts: &[u32]) -> Story {
    let line = |count: &u32| Event::Partitions(Partitions::new("flights", *count, Partitioner::Murmur2));
    Story { events: counts.iter().map(line).collect() }
}

/// Records of key `a`, whose murmur2 hash is 0 modulo 2 and 4, 1 modulo 3 and 4 modulo 6.
fn on(story: Story, places: &[(&str, &str)]) -> Story {
    (0..).zip(places).fold(story, |story, (sequence, (partition, offset))| story.through(sequence, partition, offset))
}

fn placement(story: &Story) -> (u64, Vec<String>) {
    let verdict = check(&story.events);
    (verdict.placement.violations, verdict.placement.examples.iter().map(ToString::to_string).collect())
}

#[test]
fn a_key_belongs_on_the_partition_that_it_hashes_to() {
    let (violations, examples) = placement(&on(described(&[4]), &[("0", "7"), ("1", "8")]));
    assert_eq!(violations, 1);
    assert!(examples[0].ends_with("is at 1:8, but its key belongs on partition 0"), "{examples:?}");
    assert_eq!(placement(&on(described(&[4]), &[("1", "7"), ("1", "8")])).0, 2, "one partition, and the wrong one");
    assert_eq!(placement(&on(described(&[4]), &[("0", "7"), ("0", "8")])).0, 0);
}

#[test]
fn in_a_topic_that_grew_a_key_belongs_on_one_partition_for_each_size() {
    let story = || described(&[2, 3, 6]);
    assert_eq!(placement(&on(story(), &[("0", "7"), ("1", "8"), ("4", "9")])).0, 0);
    let (violations, examples) = placement(&on(story(), &[("0", "7"), ("2", "8")]));
    assert_eq!(violations, 1);
    assert!(examples[0].ends_with("belongs on partition 0 or 1 or 4"), "{examples:?}");
}

#[test]
fn where_no_line_describes_the_topic_a_key_belongs_where_it_began() {
    assert_eq!(placement(&on(Story::default(), &[("1", "7"), ("1", "8"), ("0", "9")])).0, 1);
    assert_eq!(placement(&on(Story::default(), &[("1", "7"), ("1", "8")])).0, 0);
}

#[test]
fn of_a_hashed_key_the_partition_is_not_known_but_it_is_one_unless_the_topic_grew() {
    let scattered = [("1", "7"), ("2", "8")];
    assert_eq!(placement(&hashed(on(described(&[4]), &[("1", "7"), ("1", "8")]))).0, 0);
    assert_eq!(placement(&hashed(on(described(&[4]), &scattered))).0, 1);
    assert_eq!(placement(&hashed(on(described(&[4, 6]), &scattered))).0, 0);
}

#[test]
fn a_key_that_is_not_text_is_hashed_by_its_bytes() {
    let named = |partition: &'static str| {
        let story = described(&[4]).put_but(0, "7", |it| {
            (it.group, it.shard) = ("base64:/wA=".into(), Some(partition.into()));
        });
        story.process_but(0, "7", 100, |it| (it.group, it.shard) = (Some("base64:/wA=".into()), partition.into()))
    };
    assert_eq!(["3", "2"].map(|partition| placement(&named(partition)).0), [0, 1]);
}

/// Transactions and compaction leave offsets out, and the first may be any.
#[test]
fn offsets_may_have_gaps_and_begin_anywhere_and_compare_as_numbers() {
    let verdict = check(&on(described(&[4]), &[("0", "9"), ("0", "10"), ("0", "4711")]).events);
    assert!(verdict.holds(), "{verdict}");
    let verdict = check(&on(described(&[4]), &[("0", "10"), ("0", "9")]).events);
    assert_eq!(verdict.stream_order.violations, 1, "{verdict}");
}
