//! The two functions, which export by themselves, as they do on Lambda: a request of several events, and a batch of them all.

use std::sync::Arc;

use aws_sdk_kinesis::primitives::Blob;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::event_source_mapping::{EventSourceMapping, Settings, Stream};
use kinetrace_testbed::function::Function;
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use tokio::sync::mpsc::unbounded_channel;

pub(crate) const STREAM: &str = "flights";

/// Publishes so many events in one request, and processes them in one invocation. `variables` say where telemetry goes.
pub(crate) async fn run(events: usize, variables: &[(&str, &str)]) {
    let said = publish_and_process((events, events), None, variables).await;
    assert_eq!(said, [""; 0], "of their telemetry");
}

/// The same, and what they say of their telemetry, line by line.
pub(crate) async fn run_and_listen(events: usize, variables: &[(&str, &str)]) -> Vec<String> {
    publish_and_process((events, events), None, variables).await
}

/// Publishes so many events in one request, and processes each in an invocation of its own.
pub(crate) async fn run_one_by_one(events: usize, variables: &[(&str, &str)]) {
    let said = publish_and_process((events, 1), None, variables).await;
    assert_eq!(said, [""; 0], "of their telemetry");
}

/// As [`run`], with one more record at the end, which is not JSON: it fails, is tried once more, and given up.
pub(crate) async fn run_with_a_broken_record(events: usize, variables: &[(&str, &str)]) {
    let said = publish_and_process((events, events + 1), Some("not JSON"), variables).await;
    assert!(said.iter().all(|line| line.contains("a record failed")), "{said:?}");
}

async fn publish_and_process(
    (events, batch_size): (usize, usize),
    broken: Option<&str>,
    variables: &[(&str, &str)],
) -> Vec<String> {
    let kinesis = Kinesis::start().await.unwrap();
    let client = kinesis.client();
    let [shard] = &create_stream(&client, STREAM, 1).await.unwrap()[..] else { panic!("not one shard") };

    let (sender, mut lines) = unbounded_channel();
    let own =
        [("KINETRACE_STREAM", STREAM), ("KINETRACE_GROUP_FIELD", "tailnum"), ("AWS_ENDPOINT_URL", kinesis.endpoint())];
    let producer = Function::new(configuration("producer", &[&own[..], variables].concat()), sender.clone());
    let body: Vec<_> = (0..events).map(|n| format!(r#"{{"tailnum":"N{n}","n":{n}}}"#)).collect();
    let answer = producer.invoke(format!(r#"{{"events":[{}]}}"#, body.join(",")).into()).await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    producer.shutdown().await;
    drop(producer);
    if let Some(broken) = broken {
        let request = client.put_record().stream_name(STREAM).partition_key("broken").data(Blob::new(broken));
        request.send().await.unwrap();
    }

    let consumer = Function::new(configuration("consumer", variables), sender);
    let settings = Settings {
        batch_size,
        maximum_retry_attempts: Some(1),
        report_batch_item_failures: true,
        ..Settings::default()
    };
    let stream = Stream { name: STREAM.to_owned(), arn: format!("arn:aws:kinesis:us-east-1:0:stream/{STREAM}") };
    let mapping = EventSourceMapping::start(client, stream, settings, Arc::new(consumer.clone())).unwrap();
    let numbers = answer["results"].as_array().unwrap_or_else(|| panic!("{answer}")).iter();
    let numbers = numbers.map(|record| record["sequence_number"].as_str().unwrap_or_else(|| panic!("{answer}")));
    mapping.drain(numbers.map(|number| (shard.shard.clone(), number.into()))).await.unwrap();
    let report = mapping.stop().await;
    let expected = if broken.is_some() { (2, 1) } else { (events.div_ceil(batch_size) as u64, 0) };
    assert_eq!((report.invocations, report.discards.len()), expected, "{report:?}");
    consumer.shutdown().await;
    drop(consumer);

    let mut said = Vec::new();
    while let Some(LogLine { line, .. }) = lines.recv().await {
        said.push(line);
    }
    said
}

fn configuration(name: &str, variables: &[(&str, &str)]) -> Configuration {
    let mut configuration = Configuration::new(name, env!("CARGO_BIN_EXE_kinetrace"));
    configuration.args = ["bootstrap", name].map(str::to_owned).to_vec();
    configuration.env = variables.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect();
    configuration
}
