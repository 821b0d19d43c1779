//! Reads see whole writes.
//!
//! The emulator gives a record its sequence number in one step and stores it in another, and an iterator moves on past
//! numbers that it has not seen. A read between the two steps of a put would skip its records for good, which Kinesis
//! never does. So nothing else runs while a put does; puts may run together.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::RwLock;

/// Shared by puts, exclusive to everything else: the other way round than its methods are called.
pub(super) type Gate = Arc<RwLock<()>>;

pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if is_put(&request) {
        let _together = gate.read().await;
        next.run(request).await
    } else {
        let _alone = gate.write().await;
        next.run(request).await
    }
}

/// `X-Amz-Target: Kinesis_20131202.PutRecords`
fn is_put(request: &Request) -> bool {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    target.and_then(|target| target.rsplit('.').next()).is_some_and(|operation| operation.starts_with("PutRecord"))
}
