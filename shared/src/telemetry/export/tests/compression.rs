//! Requests in gzip.

use std::sync::{Arc, Mutex};

use super::collector::{Collector, Request, answer, ok};
use super::*;

const GZIP: &[(&str, &str)] = &[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")];

#[tokio::test]
async fn a_request_that_is_compressed_says_so_and_is_smaller() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = |seen: &Arc<Mutex<Vec<_>>>| {
        let seen = Arc::clone(seen);
        move |_, request: &Request| {
            seen.lock().unwrap().push((request.is_gzip, request.bytes, request.body.len(), request.spans));
            ok()
        }
    };
    for (variables, is_compressed) in [(GZIP, true), (&[], false)] {
        let collector = Collector::start(note(&seen));
        let (telemetry, lines) = telemetry(&collector.base, variables);
        end_spans(&telemetry, 100);
        telemetry.flush(PATIENCE).await;
        let requests = std::mem::take(&mut *seen.lock().unwrap());
        let [(is_gzip, bytes, unpacked, 100)] = requests[..] else { panic!("{requests:?}") };
        assert_eq!(is_gzip, is_compressed);
        assert!(if is_gzip { bytes * 3 < unpacked * 2 } else { bytes == unpacked }, "{bytes} of {unpacked}");
        assert_eq!((collector.taken(), lines.take()), (100, vec![]));
    }
}

#[tokio::test]
async fn what_is_too_large_is_halved_before_it_is_compressed() {
    for status in ["413 Payload Too Large", "400 Bad Request"] {
        let collector = Collector::start(move |_, request| match request.spans {
            0..=2 if request.is_gzip => ok(),
            _ => answer(status, "content-type: text/plain", ""),
        });
        let (telemetry, lines) = telemetry(&collector.base, GZIP);
        end_spans(&telemetry, 5);
        telemetry.flush(PATIENCE).await;
        assert_eq!((collector.taken(), lines.take()), (5, vec![]), "{status}");
    }
}

#[tokio::test]
async fn metrics_are_compressed_by_a_variable_of_their_own() {
    let collector = Collector::of_metrics(|_, request| match request.is_gzip && request.has("counter") {
        true => ok(),
        false => answer("418 I'm a teapot", "content-type: text/plain", ""),
    });
    let (telemetry, lines) = telemetry(&collector.base, &[("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip")]);
    telemetry.meter().u64_counter("counter").build().add(1, &[]);
    telemetry.flush(PATIENCE).await;
    assert_eq!((collector.metrics(), lines.take()), (1, vec![]));
}
