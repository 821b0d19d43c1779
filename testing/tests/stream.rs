//! A stream in memory, with a publisher and with a client of the AWS SDK.
#![allow(clippy::unwrap_used, clippy::panic)]

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::ProvideErrorMetadata as _;
use aws_sdk_kinesis::primitives::Blob;
use kinetrace::{Carrier, Record};
use kinetrace_consumer::Failure;
use kinetrace_producer::{Propagation, Publisher};
use kinetrace_testing::{Event, Recorder, Stream, invoke};

async fn handle(_: kinetrace_consumer::Record) -> Result<(), Failure> {
    Ok(())
}

#[tokio::test]
async fn what_a_publisher_sends_is_in_the_stream_and_its_trace_goes_on_in_the_consumer() {
    let (stream, recorder) = (Stream::new("flights"), Recorder::new());
    let publisher = Publisher::builder(stream.client(), "flights").telemetry(&recorder.telemetry()).build();
    for payload in ["1", "2"] {
        let place = stream.records().len();
        let ack = publisher.send(Record::new("N14228", payload)).await.unwrap();
        assert_eq!(ack.sequence_number.as_str(), Event::new("flights").sequence_number(place));
    }
    let invocation = invoke(handle, &stream.event()).await;
    assert_eq!(invocation.stopped_at(), None);
    let created = recorder.spans().into_iter().filter(|span| span.name == "create flights");
    let created: Vec<_> = created.map(|span| span.span_context.span_id()).collect();
    let linked: Vec<_> = (0..2).map(|place| invocation.process_span(place).links[0].span_context.span_id()).collect();
    assert_eq!(linked, created);
    assert_eq!(recorder.metric("messaging.client.sent.messages")[0].sum, 2.0);
}

#[tokio::test(start_paused = true)]
async fn a_publisher_sends_again_what_is_throttled_and_keeps_the_order() {
    let stream = Stream::new("flights");
    let publisher = Publisher::builder(stream.client(), "flights").build();
    stream.throttle_next(3);
    let mut deliveries = Vec::new();
    for payload in ["1", "2", "3"] {
        deliveries.push(publisher.enqueue(Record::new("N14228", payload)).await.unwrap());
    }
    for delivery in deliveries {
        delivery.await.unwrap();
    }
    let event = stream.event();
    let invocation = invoke(handle, &event).await;
    let lines = invocation.record_lines().iter();
    assert_eq!(
        lines.map(|line| line.payload_crc32).collect::<Vec<_>>(),
        ["1", "2", "3"].map(|it| crc32fast::hash(it.as_bytes()))
    );
}

#[tokio::test]
async fn a_client_with_the_interceptor_puts_contexts_and_a_hash_key_stays() {
    let (stream, recorder) = (Stream::new("flights"), Recorder::new());
    let propagation = Propagation::new(Carrier::Envelope).telemetry(&recorder.telemetry());
    let client = Client::from_conf(stream.client().config().to_builder().interceptor(propagation).build());
    let put = client.put_record().stream_name("flights").partition_key("N14228").explicit_hash_key("7");
    put.data(Blob::new("1")).send().await.unwrap();
    let record = stream.records().remove(0);
    assert_eq!(record.explicit_hash_key.unwrap().to_string(), "7");
    assert!(record.data.starts_with(br#"{"_otel":"#));
}

#[tokio::test]
async fn a_put_into_another_stream_and_other_operations_are_refused() {
    let stream = Stream::new("flights");
    let put = stream.client().put_record().stream_name("weather").partition_key("N14228").data(Blob::new("1"));
    assert_eq!(put.send().await.unwrap_err().code(), Some("ResourceNotFoundException"));
    let listed = stream.client().list_shards().stream_name("flights").send().await.unwrap_err();
    assert_eq!(listed.code(), Some("UnknownOperationException"));
    assert!(stream.records().is_empty());
}
