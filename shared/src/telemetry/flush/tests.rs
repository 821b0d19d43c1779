use std::pin::Pin;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::task::Poll;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

use super::*;
use crate::context::propagators::Propagators;
use crate::telemetry::BUDGET;

const PATIENCE: Duration = Duration::from_secs(60);

/// Does not flush until it is told to.
#[derive(Debug)]
struct Waits(Mutex<Receiver<()>>);

impl SpanProcessor for Waits {
    fn on_start(&self, _: &mut Span, _: &Context) {}
    fn on_end(&self, _: SpanData) {}
    fn force_flush(&self) -> OTelSdkResult {
        self.0.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[tokio::test]
async fn there_is_nothing_to_flush_where_neither_signal_has_an_exporter() {
    let (traces, metrics) = (("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none"));
    let table: [(&[(&str, &str)], bool); 5] = [
        (&[], false),
        (&[traces], false),
        (&[metrics], false),
        (&[traces, metrics], true),
        (&[("OTEL_SDK_DISABLED", "true")], true),
    ];
    for (variables, is_off) in table {
        let telemetry = Telemetry::from_variables(&variables.iter().copied().collect()).unwrap();
        assert_eq!(telemetry.is_off(), is_off, "{variables:?}");
    }
}

#[tokio::test]
async fn metrics_do_not_wait_for_the_flush_of_spans() {
    let ((release, released), (exports, exported)) = (channel(), channel());
    let spans = SdkTracerProvider::builder().with_span_processor(Waits(Mutex::new(released))).build();
    let metrics = SdkMeterProvider::builder().with_periodic_exporter(InMemoryMetricExporter::default()).build();
    let telemetry = Telemetry::new(Some(spans), Propagators::default()).with_meter_provider(metrics);
    // Asked for its value when metrics are exported, and not before.
    let meter = telemetry.meter();
    let tells = meter.u64_observable_counter("counter").with_callback(move |_| _ = exports.send(()));
    tells.build();
    let releases = tokio::task::spawn_blocking(move || {
        let exported = exported.recv_timeout(PATIENCE);
        release.send(()).unwrap();
        exported
    });
    telemetry.flush(PATIENCE).await;
    releases.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn while_a_flush_is_stuck_the_next_returns_at_once_and_the_last_waits() {
    let (release, released) = channel();
    let spans = SdkTracerProvider::builder().with_span_processor(Waits(Mutex::new(released))).build();
    let telemetry = Telemetry::new(Some(spans), Propagators::default());
    let is_ready_at_once = async |flush: &mut (dyn Future<Output = ()> + Unpin)| {
        std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut *flush).poll(cx).is_ready())).await
    };
    let mut stuck = Box::pin(telemetry.flush(PATIENCE));
    assert!(!is_ready_at_once(&mut stuck).await);
    tokio::time::advance(BUDGET).await;
    drop(stuck);
    assert!(is_ready_at_once(&mut Box::pin(telemetry.flush(PATIENCE))).await);
    let mut last = Box::pin(telemetry.last_flush(PATIENCE));
    assert!(!is_ready_at_once(&mut last).await);
    (0..2).for_each(|_| release.send(()).unwrap());
    last.await;
}

#[test]
fn no_variable_and_no_runtime_is_needed() {
    for variables in [&[("OTEL_SDK_DISABLED", " True\n"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")][..], &[]] {
        let telemetry = Telemetry::from_variables(&variables.iter().copied().collect()).unwrap();
        assert_eq!(
            (telemetry.provider().is_none(), telemetry.is_off()),
            (!variables.is_empty(), !variables.is_empty())
        );
    }
}

#[test]
fn a_program_that_names_no_collector_is_told_so_without_secrets() {
    for endpoint in ["nonsense", "http://:4318", "grpc://user:secret@c?key=secret"] {
        let error = Telemetry::exporting_to(endpoint, "service").unwrap_err().to_string();
        assert!(error.contains("is not the URL of a collector: ") && !error.contains("secret"), "{error}");
    }
}
