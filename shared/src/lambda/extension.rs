//! An internal extension that is told nothing. That there is one is all it is for: Lambda sends `SIGTERM` before it ends a
//! process, and half a second, only where an extension is registered
//! (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>).
//!
//! Two requests of the Extensions API (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>), by the
//! client that carries spans: a crate for it would be another one in the binary.

use std::time::Duration;

use http::header::HeaderValue;
use http::{Request, StatusCode};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient as _, HttpError};

/// Unique within a function.
const NAME: &str = "kinetrace-last-flush";
const IDENTIFIER: &str = "lambda-extension-identifier";
/// Lambda answers at once. What takes longer would only hold up the first invocation.
const PATIENCE: Duration = Duration::from_secs(1);

/// Lambda, or what stands in for it, did not register the extension.
#[derive(Debug, thiserror::Error)]
pub(super) enum RegistrationError {
    #[error("the Extensions API cannot be asked")]
    Request(#[source] HttpError),
    #[error("the Extensions API did not answer within {PATIENCE:?}")]
    Timeout,
    #[error("the Extensions API answered with status {0}")]
    Refused(StatusCode),
    #[error("the Extensions API named no identifier")]
    Unidentified,
}

#[derive(Debug)]
pub(super) struct Extension {
    client: HyperClient,
    base: String,
    identifier: HeaderValue,
}

impl Extension {
    /// With the Extensions API at `authority`, which is that of the Runtime API. Must be done before the first invocation
    /// is asked for.
    pub(super) async fn register(authority: &str) -> Result<Self, RegistrationError> {
        // Its own limit would be one for all requests.
        let client = HyperClient::with_default_connector(Duration::MAX, None);
        let base = format!("http://{authority}/2020-01-01/extension");
        let request = Request::post(format!("{base}/register")).header("lambda-extension-name", NAME);
        let request = request.header("content-type", "application/json").body(Bytes::from_static(br#"{"events":[]}"#));
        let request = request.map_err(|error| RegistrationError::Request(error.into()))?;
        let response = match tokio::time::timeout(PATIENCE, client.send_bytes(request)).await {
            Ok(answer) => answer.map_err(RegistrationError::Request)?,
            Err(_) => return Err(RegistrationError::Timeout),
        };
        if !response.status().is_success() {
            return Err(RegistrationError::Refused(response.status()));
        }
        let identifier = response.headers().get(IDENTIFIER).cloned().ok_or(RegistrationError::Unidentified)?;
        Ok(Self { client, base, identifier })
    }

    /// Asks for an event, upon which Lambda takes the extension for initialised. None ever comes.
    pub(super) async fn idle(self) {
        let request = Request::get(format!("{}/event/next", self.base)).header(IDENTIFIER, self.identifier);
        if let Ok(request) = request.body(Bytes::new()) {
            // However it ends, the process goes on, and `SIGTERM` comes all the same.
            let _ = self.client.send_bytes(request).await;
        }
    }
}
