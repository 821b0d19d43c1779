//! What is in the queue, and what a record's fate is without it.

use std::collections::HashMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, QueueAttributeName};
use kinetrace_consumer::dead_letters::Sqs;
use serde_json::Value;

use crate::invocation::{ARN, TRACEPARENT, envelope, invoke, raw};
use crate::moto::{Moto, configuration, dead};

async fn create(client: &Client, name: &str, attributes: &[(QueueAttributeName, &str)]) -> String {
    let attributes = attributes.iter().map(|(name, value)| (name.clone(), (*value).to_owned())).collect();
    let created = client.create_queue().queue_name(name).set_attributes(Some(attributes)).send().await.unwrap();
    created.queue_url.unwrap()
}

/// What is left in the queue; each message once.
async fn receive(client: &Client, queue_url: &str) -> Vec<Message> {
    let mut messages = Vec::new();
    loop {
        let request = client.receive_message().queue_url(queue_url).max_number_of_messages(10).wait_time_seconds(0);
        let request = request.message_attribute_names("All");
        let received = request.message_system_attribute_names("All".into()).send().await.unwrap();
        let Some(some) = received.messages.filter(|some| !some.is_empty()) else { return messages };
        for message in &some {
            let receipt = message.receipt_handle().unwrap();
            client.delete_message().queue_url(queue_url).receipt_handle(receipt).send().await.unwrap();
        }
        messages.extend(some);
    }
}

fn letter(message: &Message) -> Value {
    serde_json::from_str(message.body().unwrap()).unwrap()
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn a_skipped_record_is_a_message_with_its_bytes_its_place_and_its_trace() {
    let moto = Moto::start().await;
    let url = create(&moto.sqs(), "dead", &[]).await;
    let payload = "\"skip \u{ffff} \\u0001\"";
    let data = envelope(payload);
    let ended = invoke(Sqs::new(moto.sqs(), &url), &[("N14228", data.as_bytes())]).await;
    assert_eq!((ended.stop, ended.errors), (None, vec![("8".to_owned(), "no plane".to_owned())]));

    let [message] = &receive(&moto.sqs(), &url).await[..] else { panic!("one message") };
    let letter = letter(message);
    assert_eq!(raw(&letter), (data.into_bytes(), payload.as_bytes().to_vec()));
    for (member, value) in [
        ("/streamArn", ARN),
        ("/shardId", "shardId-000000000000"),
        ("/sequenceNumber", "8"),
        ("/partitionKey", "N14228"),
        ("/approximateArrivalTimestamp", "2018-12-17T22:10:50.987Z"),
        ("/reason", "no plane"),
        ("/requestContext/functionName", "departures"),
        ("/requestContext/requestId", "request-1"),
        ("/traceparent", TRACEPARENT),
        ("/payload", payload),
    ] {
        assert_eq!(letter.pointer(member).and_then(Value::as_str), Some(value), "{member}");
    }
    let attributes = message.message_attributes().unwrap();
    assert_eq!(attributes["traceparent"].string_value(), Some(TRACEPARENT));
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn a_fifo_queue_has_the_letters_of_each_key_in_order_and_once_though_their_batch_comes_again() {
    let moto = Moto::start().await;
    let url = create(&moto.sqs(), "dead.fifo", &[(QueueAttributeName::FifoQueue, "true")]).await;
    let long = "Zürich ".repeat(30);
    let records: [(&str, &[u8]); 6] =
        [("N1", b"skip"), (&long, b"skip"), ("N1", b"ok"), ("N1", b"skip"), (&long, b"skip"), ("N1", b"skip")];
    for _ in 0..2 {
        assert_eq!(invoke(Sqs::new(moto.sqs(), &url), &records).await.stop, None);
    }
    let mut by_key: HashMap<String, Vec<String>> = HashMap::new();
    let mut groups: HashMap<String, String> = HashMap::new();
    for message in receive(&moto.sqs(), &url).await {
        let letter = letter(&message);
        let text = |member: &str| letter[member].as_str().unwrap().to_owned();
        by_key.entry(text("partitionKey")).or_default().push(text("sequenceNumber"));
        let group = message.attributes().unwrap()[&"MessageGroupId".into()].clone();
        assert_eq!(groups.entry(text("partitionKey")).or_insert_with(|| group.clone()), &group);
    }
    assert_eq!(
        (&by_key["N1"][..], &by_key[&long][..]),
        (&["8", "11", "13"].map(String::from)[..], &["9", "12"].map(String::from)[..])
    );
    assert_eq!((groups["N1"].as_str(), groups[&long].len()), ("N1", 64));
}

#[tokio::test]
#[ignore = "needs what interop/run installs"]
async fn without_a_queue_that_takes_the_letter_the_record_fails_and_is_kept_when_it_comes_again() {
    let moto = Moto::start().await;
    let url = create(&moto.sqs(), "dead", &[]).await;
    let small = create(&moto.sqs(), "small", &[(QueueAttributeName::MaximumMessageSize, "1024")]).await;
    let (_socket, endpoint) = dead();
    let refusing = aws_sdk_sqs::Client::new(&configuration(&endpoint));
    let long = [b"skip".repeat(1000), vec![b'x'; 1_000_000]].concat();
    let missing = url.replace("dead", "missing");
    let failing: [(Sqs, &[u8], &str); 4] = [
        (Sqs::new(refusing, &url), b"skip", "dispatch failure"),
        (Sqs::new(moto.sqs(), missing), b"skip", "QueueDoesNotExist"),
        (Sqs::new(moto.sqs(), &small), &long[..4000], "MaximumMessageSize"),
        (Sqs::new(moto.sqs(), &url), &long, "S3"),
    ];
    for (queue, data, reason) in failing {
        let ended = invoke(queue, &[("N1", b"ok"), ("N1", data), ("N1", b"ok")]).await;
        assert_eq!(ended.stop.as_deref(), Some("9"), "{reason}");
        let [(number, error)] = &ended.errors[..] else { panic!("{:?}", ended.errors) };
        assert!(number == "9" && error.contains(reason) && error.contains("(no plane)"), "{number}: {error}");
    }
    assert_eq!(receive(&moto.sqs(), &url).await.len() + receive(&moto.sqs(), &small).await.len(), 0);

    let ended = invoke(Sqs::new(moto.sqs(), &url), &[("N1", b"skip"), ("N1", b"ok")]).await;
    assert_eq!((ended.stop, receive(&moto.sqs(), &url).await.len()), (None, 1));
}
