use kinetrace_consumer::kinesis::EventRecord;
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_testbed::collector::{Collector, Kind};
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::function::Function;
use tokio::sync::mpsc::unbounded_channel;

use crate::bootstrap::layered;

fn data(event: &[u8]) -> Vec<bytes::Bytes> {
    let event: KinesisEvent = serde_json::from_slice(event).unwrap();
    event.records.into_iter().map(|record| record.map(|EventRecord { data, .. }| data).unwrap()).collect()
}

#[tokio::test]
async fn a_service_inside_the_layer_gets_payloads_and_its_span_leaves_before_the_next_invocation() {
    let collector = Collector::start().await.unwrap();
    let (sender, _logs) = unbounded_channel();
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.endpoint().to_owned());
    let function = Function::new(Configuration { env: vec![endpoint], ..layered() }, sender);
    let event = include_bytes!("../../../events/kinesis-envelope.json");
    let seen = function.invoke(event.as_slice().into()).await.unwrap();
    assert!(data(event)[0].starts_with(br#"{"_otel":"#));
    assert!(data(&seen)[0].starts_with(br#"{"tailnum":"N14228","#), "{seen:?}");

    // The environment answers this one only after it has flushed.
    function.invoke("1".into()).await.unwrap();
    let [span] = &collector.trace("4bf92f3577b34da6a3ce929d0e0e4736")[..] else { panic!("one span") };
    assert_eq!((span.name.as_str(), span.kind), ("f", Kind::Server));
    assert_eq!(span.parent_span_id.as_deref(), Some("00f067aa0ba902b7"));
}
