//! A put on the wire: read, forwarded as a whole or without some of its entries, answered.

use std::io;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header, request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use kinetrace::HashKey;
use serde_json::{Value, json};

use super::decision::EntryFault;
use crate::kinesis::operation::operation;

/// A PutRecord or a PutRecords, and the way to Kinesis.
#[derive(Debug, Clone)]
pub(super) struct Put {
    head: request::Parts,
    /// `null` if it is not JSON: Kinesis may tell what is wrong with it.
    json: Value,
    body: Bytes,
    next: Next,
}

impl Put {
    pub(super) fn is(request: &Request) -> bool {
        matches!(operation(request), "PutRecord" | "PutRecords")
    }

    pub(super) async fn read(request: Request, next: Next) -> Result<Self, Response> {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| refusal(400, "SerializationException"))?;
        Ok(Self { head, json: serde_json::from_slice(&body).unwrap_or_default(), body, next })
    }

    /// The entries of a PutRecords; a PutRecord has none.
    pub(super) fn entries(&self) -> &[Value] {
        self.json["Records"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Where Kinesis will place its records.
    pub(super) fn places(&self) -> Vec<HashKey> {
        let records =
            if self.json.get("Records").is_some() { self.entries() } else { std::slice::from_ref(&self.json) };
        records.iter().map(place).collect()
    }

    /// Kinesis gets all of it.
    pub(super) async fn forward(self) -> Response {
        self.next.run(Request::from_parts(self.head, self.body.into())).await
    }

    /// Kinesis gets it without the entries that fail.
    pub(super) async fn forward_without(mut self, faults: &[Option<EntryFault>]) -> Response {
        let fault = |index: usize| faults.get(index).copied().flatten();
        let entries = self.entries();
        let failed: Vec<_> = (0..entries.len()).map(fault).collect();
        let count = failed.iter().flatten().count();
        if count == 0 {
            return self.forward().await;
        }
        let left: Vec<_> = entries.iter().zip(&failed).filter(|(_, fault)| fault.is_none()).map(|(it, _)| it).collect();
        // Kinesis takes no request without entries.
        let mut answers = Vec::new();
        if !left.is_empty() {
            let mut json = self.json.clone();
            json["Records"] = json!(left);
            self.body = json.to_string().into();
            self.head.headers.remove(header::CONTENT_LENGTH);
            let answer = self.forward().await;
            if !answer.status().is_success() {
                return answer;
            }
            answers = records(answer).await;
        }
        let mut answers = answers.into_iter();
        let told = failed.into_iter().map(|fault| match fault {
            Some(fault) => json!({"ErrorCode": fault.code(), "ErrorMessage": "injected by the testbed"}),
            None => answers.next().unwrap_or_default(),
        });
        answer(200, &json!({"FailedRecordCount": count, "Records": told.collect::<Vec<_>>()}))
    }
}

fn place(record: &Value) -> HashKey {
    let explicit = record["ExplicitHashKey"].as_str().and_then(|key| HashKey::try_from(key.to_owned()).ok());
    explicit.unwrap_or_else(|| HashKey::of(record["PartitionKey"].as_str().unwrap_or_default()))
}

async fn records(response: Response) -> Vec<Value> {
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
    match body["Records"].take() {
        Value::Array(records) => records,
        _ => Vec::new(),
    }
}

/// Kinesis' refusal of a whole call.
pub(super) fn refusal(status: u16, code: &str) -> Response {
    answer(status, &json!({"__type": code, "message": "injected by the testbed"}))
}

/// No answer: a body that fails at its beginning makes the server close the connection before anything was sent.
pub(super) fn reset() -> Response {
    let failing = futures_util::stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))]);
    Response::new(Body::from_stream(failing))
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], body.to_string()).into_response()
}
