//! The three requests that exporters make, and what else comes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse as _, Response};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;

use super::body;
use super::form::Form;
use super::inbox::Inbox;
use super::origin::{Origin, preflight};
use super::refusal::{Refusal, is_grpc};
use crate::collector::arrival::Arrival;
use crate::collector::otlp_json::{Logs, Metrics, Traces};
use crate::collector::protocol::{JSON, LOGS, METRICS, PROTOBUF, TRACES};
use crate::collector::wire_logs::ExportLogsServiceRequest;
use crate::collector::{log_record, span};

#[derive(Debug, Clone, Copy)]
enum Signal {
    Traces,
    Logs,
    Metrics,
}

pub(super) fn router(inbox: Arc<Inbox>) -> Router {
    Router::new().fallback(serve).with_state(inbox)
}

async fn serve(State(inbox): State<Arc<Inbox>>, request: Request) -> Response {
    // First: a receiver that hangs says nothing to anyone.
    inbox.answers().await;
    let headers = request.headers().clone();
    let refuse = |refusal: Refusal| {
        inbox.refused();
        refusal.answer(&headers)
    };
    let origin = match Origin::of(&headers) {
        Ok(origin) => origin,
        Err(refusal) => return refuse(refusal),
    };
    let answer = match *request.method() {
        Method::OPTIONS => preflight(&headers),
        _ => take(&inbox, &headers, request).await.map_or_else(refuse, taken),
    };
    origin.allow(answer)
}

async fn take(inbox: &Inbox, headers: &HeaderMap, request: Request) -> Result<Form, Refusal> {
    if is_grpc(headers) {
        // Its own words follow from the headers.
        return Err(Refusal::path(request.uri().path()));
    }
    let signal = Signal::of(request.uri().path())?;
    if request.method() != Method::POST {
        return Err(Refusal::method());
    }
    let form = Form::of(headers).map_err(Refusal::form)?;
    let body = body::read(request).await?;
    match signal {
        Signal::Traces => {
            let request =
                form.decode::<ExportTraceServiceRequest, Traces>(body.clone()).map_err(Refusal::unreadable)?;
            inbox.forward(span::count(&request), || match form {
                Form::Protobuf => body,
                Form::Json => request.encode_to_vec().into(),
            });
            inbox.take(Arrival::Spans(span::read(request))).await;
        }
        Signal::Logs => {
            let request = form.decode::<ExportLogsServiceRequest, Logs>(body).map_err(Refusal::unreadable)?;
            inbox.take(Arrival::Logs(log_record::read(request))).await;
        }
        Signal::Metrics => {
            drop(form.decode::<ExportMetricsServiceRequest, Metrics>(body).map_err(Refusal::unreadable)?)
        }
    }
    Ok(form)
}

impl Signal {
    fn of(path: &str) -> Result<Self, Refusal> {
        match path {
            TRACES => Ok(Self::Traces),
            LOGS => Ok(Self::Logs),
            METRICS => Ok(Self::Metrics),
            path => Err(Refusal::path(path)),
        }
    }
}

/// All of it: an empty message is `Export…ServiceResponse` without a partial success, of each signal.
fn taken(form: Form) -> Response {
    match form {
        Form::Protobuf => ([(CONTENT_TYPE, PROTOBUF)], "").into_response(),
        Form::Json => ([(CONTENT_TYPE, JSON)], "{}").into_response(),
    }
}
