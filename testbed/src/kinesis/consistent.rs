//! Reads see whole writes, and puts see whole reshardings.
//!
//! The emulator gives a record its sequence number in one step and stores it in another, and an iterator moves on past
//! numbers that it has not seen. A read between the two steps of a put would skip its records for good, which Kinesis
//! never does. And it opens the shards of a split or a merge some time after its answer, before it can count their
//! records: puts at that moment would all get the same number, and overwrite each other. So nothing else runs while a
//! put does, puts may run together, and a resharding ends before anything else begins.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request;
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::RwLock;

use super::operation::{ask, operation};
use super::put_request::Encoding;

/// Shared by puts, exclusive to everything else: the other way round than its methods are called.
pub(super) type Gate = Arc<RwLock<()>>;

pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match operation(&request) {
        "PutRecord" | "PutRecords" => {
            let _together = gate.read().await;
            next.run(request).await
        }
        "SplitShard" | "MergeShards" | "UpdateShardCount" => {
            // A task of its own: a client that hangs up must not open the gate half-way.
            let task = tokio::spawn(async move {
                let _alone = gate.write().await;
                reshard(request, next).await
            });
            task.await.unwrap_or_else(|_| Response::new(Body::empty()))
        }
        _ => {
            let _alone = gate.write().await;
            next.run(request).await
        }
    }
}

/// Until the stream is ACTIVE again.
async fn reshard(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let answer = next.clone().run(Request::from_parts(head.clone(), body.clone().into())).await;
    if answer.status().is_success() {
        while is_updating(&head, &body, next.clone()).await {
            tokio::task::yield_now().await;
        }
    }
    answer
}

async fn is_updating(head: &request::Parts, body: &Bytes, next: Next) -> bool {
    let Some(Stream { name, arn }) = Encoding::of(&head.headers).decode(body) else { return false };
    let stream = json!({"StreamName": name, "StreamARN": arn});
    let summary = ask(head, next, "DescribeStreamSummary", &stream).await;
    summary["StreamDescriptionSummary"]["StreamStatus"] == "UPDATING"
}

/// Which stream is resharded.
#[derive(Deserialize)]
struct Stream {
    #[serde(rename = "StreamName")]
    name: Option<String>,
    #[serde(rename = "StreamARN")]
    arn: Option<String>,
}
