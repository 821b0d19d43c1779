//! What becomes of records shows in metrics; what happens to metrics never shows in records.

use std::future::pending;
use std::time::Duration;

use kinetrace_consumer::{Failure, Record};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, HistogramDataPoint, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, Instrument, SdkMeterProvider, Stream};
use tokio::time::sleep;

use crate::world::{World, event, moody};

/// Takes two seconds, or as long as there is.
async fn slow(record: Record) -> Result<(), Failure> {
    match &record.payload[..] {
        b"hang" => pending().await,
        _ => sleep(Duration::from_secs(2)).await,
    }
    moody(record).await
}

/// The series of the duration histogram: what was wrong, how many records, how many seconds.
fn durations(exporter: &InMemoryMetricExporter) -> Vec<(String, u64, f64)> {
    let exported = exporter.get_finished_metrics().unwrap();
    let metrics = exported.iter().flat_map(|it| it.scope_metrics()).flat_map(|scope| scope.metrics());
    let mut series = Vec::new();
    for metric in metrics.filter(|it| it.name() == "messaging.process.duration") {
        let AggregatedMetrics::F64(MetricData::Histogram(it)) = metric.data() else { panic!("{metric:?}") };
        series.extend(it.data_points().map(|point| (error_type(point), point.count(), point.sum())));
    }
    series.sort_by(|one, other| one.0.cmp(&other.0));
    series
}

fn error_type(point: &HistogramDataPoint<f64>) -> String {
    let error_type = point.attributes().find(|it| it.key.as_str() == "error.type");
    error_type.map(|it| it.value.to_string()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_records_time_in_the_business_code_is_measured_however_it_ends() {
    for (last, ends) in [("ok", ""), ("fail", "failure"), ("skip", "skipped"), ("panic", "panic"), ("hang", "deadline")]
    {
        let exporter = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
        World::new().measuring(provider.clone()).invoke(slow, &event(&["ok", "ok", last])).await;
        provider.force_flush().unwrap();
        let durations = durations(&exporter);
        let succeeded = durations.iter().find(|(error_type, ..)| error_type.is_empty()).unwrap();
        let (records, seconds) = if ends.is_empty() { (3, 6.0) } else { (2, 4.0) };
        assert_eq!((succeeded.1, succeeded.2), (records, seconds), "{last}: {durations:?}");
        if !ends.is_empty() {
            let (error_type, records, seconds) = &durations[1];
            assert_eq!((&**error_type, *records), (ends, 1), "{durations:?}");
            assert!(*seconds == 2.0 || ends == "deadline" && *seconds > 50.0, "{durations:?}");
        }
    }
}

#[tokio::test]
async fn a_meter_provider_that_panics_changes_no_answer_and_no_outcome() {
    for records in [&["ok"][..], &["ok", "fail", "ok"], &["panic", "ok"]] {
        let view = |_: &Instrument| -> Option<Stream> { panic!("a view's bug") };
        // Without a reader it would ask no view.
        let provider = SdkMeterProvider::builder().with_periodic_exporter(InMemoryMetricExporter::default());
        let world = World::new().measuring(provider.with_view(view).build());
        let outcome = world.invoke(moody, &event(records)).await;
        let expected = World::new().invoke(moody, &event(records)).await;
        assert_eq!(outcome.response, expected.response, "{records:?}");
        assert_eq!(outcome.processed(), expected.processed(), "{records:?}");
    }
}
