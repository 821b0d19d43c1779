//! What fails, panics or is given up: the answer stays what it is without the layer, and the span ends.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use kinetrace_consumer::trace_layer::{TraceLayer, marked};
use opentelemetry::trace::Status;
use tower::{Layer as _, Service as _};

use super::service::{call, pass, service};
use crate::panics::{BUGS, world};
use crate::world::{World, context, envelope, event};

#[tokio::test]
async fn an_error_of_the_service_is_handed_on_and_marks_the_span() {
    let outcome = pass(&World::new(), |layer| layer, "fail").await;
    assert_eq!(outcome.answer, Err("no such plane".to_owned()));
    assert_eq!(outcome.span().status, Status::error("no such plane"));
}

#[tokio::test]
async fn a_panic_in_tracing_changes_neither_event_nor_answer() {
    for bug in BUGS {
        for body in [event(&[&envelope("1")]), event(&[&envelope("1"), "2"]), "fail".to_owned(), "{}".to_owned()] {
            let expected = pass(&World::new(), |layer| layer, body.clone()).await;
            let outcome = pass(&world(bug), |layer| layer, body.clone()).await;
            assert_eq!(outcome.answer, expected.answer, "{bug:?} {body}");
            assert_eq!(outcome.seen().body, expected.seen().body, "{bug:?} {body}");
        }
    }
}

#[tokio::test]
async fn an_invocation_that_is_dropped_ends_its_span() {
    for bug in [None].into_iter().chain(BUGS.map(Some)) {
        let world = bug.map_or_else(World::new, world);
        let mut service = service(&world, |layer| layer);
        let mut answer = Box::pin(call(&mut service, "hang"));
        assert!((&mut answer).now_or_never().is_none());
        drop(answer);
        if bug.is_none() {
            let [span] = &world.spans()[..] else { panic!("one span") };
            assert_eq!(span.status, Status::error("dropped before it was answered"));
        }
    }
}

#[tokio::test]
async fn a_panic_of_the_service_goes_its_way_and_ends_the_span() {
    let world = World::new();
    let mut service = service(&world, |layer| layer);
    assert!(AssertUnwindSafe(call(&mut service, "panic")).catch_unwind().await.is_err());
    drop(service);
    assert_eq!(world.spans().len(), 1);
}

/// The runtime makes a response of its error before the layer sees it.
#[tokio::test]
async fn a_service_may_mark_the_span_itself() {
    let outcome = pass(&World::new(), |layer| layer, "mark").await;
    assert_eq!(outcome.answer, Ok(()));
    assert_eq!(outcome.span().status, Status::error("no such plane"));
}

/// The runtime, as far as it hides from the layer how a service failed.
async fn through_the_runtime(answer: &'static str) -> (Status, String) {
    let world = World::new();
    let business = |(): ()| async move {
        tokio::task::yield_now().await;
        match answer {
            "error" => Err("no such plane".to_owned()),
            "panic" => panic!("out of fuel"),
            json => Ok(serde_json::from_str::<serde_json::Value>(json).unwrap()),
        }
    };
    let runtime = tower::service_fn(move |_: lambda_runtime::LambdaInvocation| async move {
        let called = AssertUnwindSafe(marked(tower::service_fn(business)).call(())).catch_unwind().await;
        Ok::<_, lambda_runtime::Error>(called.map_or("panic".to_owned(), |answer| format!("{answer:?}")))
    });
    let mut service = TraceLayer::new(world.telemetry()).layer(runtime);
    let (parts, ()) = http::Response::new(()).into_parts();
    let context = context();
    let answer = service.call(lambda_runtime::LambdaInvocation { parts, body: "{}".into(), context }).await.unwrap();
    (world.spans().remove(0).status, answer)
}

#[tokio::test]
async fn a_marked_service_has_its_span_tell_how_it_failed_and_answers_the_same() {
    for (answer, status, seen) in [
        ("error", Status::error("no such plane"), r#"Err("no such plane")"#),
        ("panic", Status::error("panicked: out of fuel"), "panic"),
        (
            r#"{"batchItemFailures":[{"itemIdentifier":"8"},{"itemIdentifier":"9"}]}"#,
            Status::error("2 records are reported as failed"),
            "itemIdentifier",
        ),
        (r#"{"batchItemFailures":[]}"#, Status::Unset, "batchItemFailures"),
        ("null", Status::Unset, "Null"),
        (r#"["batchItemFailures"]"#, Status::Unset, "batchItemFailures"),
        (r#"{"batchItemFailures":null}"#, Status::Unset, "Null"),
    ] {
        let told = through_the_runtime(answer).await;
        assert_eq!(told.0, status, "{answer}");
        assert!(told.1.contains(seen), "{answer}: {}", told.1);
    }
}
