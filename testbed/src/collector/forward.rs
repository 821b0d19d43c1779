//! Passing on the spans that arrive to another collector, without the senders noticing.
//!
//! No metrics: a store of traces, which is what one wants to look at beside the testbed, refuses them.

use std::time::Duration;

use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::receive::{PROTOBUF, TRACES};

/// Requests kept for a slow receiver; further ones are lost to it.
const BACKLOG: usize = 1024;

/// The default of OTLP exporters, `OTEL_EXPORTER_OTLP_TIMEOUT`.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Forwarder {
    queue: mpsc::Sender<Bytes>,
    progress: watch::Sender<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    queued: u64,
    done: u64,
    failed: u64,
    last_error: String,
}

impl Forwarder {
    pub(super) fn start(endpoint: &str) -> Self {
        let (queue, bodies) = mpsc::channel(BACKLOG);
        let progress = watch::Sender::default();
        tokio::spawn(send_all(format!("{}{TRACES}", endpoint.trim_end_matches('/')), bodies, progress.clone()));
        Self { queue, progress }
    }

    /// Never waits.
    pub(super) fn forward(&self, body: Bytes) {
        self.progress.send_modify(|progress| progress.queued += 1);
        if self.queue.try_send(body).is_err() {
            finish(&self.progress, Err(format!("{BACKLOG} requests wait already: the receiver is too slow")));
        }
    }

    pub(super) async fn idle(&self) {
        // Cannot fail: the sender is ours.
        drop(self.progress.subscribe().wait_for(|progress| progress.done == progress.queued).await);
    }

    pub(super) fn error(&self) -> Option<String> {
        let progress = self.progress.borrow();
        let Progress { queued, failed, last_error, .. } = &*progress;
        (*failed > 0).then(|| format!("{failed} of {queued} requests were not forwarded; the last: {last_error}"))
    }
}

async fn send_all(url: String, mut bodies: mpsc::Receiver<Bytes>, progress: watch::Sender<Progress>) {
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    let client = Client::builder(TokioExecutor::new()).build(connector);
    while let Some(body) = bodies.recv().await {
        let result = match timeout(REQUEST_LIMIT, send(&client, &url, body)).await {
            Ok(result) => result,
            Err(_) => Err(format!("no answer within {REQUEST_LIMIT:?}")),
        };
        finish(&progress, result.map_err(|error| format!("{url}: {error}")));
    }
}

async fn send(
    client: &Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: &str,
    body: Bytes,
) -> Result<(), String> {
    let request = Request::post(url).header(CONTENT_TYPE, PROTOBUF).body(Full::new(body));
    let request = request.map_err(|error| error.to_string())?;
    let response = client.request(request).await.map_err(|error| error.to_string())?;
    if response.status().is_success() { Ok(()) } else { Err(format!("answered {}", response.status())) }
}

fn finish(progress: &watch::Sender<Progress>, result: Result<(), String>) {
    progress.send_modify(|progress| {
        progress.done += 1;
        if let Err(error) = result {
            progress.failed += 1;
            progress.last_error = error;
        }
    });
}
