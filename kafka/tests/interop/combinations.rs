//! Each peer reads what we produce, and we read what each peer produces.

use crate::broker::broker;
use crate::business::Business;
use crate::client::Client;
use crate::consume::consume;
use crate::line::Line;
use crate::peer::Peer;
use crate::records::records;

/// By both of our producers, next to each other.
async fn continues_what_we_produce(peer: Peer, relation: &str) {
    let topic = broker().topic(2).await;
    let mut sent = Client::Rdkafka.produce(&topic, &records(0)).await;
    sent.extend(Client::Krafka.produce(&topic, &records(1)).await);

    let got = peer.consume(&topic, sent.len());
    assert_eq!(got.len(), sent.len());
    for (sent, got) in sent.iter().zip(&got) {
        assert_eq!(Business::of(got), Business::of(sent).in_the_order_of(peer));
        let (trace, span) = sent.traceparent().unwrap();
        assert_eq!(got.values("traceparent"), [format!("00-{trace}-{span}-01")], "{got:?}");
        assert_eq!(got.values("tracestate"), ["kinetrace=1"], "{got:?}");
        let expected = peer.begins_a_span_for(got).then_some(((trace, span), relation));
        assert_eq!(got.traceparent().zip(got.relation.as_deref()), expected, "{peer}: {got:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn java_continues_what_we_produce() {
    continues_what_we_produce(Peer::Java, "parent").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn kafkajs_continues_what_we_produce() {
    continues_what_we_produce(Peer::KafkaJs, "parent").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn kafka_python_continues_what_we_produce() {
    continues_what_we_produce(Peer::KafkaPython, "parent").await;
}

/// Its instrumentation never makes a parent of what it read.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn confluent_kafka_links_to_what_we_produce() {
    continues_what_we_produce(Peer::ConfluentKafka, "link").await;
}

/// Also the records that carried an older context when they were handed to the peer's producer.
async fn we_continue_what_it_produces(peer: Peer) {
    let topic = broker().topic(1).await;
    let given: Vec<_> = records(0).into_iter().filter(|it| peer.can_write(it)).collect();
    let sent = peer.produce(&topic, &given);
    assert_eq!(sent.len(), given.len());

    let got = consume(&topic, sent.len());
    for ((given, sent), got) in given.iter().zip(&sent).zip(&got) {
        let given = Line { offset: sent.offset, ..given.clone() };
        assert_eq!(Business::of(got), Business::of(&given).in_the_order_of(peer));
        assert!(sent.traceparent().is_some());
        assert_eq!(got.traceparent(), sent.traceparent(), "{peer}: {got:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_continue_what_java_produces() {
    we_continue_what_it_produces(Peer::Java).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_continue_what_kafkajs_produces() {
    we_continue_what_it_produces(Peer::KafkaJs).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_continue_what_kafka_python_produces() {
    we_continue_what_it_produces(Peer::KafkaPython).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_continue_what_confluent_kafka_produces() {
    we_continue_what_it_produces(Peer::ConfluentKafka).await;
}
