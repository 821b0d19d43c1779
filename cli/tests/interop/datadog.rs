//! `ddtrace` and `dd-trace`, whose producers put a context into records without being asked.

use std::process::Command;

use kinetrace::Reader;
use kinetrace::history::TraceIds;
use serde::Deserialize;
use serde_json::Value;

use crate::base64;
use crate::consumer::{Flights, STREAM};
use crate::counterpart::run;
use crate::program::{node, python};

/// What their programs print of a record they put.
#[derive(Debug, Deserialize)]
struct Put {
    sequence_number: String,
    trace_id: String,
    injected: bool,
    payload_base64: String,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn the_consumer_continues_the_traces_of_ddtrace_for_python() {
    continues(python("datadog", "datadog_put.py"), Styles::Default).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn the_consumer_continues_the_traces_of_dd_trace_for_node() {
    continues(node("datadog_put.js"), Styles::Default).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn the_consumer_understands_the_decimal_ids_of_ddtrace_for_python() {
    continues(python("datadog", "datadog_put.py"), Styles::Datadog).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn the_consumer_understands_the_decimal_ids_of_dd_trace_for_node() {
    continues(node("datadog_put.js"), Styles::Datadog).await;
}

/// What they write into a record.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Styles {
    /// Decimal ids, and a `traceparent` next to them.
    Default,
    /// Decimal ids alone, as their older releases do.
    Datadog,
}

async fn continues(mut program: Command, styles: Styles) {
    let flights = Flights::create().await;
    if styles == Styles::Datadog {
        program.env("DD_TRACE_PROPAGATION_STYLE_INJECT", "datadog");
    }
    program.args([flights.endpoint(), STREAM]);
    let puts: Vec<Put> = run(program, &[(); 0]).await;
    let records = flights.records().await;
    let processed = flights.consume().await;
    assert_eq!([records.len(), processed.len()], [puts.len(); 2]);
    assert!(puts.iter().any(|put| put.injected) && puts.iter().any(|put| !put.injected), "{puts:?}");

    for ((put, record), process) in puts.iter().zip(&records).zip(&processed) {
        assert_eq!([record.sequence_number(), process.sequence_number.as_str()], [&put.sequence_number; 2]);
        let data = record.data().as_ref();
        let sent = put.injected.then(|| context_in(data, put, styles));
        assert_eq!(process.context, sent, "{process:?}");
        assert_eq!(process.format, if put.injected { "datadog" } else { "none" });
        // The payload may be signed: it is left as it came, unless the user has the context cut out.
        assert_eq!(process.payload_crc32, crc32fast::hash(data), "{process:?}");
        let stripped = Reader::default().strip_foreign(true).read(data.to_vec().into(), record.partition_key());
        assert_eq!(stripped.len(), 1);
        let (stripped, payload) = (&stripped[0].payload[..], base64::decode(&put.payload_base64));
        if put.injected {
            let [stripped, payload]: [Value; 2] =
                [stripped, &payload].map(|json| serde_json::from_slice(json).unwrap());
            assert_eq!(stripped, payload);
        } else {
            assert_eq!(stripped, payload);
        }
    }
}

/// The trace that the library says it is in, and the span that it put into the record.
fn context_in(data: &[u8], put: &Put, styles: Styles) -> TraceIds {
    let data: Value = serde_json::from_slice(data).unwrap();
    let carrier = &data["_datadog"];
    assert_eq!(carrier.get("traceparent").is_some(), styles == Styles::Default, "{carrier}");
    let span_id: u64 = carrier["x-datadog-parent-id"].as_str().unwrap().parse().unwrap();
    TraceIds::new(put.trace_id.clone(), format!("{span_id:016x}"))
}
