//! The CloudEvents SDK, whose events may carry the context of the trace they began in.

use kinetrace::Reader;
use kinetrace::history::TraceIds;
use serde::Deserialize;

use crate::base64;
use crate::consumer::Flights;
use crate::counterpart::run;
use crate::program::node;

/// What the program prints.
#[derive(Debug, Deserialize)]
struct CloudEvent {
    trace_id: String,
    span_id: String,
    tracestate: String,
    data_base64: String,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn the_consumer_continues_the_trace_of_a_cloudevent_and_leaves_the_event_whole() {
    let [event] = &run::<CloudEvent>(node("cloudevent.js"), &[(); 0]).await[..] else { panic!("not one event") };
    let data = base64::decode(&event.data_base64);
    let flights = Flights::create().await;
    flights.put("N14228", &data).await;

    let [process] = &flights.consume().await[..] else { panic!("not one record") };
    assert_eq!(process.format, "w3c_member");
    let context = TraceIds::new(event.trace_id.clone(), event.span_id.clone());
    assert_eq!(process.context, Some(context));
    assert_eq!(process.payload_crc32, crc32fast::hash(&data));

    let [extraction] = &Reader::default().read(data.into(), None)[..] else { panic!("not one record") };
    assert_eq!(extraction.fields.get("tracestate"), Some(event.tracestate.as_str()));
}
