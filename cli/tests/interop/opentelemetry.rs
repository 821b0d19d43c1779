//! OpenTelemetry's own SDKs for other languages, by which a program injects its context by hand.

use std::process::Command;

use kinetrace::history::TraceIds;
use serde::Deserialize;

use crate::base64;
use crate::consumer::Flights;
use crate::counterpart::run;
use crate::program::{node, python};

/// What the programs print.
#[derive(Debug, Deserialize)]
struct Injected {
    format: String,
    trace_id: String,
    span_id: String,
    data_base64: String,
    payload_base64: String,
}

/// As a member of the event, and in an envelope around it.
async fn the_consumer_continues_the_trace(program: Command) {
    let written = run::<Injected>(program, &[(); 0]).await;
    let formats: Vec<_> = written.iter().map(|it| it.format.as_str()).collect();
    assert_eq!(formats, ["w3c_member", "envelope"]);
    for injected in written {
        let flights = Flights::create().await;
        flights.put("N14228", &base64::decode(&injected.data_base64)).await;
        let [process] = &flights.consume().await[..] else { panic!("not one record") };
        assert_eq!(process.format, injected.format);
        let context = TraceIds::new(injected.trace_id.clone(), injected.span_id.clone());
        assert_eq!(process.context, Some(context), "{injected:?}");
        let payload = base64::decode(&injected.payload_base64);
        assert_eq!(process.payload_crc32, crc32fast::hash(&payload), "{injected:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn what_opentelemetry_for_javascript_injects_by_hand_is_read() {
    the_consumer_continues_the_trace(node("opentelemetry.js")).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn what_opentelemetry_for_python_injects_by_hand_is_read() {
    the_consumer_continues_the_trace(python("opentelemetry", "opentelemetry_inject.py")).await;
}
