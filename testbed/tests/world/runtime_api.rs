use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::poll;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::runtime_api::{FunctionError, RuntimeApi};
use tokio::join;
use tokio::task::yield_now;

use crate::runtime::{Invocation, Runtime};

const MINUTE: Duration = Duration::from_secs(60);

async fn start() -> (RuntimeApi, Runtime) {
    start_with(Configuration::new("f", "/bin/true")).await
}

async fn start_with(configuration: Configuration) -> (RuntimeApi, Runtime) {
    let api = RuntimeApi::start(&configuration).await.unwrap();
    let runtime = Runtime::new(api.authority());
    (api, runtime)
}

async fn echo(runtime: &Runtime) -> Invocation {
    let invocation = runtime.next().await;
    assert_eq!(runtime.respond(invocation.request_id(), invocation.payload.clone()).await, StatusCode::ACCEPTED);
    invocation
}

#[tokio::test]
async fn payload_bytes_pass_untouched_both_ways() {
    let (api, runtime) = start().await;
    for payload in [&br#"{"b":1, "a":2.10}"#[..], b"", b"\xff\xfe not even text", &vec![b'x'; 6 * 1024 * 1024]] {
        let payload = Bytes::copy_from_slice(payload);
        let (answer, invocation) = join!(api.invoke(payload.clone(), MINUTE), echo(&runtime));
        assert!(invocation.payload == payload, "what the runtime got");
        assert!(answer.unwrap() == payload, "what the caller got");
    }
}

#[tokio::test]
async fn the_next_invocation_waits_until_the_runtime_asks_for_it() {
    let (api, runtime) = start().await;
    let (first, _) = join!(api.invoke(Bytes::from("1"), MINUTE), echo(&runtime));
    assert_eq!(first.unwrap(), "1", "the response is there though the runtime has not asked again");

    let mut second = Box::pin(api.invoke(Bytes::from("2"), MINUTE));
    assert!(poll!(&mut second).is_pending());
    let (second, invocation) = join!(second, echo(&runtime));
    assert_eq!((second.unwrap(), invocation.payload), (Bytes::from("2"), Bytes::from("2")));
}

#[tokio::test]
async fn a_runtime_that_asks_while_an_invocation_is_in_flight_gets_none() {
    let (api, runtime) = start().await;
    let (answer, ()) = join!(api.invoke(Bytes::from("1"), MINUTE), async {
        let invocation = runtime.next().await;
        assert_eq!(runtime.get_next().await.0, StatusCode::FORBIDDEN);
        runtime.respond(invocation.request_id(), "done").await;
    });
    assert_eq!(answer.unwrap(), "done");
}

#[tokio::test]
async fn only_an_answer_to_the_invocation_in_flight_is_accepted() {
    let (api, runtime) = start().await;
    let (answer, request_id) = join!(api.invoke(Bytes::new(), MINUTE), async {
        let invocation = runtime.next().await;
        let path = format!("/invocation/{}/response", invocation.request_id());
        let stale = [("lambda-runtime-invocation-id", "of an earlier attempt")];
        assert_eq!(runtime.respond("another-id", "no").await, StatusCode::BAD_REQUEST);
        assert_eq!(runtime.post("/invocation/another-id/error", &[], "{}").await, StatusCode::BAD_REQUEST);
        assert_eq!(runtime.post(&path, &stale, "no").await, StatusCode::BAD_REQUEST);
        let echoed = [("lambda-runtime-invocation-id", invocation.header("lambda-runtime-invocation-id"))];
        assert_eq!(runtime.post(&path, &echoed, "yes").await, StatusCode::ACCEPTED);
        invocation.request_id().to_owned()
    });
    assert_eq!(answer.unwrap(), "yes");
    assert_eq!(runtime.respond(&request_id, "again").await, StatusCode::BAD_REQUEST, "a second answer");
}

#[tokio::test]
async fn the_runtime_is_told_what_lambda_tells() {
    let (api, runtime) = start().await;
    let before = SystemTime::now();
    let (_, first) = join!(api.invoke(Bytes::new(), MINUTE), echo(&runtime));
    let (_, second) = join!(api.invoke(Bytes::new(), MINUTE), echo(&runtime));

    let deadline = UNIX_EPOCH + Duration::from_millis(first.header("lambda-runtime-deadline-ms").parse().unwrap());
    let earliest = before + MINUTE - Duration::from_millis(1);
    assert!((earliest..=SystemTime::now() + MINUTE).contains(&deadline), "{deadline:?}");
    assert_eq!(first.header("lambda-runtime-invoked-function-arn"), "arn:aws:lambda:us-east-1:000000000000:function:f");
    assert_ne!(first.request_id(), second.request_id());
    assert_eq!(first.header("lambda-runtime-trace-id"), second.header("lambda-runtime-trace-id"));
}

#[tokio::test]
async fn an_error_of_the_function_is_the_result() {
    let (api, runtime) = start().await;
    let (answer, ()) = join!(api.invoke(Bytes::new(), MINUTE), async {
        let path = format!("/invocation/{}/error", runtime.next().await.request_id());
        let body = r#"{"errorType":"Boom","errorMessage":"no"}"#;
        assert_eq!(runtime.post(&path, &[], body).await, StatusCode::ACCEPTED);
    });
    assert_eq!(answer, Err(FunctionError { error_type: "Boom".into(), message: "no".into() }));
}

#[tokio::test]
async fn a_failed_initialisation_is_reported_to_who_waits() {
    let (api, runtime) = start().await;
    let body = r#"{"errorType":"NoConfig","errorMessage":"STREAM is not set"}"#;
    let (asked, status) = join!(api.asked(), runtime.post("/init/error", &[], body));
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(asked.unwrap_err().to_string(), "NoConfig: STREAM is not set");
}

#[tokio::test]
async fn a_response_over_the_limit_fails_the_invocation_instead_of_hanging_it() {
    let (api, runtime) = start().await;
    let (answer, status) = join!(api.invoke(Bytes::new(), MINUTE), async {
        let invocation = runtime.next().await;
        runtime.respond(invocation.request_id(), vec![b'x'; 6 * 1024 * 1024 + 101]).await
    });
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.unwrap_err().error_type, "Function.ResponseSizeTooLarge");
}

#[tokio::test]
async fn a_runtime_that_hung_up_while_asking_does_not_swallow_an_invocation() {
    let (api, runtime) = start().await;
    {
        let mut hung_up = Box::pin(runtime.next());
        tokio::select! {
            biased;
            _ = &mut hung_up => panic!("nothing was invoked"),
            asked = api.asked() => asked.unwrap(),
        }
    }
    while poll!(Box::pin(api.asked())).is_ready() {
        yield_now().await;
    }
    let (answer, _) = join!(api.invoke(Bytes::from("1"), MINUTE), echo(&runtime));
    assert_eq!(answer.unwrap(), "1");
}

#[tokio::test]
async fn as_many_invocations_are_in_flight_as_there_are_slots_and_each_answer_finds_its_own() {
    let two = Configuration { environment_concurrency: 2, ..Configuration::new("f", "/bin/true") };
    let (api, runtime) = start_with(two).await;
    let (one, two, ()) = join!(api.invoke(Bytes::from("1"), MINUTE), api.invoke(Bytes::from("2"), MINUTE), async {
        let (first, second) = (runtime.next().await, runtime.next().await);
        assert_eq!(runtime.get_next().await.0, StatusCode::FORBIDDEN, "one too many");
        for invocation in [second, first] {
            runtime.respond(invocation.request_id(), invocation.payload.clone()).await;
        }
    });
    assert_eq!([one.unwrap(), two.unwrap()], ["1", "2"]);
}

#[tokio::test]
async fn extensions_register_before_the_runtime_asks_and_nothing_is_invoked_before_they_ask() {
    let (api, runtime) = start().await;
    assert!(!api.has_extensions());
    let mut identifiers = vec![runtime.register("flush").await.unwrap()];
    assert!(api.has_extensions());
    let mut next = Box::pin(runtime.next());
    // Registration is over once the runtime has asked, so a refusal tells that it has.
    while let Ok(identifier) = tokio::select! {
        biased;
        _ = &mut next => panic!("nothing was invoked"),
        registered = runtime.register("another") => registered,
    } {
        identifiers.push(identifier);
    }
    for identifier in identifiers {
        assert!(poll!(Box::pin(api.asked())).is_pending(), "an extension is not initialised");
        let runtime = runtime.clone();
        tokio::spawn(async move { runtime.extension_next(&identifier).await });
    }
    tokio::select! {
        _ = next => panic!("nothing was invoked"),
        asked = api.asked() => asked.unwrap(),
    }
}

#[tokio::test]
async fn a_program_that_is_not_an_extension_is_refused() {
    let (_api, runtime) = start().await;
    assert_eq!(runtime.extension_next("another").await, StatusCode::FORBIDDEN);
    for (headers, body) in [
        (&[][..], r#"{"events":[]}"#),
        (&[("lambda-extension-name", "flush")], r#"{"events":["INVOKE"]}"#),
        (&[("lambda-extension-name", "flush")], ""),
    ] {
        assert_eq!(runtime.post_extension(headers, body).await.0, StatusCode::BAD_REQUEST, "{headers:?} {body}");
    }

    let none = Configuration { extensions: false, ..Configuration::new("f", "/bin/true") };
    let (_api, runtime) = start_with(none).await;
    assert_eq!(runtime.register("flush").await, Err(StatusCode::NOT_FOUND));
}
