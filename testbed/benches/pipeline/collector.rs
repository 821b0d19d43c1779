//! A collector in a process of its own, which takes everything and keeps nothing.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

use crate::Failure;
use crate::own_process::{OwnProcess, serve_at};

/// The first argument of a process that is to be the collector.
pub(crate) const ROLE: &str = "--collector";

pub(crate) fn start() -> Result<OwnProcess, Failure> {
    OwnProcess::start(ROLE)
}

/// Says where it listens, and serves until nobody holds the other end of standard input.
pub(crate) fn run() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    // An export response without content has no bytes.
    let router = Router::new().fallback(async || [(CONTENT_TYPE, "application/x-protobuf")]);
    runtime.spawn(axum::serve(listener, router).into_future());
    serve_at(&endpoint)
}
