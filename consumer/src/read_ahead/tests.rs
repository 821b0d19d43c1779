use std::convert::Infallible;

use lambda_runtime::Context;
use tower::service_fn;

use super::*;
use crate::kinesis::BatchResponse;

const KINESIS: &str = r#"{"Records":[]}"#;
const KAFKA: &str = r#"{"eventSource":"aws:kafka","records":{}}"#;

fn context(request_id: &str) -> Context {
    let mut context = Context::default();
    context.request_id = request_id.to_owned();
    context
}

/// What the runtime gets of an invocation.
fn body(events: &ReadAhead, request_id: &str, body: &'static str) -> Bytes {
    let runtime = service_fn(|invocation: LambdaInvocation| ready(Ok::<_, Infallible>(invocation.body)));
    let (parts, body) = http::Response::new(Bytes::from(body)).into_parts();
    let invocation = LambdaInvocation { parts, body, context: context(request_id) };
    events.layer(runtime).call(invocation).now_or_never().unwrap().unwrap()
}

/// What the service within gets of it: how many records, and of which kind.
fn within(events: &ReadAhead, request_id: &str, body: &[u8]) -> Result<String, Diagnostic> {
    let told = |event: &Event| match event {
        Event::Kinesis(event) => format!("{} of Kinesis", event.records.len()),
        Event::Kafka(_) => "of Kafka".to_owned(),
    };
    let seen = std::cell::RefCell::new(String::new());
    let service = service_fn(|event: LambdaEvent<Event>| {
        seen.replace(told(&event.payload));
        ready(Ok::<_, Diagnostic>(EventResponse::Kinesis(BatchResponse::done())))
    });
    // As the runtime does it.
    let payload = serde_json::from_slice(body).unwrap();
    let answer = events.within(service).call(LambdaEvent { payload, context: context(request_id) });
    answer.now_or_never().unwrap().map(|_| seen.take())
}

#[test]
fn an_event_that_is_read_ahead_is_not_read_again_and_reaches_its_own_invocation() {
    let events = ReadAhead::default();
    let one = r#"{"Records":[{"kinesis":{"data":"aGk=","sequenceNumber":"1"},"eventSource":"aws:kinesis"}]}"#;
    assert_eq!([body(&events, "one", one), body(&events, "none", KINESIS)], ["null", "null"]);
    assert_eq!(within(&events, "none", b"null").unwrap(), "0 of Kinesis");
    assert_eq!(within(&events, "one", b"null").unwrap(), "1 of Kinesis");
    assert!(events.0.lock().unwrap().is_empty());
}

#[test]
fn everything_else_is_left_to_the_runtime() {
    let events = ReadAhead::default();
    for text in [KAFKA, "null", "7", "{", "", r#"{"Records":[{}]}"#, r#"{"Records":1}"#] {
        assert_eq!(body(&events, "one", text), text);
        assert!(events.0.lock().unwrap().is_empty());
    }
    assert_eq!(within(&events, "one", KAFKA.as_bytes()).unwrap(), "of Kafka");
}

#[test]
fn a_body_that_is_null_is_refused_as_the_runtime_refuses_others() {
    let refused = within(&ReadAhead::default(), "one", b"null").unwrap_err();
    let as_serde_has_it = serde_json::from_slice::<Event>(b"null").unwrap_err();
    assert!(refused.error_message.ends_with(&format!("{as_serde_has_it}\n")), "{refused:?}");
    assert!(refused.error_message.contains("not a Kinesis event"), "{refused:?}");
}
