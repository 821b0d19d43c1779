//! Each key arrives in the order it was handed over, whatever happens on the way.

use std::collections::HashMap;

use futures_util::FutureExt;
use kinetrace::Record;
use kinetrace_producer::{Ack, Delivery, Publisher};

use crate::faults::{INTERNAL, Step, THROTTLED};
use crate::world::{Stored, World, acks, enqueue};

const KEYS: usize = 12;
const EACH: usize = 12;

#[tokio::test]
async fn each_key_arrives_in_order_where_its_acks_say_with_the_bytes_that_were_sent() {
    let world = World::start(4, []).await;
    let publisher = world.publisher().build();
    let sent = send_interleaved(&publisher).await;
    assert_in_order(&sent, &world.stream().await);
    assert_eq!(world.faults.watch.overlaps(), [""; 0]);
    assert_eq!(world.stream().await.len(), KEYS * EACH);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_key_arrives_in_order_through_any_mixture_of_faults() {
    for seed in 0..4 {
        let mut random = fastrand::Rng::with_seed(seed);
        let script: Vec<Step> = (0..40).map(|_| any_fault(&mut random)).collect();
        let world = World::start(3, script.iter().copied()).await;
        let publisher = world.publisher().build();
        let sent = send_interleaved(&publisher).await;
        eprintln!("seed {seed}: {script:?}");
        assert_in_order(&sent, &world.stream().await);
        assert_eq!(world.faults.watch.overlaps(), [""; 0]);
    }
}

#[tokio::test]
async fn different_keys_travel_together_and_two_records_of_one_key_never_do() {
    let world = World::start(2, [Step::Hold]).await;
    let publisher = world.publisher().max_in_flight(1).build();
    let mut deliveries = enqueue(&publisher, &["a0"]).await;
    world.faults.held().await;
    deliveries.extend(enqueue(&publisher, &["b0", "b1", "a1", "c0", "b2"]).await);
    world.faults.release().await;
    acks(deliveries).await;
    assert_eq!(world.faults.watch.calls(), [vec!["a0"], vec!["b0", "a1", "c0"], vec!["b1"], vec!["b2"]]);
    assert_eq!(world.faults.watch.overlaps(), [""; 0]);
}

#[tokio::test]
async fn a_second_record_of_a_key_waits_for_the_first_while_other_keys_go_by() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().build();
    let [first] = <[Delivery; 1]>::try_from(enqueue(&publisher, &["a0"]).await).unwrap();
    world.faults.held().await;
    let [mut second, other] = <[Delivery; 2]>::try_from(enqueue(&publisher, &["a1", "b0"]).await).unwrap();
    other.await.unwrap();
    assert_eq!(world.faults.watch.calls(), [["a0"], ["b0"]]);
    assert!((&mut second).now_or_never().is_none());
    world.faults.release().await;
    acks(vec![first, second]).await;
    assert_eq!(world.labels().await, ["b0", "a0", "a1"]);
}

/// A record and its ack.
type Sent = (Record, Ack);

/// Hands over all records of all keys, the keys taking turns, before it waits for the first ack.
async fn send_interleaved(publisher: &Publisher) -> Vec<Sent> {
    let mut sent = Vec::new();
    for n in 0..EACH {
        for key in 0..KEYS {
            let payloads = [format!(r#"{{ "n" : {n}.0 }}"#).into_bytes(), format!("plain {n}\u{ff}").into_bytes()];
            let record = Record::new(format!("key-{key}"), payloads[(n + key) % 2].clone());
            sent.push((record.clone(), publisher.enqueue(record).await.unwrap()));
        }
    }
    let mut acknowledged = Vec::new();
    for (record, delivery) in sent {
        acknowledged.push((record, delivery.await.unwrap()));
    }
    acknowledged
}

/// First occurrences are what was sent, as it was sent; every further copy says that it is one.
fn assert_in_order(sent: &[Sent], stream: &[Stored]) {
    let mut expected: HashMap<&str, Vec<&Sent>> = HashMap::new();
    for sent in sent {
        expected.entry(&sent.0.partition_key).or_default().push(sent);
    }
    let mut arrived: HashMap<&str, usize> = HashMap::new();
    for stored in stream {
        let key = &expected[&*stored.partition_key];
        let next = arrived.entry(&stored.partition_key).or_default();
        let sequence = usize::try_from(stored.order().sequence).unwrap();
        assert!(sequence <= *next, "{stored:?} came before number {next} of its key");
        *next = (*next).max(sequence + 1);
        let (record, ack) = key[sequence];
        assert_eq!(stored.order(), ack.order);
        assert_eq!(stored.extraction().payload, record.data);
    }
    for (record, ack) in sent {
        let there = stream.iter().find(|stored| stored.is_where(ack)).unwrap();
        assert_eq!((&there.partition_key, there.order()), (&record.partition_key, ack.order));
    }
    assert!(arrived.len() == KEYS && arrived.values().all(|count| *count == EACH), "{arrived:?}");
}

fn any_fault(random: &mut fastrand::Rng) -> Step {
    let key = ["key-0", "key-1", "key-2", "key-3", "key-4", "key-5"][random.usize(0..6)];
    match random.u8(0..8) {
        0 => Step::Refuse(400, THROTTLED),
        1 => Step::Refuse(500, INTERNAL),
        2 => Step::CommitThenBreak,
        3..6 => Step::FailEntry(key, [THROTTLED, INTERNAL][random.usize(0..2)]),
        _ => Step::Pass,
    }
}
