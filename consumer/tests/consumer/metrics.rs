//! The fate of records shows in metrics; what happens to metrics never shows in records.

use std::future::pending;
use std::time::Duration;

use kinetrace_consumer::{Failure, Record};
use kinetrace_testing::Series;
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

/// What was wrong, how many records, how many seconds.
fn durations(world: &World) -> Vec<(String, u64, f64)> {
    let series = world.metric("messaging.process.duration").into_iter();
    let error_type = |it: &Series| it.attribute("error.type").unwrap_or_default().to_owned();
    let mut durations: Vec<_> = series.map(|it| (error_type(&it), it.count.unwrap(), it.sum)).collect();
    durations.sort_by(|one, other| one.0.cmp(&other.0));
    durations
}

#[tokio::test(start_paused = true)]
async fn a_records_time_in_the_business_code_is_measured_however_it_ends() {
    for (last, ends) in [("ok", ""), ("fail", "failure"), ("skip", "skipped"), ("panic", "panic"), ("hang", "deadline")]
    {
        let world = World::new();
        world.invoke(slow, &event(&["ok", "ok", last])).await;
        let durations = durations(&world);
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
