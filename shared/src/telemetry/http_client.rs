//! The HTTP client that carries spans and metrics to the collector.

use std::time::Duration;

use hyper_rustls::HttpsConnectorBuilder;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::{Handle, TryCurrentError};
use tokio::time;

use super::answer_limit::Limiting;

/// hyper on the runtime that made it, callable from the threads of the span processor and the metric reader, which have
/// none.
///
/// It is the stack that the Lambda runtime and the AWS SDK use already; another client would be a second one in the
/// binary. The certificates of public authorities are compiled in: reading the system's costs tens of milliseconds of
/// a cold start.
#[derive(Debug, Clone)]
pub(super) struct OnRuntime {
    client: HyperClient<Limiting>,
    timeout: Duration,
    runtime: Handle,
}

impl OnRuntime {
    pub(super) fn new(timeout: Duration) -> Result<Self, TryCurrentError> {
        let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        // Its own limit would be one for all clones.
        let client = HyperClient::new(Limiting(connector), Duration::MAX, None);
        Ok(Self { client, timeout, runtime: Handle::try_current()? })
    }

    /// The same connections, another limit.
    pub(super) fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }
}

#[async_trait::async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let Self { client, timeout, runtime } = self.clone();
        runtime.spawn(async move { time::timeout(timeout, client.send_bytes(request)).await? }).await?
    }
}
