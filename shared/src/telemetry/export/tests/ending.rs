//! The end of a program, on any runtime: no span is lost, and nobody waits for a time-out.

use std::time::Instant;

use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Builder;

use super::collector::Collector;
use super::*;

/// What took five seconds or ten, and lost all spans, took so long because it waited for itself.
const SOON: Duration = Duration::from_secs(4);

const SPANS: usize = 1000;

type End = fn(Telemetry);

const ENDS: [(&str, End); 4] = [
    ("drop", |telemetry| drop(telemetry)),
    ("shutdown", |telemetry| provider(&telemetry).shutdown().unwrap()),
    ("force_flush", |telemetry| provider(&telemetry).force_flush().unwrap()),
    ("force_flush, and drop", |telemetry| {
        provider(&telemetry).force_flush().unwrap();
        drop(telemetry);
    }),
];

fn provider(telemetry: &Telemetry) -> SdkTracerProvider {
    telemetry.provider().unwrap().clone()
}

/// A program that is run by `run`.
fn ends_well(run: impl Fn(Box<dyn FnOnce() + Send>)) {
    for (what, end) in ENDS {
        let collector = Collector::healthy();
        let base = collector.base.clone();
        let (sender, lines) = std::sync::mpsc::channel();
        run(Box::new(move || {
            let (telemetry, lines) = telemetry(&base, &[]);
            end_spans(&telemetry, SPANS);
            telemetry.meter().u64_counter("counter").build().add(1, &[]);
            let since = Instant::now();
            end(telemetry);
            assert!(since.elapsed() < SOON, "{what} took {:?}", since.elapsed());
            sender.send(lines.take()).unwrap();
        }));
        assert_eq!((collector.taken(), lines.recv().unwrap()), (SPANS, vec![]), "{what}");
    }
}

#[test]
fn a_program_ends_at_once_and_loses_nothing_on_a_runtime_with_one_thread() {
    ends_well(|program| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move { program() });
    });
}

#[test]
fn so_it_does_in_a_task_of_a_runtime_with_one_worker() {
    ends_well(|program| {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async move { tokio::spawn(async move { program() }).await.unwrap() });
    });
}

#[test]
fn so_it_does_without_a_runtime() {
    ends_well(|program| program());
}

#[test]
fn the_metrics_of_a_program_that_ends_arrive() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let collector = Collector::healthy();
    runtime.block_on(async {
        let (telemetry, _) = telemetry(&collector.base, &[]);
        telemetry.meter().u64_counter("counter").build().add(1, &[]);
        drop(telemetry);
    });
    assert_eq!(collector.metrics(), 1);
}
