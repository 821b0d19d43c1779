//! What is in the shards, and whether the records of each key are in the order in which they were put.

use std::collections::HashMap;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::types::ShardIteratorType;
use kinetrace::Reader;
use kinetrace_testbed::kinesis::shards;

use crate::failure::Failure;
use crate::load::number;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// Records of Kinesis; one may hold several of those that were put.
    pub(crate) kinesis_records: usize,
    /// Those that came after a later one of their key.
    pub(crate) late: usize,
    /// Those that had come before.
    pub(crate) copies: usize,
    pub(crate) missing: usize,
}

/// Reads all shards, each from its beginning.
pub(crate) async fn read(client: &Client, stream: &str, records: usize) -> Result<Arrived, Failure> {
    let mut order = Order::new(records);
    for shard in shards(client, stream).await? {
        let position = client.get_shard_iterator().stream_name(stream).shard_id(&shard.shard);
        let mut iterator = position.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await?.shard_iterator;
        loop {
            let answer = client.get_records().set_shard_iterator(iterator).send().await?;
            if answer.records.is_empty() {
                break;
            }
            for record in answer.records {
                order.arrived.kinesis_records += 1;
                let found =
                    Reader::default().records(record.data.into_inner().into(), record.partition_key.map(Into::into));
                for place in 0..found.len() {
                    let (Some(key), Some(record)) = (found.partition_key(place), found.get(place)) else { continue };
                    order.add(&shard.shard, key, number(&record.payload).ok_or("a record that nobody has put")?)?;
                }
            }
            iterator = answer.next_shard_iterator;
        }
    }
    Ok(order.finish())
}

/// Looks at numbers, which rise as records are put.
#[derive(Debug)]
struct Order {
    arrived: Arrived,
    has_come: Vec<bool>,
    /// Of each key, its shard and its latest number.
    latest: HashMap<String, (String, usize)>,
}

impl Order {
    fn new(records: usize) -> Self {
        Self { arrived: Arrived::default(), has_come: vec![false; records], latest: HashMap::new() }
    }

    fn add(&mut self, shard: &str, key: &str, number: usize) -> Result<(), Failure> {
        let has_come = self.has_come.get_mut(number).ok_or("a record that nobody has put")?;
        if std::mem::replace(has_come, true) {
            self.arrived.copies += 1;
            return Ok(());
        }
        match self.latest.get_mut(key) {
            None => drop(self.latest.insert(key.to_owned(), (shard.to_owned(), number))),
            Some((other, _)) if other != shard => {
                return Err(format!("{key} is in two shards, {other} and {shard}").into());
            }
            Some((_, latest)) if number < *latest => self.arrived.late += 1,
            Some((_, latest)) => *latest = number,
        }
        Ok(())
    }

    fn finish(self) -> Arrived {
        let missing = self.has_come.iter().filter(|has_come| !**has_come).count();
        Arrived { missing, ..self.arrived }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_after_a_later_one_of_its_key_is_late_and_a_second_one_is_a_copy() {
        type Seen<'a> = &'a [(&'a str, usize)];
        let table: [(Seen<'_>, [usize; 3]); 5] = [
            (&[("a", 0), ("b", 1), ("a", 2), ("b", 3)], [0, 0, 0]),
            (&[("b", 3), ("a", 2), ("b", 1), ("a", 0)], [2, 0, 0]),
            (&[("a", 2), ("a", 0), ("a", 1), ("b", 3)], [2, 0, 0]),
            (&[("a", 0), ("a", 2), ("a", 0), ("b", 1), ("b", 3)], [0, 1, 0]),
            (&[("a", 0), ("b", 3)], [0, 0, 2]),
        ];
        for (came, expected) in table {
            let mut order = Order::new(4);
            for (key, number) in came {
                order.add("shard", key, *number).unwrap();
            }
            let Arrived { late, copies, missing, .. } = order.finish();
            assert_eq!([late, copies, missing], expected, "{came:?}");
        }
    }

    #[test]
    fn a_key_in_two_shards_has_no_order() {
        let mut order = Order::new(2);
        order.add("one", "a", 0).unwrap();
        assert!(order.add("two", "a", 1).is_err());
    }
}
