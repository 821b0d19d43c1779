//! Handlers whose arguments are taken from the record.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use kinetrace_consumer::JsonError;
use kinetrace_consumer::{Failure, Handler, IntoHandler, Json, Record, State, TraceContext};
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use serde::Deserialize;

use crate::world::{SPAN_ID, TRACE_ID, World, envelope, event};

#[derive(Debug, Deserialize, PartialEq)]
struct Flight {
    tailnum: String,
    dest: String,
}

const FLIGHT: &str = r#"{"tailnum":"N14228","dest":"IAH"}"#;

type Seen = Arc<Mutex<Vec<String>>>;

fn seen() -> Seen {
    Arc::new(Mutex::new(Vec::new()))
}

fn take(seen: &Seen) -> Vec<String> {
    std::mem::take(&mut seen.lock().unwrap())
}

#[tokio::test]
async fn each_argument_is_taken_as_its_type_says_in_any_order() {
    async fn last(State(seen): State<Seen>, Json(flight): Json<Flight>, record: Record) -> Result<(), Failure> {
        seen.lock().unwrap().push(format!("{} {}", flight.dest, record.sequence_number));
        Ok(())
    }
    async fn first(record: Record, flight: Json<Flight>, seen: State<Seen>) -> Result<(), Failure> {
        seen.0.lock().unwrap().push(format!("{} {}", flight.0.dest, record.sequence_number));
        Ok(())
    }
    async fn all(flight: Json<Flight>, _: TraceContext, seen: State<Seen>, record: Record) -> Result<(), Infallible> {
        seen.0.lock().unwrap().push(format!("{} {}", flight.0.dest, record.sequence_number));
        Ok(())
    }
    let seen = seen();
    let events = event(&[FLIGHT, FLIGHT]);
    World::new().invoke(last.with_state(Arc::clone(&seen)), &events).await;
    assert_eq!(take(&seen), ["IAH 8", "IAH 9"]);
    World::new().invoke(first.with_state(Arc::clone(&seen)), &events).await;
    assert_eq!(take(&seen), ["IAH 8", "IAH 9"]);
    World::new().invoke(all.with_state(Arc::clone(&seen)), &events).await;
    assert_eq!(take(&seen), ["IAH 8", "IAH 9"]);
}

#[tokio::test]
async fn closures_and_types_of_ones_own_are_handlers_too() {
    struct Fails;

    impl Handler for Fails {
        async fn handle(&self, _: Record) -> Result<(), Failure> {
            Err(Failure::retry("as asked"))
        }
    }

    let seen = seen();
    let sink = Arc::clone(&seen);
    let closure = move |Json(flight): Json<Flight>| {
        sink.lock().unwrap().push(flight.tailnum);
        async { Ok::<_, Failure>(()) }
    };
    assert_eq!(World::new().invoke(closure, &event(&[FLIGHT])).await.stop(), None);
    assert_eq!(take(&seen), ["N14228"]);
    let outcome = World::new().invoke(Fails, &event(&[FLIGHT])).await;
    assert_eq!(outcome.log[0].error.as_deref(), Some("as asked"));
}

#[tokio::test]
async fn a_payload_that_does_not_fit_fails_its_record_by_type_and_place_and_is_not_handed_over() {
    async fn handle(Json(flight): Json<Flight>, State(seen): State<Seen>) -> Result<(), Failure> {
        seen.lock().unwrap().push(flight.tailnum);
        Ok(())
    }
    let seen = seen();
    for (payload, reason) in [
        (r#"{"tailnum":"N14228"}"#, "Flight: missing field `dest` at line 1 column 20"),
        (r#"{"tailnum":7,"dest":"IAH"}"#, "Flight: invalid type: integer, expected a string at line 1 column 12"),
        ("", "Flight: EOF while parsing a value at line 1 column 0"),
    ] {
        let handler = handle.with_state(Arc::clone(&seen));
        let outcome = World::new().invoke(handler, &event(&[FLIGHT, payload, FLIGHT])).await;
        assert_eq!(outcome.stop().as_deref(), Some("9"), "{payload}");
        let error = outcome.log[1].error.as_deref().unwrap();
        assert!(error.starts_with("the payload is not a ") && error.ends_with(reason), "{error}");
        assert_eq!(take(&seen), ["N14228"], "{payload}");
    }
}

#[tokio::test]
async fn a_handler_may_decide_what_to_do_with_a_payload_that_does_not_fit() {
    async fn handle(flight: Result<Json<Flight>, JsonError>, seen: State<Seen>) -> Result<(), Failure> {
        seen.0.lock().unwrap().push(flight.map_or_else(|rejection| rejection.to_string(), |flight| flight.0.tailnum));
        Ok(())
    }
    let seen = seen();
    let outcome = World::new().invoke(handle.with_state(Arc::clone(&seen)), &event(&["[]", FLIGHT])).await;
    assert_eq!(outcome.stop(), None);
    let [rejection, tailnum] = &take(&seen)[..] else { panic!("not called twice") };
    assert!(rejection.ends_with(" at line 1 column 2"), "{rejection}");
    assert_eq!(tailnum, "N14228");
}

#[tokio::test]
async fn the_trace_context_is_that_of_the_records_span() {
    let seen = seen();
    let sink = Arc::clone(&seen);
    let handler = move |trace: TraceContext| {
        assert!(trace.is_valid() && trace.is_sampled());
        assert_eq!(trace, TraceContext::current());
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!([trace.trace_id(), trace.span_id()], [hex(&trace.trace_id_bytes()), hex(&trace.span_id_bytes())]);
        sink.lock().unwrap().push(trace.traceparent().unwrap());
        async { Ok::<_, Failure>(()) }
    };
    let outcome = World::new().invoke(handler, &event(&[&envelope("1")])).await;
    let process = outcome.span("process flights").span_context.span_id();
    assert_eq!(take(&seen), [format!("00-{TRACE_ID}-{process}-01")]);
}

#[tokio::test]
async fn the_current_trace_context_follows_the_spans_that_the_handler_opens() {
    let world = World::new();
    let tracer = world.provider.tracer("business");
    let seen = seen();
    let sink = Arc::clone(&seen);
    let handler = move |_: Record| {
        let inner = tracer.in_span("inner", |_| TraceContext::current().span_id());
        sink.lock().unwrap().push(inner);
        async { Ok::<_, Failure>(()) }
    };
    let outcome = world.invoke(handler, &event(&["1"])).await;
    assert_eq!(take(&seen), [outcome.span("inner").span_context.span_id().to_string()]);
}

#[tokio::test]
async fn without_telemetry_the_trace_context_is_the_producers_and_goes_on_as_headers() {
    let seen = seen();
    let sink = Arc::clone(&seen);
    let handler = move |trace: TraceContext| {
        sink.lock().unwrap().extend(trace.headers().map(|(name, value)| format!("{name}: {value}")));
        async { Ok::<_, Failure>(()) }
    };
    let data = format!(r#"{{"_otel":{{"traceparent":"00-{TRACE_ID}-{SPAN_ID}-00","tracestate":"a=1,b=2"}},"data":1}}"#);
    let world = World::without_telemetry();
    world.invoke(handler.clone(), &event(&["plain"])).await;
    assert!(take(&seen).is_empty());
    world.invoke(handler, &event(&[&data])).await;
    assert_eq!(take(&seen), [format!("traceparent: 00-{TRACE_ID}-{SPAN_ID}-00"), "tracestate: a=1,b=2".to_owned()]);
}

/// A handler of only a record pays nothing for what others can ask for.
#[tokio::test]
async fn the_last_argument_takes_the_record_and_does_not_copy_it() {
    async fn only(record: Record) -> Result<(), Failure> {
        Err(Failure::retry(address(&record)))
    }
    async fn last(_: TraceContext, record: Result<Record, Infallible>) -> Result<(), Failure> {
        only(record?).await
    }
    fn address(record: &Record) -> String {
        format!("{:p}", record.partition_key.as_deref().unwrap())
    }
    let record = Record::new("N14228", FLIGHT);
    let expected = address(&record);
    assert_eq!(only.with_state(()).handle(record).await.unwrap_err().to_string(), expected);
    let record = Record::new("N14228", FLIGHT);
    let expected = address(&record);
    assert_eq!(last.with_state(()).handle(record).await.unwrap_err().to_string(), expected);
}
