//! What happens to records shows in metrics, over OTLP on the wire; what happens to metrics never shows in records.

use std::sync::Arc;
use std::time::Duration;

use kinetrace::{Propagators, Record, Telemetry};
use kinetrace_producer::{AutoDistribution, Publisher};
use kinetrace_testbed::collector::Collector;
use kinetrace_testbed::kinesis;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, Instrument, SdkMeterProvider, Stream, Temporality};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::faults::{PATIENCE, Step, THROTTLED};
use crate::world::{STREAM, World, acks, enqueue};

const SENT: &str = "messaging.client.sent.messages";
const DURATION: &str = "messaging.client.operation.duration";
const FAILED_ATTEMPTS: &str = "kinetrace.publisher.failed.attempts";

/// A throttled entry, an answer lost after the commit, a record that Kinesis will not take.
fn script() -> [Step; 4] {
    [Step::FailEntry("b", THROTTLED), Step::CommitThenBreak, Step::Pass, Step::Refuse(400, "ValidationException")]
}

/// What the script does to a publisher's records: `Ok` for those that arrive.
async fn publish(world: &World, telemetry: &Telemetry) -> Vec<Result<String, String>> {
    let publisher = world.publisher().max_in_flight(1).telemetry(telemetry).build();
    let arrived = acks(enqueue(&publisher, &["a0", "b0", "c0"]).await).await;
    let mut outcomes: Vec<_> = arrived.into_iter().map(|ack| Ok(ack.shard_id)).collect();
    for delivery in enqueue(&publisher, &["a1", "a2"]).await {
        outcomes.push(delivery.await.map(|ack| ack.shard_id).map_err(|error| error.to_string()));
    }
    outcomes.push(publisher.send(Record::new("", "no key")).await.map(|ack| ack.shard_id).map_err(|it| it.to_string()));
    publisher.close().await;
    outcomes
}

fn off() -> Telemetry {
    Telemetry::new(None, Propagators::default())
}

#[tokio::test]
async fn the_fate_of_records_and_requests_shows_at_the_collector() {
    let world = World::start(1, script()).await;
    let collector = Collector::start().await.unwrap();
    let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer").unwrap();
    let outcomes = publish(&world, &telemetry).await;
    let shard = outcomes[0].as_deref().unwrap();
    telemetry.flush(PATIENCE).await;

    let arrived = [("messaging.destination.partition.id", shard), ("messaging.destination.name", STREAM)];
    assert_eq!(collector.total(SENT, &arrived), 3.0);
    for (error_type, records) in [("put", 1.0), ("halted", 1.0), ("partition_key", 1.0)] {
        assert_eq!(collector.total(SENT, &[("error.type", error_type)]), records, "{error_type}");
    }
    assert_eq!(collector.total(SENT, &[]), 6.0);
    for error_type in ["refused", "unknown", "invalid"] {
        assert_eq!(collector.total(FAILED_ATTEMPTS, &[("error.type", error_type)]), 1.0, "{error_type}");
        let requests = collector.metric(DURATION, &[("error.type", error_type)]);
        assert_eq!(requests.iter().map(|it| it.count.unwrap()).collect::<Vec<_>>(), [1], "{error_type}");
    }
    assert_eq!(collector.metric(DURATION, &[]).iter().map(|it| it.count.unwrap()).sum::<u64>(), 4);
    assert_eq!(collector.total("kinetrace.publisher.halted.keys", &[]), 1.0);
    for (metric, unit) in [("records", "{record}"), ("size", "By")] {
        let [waiting] = &collector.metric(&format!("kinetrace.publisher.waiting.{metric}"), &[])[..] else {
            panic!("one {metric}")
        };
        assert_eq!((&*waiting.unit, waiting.value), (unit, 0.0));
        assert_eq!(waiting.resource["service.name"].to_string(), "producer");
    }
}

#[tokio::test]
async fn what_keeps_records_from_kinesis_is_told_apart_from_throttling() {
    let denied = Step::Refuse(400, "AccessDeniedException");
    let world = World::start(1, [denied]).await;
    let collector = Collector::start().await.unwrap();
    let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer").unwrap();
    let publisher = world.publisher().telemetry(&telemetry).delivery_timeout(Duration::ZERO).build();
    // Nobody wants to know, so the keys go on at once.
    drop(enqueue(&publisher, &["a0", "b0", "a1", "b1"]).await);
    publisher.close().await;
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let nobody = Publisher::builder(kinesis::client(&gone), STREAM).telemetry(&telemetry);
    let nobody = nobody.auto_distribution(AutoDistribution::Allow).delivery_timeout(Duration::ZERO).build();
    nobody.send(Record::new("c", "c0")).await.unwrap_err();
    telemetry.flush(PATIENCE).await;
    assert_eq!(collector.total(SENT, &[("error.type", "put")]), 3.0);
    assert_eq!(collector.total(SENT, &[("error.type", "halted")]), 2.0);
    assert_eq!(collector.total(FAILED_ATTEMPTS, &[("error.type", "denied")]), 2.0);
    assert_eq!(collector.total(FAILED_ATTEMPTS, &[("error.type", "unsent")]), 1.0);
    for metric in ["halted", "resumed"] {
        assert_eq!(collector.total(&format!("kinetrace.publisher.{metric}.keys"), &[]), 3.0, "{metric}");
    }
}

#[tokio::test]
async fn a_pack_counts_as_the_records_in_it() {
    let world = World::start(1, [Step::Hold, Step::Refuse(400, THROTTLED)]).await;
    let collector = Collector::start().await.unwrap();
    let telemetry = Telemetry::exporting_to(collector.endpoint(), "producer").unwrap();
    let publisher = world.publisher().aggregation(true).telemetry(&telemetry).build();
    let mut deliveries = enqueue(&publisher, &["a0"]).await;
    world.faults.held().await;
    deliveries.extend(enqueue(&publisher, &["a1", "a2", "a3"]).await);
    telemetry.flush(PATIENCE).await;
    assert_eq!(collector.total("kinetrace.publisher.waiting.records", &[]), 4.0);
    world.faults.release().await;
    acks(deliveries).await;
    telemetry.flush(PATIENCE).await;
    assert_eq!(collector.total(SENT, &[]), 4.0);
    assert_eq!(collector.total(FAILED_ATTEMPTS, &[("error.type", "refused")]), 3.0);
}

#[tokio::test]
async fn a_collector_that_is_gone_changes_no_outcome() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let telemetry = Telemetry::exporting_to(&gone, "producer").unwrap();
    let expected = publish(&World::start(1, script()).await, &off()).await;
    let world = World::start(1, script()).await;
    assert_eq!(publish(&world, &telemetry).await, expected);
    timeout(PATIENCE, telemetry.flush(PATIENCE)).await.unwrap();
}

#[derive(Debug)]
struct Hangs(Arc<Semaphore>);

impl PushMetricExporter for Hangs {
    async fn export(&self, _: &ResourceMetrics) -> OTelSdkResult {
        drop(self.0.acquire().await);
        Ok(())
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

/// Lets the exporter go with the test, however that ends: a runtime that ends waits for a flush that is in flight.
struct Hung(Arc<Semaphore>);

impl Drop for Hung {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[tokio::test]
async fn an_exporter_that_hangs_holds_up_no_record_and_no_flush() {
    let hung = Hung(Arc::new(Semaphore::new(0)));
    let provider = SdkMeterProvider::builder().with_periodic_exporter(Hangs(Arc::clone(&hung.0))).build();
    let telemetry = off().with_meter_provider(provider);
    let world = World::start(1, []).await;
    let publisher = world.publisher().telemetry(&telemetry).build();
    for label in ["a0", "a1"] {
        timeout(PATIENCE, acks(enqueue(&publisher, &[label]).await)).await.unwrap();
        timeout(PATIENCE, telemetry.flush(Duration::from_millis(1))).await.unwrap();
    }
    timeout(PATIENCE, publisher.close()).await.unwrap();
}

#[tokio::test]
async fn a_meter_provider_that_panics_changes_no_outcome() {
    let view = |_: &Instrument| -> Option<Stream> { panic!("a view's bug") };
    // Without a reader it would ask no view.
    let provider = SdkMeterProvider::builder().with_periodic_exporter(InMemoryMetricExporter::default());
    let telemetry = off().with_meter_provider(provider.with_view(view).build());
    let expected = publish(&World::start(1, script()).await, &off()).await;
    let world = World::start(1, script()).await;
    assert_eq!(timeout(PATIENCE, publish(&world, &telemetry)).await.unwrap(), expected);
    assert_eq!(world.labels().await, ["a0", "c0", "b0", "b0"]);
}
