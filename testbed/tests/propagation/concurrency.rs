//! Puts at once, each of another caller: nothing of one shows in another.

use futures_util::future::join_all;
use kinetrace::Carrier;
use opentelemetry::KeyValue;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _};

use crate::world::{STREAM, World, entry};

#[tokio::test]
async fn each_put_carries_its_own_callers_trace_and_baggage() {
    let world = World::start([]).await;
    let client = world.client(world.propagation(Carrier::Envelope));
    let callers: Vec<_> = (0..20)
        .map(|tenant| world.caller("caller").with_baggage([KeyValue::new("tenant", tenant.to_string())]))
        .collect();
    let puts = callers.iter().zip(0..).map(|(caller, tenant)| {
        let record = entry("a", tenant.to_string());
        let put = client.put_records().stream_name(STREAM).records(record.clone()).records(record);
        put.send().with_context(caller.clone())
    });
    for answer in join_all(puts).await {
        answer.unwrap();
    }
    let sent = world.wire.puts();
    assert_eq!(sent.len(), callers.len());
    for entry in sent.iter().flat_map(|put| put.entries()) {
        let carried = entry.extraction();
        let tenant: usize = std::str::from_utf8(&carried.payload).unwrap().parse().unwrap();
        let trace_id = callers[tenant].span().span_context().trace_id().to_string();
        assert_eq!(carried.fields.get("traceparent").unwrap().split('-').nth(1), Some(trace_id.as_str()));
        assert_eq!(carried.fields.get("baggage"), Some(format!("tenant={tenant}").as_str()));
    }
}
