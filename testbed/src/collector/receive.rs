//! The one request that a trace exporter makes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use prost::Message;
use tokio::sync::watch;

use super::forward::Forwarder;
use super::span::{self, Span};

pub(super) const PATH: &str = "/v1/traces";
pub(super) const PROTOBUF: &str = "application/x-protobuf";

/// Far more than a batch of a batching exporter.
const LARGEST_REQUEST: usize = 64 * 1024 * 1024;

pub(super) struct Inbox {
    pub(super) spans: watch::Sender<Vec<Span>>,
    pub(super) forwarder: Option<Arc<Forwarder>>,
}

pub(super) fn router(inbox: Inbox) -> Router {
    Router::new().route(PATH, post(export)).layer(DefaultBodyLimit::max(LARGEST_REQUEST)).with_state(Arc::new(inbox))
}

async fn export(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_plain_protobuf(&headers) {
        let text = "send uncompressed application/x-protobuf (OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf)";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response();
    }
    match ExportTraceServiceRequest::decode(body.clone()) {
        Ok(request) => {
            if let Some(forwarder) = &inbox.forwarder {
                forwarder.forward(body);
            }
            inbox.spans.send_modify(|spans| spans.extend(span::read(request)));
            let answer = ExportTraceServiceResponse::default().encode_to_vec();
            ([(CONTENT_TYPE, PROTOBUF)], answer).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("not an ExportTraceServiceRequest: {error}")).into_response(),
    }
}

fn is_plain_protobuf(headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = header(CONTENT_TYPE).and_then(|value| value.split(';').next()).map(str::trim);
    media_type.is_some_and(|it| it.eq_ignore_ascii_case(PROTOBUF))
        && matches!(header(CONTENT_ENCODING), None | Some("identity"))
}
