//! The ways in which a program calls a function over HTTP: its function URL, and Lambda's Invoke API.
//!
//! * `request`, `response`: what a function URL makes of an HTTP request, and of the function's answer; both pure.
//! * `invocation`, `invoked`: the same for the Invoke API.
//! * `functions`: who is called.
//!
//! An invocation goes on when its caller hangs up, as on Lambda.

mod functions;
mod invocation;
mod invoked;
mod limits;
mod request;
mod response;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, Version};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use bytes::Bytes;
use tokio::task::JoinSet;
use tokio::time::sleep;

use functions::Functions;
use invocation::Invocation;
use limits::LARGEST_EVENT;
use request::HttpRequest;

use crate::environment::InvokeError;
use crate::function::Function;
use crate::origin::foreign;
use crate::runtime_api::uuid;
use crate::server::{Server, StartError};

/// How long Lambda waits before it tries an asynchronous invocation for the second and the third time
/// (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>).
const PAUSES: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// A server of function URLs and of Lambda's Invoke API, which ends when it is dropped.
///
/// The URL of a function is `http://127.0.0.1:<port>/lambda-url/<name>/`, as cargo-lambda has it. The Invoke API is at
/// `http://127.0.0.1:<port>`, which is what `aws lambda invoke --endpoint-url` and `cargo lambda invoke` are to be given. No
/// request has to be signed. Of pages in a browser, those of this machine may ask.
#[derive(Debug)]
pub struct FunctionUrls {
    server: Server,
}

#[derive(Debug)]
struct Shared {
    functions: Functions,
    /// Asynchronous invocations, which end with the server.
    asynchronous: Mutex<JoinSet<()>>,
}

impl FunctionUrls {
    /// Listens on this port of 127.0.0.1; 0 takes a free one. Functions are called by the names given here.
    ///
    /// # Errors
    ///
    /// The port is in use.
    pub async fn start(port: u16, functions: Vec<(String, Function)>) -> Result<Self, StartError> {
        let shared = Shared { functions: Functions::new(functions), asynchronous: Mutex::default() };
        let router = Router::new()
            .route("/2015-03-31/functions/{function}/invocations", post(invoke))
            .fallback(url)
            .layer(DefaultBodyLimit::max(LARGEST_EVENT))
            .layer(from_fn(refuse_foreign))
            .with_state(Arc::new(shared));
        Ok(Self { server: Server::start_on(port, router).await? })
    }

    /// Where the Invoke API is: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// The URL of the function of this name, with a slash at its end.
    pub fn url(&self, function: &str) -> String {
        format!("{}{}{function}/", self.server.endpoint(), functions::PREFIX)
    }
}

/// A page of any site could invoke functions otherwise.
async fn refuse_foreign(request: Request, next: Next) -> Response {
    match foreign(&request) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    }
}

async fn url(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some((name, path, function)) = shared.functions.at(uri.path()) else {
        return response::unknown(&shared.functions.names());
    };
    let Ok(body) = body else { return response::too_large() };
    let (query, request_id) = (uri.query().unwrap_or_default(), uuid());
    let request = HttpRequest { method: &method, path, query, version, headers: &headers, body: &body };
    let event = request.event(name, &request_id, SystemTime::now());
    if event.len() > LARGEST_EVENT {
        return response::too_large();
    }
    response::of(&request_id, run(function.clone(), request_id.clone(), event.into()).await)
}

async fn invoke(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let request_id = uuid();
    let Some(function) = shared.functions.named(&name) else {
        return invoked::unknown(&request_id, &name, &shared.functions.names());
    };
    let body = body.map_err(|rejection| rejection.status() == StatusCode::PAYLOAD_TOO_LARGE);
    match Invocation::read(&headers, uri.query().unwrap_or_default(), body) {
        Err(refusal) => invoked::refused(&request_id, &refusal),
        Ok(Invocation::DryRun) => invoked::dry_run(&request_id),
        Ok(Invocation::Asynchronous(event)) => {
            shared.begin(attempts(function.clone(), request_id.clone(), event));
            invoked::begun(&request_id)
        }
        Ok(Invocation::Synchronous(event)) => {
            invoked::of(&request_id, run(function.clone(), request_id.clone(), event).await)
        }
    }
}

impl Shared {
    fn begin(&self, attempts: impl Future<Output = ()> + Send + 'static) {
        let mut asynchronous = self.asynchronous.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have ended.
        while asynchronous.try_join_next().is_some() {}
        asynchronous.spawn(attempts);
    }
}

/// One invocation, which goes on if this is dropped.
async fn run(function: Function, request_id: String, event: Bytes) -> Result<Bytes, InvokeError> {
    let invocation = tokio::spawn(async move { function.invoke_as(request_id, event).await });
    invocation.await.unwrap_or(Err(InvokeError::ShutDown))
}

/// An asynchronous invocation: its attempts have one request id.
async fn attempts(function: Function, request_id: String, event: Bytes) {
    for pause in PAUSES.map(Some).into_iter().chain([None]) {
        match (function.invoke_as(request_id.clone(), event.clone()).await, pause) {
            (Ok(_) | Err(InvokeError::ShutDown), _) | (_, None) => return,
            (Err(_), Some(pause)) => sleep(pause).await,
        }
    }
}
