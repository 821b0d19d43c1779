//! The two requests that exporters make: one brings spans, one brings metrics.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use prost::Message;
use tokio::sync::{mpsc, watch};

use super::forward::Forwarder;
use super::metric::{self, Point};
use super::protocol::{METRICS, PROTOBUF, TRACES};
use super::span::{self, Span};

/// Far more than a batch of a batching exporter.
const LARGEST_REQUEST: usize = 64 * 1024 * 1024;

/// What happens to the spans that arrive.
pub(super) enum Spans {
    Kept(watch::Sender<Vec<Span>>),
    HandedOn(mpsc::Sender<Vec<Span>>),
}

pub(super) struct Inbox {
    pub(super) spans: Spans,
    pub(super) points: watch::Sender<Vec<Point>>,
    pub(super) forwarder: Option<Forwarder>,
}

pub(super) fn router(inbox: Inbox) -> Router {
    let routes = Router::new().route(TRACES, post(traces)).route(METRICS, post(metrics));
    routes.layer(DefaultBodyLimit::max(LARGEST_REQUEST)).with_state(Arc::new(inbox))
}

async fn traces(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let request: ExportTraceServiceRequest = match decode(&headers, &body) {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    if let Some(forwarder) = &inbox.forwarder {
        forwarder.forward(body, span::count(&request));
    }
    match &inbox.spans {
        Spans::Kept(kept) => kept.send_modify(|spans| spans.extend(span::read(request))),
        // Nobody who listens is nobody who misses them.
        Spans::HandedOn(to) => drop(to.send(span::read(request)).await),
    }
    taken(&ExportTraceServiceResponse::default())
}

async fn metrics(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let request: ExportMetricsServiceRequest = match decode(&headers, &body) {
        Ok(request) => request,
        Err(refusal) => return refusal.into_response(),
    };
    if matches!(inbox.spans, Spans::Kept(_)) {
        inbox.points.send_modify(|points| points.extend(metric::read(request)));
    }
    taken(&ExportMetricsServiceResponse::default())
}

fn decode<T: Message + Default>(headers: &HeaderMap, body: &Bytes) -> Result<T, (StatusCode, String)> {
    if !is_plain_protobuf(headers) {
        let text = "send uncompressed application/x-protobuf (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf)";
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, text.to_owned()));
    }
    T::decode(body.clone()).map_err(|error| (StatusCode::BAD_REQUEST, format!("not an export request: {error}")))
}

fn taken(answer: &impl Message) -> Response {
    ([(CONTENT_TYPE, PROTOBUF)], answer.encode_to_vec()).into_response()
}

fn is_plain_protobuf(headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = header(CONTENT_TYPE).and_then(|value| value.split(';').next()).map(str::trim);
    media_type.is_some_and(|it| it.eq_ignore_ascii_case(PROTOBUF))
        && matches!(header(CONTENT_ENCODING), None | Some("identity"))
}
