//! A PutRecords on the wire: read, changed, forwarded, answered.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header, request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::HashKey;
use serde_json::{Value, json};

/// An entry, as far as the faults and the watch care.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) partition_key: String,
    /// Where Kinesis will place it. This names the key whatever the carrier made of the partition key.
    pub(crate) place: HashKey,
    pub(crate) data: Vec<u8>,
}

impl Entry {
    fn read(record: &Value) -> Self {
        let partition_key = record["PartitionKey"].as_str().unwrap().to_owned();
        let explicit = record["ExplicitHashKey"].as_str().map(|key| HashKey::try_from(key.to_owned()).unwrap());
        let place = explicit.unwrap_or_else(|| HashKey::of(&partition_key));
        Self { partition_key, place, data: BASE64.decode(record["Data"].as_str().unwrap()).unwrap() }
    }
}

pub(crate) struct PutRequest {
    head: request::Parts,
    body: Value,
    next: Next,
}

impl PutRequest {
    pub(crate) async fn read(request: Request, next: Next) -> Result<Self, Response> {
        let (mut head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| refusal(400, "SerializationException"))?;
        head.headers.remove(header::CONTENT_LENGTH);
        Ok(Self { head, body: serde_json::from_slice(&body).unwrap(), next })
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.body["Records"].as_array().unwrap().iter().map(Entry::read).collect()
    }

    pub(crate) async fn forward(self) -> Response {
        let body = Body::from(self.body.to_string());
        self.next.run(Request::from_parts(self.head, body)).await
    }

    /// Forwards all entries but that which goes where `key` goes, which fails with `code`.
    pub(crate) async fn forward_without(mut self, key: &str, code: &str) -> Response {
        let place = HashKey::of(key);
        let Some(at) = self.entries().iter().position(|entry| entry.place == place) else {
            return self.forward().await;
        };
        let records = self.body["Records"].as_array_mut().unwrap();
        records.remove(at);
        // Kinesis takes no request without entries.
        let mut answers = if records.is_empty() { Vec::new() } else { answers(self.forward().await).await };
        answers.insert(at, json!({"ErrorCode": code, "ErrorMessage": format!("scripted for {key}")}));
        answer(200, &json!({"FailedRecordCount": 1, "Records": answers}))
    }
}

async fn answers(response: Response) -> Vec<Value> {
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    body["Records"].as_array().unwrap().clone()
}

/// The answer to a request that is refused as a whole.
pub(crate) fn refusal(status: u16, code: &str) -> Response {
    answer(status, &json!({"__type": code, "message": "scripted"}))
}

pub(crate) fn answer(status: u16, body: &Value) -> Response {
    let head = [(header::CONTENT_TYPE, "application/x-amz-json-1.1")];
    (StatusCode::from_u16(status).unwrap(), head, body.to_string()).into_response()
}
