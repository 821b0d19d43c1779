//! One request to the receiver.

use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kinetrace::__private::Causes;
use tokio::time::timeout;

use super::answer::Answer;
use super::destination::Destination;
use crate::collector::protocol::PROTOBUF;

/// Of an answer, in bytes. One of OTLP has some hundred at most.
const MAX_ANSWER: usize = 64 * 1024;

#[derive(Debug, Clone)]
pub(super) struct Client {
    http: HyperClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    destination: Destination,
}

impl Client {
    pub(super) fn new(destination: Destination) -> Self {
        let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        Self { http: HyperClient::builder(TokioExecutor::new()).build(connector), destination }
    }

    /// Sends a request with this body. Whether the receiver has it is not known where there is no answer: what is sent
    /// again then may be there twice, under the same ids.
    pub(super) async fn send(&self, body: Bytes) -> Answer {
        let limit = self.destination.timeout;
        let answered = timeout(limit, self.ask(body)).await;
        let nothing = |_| Answer::Nothing(format!("no answer within {limit:?} (OTEL_EXPORTER_OTLP_TIMEOUT)"));
        answered.unwrap_or_else(nothing)
    }

    async fn ask(&self, body: Bytes) -> Answer {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = self.destination.url.clone();
        *request.headers_mut() = self.destination.headers.clone();
        request.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(PROTOBUF));
        let response = match self.http.request(request).await {
            Ok(response) => response,
            Err(error) => return Answer::Later { after: None, reason: Causes(&error).to_string() },
        };
        let (head, body) = response.into_parts();
        // Of an answer that is cut off or endless, its status has to do.
        let body = Limited::new(body, MAX_ANSWER).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Answer::of(head.status, &head.headers, &body)
    }
}
