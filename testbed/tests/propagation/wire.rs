//! What Kinesis was sent, byte for byte, and what happens to it, as the test says.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use kinetrace::{Extraction, Reader};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long a test waits for what must happen, before it fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What happens to one put.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Pass,
    /// Kinesis gets nothing of it, and the answer is this status with this code.
    Refuse(u16, &'static str),
    /// The entry at this place fails with this code; Kinesis gets the others.
    FailEntry(usize, &'static str),
    /// No answer ever comes.
    Hang,
}

#[derive(Debug)]
pub(crate) struct Wire {
    script: Mutex<VecDeque<Step>>,
    puts: Mutex<Vec<Value>>,
    hanging: Semaphore,
}

impl Wire {
    /// A step for each of the first puts; the later ones pass.
    pub(crate) fn new(script: impl IntoIterator<Item = Step>) -> Arc<Self> {
        let script = Mutex::new(script.into_iter().collect());
        Arc::new(Self { script, puts: Mutex::default(), hanging: Semaphore::new(0) })
    }

    pub(crate) fn wrap(self: &Arc<Self>, service: Router) -> Router {
        service.layer(from_fn_with_state(Arc::clone(self), intercept))
    }

    /// The puts since the last call, every attempt of them.
    pub(crate) fn puts(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.puts.lock().unwrap()).into_iter().map(Sent).collect()
    }

    /// Until a put hangs.
    pub(crate) async fn hangs(&self) {
        timeout(PATIENCE, self.hanging.acquire()).await.unwrap().unwrap().forget();
    }
}

/// A put as it came in: the JSON of its body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent(pub(crate) Value);

impl Sent {
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let single = std::slice::from_ref(&self.0);
        self.0["Records"].as_array().map_or(single, Vec::as_slice).iter().cloned().map(Entry).collect()
    }

    /// As it would be had each record its payload again.
    pub(crate) fn without_context(mut self) -> Self {
        match self.0.get_mut("Records").and_then(Value::as_array_mut) {
            Some(records) => records.iter_mut().for_each(unwrap),
            None => unwrap(&mut self.0),
        }
        self
    }
}

fn unwrap(record: &mut Value) {
    record["Data"] = BASE64.encode(Entry(record.clone()).extraction().payload).into();
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry(Value);

impl Entry {
    pub(crate) fn data(&self) -> Bytes {
        BASE64.decode(self.0["Data"].as_str().unwrap()).unwrap().into()
    }

    pub(crate) fn key(&self) -> &str {
        self.0["PartitionKey"].as_str().unwrap()
    }

    pub(crate) fn explicit_hash_key(&self) -> Option<&str> {
        self.0["ExplicitHashKey"].as_str()
    }

    pub(crate) fn extraction(&self) -> Extraction {
        let [record] = <[_; 1]>::try_from(Reader::default().read(self.data(), Some(self.key()))).unwrap();
        record
    }
}

async fn intercept(State(wire): State<Arc<Wire>>, request: Request, next: Next) -> Response {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    if !target.contains(".PutRecord") {
        return next.run(request).await;
    }
    let (mut head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return answer(400, &json!({})) };
    head.headers.remove(header::CONTENT_LENGTH);
    let mut put: Value = serde_json::from_slice(&body).unwrap();
    wire.puts.lock().unwrap().push(put.clone());
    let step = wire.script.lock().unwrap().pop_front().unwrap_or(Step::Pass);
    match step {
        Step::Pass => next.run(Request::from_parts(head, Body::from(body))).await,
        Step::Refuse(status, code) => answer(status, &json!({"__type": code, "message": "scripted"})),
        Step::FailEntry(at, code) => {
            put["Records"].as_array_mut().unwrap().remove(at);
            let response = next.run(Request::from_parts(head, Body::from(put.to_string()))).await;
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let mut body: Value = serde_json::from_slice(&body).unwrap();
            let failed = json!({"ErrorCode": code, "ErrorMessage": "scripted"});
            body["Records"].as_array_mut().unwrap().insert(at, failed);
            body["FailedRecordCount"] = 1.into();
            answer(200, &body)
        }
        Step::Hang => {
            wire.hanging.add_permits(1);
            pending().await
        }
    }
}

fn answer(status: u16, body: &Value) -> Response {
    let head = [(header::CONTENT_TYPE, "application/x-amz-json-1.1")];
    (StatusCode::from_u16(status).unwrap(), head, body.to_string()).into_response()
}
