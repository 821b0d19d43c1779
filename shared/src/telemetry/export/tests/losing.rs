//! Each way to lose spans is counted and reported, and what need not be lost is not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prost::Message as _;

use super::collector::{Collector, Request, answer, ok};
use super::gate::{Gate, gated};
use super::*;

/// `ExportTraceServiceResponse`.
#[derive(prost::Message)]
struct Response {
    #[prost(message, tag = "1")]
    partial_success: Option<PartialSuccess>,
}

#[derive(prost::Message)]
struct PartialSuccess {
    #[prost(int64, tag = "1")]
    rejected_spans: i64,
    #[prost(string, tag = "2")]
    error_message: String,
}

fn rejects(rejected_spans: i64, message: &str) -> String {
    let partial_success = Some(PartialSuccess { rejected_spans, error_message: message.to_owned() });
    let body = String::from_utf8(Response { partial_success }.encode_to_vec()).unwrap();
    answer("200 OK", "content-type: application/x-protobuf", &body)
}

fn says(status: &'static str) -> impl Fn(usize, &Request) -> String + Send + Sync {
    move |_, _| answer(status, "content-type: text/plain", "so it is")
}

/// What is sent, who takes it, and what is lost of it.
struct Way {
    what: &'static str,
    collector: Collector,
    variables: &'static [(&'static str, &'static str)],
    spans: usize,
    lost: u64,
    told: &'static str,
}

fn way(what: &'static str, collector: Collector, spans: usize, lost: u64, told: &'static str) -> Way {
    Way { what, collector, variables: &[], spans, lost, told }
}

fn hung() -> Collector {
    let never = Gate::default();
    Collector::start(move |_, _| {
        never.pass();
        String::new()
    })
}

/// Of those that a flush meets.
fn ways() -> Vec<Way> {
    let batches_of_four = &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")];
    let page = || answer("200 OK", "content-type: text/html", "<html>Sign in</html>");
    let too_large = |_: usize, request: &Request| match request.spans {
        0..=2 => ok(),
        _ => answer("413 Payload Too Large", "content-type: text/plain", ""),
    };
    vec![
        way("refused", Collector::start(says("401 Unauthorized")), 5, 5, "401 Unauthorized, saying \"so it is\""),
        way("in trouble", Collector::start(says("500 Internal Server Error")), 5, 5, "500 Internal Server Error"),
        way("never there", Collector::start(says("503 Service Unavailable")), 5, 5, "503 Service Unavailable"),
        way("hung up", Collector::start(|_, _| String::new()), 5, 5, "ended the connection"),
        way(
            "in part",
            Collector::start(|_, _| rejects(2, "quota exceeded")),
            5,
            2,
            "rejected 2 spans of a request that it took, saying \"quota exceeded\"",
        ),
        way("in part, without a word", Collector::start(|_, _| rejects(2, "")), 5, 2, "rejected 2 spans"),
        way("a login page", Collector::start(move |_, _| page()), 5, 5, "200 OK with text/html, as no collector does"),
        way("too large, and halves are not", Collector::start(too_large), 5, 0, ""),
        Way {
            variables: batches_of_four,
            ..way(
                "of one batch",
                Collector::start(|number, _| if number == 0 { rejects(4, "no") } else { ok() }),
                8,
                4,
                "rejected 4 spans",
            )
        },
        Way { variables: &[("OTEL_EXPORTER_OTLP_TIMEOUT", "50")], ..way("hung", hung(), 5, 5, "within 50ms") },
    ]
}

/// The table of all ways but for those below, which no flush meets.
#[tokio::test]
async fn each_way_to_lose_spans_is_counted_and_reported() {
    for Way { what, collector, variables, spans, lost, told } in ways() {
        let (telemetry, lines) = telemetry(&collector.base, variables);
        end_spans(&telemetry, spans);
        telemetry.flush(PATIENCE).await;
        assert_eq!(telemetry.lost_spans(), lost, "{what}");
        let lines = lines.take();
        match lost {
            0 => assert!(lines.is_empty(), "{what}: {lines:?}"),
            lost => {
                let [line] = &lines[..] else { panic!("{what}: {lines:?}") };
                assert!(line.starts_with(&format!("spans are being lost, {lost} so far: ")), "{what}: {line}");
                assert!(line.contains(told), "{what}: {line}");
            }
        }
    }
}

/// In the middle of an invocation, say.
#[test]
fn a_refused_batch_is_reported_without_a_flush() {
    let collector = Collector::start(says("403 Forbidden"));
    let (telemetry, lines) = telemetry(&collector.base, &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")]);
    end_spans(&telemetry, 4);
    let told = lines.wait();
    assert!(told.starts_with("spans are being lost, 4 so far: ") && told.contains("403 Forbidden"), "{told}");
    assert_eq!(telemetry.lost_spans(), 4);
}

#[test]
fn spans_without_room_are_counted_and_reported_at_growing_distances() {
    let (gate, collector) = gated();
    let (telemetry, lines) = telemetry(&collector.base, &[("OTEL_BSP_MAX_QUEUE_SIZE", "8")]);
    end_spans(&telemetry, 4000);
    let lost = telemetry.lost_spans();
    let told = lines.take();
    assert!((1000..4000).contains(&lost) && (3..=4).contains(&told.len()), "{lost}: {told:?}");
    for (line, number) in told.iter().zip([1, 10, 100, 1000]) {
        let start =
            format!("spans are being lost, {number} so far: too many wait for the collector: there is room for 8 ");
        assert!(line.starts_with(&start) && line.contains("OTEL_BSP_MAX_QUEUE_SIZE"), "{line}");
    }
    gate.open();
    telemetry.provider().unwrap().force_flush().unwrap();
    assert_eq!(collector.taken() as u64 + telemetry.lost_spans(), 4000);
}

#[test]
fn spans_not_taken_in_time_at_the_end_are_counted_and_reported() {
    let collector = hung();
    let (telemetry, lines) = telemetry(&collector.base, &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2")]);
    end_spans(&telemetry, 11);
    telemetry.provider().unwrap().shutdown_with_timeout(Duration::from_millis(50)).unwrap_err();
    assert_eq!(telemetry.lost_spans(), 11);
    let [line] = &lines.take()[..] else { panic!("one line") };
    assert!(line.contains("they waited when the program ended") && line.contains("11 so far"), "{line}");
}

#[tokio::test]
async fn that_spans_are_exported_again_is_told_with_what_was_lost() {
    let is_up = Arc::new(AtomicBool::new(false));
    let state = Arc::clone(&is_up);
    let collector = Collector::start(move |_, _| match state.load(Ordering::SeqCst) {
        true => ok(),
        false => answer("502 Bad Gateway", "x: y", ""),
    });
    let (telemetry, lines) = telemetry(&collector.base, &[]);
    for (up, spans) in [(false, 2), (false, 3), (true, 4), (true, 5)] {
        is_up.store(up, Ordering::SeqCst);
        end_spans(&telemetry, spans);
        telemetry.flush(PATIENCE).await;
    }
    let [failing, working] = &lines.take()[..] else { panic!("two lines") };
    assert!(failing.contains("2 so far") && failing.contains("502 Bad Gateway"), "{failing}");
    assert_eq!(working, "spans are being exported again, after 5 were lost");
    assert_eq!(collector.taken(), 9);
}

#[tokio::test]
async fn a_warning_without_a_loss_is_told_once() {
    let collector = Collector::start(|_, _| rejects(0, "use gzip"));
    let (telemetry, lines) = telemetry(&collector.base, &[]);
    for _ in 0..3 {
        end_spans(&telemetry, 2);
        telemetry.flush(PATIENCE).await;
    }
    let [line] = &lines.take()[..] else { panic!("one line") };
    assert!(line.ends_with("/v1/traces has taken all, and warns, saying \"use gzip\""), "{line}");
    assert_eq!((telemetry.lost_spans(), collector.taken()), (0, 6));
}

/// What a collector with some limit takes: by number, for the test's sake.
fn limited(status: &'static str, most: usize) -> Collector {
    Collector::start(move |_, request| match request.spans {
        spans if spans <= most && !request.has("enormous") => ok(),
        _ => answer(status, "content-type: text/plain", "request body too large"),
    })
}

#[tokio::test]
async fn a_batch_that_is_refused_for_its_size_is_halved_until_it_is_taken() {
    for status in ["413 Payload Too Large", "400 Bad Request"] {
        for (spans, most) in [(2, 1), (100, 99), (100, 7), (33, 1)] {
            let collector = limited(status, most);
            let (telemetry, lines) = telemetry(&collector.base, &[]);
            end_spans(&telemetry, spans);
            telemetry.flush(PATIENCE).await;
            let outcome = (collector.taken(), telemetry.lost_spans(), lines.take());
            assert_eq!(outcome, (spans, 0, vec![]), "{status}: {spans} by {most}");
        }
    }
}

#[tokio::test]
async fn one_span_that_is_too_large_by_itself_takes_no_other_with_it() {
    for status in ["413 Payload Too Large", "400 Bad Request"] {
        for place in [0, 1, 6, 20] {
            let collector = limited(status, 9);
            let (telemetry, lines) = telemetry(&collector.base, &[]);
            end_spans(&telemetry, place);
            drop(telemetry.tracer().start("enormous"));
            end_spans(&telemetry, 20 - place);
            telemetry.flush(PATIENCE).await;
            assert_eq!((collector.taken(), telemetry.lost_spans()), (20, 1), "{status} at {place}");
            let [line] = &lines.take()[..] else { panic!("one line") };
            assert!(line.contains("1 so far") && line.contains(status), "{line}");
        }
    }
}

/// A tenant that is missing, say: halves would be refused for ever.
#[tokio::test]
async fn a_bad_request_that_is_not_for_size_costs_few_requests_and_those_once() {
    let collector = Collector::start(says("400 Bad Request"));
    let (telemetry, _) = telemetry(&collector.base, &[]);
    end_spans(&telemetry, 256);
    telemetry.flush(PATIENCE).await;
    // Halves down to a single span, and its neighbour.
    assert_eq!((telemetry.lost_spans(), collector.requests()), (256, 10));
    end_spans(&telemetry, 256);
    telemetry.flush(PATIENCE).await;
    assert_eq!((telemetry.lost_spans(), collector.requests()), (512, 11));
}

/// A connection that died, a collector that restarts, one that has too much to do.
#[tokio::test]
async fn what_fails_once_goes_again() {
    type Answer = fn() -> String;
    let once: [(&str, Answer); 3] = [
        ("hung up", String::new),
        ("restarts", || answer("503 Service Unavailable", "x: y", "")),
        ("has too much to do", || answer("429 Too Many Requests", "retry-after: 0", "")),
    ];
    for (what, first) in once {
        let collector = Collector::start(move |number, _| if number == 0 { first() } else { ok() });
        let (telemetry, lines) = telemetry(&collector.base, &[]);
        end_spans(&telemetry, 5);
        telemetry.flush(PATIENCE).await;
        assert_eq!((telemetry.lost_spans(), lines.take(), collector.requests()), (0, vec![], 2), "{what}");
    }
}

/// Each export says all that those before it could not, so that a further attempt need not be waited for. But a connection that
/// died while nobody used it says nothing of the collector.
#[tokio::test]
async fn metrics_survive_a_connection_that_died() {
    let collector = Collector::of_metrics(|number, _| if number == 0 { String::new() } else { ok() });
    let (telemetry, lines) = telemetry(&collector.base, &[]);
    telemetry.meter().u64_counter("counter").build().add(1, &[]);
    telemetry.flush(PATIENCE).await;
    assert_eq!((lines.take(), collector.metrics()), (vec![], 2));
}

#[tokio::test]
async fn rejected_data_points_are_reported() {
    let collector = Collector::of_metrics(|_, _| rejects(3, "too old"));
    let (telemetry, lines) = telemetry(&collector.base, &[]);
    telemetry.meter().u64_counter("counter").build().add(1, &[]);
    telemetry.flush(PATIENCE).await;
    let [line] = &lines.take()[..] else { panic!("one line") };
    assert!(line.starts_with("metrics are being lost, 3 data points so far: "), "{line}");
    assert!(line.ends_with("rejected 3 data points of a request that it took, saying \"too old\""), "{line}");
}
