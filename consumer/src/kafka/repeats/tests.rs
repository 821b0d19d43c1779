use std::time::Duration;

use super::*;
use crate::origin::KafkaOrigin;

fn record(partition: &str, offset: i64, payload: &str) -> Record {
    let mut record = Record::new("N14228", payload.to_owned());
    (record.stream, record.shard_id) = ("flights".into(), partition.into());
    let (partition, value) = (partition.parse().unwrap(), Some(record.payload.clone()));
    record.origin = Some(Origin::Kafka(KafkaOrigin { cluster_arn: None, partition, offset, value }));
    record.arrival = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(7));
    record
}

/// A batch of these offsets of each partition, of which these are done and these partitions come again.
fn batch(repeats: &mut Repeats, offsets: &[(&str, &[i64])], done: &[(&str, i64)], again: &[usize]) {
    let mut parts = Parts::new();
    for (place, (partition, offsets)) in offsets.iter().enumerate() {
        offsets.iter().for_each(|offset| add_to(&mut parts, place, &record(partition, *offset, "p")));
    }
    let done = done.iter().map(|(partition, offset)| record(partition, *offset, "p")).collect();
    repeats.settle(parts, |place| again.contains(&place), done);
}

fn known(repeats: &Repeats, offsets: std::ops::Range<i64>) -> Vec<(&'static str, i64)> {
    let places = ["0", "1"].into_iter().flat_map(|partition| offsets.clone().map(move |offset| (partition, offset)));
    places.filter(|(partition, offset)| repeats.has(&record(partition, *offset, "p"))).collect()
}

#[test]
fn only_records_that_were_done_of_a_batch_that_comes_again_are_repeats() {
    let mut repeats = Repeats::default();
    batch(&mut repeats, &[("0", &[5, 6, 7]), ("1", &[5, 6])], &[("0", 5), ("0", 6), ("1", 5)], &[0]);
    assert_eq!(known(&repeats, 0..9), [("0", 5), ("0", 6)]);
    batch(&mut repeats, &[("0", &[5, 6, 7])], &[("0", 5), ("0", 6), ("0", 7)], &[]);
    assert_eq!(known(&repeats, 0..9), []);
    assert_eq!(repeats.bytes, 0);
}

#[test]
fn a_halved_batch_forgets_what_the_topic_has_committed() {
    let mut repeats = Repeats::default();
    batch(&mut repeats, &[("0", &[5, 6, 7, 8])], &[("0", 5), ("0", 6), ("0", 7)], &[0]);
    batch(&mut repeats, &[("0", &[7, 8])], &[("0", 7)], &[0]);
    assert_eq!(known(&repeats, 0..9), [("0", 7)]);
}

#[test]
fn another_record_at_the_same_offset_is_not_a_repeat() {
    let mut repeats = Repeats::default();
    batch(&mut repeats, &[("0", &[5, 6])], &[("0", 5)], &[0]);
    assert!(repeats.has(&record("0", 5, "p")));
    let mut later = record("0", 5, "p");
    later.arrival = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(8));
    let (mut of_another_key, mut of_another_topic) = (record("0", 5, "p"), record("0", 5, "p"));
    of_another_key.key = Some("N24211".into());
    of_another_topic.stream = "orders".into();
    for other in
        [later, of_another_key, of_another_topic, record("0", 5, "q"), record("0", 6, "p"), record("1", 5, "p")]
    {
        assert!(!repeats.has(&other), "{other:?}");
    }
}

#[test]
fn what_is_remembered_is_bounded_and_the_oldest_batch_is_forgotten_first() {
    let mut repeats = Repeats::default();
    let each = RECORD_BYTES + "p".len();
    let offsets: Vec<i64> = (0..(MAX_BYTES / each) as i64 - 1).collect();
    let done: Vec<_> = offsets.iter().map(|offset| ("0", *offset)).collect();
    batch(&mut repeats, &[("0", &offsets)], &done, &[0]);
    batch(&mut repeats, &[("1", &[0, 1])], &[("1", 0)], &[0]);
    assert_eq!(repeats.bytes / each, MAX_BYTES / each);
    batch(&mut repeats, &[("1", &[0, 1])], &[("1", 0), ("1", 1)], &[0]);
    assert_eq!((known(&repeats, 0..3), repeats.bytes), (vec![("1", 0), ("1", 1)], 2 * each));
}
