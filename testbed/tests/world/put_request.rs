//! Puts as programs in other languages send them: by hand, in JSON and in CBOR.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kinetrace_testbed::kinesis::Kinesis;
use serde_json::{Value as Json, json};

use crate::runtime::post;

pub(crate) const SIGNATURE: &str =
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0";

/// The form of requests and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Cbor,
}

impl Form {
    pub(crate) const ALL: [Self; 2] = [Self::Json, Self::Cbor];

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/x-amz-json-1.1",
            Self::Cbor => "application/x-amz-cbor-1.1",
        }
    }

    /// `Data` is in base64 in `request`, and so it is in JSON.
    pub(crate) fn write(self, request: &Json) -> Vec<u8> {
        match self {
            Self::Json => request.to_string().into(),
            Self::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(&cbor("", request), &mut bytes).unwrap();
                bytes
            }
        }
    }

    pub(crate) fn read(self, answer: &[u8]) -> Json {
        match self {
            Self::Json => serde_json::from_slice(answer).unwrap(),
            Self::Cbor => ciborium::from_reader(answer).unwrap(),
        }
    }

    /// Sends a request as the owner of the key AKIDEXAMPLE.
    pub(crate) async fn ask(self, kinesis: &Kinesis, operation: &str, request: &Json) -> (StatusCode, Json) {
        let (status, answer) = self.send(kinesis, operation, self.write(request)).await;
        (status, if answer.is_empty() { Json::Null } else { self.read(&answer) })
    }

    pub(crate) async fn send(self, kinesis: &Kinesis, operation: &str, body: Vec<u8>) -> (StatusCode, Bytes) {
        let target = format!("Kinesis_20131202.{operation}");
        let headers = [
            ("content-type", self.media_type()),
            ("x-amz-target", &target),
            ("x-amz-date", "20260101T000000Z"),
            ("authorization", SIGNATURE),
        ];
        let client = Client::builder(TokioExecutor::new()).build_http();
        let (status, headers, answer) = post(&client, kinesis.endpoint(), &headers, body).await;
        assert_eq!(headers["content-type"], self.media_type());
        (status, answer)
    }
}

fn cbor(name: &str, value: &Json) -> ciborium::Value {
    match value {
        Json::String(text) if name == "Data" => ciborium::Value::Bytes(STANDARD.decode(text).unwrap()),
        Json::Array(values) => values.iter().map(|value| cbor("", value)).collect::<Vec<_>>().into(),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.as_str().into(), cbor(name, value)));
            ciborium::Value::Map(members.collect())
        }
        scalar => ciborium::Value::serialized(scalar).unwrap(),
    }
}

/// A PutRecord.
pub(crate) fn single(stream: &str, key: &str, data: &[u8]) -> Json {
    json!({"StreamName": stream, "PartitionKey": key, "Data": STANDARD.encode(data)})
}

/// A PutRecords.
pub(crate) fn batch(stream: &str, records: &[(&str, &[u8])]) -> Json {
    let records = records.iter().map(|(key, data)| json!({"PartitionKey": key, "Data": STANDARD.encode(data)}));
    json!({"StreamName": stream, "Records": records.collect::<Vec<_>>()})
}
