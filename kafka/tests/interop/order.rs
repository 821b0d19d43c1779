//! What becomes of the order of one partition's records when the broker refuses some of them for a moment, and takes them again.
//!
//! It refuses because the topic asks for two replicas of each record while there is one broker.

use std::sync::Arc;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminOptions, AlterConfig, ResourceSpecifier};
use rdkafka::client::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::statistics::Statistics;
use rdkafka::util::Timeout;
use tokio::sync::Notify;

use crate::broker::broker;
use crate::client::consume_from;

/// Tells when the producer has been refused for the first time, and means to send again.
#[derive(Clone, Default)]
struct Refusals(Arc<Notify>);

impl ClientContext for Refusals {
    fn stats(&self, statistics: Statistics) {
        if statistics.brokers.values().any(|broker| broker.txretries > 0) {
            self.0.notify_one();
        }
    }
}

struct Topic(String);

impl Topic {
    /// It returns when the broker acts accordingly.
    async fn ask_for_replicas(&self, count: &str) {
        let alteration = AlterConfig::new(ResourceSpecifier::Topic(&self.0)).set("min.insync.replicas", count);
        for altered in broker().admin().alter_configs(&[alteration], &AdminOptions::new()).await.unwrap() {
            altered.unwrap();
        }
        let probe: FutureProducer = broker().config().set("message.send.max.retries", "0").create().unwrap();
        loop {
            let record = FutureRecord::<[u8], [u8]>::to(&self.0).partition(1).payload(b"probe");
            match probe.send(record, Timeout::Never).await {
                Ok(_) if count == "1" => return,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::NotEnoughReplicas), _)) if count == "2" => return,
                Ok(_) | Err((KafkaError::MessageProduction(RDKafkaErrorCode::NotEnoughReplicas), _)) => {}
                Err((error, _)) => panic!("{error}"),
            }
        }
    }
}

/// Twenty records, of which the first half is produced while the broker refuses, as they are in the log.
async fn log(settings: &[(&str, &str)]) -> Vec<u8> {
    let topic = Topic(broker().topic(2).await);
    let mut config = one_record_a_request();
    for (name, value) in settings {
        config.set(*name, *value);
    }
    let refusals = Refusals::default();
    let producer: FutureProducer<Refusals> = config.create_with_context(refusals.clone()).unwrap();
    let queue = |number: u8| {
        let payload = [number];
        let record = FutureRecord::<[u8], [u8]>::to(&topic.0).partition(0).payload(&payload);
        producer.send_result(record).map_err(|(error, _)| error).unwrap()
    };

    topic.ask_for_replicas("2").await;
    let mut deliveries: Vec<_> = (0..10).map(queue).collect();
    refusals.0.notified().await;
    topic.ask_for_replicas("1").await;
    deliveries.extend((10..20).map(queue));
    for delivery in deliveries {
        delivery.await.unwrap().unwrap();
    }
    consume_from(&topic.0, &[0], 20).iter().map(|it| it.value.as_ref().unwrap().0[0]).collect()
}

/// What was refused is sent again when there has been time enough to send the rest.
fn one_record_a_request() -> ClientConfig {
    let mut config = broker().config();
    config.set("linger.ms", "0").set("batch.num.messages", "1").set("statistics.interval.ms", "10");
    config.set("retry.backoff.ms", "3000").set("retry.backoff.max.ms", "3000");
    config
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn the_idempotent_producer_keeps_the_order_of_records_that_were_refused() {
    assert_eq!(log(&[("enable.idempotence", "true")]).await, (0..20).collect::<Vec<u8>>());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn librdkafka_inverts_records_that_were_refused_by_default() {
    let log = log(&[]).await;
    assert_ne!(log, (0..20).collect::<Vec<u8>>());
    println!("{log:?}");
}

/// librdkafka's own documentation has it that this would do.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn librdkafka_inverts_records_that_were_refused_even_with_one_request_in_flight() {
    let log = log(&[("max.in.flight.requests.per.connection", "1")]).await;
    println!("{log:?}");
    assert_ne!(log, (0..20).collect::<Vec<u8>>());
}
