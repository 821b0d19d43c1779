use std::time::{Duration, SystemTime};

use kinetrace::Propagators;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, Instrument, SdkMeterProvider, Stream};

use super::*;
use crate::kinesis::transport::Kinesis;

const CONSUMED: &str = "messaging.client.consumed.messages";
const DURATION: &str = "messaging.process.duration";
const DUPLICATES: &str = "kinetrace.consumer.duplicates";
const CONFLICTS: &str = "kinetrace.consumer.conflicts";
const AGE: &str = "kinetrace.consumer.record.age";

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
        Metrics::new(off().with_meter_provider(self.provider.clone()))
    }

    /// The series of a metric, each with its attributes but the system and the operation, which all have; a histogram's
    /// value is its count.
    fn series(&self, name: &str) -> Vec<(String, u64)> {
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let exported = self.exporter.get_finished_metrics().unwrap();
        let metrics = exported.iter().flat_map(|it| it.scope_metrics()).flat_map(|scope| scope.metrics());
        let mut series: Vec<_> = metrics.filter(|it| it.name() == name).flat_map(|it| points(it.data())).collect();
        series.sort();
        series
    }
}

fn points(data: &AggregatedMetrics) -> Vec<(String, u64)> {
    match data {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            sum.data_points().map(|it| (own(it.attributes()), it.value())).collect()
        }
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
            histogram.data_points().map(|it| (own(it.attributes()), it.count())).collect()
        }
        _ => panic!("{data:?}"),
    }
}

fn own<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    let mut all: Vec<_> = attributes.map(|it| format!("{}={}", it.key, it.value)).collect();
    for common in ["messaging.system=aws.kinesis", "messaging.operation.name=process"] {
        let place = all.iter().position(|it| it == common);
        all.remove(place.unwrap_or_else(|| panic!("{all:?} lacks {common}")));
    }
    all.sort();
    all.join(" ")
}

fn off() -> Telemetry {
    Telemetry::new(None, Propagators::default())
}

fn record(stream: &str, shard_id: &str) -> Record {
    Record { stream: stream.into(), shard_id: shard_id.into(), ..Record::new("N14228", "") }
}

fn counted(series: &[(&str, u64)]) -> Vec<(String, u64)> {
    series.iter().map(|(attributes, value)| ((*attributes).to_owned(), *value)).collect()
}

#[test]
fn every_record_is_counted_by_its_shard_and_timed_by_its_stream_and_both_by_what_was_wrong_with_it() {
    let world = World::new();
    let metrics = world.metrics();
    for (stream, shard, error_type) in [
        ("flights", "shard-0", None),
        ("flights", "shard-1", None),
        ("flights", "shard-0", None),
        ("weather", "shard-0", None),
        ("flights", "shard-0", Some("panic")),
        ("flights", "shard-1", Some("panic")),
    ] {
        metrics.begin::<Kinesis>(&record(stream, shard)).end(error_type);
    }
    let (name, shard) = ("messaging.destination.name", "messaging.destination.partition.id");
    let by_shard = [
        (&*format!("error.type=panic {name}=flights {shard}=shard-0"), 1),
        (&*format!("error.type=panic {name}=flights {shard}=shard-1"), 1),
        (&*format!("{name}=flights {shard}=shard-0"), 2),
        (&*format!("{name}=flights {shard}=shard-1"), 1),
        (&*format!("{name}=weather {shard}=shard-0"), 1),
    ];
    assert_eq!(world.series(CONSUMED), counted(&by_shard));
    let by_stream = [
        (&*format!("error.type=panic {name}=flights"), 2),
        (&*format!("{name}=flights"), 3),
        (&*format!("{name}=weather"), 1),
    ];
    assert_eq!(world.series(DURATION), counted(&by_stream));
}

#[test]
fn a_copy_that_is_skipped_counts_as_one_and_as_nothing_else() {
    let world = World::new();
    world.metrics().begin::<Kinesis>(&record("flights", "shard-0")).skip();
    let series = "messaging.destination.name=flights messaging.destination.partition.id=shard-0";
    assert_eq!(world.series(DUPLICATES), counted(&[(series, 1)]));
    assert_eq!((world.series(CONSUMED), world.series(DURATION)), (vec![], vec![]));
}

#[test]
fn a_record_whose_count_another_one_had_counts_as_such_and_as_any_other() {
    let world = World::new();
    let metrics = world.metrics();
    let measurement = metrics.begin::<Kinesis>(&record("flights", "shard-0"));
    measurement.conflict();
    measurement.end(None);
    metrics.begin::<Kinesis>(&record("flights", "shard-0")).end(None);
    let series = "messaging.destination.name=flights messaging.destination.partition.id=shard-0";
    assert_eq!(world.series(CONFLICTS), counted(&[(series, 1)]));
    assert_eq!(world.series(CONSUMED), counted(&[(series, 2)]));
}

#[test]
fn an_age_is_measured_when_the_record_is_handed_over_if_it_is_known() {
    let world = World::new();
    let metrics = world.metrics();
    let now = SystemTime::now();
    let hour = Duration::from_secs(3600);
    for arrival in [Some(now - hour), None, Some(now + hour)] {
        drop(metrics.begin::<Kinesis>(&Record { arrival, ..record("flights", "shard-0") }));
    }
    let series = "messaging.destination.name=flights messaging.destination.partition.id=shard-0";
    assert_eq!(world.series(AGE), counted(&[(series, 1)]));
    assert_eq!(world.series(DURATION), []);
    assert_eq!(world.series(CONSUMED), [], "their fate is unknown");
}

#[test]
fn what_is_said_of_a_shard_is_made_once_and_of_so_many_shards_only() {
    let world = World::new();
    let metrics = world.metrics();
    let of = |stream: &str, shard: &str| metrics.measure(|it| it.shard::<Kinesis>(&record(stream, shard))).unwrap();
    let known = of("flights", "shard-0");
    assert!(Arc::ptr_eq(&known, &of("flights", "shard-0")));
    assert!(!Arc::ptr_eq(&known, &of("weather", "shard-0")));
    for shard in 0..3 * MAX_SHARDS {
        of("flights", &shard.to_string());
        let remembered = metrics.measure(|it| it.shards.lock().unwrap().len()).unwrap();
        assert!((1..=MAX_SHARDS).contains(&remembered), "{remembered}");
    }
}

#[test]
fn where_nothing_is_measured_there_is_nothing_to_begin() {
    let metrics = Metrics::new(off());
    let measurement = metrics.begin::<Kinesis>(&record("flights", "shard-0"));
    assert!(measurement.0.is_none());
    measurement.end(Some("failure"));
}

#[test]
fn a_provider_that_fails_to_make_instruments_fails_no_record() {
    let view = |_: &Instrument| -> Option<Stream> { panic!("a view's bug") };
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).with_view(view).build();
    let world = World { exporter, provider };
    world.metrics().begin::<Kinesis>(&record("flights", "shard-0")).end(None);
    assert_eq!(world.series(CONSUMED), []);
}
