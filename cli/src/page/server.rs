//! Serves the page, on this machine only.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::answers::{found, parameter, refused, typed};
use super::asked::Asked;
use super::changes::changes;
use super::html::{self, POLICY};
use super::look::look;
use super::model::Model;
use super::model::ids::TraceId;
use super::recent::Recent;
use super::same_origin::{COMMAND_HEADER, is_ours};
use crate::outcome::Failure;
use crate::port_error::PortError;

/// A command in words is a few dozen bytes.
const LONGEST_COMMAND: usize = 4 << 10;

/// Serves until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    serving: JoinHandle<io::Result<()>>,
    /// Whether viewers are sent what is new once more, and then nothing. Each of them listens to it.
    stop: watch::Sender<bool>,
}

struct Shared {
    port: u16,
    title: String,
    recent: Arc<Recent>,
    asked: mpsc::Sender<Asked>,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Listens on this port of 127.0.0.1; 0 takes a free one.
    pub(crate) async fn start(
        port: u16,
        model: Arc<Mutex<Model>>,
        asked: mpsc::Sender<Asked>,
    ) -> Result<Self, Failure> {
        let failed = PortError::of("the page", "--page-port", port);
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(&failed)?;
        let port = listener.local_addr().map_err(&failed)?.port();
        let stop = watch::Sender::new(false);
        let title = model.lock().unwrap_or_else(PoisonError::into_inner).title.clone();
        let recent = Arc::new(Recent::new(model));
        let router = router(Arc::new(Shared { port, title, recent, asked, stop: stop.clone() }));
        let serving = tokio::spawn(axum::serve(listener, router).into_future());
        Ok(Self { port, serving, stop })
    }

    /// Sends viewers what is new once more, such as the verdict, and returns when they have it, or after `limit`.
    pub(crate) async fn finish(self, limit: Duration) {
        self.stop.send_replace(true);
        drop(timeout(limit, self.stop.closed()).await);
    }

    /// `http://127.0.0.1:<port>/`.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.serving.abort();
    }
}

fn router(shared: Arc<Shared>) -> Router {
    let routes = Router::new()
        .route("/", get(page))
        .route("/api/document", get(document))
        .route("/api/changes", get(stream))
        .route("/api/record", get(record))
        .route("/api/trace", get(trace))
        .route("/api/tell", post(tell))
        .layer(DefaultBodyLimit::max(LONGEST_COMMAND));
    routes.layer(middleware::from_fn_with_state(Arc::clone(&shared), guard)).with_state(shared)
}

/// Refuses what others ask, and keeps browsers from doing anything else with what they get.
async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut response = if is_ours(request.headers(), shared.port) {
        next.run(request).await
    } else {
        let reason = format!("only http://127.0.0.1:{0}/ and http://localhost:{0}/ are served", shared.port);
        (StatusCode::FORBIDDEN, reason).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(format!("{POLICY}; frame-ancestors 'none'")) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn page(State(shared): State<Arc<Shared>>) -> Response {
    typed("text/html; charset=utf-8", html::page(&shared.title, None))
}

async fn document(State(shared): State<Arc<Shared>>) -> Response {
    match shared.recent.document().await {
        Ok(document) => typed("application/json", document.json),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the document could not be made").into_response(),
    }
}

async fn stream(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let Some(since) = parameter(&uri, "since").and_then(|since| since.parse().ok()) else {
        return refused("which changes? Say since which cursor: /api/changes?since=0");
    };
    Sse::new(changes(Arc::clone(&shared.recent), shared.stop.subscribe(), since)).into_response()
}

async fn record(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let Some(id) = parameter(&uri, "id").and_then(|id| id.parse().ok()) else {
        return refused("which record? Name it by its number: /api/record?id=0");
    };
    let details = look(&shared.recent.model, move |model| model.record_details(id)).await;
    found(details.ok().flatten(), "the bytes of this record are not kept")
}

async fn trace(State(shared): State<Arc<Shared>>, uri: Uri) -> Response {
    let trace = parameter(&uri, "id").map(TraceId::of).filter(|trace| !trace.is_none());
    let Some(trace) = trace else {
        return refused("which trace? Name it by its id, 32 hex digits: /api/trace?id=…");
    };
    let details = look(&shared.recent.model, move |model| model.trace_details(trace)).await;
    found(details.ok().flatten(), "no span of this trace is kept")
}

async fn tell(State(shared): State<Arc<Shared>>, headers: HeaderMap, text: String) -> Response {
    if !headers.contains_key(COMMAND_HEADER) {
        return refused("a command needs the header x-kinetrace: 1");
    }
    let (answer, answered) = oneshot::channel();
    let asked = Asked { text: text.trim().to_owned(), answer };
    // Both fail when nobody takes commands any more.
    let answered = match shared.asked.send(asked).await {
        Ok(()) => answered.await.ok(),
        Err(_) => None,
    };
    match answered {
        Some(Ok(done)) => done.into_response(),
        Some(Err(reason)) => refused(&reason),
        None => refused("the run is over"),
    }
}
