//! The HTTP client that carries spans and metrics to the collector.

use std::time::Duration;

use hyper_rustls::HttpsConnectorBuilder;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient as _, HttpError, Request, Response};

use super::answer_limit::Limiting;

/// hyper on the thread that exports. Cloning shares its connections.
///
/// It is the stack that the Lambda runtime and the AWS SDK use already; another client would be a second one in the
/// binary. The certificates of public authorities are compiled in: reading the system's costs tens of milliseconds of
/// a cold start.
#[derive(Debug, Clone)]
pub(super) struct Client(HyperClient<Limiting>);

impl Client {
    /// # Errors
    ///
    /// The provider of TLS has no version of the protocol that rustls takes for safe. This one has.
    pub(super) fn new() -> Result<Self, rustls::Error> {
        // Named, for rustls would pick one for the whole process, and panics where another crate brings a second one, as the
        // AWS SDK does by default.
        let provider = rustls::crypto::ring::default_provider();
        let connector = HttpsConnectorBuilder::new().with_provider_and_webpki_roots(provider)?;
        let connector = connector.https_or_http().enable_http1().build();
        // Its own limit would be one for spans and metrics.
        Ok(Self(HyperClient::new(Limiting(connector), Duration::MAX, None)))
    }

    /// Without a limit of time.
    pub(super) async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        self.0.send_bytes(request).await
    }
}
