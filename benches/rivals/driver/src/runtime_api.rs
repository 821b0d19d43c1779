//! As much of the Runtime API, and of the Extensions API, as functions need that do nothing wrong.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;

use crate::exchange::{Exchange, Happening, Who};

const ARN: &str = "arn:aws:lambda:us-east-2:123456789012:function:consumer";

/// Sampled, because some tracers export nothing otherwise.
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

pub(crate) fn router(exchange: Arc<Exchange>) -> Router {
    let runtime = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(response))
        .route("/invocation/{id}/error", post(error))
        .route("/init/error", post(error));
    let extension = Router::new().route("/register", post(register)).route("/event/next", get(extension_next));
    Router::new()
        .nest("/2018-06-01/runtime", runtime)
        .nest("/2020-01-01/extension", extension)
        .layer(DefaultBodyLimit::disable())
        .with_state(exchange)
}

async fn next(State(exchange): State<Arc<Exchange>>) -> Response {
    static INVOCATIONS: AtomicU64 = AtomicU64::new(1);
    let Some(event) = exchange.next(Who::Runtime).await else { return StatusCode::GONE.into_response() };
    let id = format!("8476a536-e9f4-11e8-9739-{:012x}", INVOCATIONS.fetch_add(1, Ordering::Relaxed));
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline().to_string()),
        ("lambda-runtime-invoked-function-arn", ARN.to_owned()),
        ("lambda-runtime-trace-id", TRACE.to_owned()),
    ];
    (headers, event).into_response()
}

fn deadline() -> u128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + Duration::from_secs(60)).as_millis()
}

async fn response(State(exchange): State<Arc<Exchange>>, body: Bytes) -> Response {
    exchange.tell(Happening::Answered(Instant::now(), body));
    accepted()
}

async fn error(State(exchange): State<Arc<Exchange>>, body: Bytes) -> Response {
    exchange.tell(Happening::Failed(body));
    accepted()
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, [("content-type", "application/json")], r#"{"status":"OK"}"#).into_response()
}

/// Those that want to hear of the end only, hear nothing: they get a signal.
async fn register(State(exchange): State<Arc<Exchange>>, body: Bytes) -> Response {
    let hears_of_invocations = body.windows(8).any(|part| part == br#""INVOKE""#);
    if hears_of_invocations {
        exchange.register_extension();
    }
    let identifier = if hears_of_invocations { "invoke" } else { "none" };
    let function = r#"{"functionName":"consumer","functionVersion":"$LATEST","handler":"app.handler"}"#;
    ([("lambda-extension-identifier", identifier), ("content-type", "application/json")], function).into_response()
}

async fn extension_next(State(exchange): State<Arc<Exchange>>, headers: axum::http::HeaderMap) -> Response {
    if headers.get("lambda-extension-identifier").is_none_or(|identifier| identifier != "invoke") {
        return std::future::pending().await;
    }
    if exchange.next(Who::Extension).await.is_none() {
        return StatusCode::GONE.into_response();
    }
    let event = format!(
        r#"{{"eventType":"INVOKE","deadlineMs":{},"requestId":"1","invokedFunctionArn":"{ARN}","tracing":{{"type":"X-Amzn-Trace-Id","value":"{TRACE}"}}}}"#,
        deadline()
    );
    ([("content-type", "application/json")], event).into_response()
}
