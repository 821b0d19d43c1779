//! The order of a partition's records when the broker refuses one of them, and takes it when it is sent again.

use kinetrace_kafka::check_order;
use krafka::Kafka;
use rdkafka::producer::{FutureProducer, FutureRecord};

use crate::broker::broker;
use crate::consume::receive;

/// The third of these is refused.
const RECORDS: u32 = 20;

fn payload(topic: &str, number: u32) -> String {
    format!("{topic} number {number:02}")
}

/// What was acknowledged, as it is in the log.
fn log(topic: &str) -> Vec<u32> {
    assert!(broker().proxy.is_done(payload(topic, 2).as_bytes()), "nothing was refused");
    let number = |value: Vec<u8>| String::from_utf8(value).unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    receive(topic, None, RECORDS as usize, |_, line| number(line.value.unwrap().0))
}

/// Whether it is in order, which is to be what `check_order` says of these settings.
async fn rdkafka_keeps_the_order(settings: &[(&str, &str)]) -> bool {
    let topic = broker().topic(1).await;
    let mut config = broker().config();
    config.set("bootstrap.servers", &broker().proxy.bootstrap_servers);
    // One record a request, so that one of them is refused.
    config.set("linger.ms", "0").set("batch.num.messages", "1");
    for (name, value) in settings {
        config.set(*name, *value);
    }
    let producer: FutureProducer = config.create().unwrap();
    broker().proxy.damage_once(payload(&topic, 2).as_bytes());
    let queue = |number| {
        let payload = payload(&topic, number);
        let record = FutureRecord::<[u8], str>::to(&topic).payload(&payload);
        producer.send_result(record).map_err(|(error, _)| error).unwrap()
    };
    let deliveries: Vec<_> = (0..RECORDS).map(queue).collect();
    for delivery in deliveries {
        delivery.await.unwrap().unwrap();
    }
    let log = log(&topic);
    println!("{settings:?}: {log:?}");
    let is_in_order = log == in_order();
    assert_eq!(check_order(&config).is_ok(), is_in_order, "{log:?}");
    is_in_order
}

fn in_order() -> Vec<u32> {
    (0..RECORDS).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn the_idempotent_producer_of_rdkafka_keeps_the_order_when_a_record_is_refused() {
    assert!(rdkafka_keeps_the_order(&[("enable.idempotence", "true")]).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn krafka_keeps_the_order_when_a_record_is_refused() {
    let topic = broker().topic(1).await;
    let kafka = Kafka::builder(broker().proxy.bootstrap_servers.clone()).connect().await.unwrap();
    let producer = kafka.producer().build().await.unwrap();
    broker().proxy.damage_once(payload(&topic, 2).as_bytes());
    let mut handles = Vec::new();
    for number in 0..RECORDS {
        handles.push(producer.enqueue(krafka::Record::new(&*topic, payload(&topic, number))).await.unwrap());
    }
    for handle in handles {
        assert!(handle.await.unwrap().is_persisted());
    }
    assert_eq!(log(&topic), in_order());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn rdkafka_inverts_by_default_when_a_record_is_refused() {
    assert!(!rdkafka_keeps_the_order(&[]).await);
}

/// librdkafka's documentation warns of more than one request in flight only.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn rdkafka_inverts_with_one_request_in_flight_when_a_record_is_refused() {
    assert!(!rdkafka_keeps_the_order(&[("max.in.flight.requests.per.connection", "1")]).await);
}
