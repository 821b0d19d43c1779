//! Records from a real broker, handed to a Lambda function of ours in the event that AWS makes of them.

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinetrace_consumer::{Consumer, Event, Failure, Record};
use kinetrace_testing::Recorder;
use lambda_runtime::LambdaEvent;
use serde_json::{Map, Value, json};
use tower::Service as _;

use crate::broker::broker;
use crate::client::Client;
use crate::consume::consume;
use crate::line::{Data, Header, Line};
use crate::peer::Peer;
use crate::records::records;

/// As Amazon MSK's mapping writes it: bytes of headers with signs, no member for a key or a value that is null.
fn event(topic: &str, lines: &[Line]) -> Value {
    let mut partitions = Map::new();
    for line in lines {
        let partition = line.partition.unwrap();
        let mut record = json!({
            "topic": topic, "partition": partition, "offset": line.offset, "timestamp": line.timestamp,
            "timestampType": "CREATE_TIME", "headers": line.headers.iter().map(header).collect::<Vec<_>>(),
        });
        for (name, data) in [("key", &line.key), ("value", &line.value)] {
            if let Some(Data(bytes)) = data {
                record[name] = STANDARD.encode(bytes).into();
            }
        }
        let records = partitions.entry(format!("{topic}-{partition}")).or_insert_with(|| json!([]));
        records.as_array_mut().unwrap().push(record);
    }
    let arn = "arn:aws:kafka:us-east-1:123456789012:cluster/flights/6d2f7d4e-1d0c-4b6f-8d5d-0d7a8c9b1e2f-1";
    json!({"eventSource": "aws:kafka", "eventSourceArn": arn, "bootstrapServers": "b-1:9092", "records": partitions})
}

fn header(header: &Header) -> Value {
    let bytes = header.value.as_ref().map(|value| value.0.iter().map(|byte| byte.cast_signed()).collect::<Vec<_>>());
    json!({ header.name.clone(): bytes })
}

/// What the handler got, and what the spans of the records say about where these came from.
async fn invoke(event: &Value) -> (Vec<Record>, Recorder) {
    let (seen, recorder) = (Arc::new(Mutex::new(Vec::new())), Recorder::new());
    let sink = Arc::clone(&seen);
    let handle = move |record: Record| {
        sink.lock().unwrap().push(record);
        ready(Ok::<_, Failure>(()))
    };
    let consumer = Consumer::builder(handle).read_environment(false).telemetry(recorder.telemetry());
    let event: Event = serde_json::from_str(&event.to_string()).unwrap();
    let mut context = lambda_runtime::Context::default();
    let deadline = (SystemTime::now() + Duration::from_secs(60)).duration_since(UNIX_EPOCH).unwrap();
    context.deadline = deadline.as_millis().try_into().unwrap();
    consumer.build().unwrap().call(LambdaEvent::new(event, context)).await.unwrap();
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    (seen, recorder)
}

/// What is left of a record in the event.
fn line(record: &Record) -> Line {
    let header = |(name, value): (&str, Option<&bytes::Bytes>)| match value {
        Some(value) => Header::new(name, value),
        None => Header::null(name),
    };
    let timestamp = record.arrival.unwrap().duration_since(UNIX_EPOCH).unwrap();
    Line {
        partition: record.shard_id.parse().ok(),
        offset: record.sequence_number.as_str().parse().ok(),
        timestamp: timestamp.as_millis().try_into().ok(),
        key: record.key.as_deref().map(Into::into),
        value: (!record.is_tombstone()).then(|| record.payload[..].into()),
        headers: record.headers.iter().map(header).collect(),
        ..Line::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs interop/run"]
async fn a_function_gets_each_record_as_it_was_produced_and_links_to_its_producer() {
    let topic = broker().topic(3).await;
    let mut sent = Client::Rdkafka.produce(&topic, &records(0)).await;
    sent.extend(Client::Krafka.produce(&topic, &records(1)).await);
    sent.extend(Peer::Java.produce(&topic, &records(2)));
    let read = consume(&topic, sent.len());

    let (seen, recorder) = invoke(&event(&topic, &read)).await;
    let spans = recorder.spans();
    let links = spans.iter().filter(|span| span.name == format!("process {topic}")).map(|span| &span.links[0]);
    let links: Vec<_> = links.map(|link| &link.span_context).collect();
    assert_eq!((seen.len(), links.len()), (sent.len(), sent.len()));
    for (((sent, read), seen), link) in sent.iter().zip(read).zip(&seen).zip(links) {
        let read = Line { trace_id: None, span_id: None, ..read };
        assert_eq!(line(seen), read);
        let ids = (link.trace_id().to_string(), link.span_id().to_string());
        assert_eq!(sent.traceparent(), Some((&*ids.0, &*ids.1)), "{seen:?}");
        assert!(link.is_sampled());
    }
}
