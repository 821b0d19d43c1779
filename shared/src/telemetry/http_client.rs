//! The HTTP client that carries spans to the collector.

use std::time::Duration;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::{Handle, TryCurrentError};

/// hyper on the runtime that made it, callable from the thread of the span processor, which has none.
///
/// It is the stack that the Lambda runtime and the AWS SDK use already; another client would be a second one in the
/// binary. The certificates of public authorities are compiled in: reading the system's costs tens of milliseconds of
/// a cold start.
#[derive(Debug, Clone)]
pub(super) struct OnRuntime {
    client: HyperClient<HttpsConnector<HttpConnector>>,
    runtime: Handle,
}

impl OnRuntime {
    pub(super) fn new(timeout: Duration) -> Result<Self, TryCurrentError> {
        let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        Ok(Self { client: HyperClient::new(connector, timeout, None), runtime: Handle::try_current()? })
    }
}

#[async_trait::async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_bytes(request).await }).await?
    }
}
