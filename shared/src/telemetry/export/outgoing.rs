//! What is done to a request before it leaves: its form, its compression, its signature, in this order.

use http::HeaderValue;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use opentelemetry_http::{Bytes, Request};

use super::super::settings::{self, Compression, Form};
use super::error::ExportError;
use super::gzip::gzip;
use super::json::json;
use super::losses::Signal;
use super::signing::{Remedy, Seal, Signer};

#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    signal: Signal,
    form: Form,
    compression: Compression,
    signer: Option<Signer>,
}

impl Outgoing {
    pub(super) fn of(signal: Signal, settings: &settings::Signal) -> Self {
        let signer = settings.signing.as_ref().and_then(Signer::of);
        Self { signal, form: settings.form, compression: settings.compression, signer }
    }

    /// In the form, and compressed, as the settings say. Once for a request, whose body is protobuf until then, so that it can be
    /// halved.
    pub(super) fn packed(&self, request: &Request<Bytes>) -> Result<Request<Bytes>, ExportError> {
        let mut request = self.formed(request)?;
        match self.compression {
            Compression::None => {}
            Compression::Gzip => {
                let body = gzip(request.body()).map_err(|error| ExportError::Encoding(error.to_string()))?;
                *request.body_mut() = body;
                request.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        Ok(request)
    }

    fn formed(&self, request: &Request<Bytes>) -> Result<Request<Bytes>, ExportError> {
        let mut request = request.clone();
        if self.form == Form::Json {
            *request.body_mut() = json(self.signal, request.body())?.into();
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(request)
    }

    /// Signed, where the endpoint asks for it. For each attempt, because a signature tells the time.
    pub(super) async fn signed(&self, request: Request<Bytes>) -> Result<(Request<Bytes>, Option<Seal>), ExportError> {
        match &self.signer {
            Some(signer) => signer.sign(request).await.map(|(request, seal)| (request, Some(seal))),
            None => Ok((request, None)),
        }
    }

    /// Whether the same request may be taken after this.
    pub(super) async fn apply(&self, remedy: &Remedy) -> bool {
        match &self.signer {
            Some(signer) => signer.apply(remedy).await,
            None => false,
        }
    }
}
