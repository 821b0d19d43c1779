use opentelemetry::metrics::{InstrumentBuilder, InstrumentProvider, MeterProvider, SyncInstrument};
use opentelemetry::{InstrumentationScope, global};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, Instrument, SdkMeterProvider, Stream};

use kinetrace::Propagators;

use super::*;

struct World {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

impl World {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
        Self { exporter, provider }
    }

    fn metrics(&self) -> Metrics {
        let telemetry = Telemetry::new(None, Propagators::default()).with_meter_provider(self.provider.clone());
        Metrics::new("flights", Some(telemetry))
    }

    /// The series of a metric, each with the attributes that not all of them have; a histogram's value is its count.
    fn series(&self, name: &str) -> Vec<(String, i64)> {
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let exported = self.exporter.get_finished_metrics().unwrap();
        let metrics = exported.iter().flat_map(|it| it.scope_metrics()).flat_map(|scope| scope.metrics());
        let mut series: Vec<_> = metrics.filter(|it| it.name() == name).flat_map(|it| points(it.data())).collect();
        series.sort();
        series
    }
}

fn points(data: &AggregatedMetrics) -> Vec<(String, i64)> {
    match data {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            sum.data_points().map(|it| (own(it.attributes()), it.value().try_into().unwrap())).collect()
        }
        AggregatedMetrics::I64(MetricData::Sum(sum)) => {
            sum.data_points().map(|it| (own(it.attributes()), it.value())).collect()
        }
        AggregatedMetrics::F64(MetricData::Histogram(it)) => {
            it.data_points().for_each(|it| assert!(it.bounds().eq(names::OPERATION_DURATION_BOUNDARIES)));
            it.data_points().map(|it| (own(it.attributes()), it.count().try_into().unwrap())).collect()
        }
        _ => panic!("{data:?}"),
    }
}

fn own<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    let mut all: Vec<_> = attributes.map(|it| format!("{}={}", it.key, it.value)).collect();
    for common in
        ["messaging.system=aws.kinesis", "messaging.operation.name=send", "messaging.destination.name=flights"]
    {
        let place = all.iter().position(|it| it == common);
        all.remove(place.unwrap_or_else(|| panic!("{all:?} lacks {common}")));
    }
    all.sort();
    all.join(" ")
}

fn counted(series: &[(&str, i64)]) -> Vec<(String, i64)> {
    series.iter().map(|(attributes, value)| ((*attributes).to_owned(), *value)).collect()
}

#[test]
fn every_record_is_counted_once_by_its_shard_or_by_its_reason() {
    let world = World::new();
    let metrics = world.metrics();
    for shard in ["shard-0", "shard-0", "shard-1"] {
        metrics.take(1).arrive(shard);
    }
    metrics.take(1).fail(&DeliveryError::Halted("cause".into()));
    metrics.take(1).fail(&DeliveryError::Put { attempts: 3, cause: "another".into() });
    metrics.take(1).fail(&DeliveryError::Put { attempts: 1, cause: "a third".into() });
    metrics.refuse(&DeliveryError::PartitionKey(0));
    drop(metrics.take(1));
    let sent = [
        ("error.type=abandoned", 1),
        ("error.type=halted", 1),
        ("error.type=partition_key", 1),
        ("error.type=put", 2),
        ("messaging.destination.partition.id=shard-0", 2),
        ("messaging.destination.partition.id=shard-1", 1),
    ];
    assert_eq!(world.series("messaging.client.sent.messages"), counted(&sent));
}

#[test]
fn a_record_waits_until_it_is_known_what_became_of_it() {
    let world = World::new();
    let metrics = world.metrics();
    let [mut arrives, mut fails, abandoned, waits] = [10, 200, 3000, 40_000].map(|bytes| metrics.take(bytes));
    let waiting = || ["records", "size"].map(|it| world.series(&format!("kinetrace.publisher.waiting.{it}")));
    assert_eq!(waiting(), [counted(&[("", 4)]), counted(&[("", 43_210)])]);
    arrives.arrive("shard-0");
    fails.fail(&DeliveryError::Stopped("cause".into()));
    drop(abandoned);
    assert_eq!(waiting(), [counted(&[("", 1)]), counted(&[("", 40_000)])]);
    drop((arrives, fails, waits));
    assert_eq!(waiting(), [counted(&[("", 0)]), counted(&[("", 0)])]);
}

#[test]
fn requests_attempts_and_halts_are_counted_by_what_was_wrong() {
    let world = World::new();
    let metrics = world.metrics();
    metrics.request(Duration::ZERO, None);
    metrics.request(Duration::ZERO, Some("refused"));
    metrics.request(Duration::ZERO, None);
    let send = "messaging.operation.type=send";
    let refused = format!("error.type=refused {send}");
    let requests = [(&*refused, 1), (send, 2)];
    assert_eq!(world.series("messaging.client.operation.duration"), counted(&requests));
    metrics.fail_attempt("refused", 3);
    metrics.fail_attempt("unknown", 1);
    metrics.fail_attempt("refused", 1);
    let attempts = [("error.type=refused", 4), ("error.type=unknown", 1)];
    assert_eq!(world.series("kinetrace.publisher.failed.attempts"), counted(&attempts));
    metrics.halt(0);
    assert_eq!(world.series("kinetrace.publisher.halted.keys"), []);
    metrics.halt(2);
    assert_eq!(world.series("kinetrace.publisher.halted.keys"), counted(&[("", 2)]));
}

/// Whose instruments have a bug.
struct Panics;

impl MeterProvider for Panics {
    fn meter_with_scope(&self, _: InstrumentationScope) -> Meter {
        Meter::new(Arc::new(Panics))
    }
}

impl InstrumentProvider for Panics {
    fn u64_counter(&self, _: InstrumentBuilder<'_, Counter<u64>>) -> Counter<u64> {
        Counter::new(Arc::new(Panics))
    }
    fn i64_up_down_counter(&self, _: InstrumentBuilder<'_, UpDownCounter<i64>>) -> UpDownCounter<i64> {
        UpDownCounter::new(Arc::new(Panics))
    }
}

impl<T> SyncInstrument<T> for Panics {
    fn measure(&self, _: T, _: &[KeyValue]) {
        panic!("an instrument's bug");
    }
}

fn everything(metrics: &Metrics) {
    metrics.take(1).arrive("shard-0");
    metrics.take(1).fail(&DeliveryError::Abandoned);
    metrics.refuse(&DeliveryError::PartitionKey(0));
    metrics.request(Duration::ZERO, Some("refused"));
    metrics.fail_attempt("refused", 1);
    metrics.halt(1);
}

/// One test, because the global provider is one.
#[test]
fn the_global_provider_at_the_first_record_measures_and_its_panic_fails_no_record() {
    let world = World::new();
    let metrics = Metrics::new("flights", None);
    global::set_meter_provider(world.provider.clone());
    metrics.take(1).arrive("shard-0");
    global::set_meter_provider(Panics);
    metrics.take(1).arrive("shard-0");
    let sent = [("messaging.destination.partition.id=shard-0", 2)];
    assert_eq!(world.series("messaging.client.sent.messages"), counted(&sent));
    everything(&Metrics::new("flights", None));
}

#[test]
fn a_provider_that_fails_to_make_instruments_fails_no_record() {
    let view = |_: &Instrument| -> Option<Stream> { panic!("a view's bug") };
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).with_view(view).build();
    let world = World { exporter, provider };
    everything(&world.metrics());
    assert_eq!(world.series("messaging.client.sent.messages"), []);
}
