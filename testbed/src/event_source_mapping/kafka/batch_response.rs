//! What the function's answer says of a batch of Kafka records.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html>. An older copy of that page has
//! `topic-partition` for `partition` in an identifier. Whether AWS ever took that name is not known, so it is refused here,
//! and a function that uses it sees its whole batch come again.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use bytes::Bytes;
use serde_json::Value;

use super::super::item_failures::items;
use super::super::outcome::Outcome;
use super::record::Record;
use super::settings::Reading;

/// Reads an answer about `records` of a topic. Without a reading, as on demand, any answer is a success.
pub(super) fn outcome<E: Display>(
    answer: Result<Bytes, E>,
    reading: Option<Reading>,
    topic: &str,
    records: &[Record],
) -> Outcome {
    let left = match (answer, reading) {
        (Err(error), _) => Err(format!("the function failed: {error}")),
        (Ok(_), None) => return Outcome::Success,
        (Ok(body), Some(reading)) => named(&body, topic, records).map(|named| left(&named, reading, records)),
    };
    match left {
        Ok(left) if left.is_empty() => Outcome::Success,
        Ok(left) => Outcome::Partial { left },
        Err(reason) => Outcome::Failure { reason },
    }
}

/// The indices of the records that are not done when these were named.
fn left(named: &[usize], reading: Reading, records: &[Record]) -> Vec<usize> {
    let items: HashSet<_> = named.iter().collect();
    let mut lowest = HashMap::new();
    for &index in named {
        let offset = records[index].offset;
        lowest.entry(records[index].partition).and_modify(|it: &mut i64| *it = offset.min(*it)).or_insert(offset);
    }
    let is_left = |index: &usize| match reading {
        Reading::Rewind => lowest.get(&records[*index].partition).is_some_and(|it| *it <= records[*index].offset),
        Reading::Items | Reading::ItemsLater => items.contains(index),
    };
    (0..records.len()).filter(is_left).collect()
}

/// The indices of the records that the answer names.
fn named(body: &[u8], topic: &str, records: &[Record]) -> Result<Vec<usize>, String> {
    let place = |(index, record): (usize, &Record)| ((record.partition, record.offset), index);
    let places = records.iter().enumerate().map(place).collect();
    items(body)?.iter().map(|item| index_of(item, topic, &places)).collect()
}

fn index_of(item: &Value, topic: &str, places: &HashMap<(u32, i64), usize>) -> Result<usize, String> {
    let identifier = &item["itemIdentifier"];
    let (partition, offset) = (identifier["partition"].as_str(), identifier["offset"].as_i64());
    let Some((partition, offset)) = partition.zip(offset) else {
        return Err(format!("{item} in batchItemFailures has no itemIdentifier with a partition and an offset"));
    };
    let number = partition.strip_prefix(topic).and_then(|rest| rest.strip_prefix('-'));
    // Not every way to write a number is a key of the event.
    let number = number.and_then(|text| text.parse().ok().filter(|number: &u32| number.to_string() == text));
    let index = number.and_then(|number| places.get(&(number, offset)).copied());
    index.ok_or_else(|| format!("the batch has no record {offset} of {partition}, which batchItemFailures names"))
}

#[cfg(test)]
mod tests {
    use super::super::record::TimestampType;
    use super::*;

    type Named = &'static [(&'static str, i64)];

    /// Of partition 0 the offsets 5 to 7 without 6, of partition 12 those from 4 to 6.
    fn records() -> Vec<Record> {
        let record = |(partition, offset)| Record {
            partition,
            offset,
            timestamp: 0,
            timestamp_type: TimestampType::CreateTime,
            key: None,
            value: None,
            headers: Vec::new(),
        };
        [(12, 4), (12, 5), (12, 6), (0, 5), (0, 7)].map(record).to_vec()
    }

    fn item(partition: &str, offset: i64) -> String {
        format!(r#"{{"itemIdentifier":{{"partition":"{partition}","offset":{offset}}}}}"#)
    }

    fn answer(items: &[String]) -> String {
        format!(r#"{{"batchItemFailures":[{}]}}"#, items.join(","))
    }

    fn read(body: &str, reading: Option<Reading>) -> Outcome {
        outcome(Ok::<_, String>(Bytes::from(body.to_owned())), reading, "my-topic", &records())
    }

    fn partial(left: &[usize]) -> Outcome {
        Outcome::Partial { left: left.to_vec() }
    }

    #[test]
    fn each_reading_leaves_what_it_says() {
        let table: [(Named, &[usize], &[usize]); 4] = [
            (&[("my-topic-12", 5)], &[1, 2], &[1]),
            (&[("my-topic-0", 7), ("my-topic-12", 6), ("my-topic-12", 4)], &[0, 1, 2, 4], &[0, 2, 4]),
            (&[("my-topic-0", 5), ("my-topic-0", 5)], &[3, 4], &[3]),
            (&[("my-topic-0", 7), ("my-topic-0", 5)], &[3, 4], &[3, 4]),
        ];
        for (named, rewound, items) in table {
            let body = answer(&named.iter().map(|(partition, offset)| item(partition, *offset)).collect::<Vec<_>>());
            assert_eq!(read(&body, Some(Reading::Rewind)), partial(rewound), "{body}");
            assert_eq!(read(&body, Some(Reading::Items)), partial(items), "{body}");
            assert_eq!(read(&body, Some(Reading::ItemsLater)), partial(items), "{body}");
        }
    }

    #[test]
    fn nothing_named_is_a_success() {
        for body in ["", " ", "null", "{}", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#] {
            assert_eq!(read(body, Some(Reading::Items)), Outcome::Success, "{body}");
        }
    }

    #[test]
    fn what_the_batch_does_not_have_fails_it_as_a_whole() {
        let bodies = [
            "{".into(),
            "[]".into(),
            r#"{"batchItemFailures":{}}"#.into(),
            // As Kinesis has it.
            r#"{"batchItemFailures":[{"itemIdentifier":"5"}]}"#.into(),
            // As the older page has it.
            r#"{"batchItemFailures":[{"itemIdentifier":{"topic-partition":"my-topic-0","offset":5}}]}"#.into(),
            r#"{"batchItemFailures":[{"itemIdentifier":{"partition":0,"offset":5}}]}"#.into(),
            r#"{"batchItemFailures":[{"itemIdentifier":{"partition":"my-topic-0","offset":"5"}}]}"#.into(),
            r#"{"batchItemFailures":[{"itemIdentifier":{"partition":"my-topic-0"}}]}"#.into(),
            answer(&[item("my-topic-0", 6)]),
            answer(&[item("my-topic-1", 5)]),
            answer(&[item("0", 5)]),
            answer(&[item("my-topic", 5)]),
            answer(&[item("my-topic-00", 5)]),
            answer(&[item("my-topic-0", 5), item("another-0", 5)]),
        ];
        for body in bodies {
            for reading in [Reading::Rewind, Reading::Items, Reading::ItemsLater] {
                assert!(matches!(read(&body, Some(reading)), Outcome::Failure { .. }), "{body}");
            }
        }
    }

    #[test]
    fn on_demand_any_answer_is_a_success_and_an_error_is_not() {
        for body in [answer(&[item("my-topic-0", 5)]), "{".into(), "[]".into()] {
            assert_eq!(read(&body, None), Outcome::Success, "{body}");
        }
        for reading in [None, Some(Reading::Rewind)] {
            let failed = outcome(Err("timed out after 3 s"), reading, "my-topic", &records());
            assert_eq!(failed, Outcome::Failure { reason: "the function failed: timed out after 3 s".into() });
        }
    }
}
