//! What programs of other people do, and the emulator by itself refuses.

use axum::http::StatusCode;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::put_request::{Form, batch};
use crate::runtime::post;

async fn kinesis() -> Kinesis {
    let kinesis = Kinesis::start().await.unwrap();
    create_stream(&kinesis.client(), "s", 2).await.unwrap();
    kinesis
}

#[tokio::test]
async fn a_stream_may_be_named_by_its_arn_or_by_both_wherever_it_is_named() {
    let kinesis = kinesis().await;
    let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    for form in Form::ALL {
        for name in [json!({"StreamARN": arn}), json!({"StreamARN": arn, "StreamName": "s"})] {
            for (operation, more) in [
                ("DescribeStream", json!({})),
                ("DescribeStreamSummary", json!({})),
                ("ListShards", json!({})),
                ("GetShardIterator", json!({"ShardId": "shardId-000000000000", "ShardIteratorType": "LATEST"})),
                ("IncreaseStreamRetentionPeriod", json!({"RetentionPeriodHours": 24})),
            ] {
                let mut request = name.clone();
                request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                let (status, answer) = form.ask(&kinesis, operation, &request).await;
                assert_eq!(status, StatusCode::OK, "{form:?} {operation} {request}: {answer}");
            }
        }
    }
    let split = json!({"StreamARN": arn, "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": "7"});
    assert_eq!(Form::Cbor.ask(&kinesis, "SplitShard", &split).await.0, StatusCode::OK);
    // And it has taken effect.
    let (_, shards) = Form::Cbor.ask(&kinesis, "ListShards", &json!({"StreamName": "s"})).await;
    assert_eq!(shards["Shards"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_batch_of_ten_mebibytes_is_taken_in_its_order_and_a_larger_one_is_refused() {
    let kinesis = kinesis().await;
    let data = vec![b'x'; 1024 * 1024 - 1];
    let records: Vec<_> = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map(|key| (key, &data[..])).into();
    for form in Form::ALL {
        let mut request = batch("s", &records);
        for (index, record) in request["Records"].as_array_mut().unwrap().iter_mut().enumerate() {
            record["ExplicitHashKey"] = json!(if index % 3 == 0 { "0".to_owned() } else { u128::MAX.to_string() });
        }
        let (status, answer) = form.ask(&kinesis, "PutRecords", &request).await;
        assert_eq!((status, &answer["FailedRecordCount"]), (StatusCode::OK, &json!(0)), "{form:?}");
        let told = answer["Records"].as_array().unwrap();
        assert_eq!(told.len(), 10);
        for (index, told) in told.iter().enumerate() {
            let shard = if index % 3 == 0 { "shardId-000000000000" } else { "shardId-000000000001" };
            assert_eq!(told["ShardId"], shard, "{form:?} {index}");
        }
        request["Records"].as_array_mut().unwrap().push(json!({"PartitionKey": "k".repeat(11), "Data": ""}));
        let (status, answer) = form.ask(&kinesis, "PutRecords", &request).await;
        assert_eq!(
            (status, &answer["__type"]),
            (StatusCode::BAD_REQUEST, &json!("InvalidArgumentException")),
            "{form:?}"
        );
    }
    assert_eq!(kinesis.stored(), 20);
}

#[tokio::test]
async fn a_request_that_nobody_signed_is_served_unless_it_is_of_a_page_of_another_machine() {
    let kinesis = kinesis().await;
    let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "Kinesis_20131202.ListShards")];
    let client = Client::builder(TokioExecutor::new()).build_http();
    let body = &b"{\"StreamName\":\"s\"}"[..];
    let (status, _, answer) = post(&client, kinesis.endpoint(), &headers, body).await;
    assert_eq!(status, StatusCode::OK, "{answer:?}");
    for (origin, expected) in
        [("http://localhost:3000", StatusCode::OK), ("https://example.com", StatusCode::FORBIDDEN)]
    {
        let headers = [headers[0], headers[1], ("origin", origin)];
        assert_eq!(post(&client, kinesis.endpoint(), &headers, body).await.0, expected, "{origin}");
    }
}

#[tokio::test]
async fn clients_that_speak_http_2_from_the_first_byte_are_answered_in_it() {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let kinesis = kinesis().await;
    let mut client = TcpStream::connect(kinesis.endpoint().strip_prefix("http://").unwrap()).await.unwrap();
    client.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    client.write_all(&SETTINGS).await.unwrap();
    let mut head = [0; 9];
    client.read_exact(&mut head).await.unwrap();
    assert_eq!(head[3], SETTINGS[3], "{head:?}");
}
