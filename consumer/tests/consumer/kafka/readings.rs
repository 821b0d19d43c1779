//! A mapping that reads AWS's page in either way, and invokes until all is done.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use kinetrace_consumer::kafka::Answer;
use kinetrace_consumer::{Failure, Handler, Record};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::world::{Invoker, event};

/// What Lambda makes of the records that an answer names.
#[derive(Debug, Clone, Copy)]
enum Reading {
    /// Each partition starts again at the lowest of them.
    Rewind,
    /// They come again, and no others.
    Retry,
}

/// Fails each record as often as it is told to.
#[derive(Clone, Default)]
struct Business {
    failures: Arc<Mutex<HashMap<(String, i64), u8>>>,
    done: Arc<Mutex<Vec<(String, i64)>>>,
}

impl Handler for Business {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        tokio::task::yield_now().await;
        let name = (record.shard_id.to_string(), record.sequence_number.as_str().parse().unwrap());
        if let Some(left) = self.failures.lock().unwrap().get_mut(&name).filter(|left| **left > 0) {
            *left -= 1;
            return Err(Failure::retry("not yet"));
        }
        self.done.lock().unwrap().push(name);
        Ok(())
    }
}

/// What is to be done of each partition, in order: offsets and keys.
type Left = BTreeMap<usize, Vec<(i64, u8)>>;

fn event_of(left: &Left) -> Value {
    event(left.iter().map(|(partition, records)| {
        let record = |(offset, key): &(i64, u8)| {
            json!({"topic": "flights", "partition": partition, "offset": offset, "key": format!("AAA{}", char::from(b'A' + key)),
                "value": "SGVsbG8="})
        };
        (format!("flights-{partition}"), records.iter().map(record).collect())
    }))
}

fn after(left: &Left, told: &Result<Value, String>, reading: Reading) -> Left {
    let Ok(response) = told else { return left.clone() };
    let mut named: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
    for item in response["batchItemFailures"].as_array().unwrap() {
        let item = &item["itemIdentifier"];
        let partition = item["partition"].as_str().unwrap().strip_prefix("flights-").unwrap().parse().unwrap();
        named.entry(partition).or_default().push(item["offset"].as_i64().unwrap());
    }
    let again = |(partition, offsets): (&usize, &Vec<i64>)| {
        let is_again = |(offset, _): &&(i64, u8)| match reading {
            Reading::Rewind => offset >= offsets.iter().min().unwrap(),
            Reading::Retry => offsets.contains(offset),
        };
        (*partition, left[partition].iter().filter(is_again).copied().collect())
    };
    named.iter().map(again).collect()
}

/// Invokes until nothing is left.
async fn run(all: &Left, business: &Business, answer: Answer, at_once: usize, reading: Reading) {
    let mut left = all.clone();
    let invoker = Invoker { answer, at_once, ..Invoker::default() };
    for _ in 0..10_000 {
        if left.is_empty() {
            return;
        }
        let outcome = invoker.invoke(business.clone(), &event_of(&left)).await;
        left = after(&left, &outcome.told(), reading);
    }
    panic!("{left:?} is left for ever");
}

/// Nothing lost; of one key, what was done first was sent first; and where items are named, nothing done twice by one lane.
fn assert_done(all: &Left, business: &Business, answer: Answer, at_once: usize) {
    let done = business.done.lock().unwrap();
    for (partition, records) in all {
        let mut first_by_key: BTreeMap<u8, Vec<i64>> = BTreeMap::new();
        let mut times: HashMap<i64, usize> = HashMap::new();
        let keys: HashMap<i64, u8> = records.iter().copied().collect();
        for (_, offset) in done.iter().filter(|(name, _)| *name == partition.to_string()) {
            let count = times.entry(*offset).or_default();
            *count += 1;
            if *count == 1 {
                first_by_key.entry(keys[offset]).or_default().push(*offset);
            }
        }
        assert_eq!(times.len(), records.len(), "lost of partition {partition}");
        assert!(first_by_key.values().all(|offsets| offsets.is_sorted()), "inverted in {partition}: {first_by_key:?}");
        if answer == Answer::Items && at_once == 1 {
            assert!(times.values().all(|count| *count == 1), "done twice in {partition}: {times:?}");
        }
    }
}

/// Of each partition, for each record the gap to the one before, its key, and how often it fails.
fn drawn() -> impl Strategy<Value = Vec<Vec<(i64, u8, u8)>>> {
    let fails = prop_oneof![6 => Just(0_u8), 1 => 1..3_u8];
    vec(vec((1..4_i64, 0..4_u8, fails), 1..12), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whichever_way_lambda_reads_an_answer_nothing_is_lost_and_no_key_goes_backwards(
        drawn in drawn(),
        at_once in prop_oneof![Just(1_usize), Just(4)],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        for (answer, reading) in [
            (Answer::Error, Reading::Rewind),
            (Answer::Items, Reading::Rewind),
            (Answer::Items, Reading::Retry),
        ] {
            let (all, business) = script(&drawn);
            runtime.block_on(run(&all, &business, answer, at_once, reading));
            assert_done(&all, &business, answer, at_once);
        }
    }
}

fn script(drawn: &[Vec<(i64, u8, u8)>]) -> (Left, Business) {
    let (mut all, business) = (Left::new(), Business::default());
    for (partition, records) in drawn.iter().enumerate() {
        let mut offset = 100;
        for (gap, key, fails) in records {
            offset += gap;
            all.entry(partition).or_default().push((offset, *key));
            business.failures.lock().unwrap().insert((partition.to_string(), offset), *fails);
        }
    }
    (all, business)
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_records_of_several_partitions_come_through_in_order() {
    for (answer, reading) in
        [(Answer::Error, Reading::Rewind), (Answer::Items, Reading::Rewind), (Answer::Items, Reading::Retry)]
    {
        let drawn: Vec<Vec<_>> = (0..4)
            .map(|partition| (0..2_500).map(|place| (1, 0, u8::from(place == 500 * (partition + 1)))).collect())
            .collect();
        let (all, business) = script(&drawn);
        run(&all, &business, answer, 1, reading).await;
        assert_done(&all, &business, answer, 1);
    }
}
