//! A program in the middle: it consumes a record and produces it again, with all the headers that it had.

use crate::broker::broker;
use crate::business::Business;
use crate::client::Client;
use crate::consume::consume;
use crate::line::Line;
use crate::peer::Peer;
use crate::records::records;

/// Whatever the peer left in the headers, one context is in them when we have forwarded the record, and the peer continues it.
async fn we_forward_from_it_to_it(peer: Peer) {
    let (first, second) = (broker().topic(1).await, broker().topic(1).await);
    let given: Vec<_> = records(0).into_iter().filter(|it| peer.can_write(it)).collect();
    let sent = peer.produce(&first, &given);
    let mut forwarded = Client::Rdkafka.forward(&first, sent.len(), &second).await;
    forwarded.extend(Client::Krafka.forward(&first, sent.len(), &second).await);

    let got = peer.consume(&second, forwarded.len());
    assert_eq!(got.len(), 2 * given.len());
    for ((sent, forwarded), got) in sent.iter().cycle().zip(&forwarded).zip(&got) {
        assert_eq!(Business::of(got), Business::of(forwarded).in_the_order_of(peer));
        assert_eq!(forwarded.trace_id, sent.trace_id);
        assert_eq!(got.values("traceparent").len(), 1, "{got:?}");
        if peer.begins_a_span_for(got) {
            assert_eq!(got.traceparent(), forwarded.traceparent(), "{peer}: {got:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_forward_from_java_to_java() {
    we_forward_from_it_to_it(Peer::Java).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_forward_from_kafkajs_to_kafkajs() {
    we_forward_from_it_to_it(Peer::KafkaJs).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_forward_from_kafka_python_to_kafka_python() {
    we_forward_from_it_to_it(Peer::KafkaPython).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn we_forward_from_confluent_kafka_to_confluent_kafka() {
    we_forward_from_it_to_it(Peer::ConfluentKafka).await;
}

/// What the peer's producer wrote last is what we read. `contexts`: how many it leaves in the headers. `same_trace`: whether its
/// own span continues what it read.
async fn it_forwards_from_us_to_us(peer: Peer, contexts: usize, same_trace: bool) {
    let (first, second) = (broker().topic(1).await, broker().topic(1).await);
    let given: Vec<_> = records(0).into_iter().filter(|it| peer.can_write(it)).collect();
    let sent = Client::Rdkafka.produce(&first, &given).await;
    let forwarded = peer.forward(&first, sent.len(), &second);

    let got = consume(&second, forwarded.len());
    assert_eq!(got.len(), given.len());
    for ((sent, forwarded), got) in sent.iter().zip(&forwarded).zip(&got) {
        let sent = Line { offset: forwarded.offset, ..sent.clone() };
        assert_eq!(Business::of(got), Business::of(&sent).in_the_order_of(peer));
        assert_eq!(got.values("traceparent").len(), contexts, "{peer}: {got:?}");
        assert_eq!(got.traceparent(), forwarded.traceparent(), "{peer}: {got:?}");
        assert_eq!(got.trace_id == sent.trace_id, same_trace, "{peer}: {got:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn java_forwards_from_us_to_us() {
    it_forwards_from_us_to_us(Peer::Java, 1, true).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn kafkajs_forwards_from_us_to_us() {
    it_forwards_from_us_to_us(Peer::KafkaJs, 1, true).await;
}

/// Its span for a record that it consumed has ended before the program gets the record.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn kafka_python_forwards_from_us_to_us_in_a_trace_of_its_own() {
    it_forwards_from_us_to_us(Peer::KafkaPython, 2, false).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn confluent_kafka_forwards_from_us_to_us_in_a_trace_of_its_own() {
    it_forwards_from_us_to_us(Peer::ConfluentKafka, 2, false).await;
}
