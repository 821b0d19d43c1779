//! What stands in for a backend that cannot be had: it takes whatever it is sent, and shows it.

use std::io::Read as _;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::HeaderMap;
use http_body_util::BodyExt as _;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// Until a collector that gathers has sent what is waited for, whatever else it sends.
const LIMIT: Duration = Duration::from_secs(60);

pub(crate) struct StandIn {
    address: SocketAddr,
    requests: UnboundedReceiver<Arrived>,
    server: JoinHandle<()>,
    seen: Vec<Arrived>,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = unbounded_channel();
        let router = Router::new().fallback(take).with_state(sender);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, requests, server, seen: Vec::new() }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The first request to this path that has this text in its body, which may have come before others.
    pub(crate) async fn request(&mut self, path: &str, text: &str) -> Arrived {
        let is_meant = |it: &Arrived| it.path == path && it.has(text);
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(found) = self.seen.iter().find(|it| is_meant(it)) {
                return found.clone();
            }
            let next = timeout_at(end, self.requests.recv()).await;
            let next = next.unwrap_or_else(|_| panic!("no {path} with {text}: {:?}", self.seen));
            self.seen.extend(next);
        }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn take(State(sender): State<UnboundedSender<Arrived>>, request: Request) {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let _ = sender.send(Arrived { path: parts.uri.path().to_owned(), headers: parts.headers, body });
}

impl Arrived {
    /// The value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether this is somewhere in the body, which is unpacked if it says that it is packed.
    pub(crate) fn has(&self, text: &str) -> bool {
        let mut body = Vec::new();
        match self.header("content-encoding") {
            "gzip" => drop(GzDecoder::new(&self.body[..]).read_to_end(&mut body).unwrap()),
            _ => body.extend_from_slice(&self.body),
        }
        body.windows(text.len()).any(|part| part == text.as_bytes())
    }
}
