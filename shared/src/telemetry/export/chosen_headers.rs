//! The headers that the settings name, on each request.

use http::HeaderValue;
use http::header::{CONTENT_TYPE, USER_AGENT};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

use super::super::settings::Headers;

/// What every body is, without compression.
const PROTOBUF: &str = "application/x-protobuf";

/// A client that sends these headers, and none that the exporter has read from the environment by itself: it takes each
/// item for well-formed or leaves it out, in silence, and no builder stops it from that.
#[derive(Debug)]
pub(super) struct ChosenHeaders<C> {
    client: C,
    headers: Headers,
}

impl<C> ChosenHeaders<C> {
    pub(super) fn new(client: C, headers: Headers) -> Self {
        Self { client, headers }
    }
}

#[async_trait::async_trait]
impl<C: HttpClient> HttpClient for ChosenHeaders<C> {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let headers = request.headers_mut();
        let exporter = headers.remove(USER_AGENT);
        headers.clear();
        headers.extend(exporter.map(|exporter| (USER_AGENT, exporter)));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROTOBUF));
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        self.client.send_bytes(request).await
    }
}
