use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use kinetrace::SequenceNumber;
use kinetrace::history::Timestamp;
use kinetrace_testbed::kinesis::faults::{Decision, EntryFault, Fault, Faults};
use kinetrace_testbed::kinesis::puts::{Put, Puts};
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::put_request::{Form, SIGNATURE, batch, single};

const ARN: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

async fn watched(shards: u16, faults: &Faults) -> (Kinesis, UnboundedReceiver<Put>) {
    let (to, puts) = unbounded_channel();
    let kinesis = Kinesis::start_on(0, |service| Puts::new(to).wrap(faults.wrap(service))).await.unwrap();
    create_stream(&kinesis.client(), "s", shards).await.unwrap();
    (kinesis, puts)
}

fn no_faults() -> Faults {
    Faults::scripted([])
}

fn drain(puts: &mut UnboundedReceiver<Put>) -> Vec<Put> {
    std::iter::from_fn(|| puts.try_recv().ok()).collect()
}

/// What the answer said about a record.
fn told(answer: &Json) -> Result<(String, SequenceNumber), String> {
    match answer["ErrorCode"].as_str() {
        Some(code) => Err(code.to_owned()),
        None => {
            let text = |name: &str| answer[name].as_str().unwrap().to_owned();
            Ok((text("ShardId"), text("SequenceNumber").into()))
        }
    }
}

#[tokio::test]
async fn a_put_is_seen_as_it_was_sent_and_answered_in_json_and_in_cbor_before_its_client_has_the_answer() {
    let (kinesis, mut puts) = watched(2, &no_faults()).await;
    let before = Timestamp::now();
    for form in Form::ALL {
        for data in [&b"{\"a\": 1.10}"[..], b"\x00\xff", b"", &[7; 100_000]] {
            let mut request = single("s", "N14228", data);
            request["ExplicitHashKey"] = json!("7");
            let (status, answer) = form.ask(&kinesis, "PutRecord", &request).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            let [put] = &drain(&mut puts)[..] else { panic!("{form:?}") };
            assert_eq!((put.stream.as_str(), put.partition_key.as_str(), &put.data[..]), ("s", "N14228", data));
            assert_eq!((put.explicit_hash_key, put.access_key.as_str()), (Some(7.into()), "AKIDEXAMPLE"));
            assert_eq!(put.answer, told(&answer), "{form:?}");
            assert!(before <= put.started && put.started <= put.ended && put.ended <= Timestamp::now());
        }
    }
}

#[tokio::test]
async fn a_batch_is_seen_record_by_record_with_the_name_of_a_stream_that_was_named_by_its_arn() {
    let (kinesis, mut puts) = watched(4, &no_faults()).await;
    for form in Form::ALL {
        let keys = ["N14228", "N24211", "N619AA"];
        let mut request = batch("s", &keys.map(|key| (key, key.as_bytes())));
        request.as_object_mut().unwrap().remove("StreamName");
        request["StreamARN"] = json!(ARN);
        let (_, answer) = form.ask(&kinesis, "PutRecords", &request).await;
        let puts = drain(&mut puts);
        assert_eq!(puts.iter().map(|put| put.partition_key.as_str()).collect::<Vec<_>>(), keys);
        for (put, record) in puts.iter().zip(answer["Records"].as_array().unwrap()) {
            assert_eq!((put.stream.as_str(), &put.data[..]), ("s", put.partition_key.as_bytes()));
            assert_eq!(put.answer, told(record), "{form:?}");
        }
    }
}

#[tokio::test]
async fn of_a_batch_that_fails_in_part_each_record_is_seen_with_its_own_answer() {
    let script = [None, Some(EntryFault::Throttled), None, Some(EntryFault::InternalFailure)];
    let faults = Faults::scripted([script.into(), script.into()]);
    let (kinesis, mut puts) = watched(1, &faults).await;
    for form in Form::ALL {
        let request = batch("s", &[("a", b"0"), ("b", b"1"), ("c", b"2"), ("d", b"3")]);
        let (status, answer) = form.ask(&kinesis, "PutRecords", &request).await;
        assert_eq!((status, &answer["FailedRecordCount"]), (StatusCode::OK, &json!(2)), "{form:?}");
        let puts = drain(&mut puts);
        let answers: Vec<_> = puts.iter().map(|put| put.answer.clone()).collect();
        assert_eq!(answers, answer["Records"].as_array().unwrap().iter().map(told).collect::<Vec<_>>());
        assert_eq!(answers[1], Err("ProvisionedThroughputExceededException".to_owned()));
        assert_eq!(answers[3], Err("InternalFailure".to_owned()));
        // What Kinesis got is what was not refused, byte by byte.
        assert!(answers[0].is_ok() && answers[2].is_ok());
        assert_eq!(puts.iter().map(|put| &put.data[..]).collect::<Vec<_>>(), [b"0", b"1", b"2", b"3"]);
    }
}

#[tokio::test]
async fn of_a_request_that_is_refused_each_record_is_seen_with_the_error_code() {
    let faults = Faults::scripted([Fault::Throttled.into(), Fault::Throttled.into()]);
    let (kinesis, mut puts) = watched(1, &faults).await;
    for form in Form::ALL {
        let (status, answer) = form.ask(&kinesis, "PutRecords", &batch("s", &[("a", b"0"), ("b", b"1")])).await;
        assert_eq!(
            (status, &answer["__type"]),
            (StatusCode::BAD_REQUEST, &json!("ProvisionedThroughputExceededException"))
        );
        let codes: Vec<_> = drain(&mut puts).into_iter().map(|put| put.answer).collect();
        assert_eq!(codes, vec![Err("ProvisionedThroughputExceededException".to_owned()); 2], "{form:?}");
    }
    for form in Form::ALL {
        let (status, _) = form.ask(&kinesis, "PutRecord", &single("another", "a", b"0")).await;
        let [put] = &drain(&mut puts)[..] else { panic!("{form:?}") };
        assert_eq!((status, put.stream.as_str()), (StatusCode::BAD_REQUEST, "another"));
        assert_eq!(put.answer, Err("ResourceNotFoundException".to_owned()), "{form:?}");
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_has_no_records_and_kinesis_says_what_is_wrong() {
    let (kinesis, mut puts) = watched(1, &no_faults()).await;
    for (form, body) in
        [(Form::Json, &b"{\"StreamName\":\"s\",\"Rec"[..]), (Form::Cbor, b"\xbf\x61"), (Form::Json, b"[]")]
    {
        let (status, answer) = form.send(&kinesis, "PutRecords", body.to_vec()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(form.read(&answer)["__type"], "SerializationException");
        assert_eq!(drain(&mut puts), []);
    }
}

#[tokio::test]
async fn a_request_that_breaks_off_is_not_seen_and_one_whose_client_hangs_up_is() {
    let (to, mut puts) = unbounded_channel();
    let (arrived, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let layer = {
        let (arrived, go) = (Arc::clone(&arrived), Arc::clone(&go));
        from_fn(move |request: Request, next: Next| {
            let (arrived, go) = (Arc::clone(&arrived), Arc::clone(&go));
            async move {
                if request.headers()["x-amz-target"] == "Kinesis_20131202.PutRecord" {
                    arrived.notify_one();
                    go.notified().await;
                }
                next.run(request).await
            }
        })
    };
    let kinesis = Kinesis::start_on(0, |service| Puts::new(to).wrap(service.layer(layer))).await.unwrap();
    create_stream(&kinesis.client(), "s", 1).await.unwrap();
    let body = Form::Json.write(&single("s", "a", b"0"));
    let head = format!(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-amz-json-1.1\r\nx-amz-target: Kinesis_20131202.PutRecord\r\n\
         authorization: {SIGNATURE}\r\nx-amz-date: 0\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let address = kinesis.endpoint().strip_prefix("http://").unwrap().to_owned();
    let send = |body: Vec<u8>| {
        let (address, head) = (address.clone(), head.clone());
        async move {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(head.as_bytes()).await.unwrap();
            client.write_all(&body).await.unwrap();
            client
        }
    };
    drop(send(body[..body.len() / 2].to_vec()).await);
    let client = send(body).await;
    arrived.notified().await;
    drop(client);
    // The server notices it when it answers, or before: it makes no difference.
    tokio::task::yield_now().await;
    go.notify_one();
    let put = tokio::time::timeout(Duration::from_secs(10), puts.recv()).await.expect("it is seen").unwrap();
    assert!(put.answer.is_ok() && puts.try_recv().is_err(), "{put:?}");
}

#[tokio::test]
async fn an_answer_that_broke_off_is_told_apart_from_a_refusal() {
    let faults = Faults::scripted([Decision::from(Fault::ResetAfter)]);
    let (kinesis, mut puts) = watched(1, &faults).await;
    let timeouts =
        aws_sdk_kinesis::config::timeout::TimeoutConfig::builder().operation_timeout(Duration::from_secs(60));
    let client = kinesis.client();
    let put =
        client.put_record().stream_name("s").partition_key("a").data(aws_sdk_kinesis::primitives::Blob::new(b"0"));
    let config = aws_sdk_kinesis::Config::builder()
        .retry_config(aws_sdk_kinesis::config::retry::RetryConfig::disabled())
        .timeout_config(timeouts.build());
    put.customize().config_override(config).send().await.unwrap_err();
    let [put] = &drain(&mut puts)[..] else { panic!() };
    assert_eq!(put.answer, Err("BrokenOff".to_owned()));
}
