//! Signs requests, and learns from what the endpoint says of signatures.

use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, DATE};
use opentelemetry_http::{Bytes, Request, Response};

use super::super::super::settings::Signing;
use super::super::answer::Refused;
use super::super::error::ExportError;
use super::super::secrets::without_secrets;
use super::Provider;
use super::clock::{Clock, seconds_between};
use super::credentials::CredentialsCache;
use super::refusal::{Fault, fault};
use crate::causes::Causes;

/// AWS takes a signature whose time is five minutes off, and less is not worth another request.
const MAX_CLOCK_ERROR_SECONDS: u64 = 4 * 60;

/// The year 2200, in seconds since 1970. No clock is set to a time before or after these: a signature has four digits for the year.
const LAST_SECOND: i64 = 7_258_118_400;

/// Cloning shares credentials and clock.
#[derive(Debug, Clone)]
pub(in super::super) struct Signer {
    signing: Arc<Signing>,
    clock: Arc<Clock>,
    credentials: Arc<CredentialsCache<Provider>>,
}

/// What a request was signed with.
#[derive(Debug)]
pub(in super::super) struct Seal {
    signing: Arc<Signing>,
    credentials: Credentials,
    time: SystemTime,
    /// Of the request, as they were sent.
    headers: HeaderMap,
}

/// What may make the same request succeed.
#[derive(Debug)]
pub(in super::super) enum Remedy {
    /// It is so late at the endpoint.
    Clock(SystemTime),
    /// These have expired.
    Credentials(Credentials),
}

impl Signer {
    pub(in super::super) fn of(signing: &Signing) -> Option<Self> {
        let clock = Arc::new(Clock::default());
        let credentials = Arc::new(CredentialsCache::new(Provider::new(&signing.region), &clock));
        Some(Self { signing: Arc::new(signing.clone()), clock, credentials })
    }

    pub(in super::super) async fn sign(&self, request: Request<Bytes>) -> Result<(Request<Bytes>, Seal), ExportError> {
        let credentials = self.credentials.get().await.map_err(ExportError::Credentials)?;
        let time = self.clock.now();
        let request = signed(request, &self.signing, &credentials, time).map_err(ExportError::Encoding)?;
        let headers = request.headers().clone();
        Ok((request, Seal { signing: Arc::clone(&self.signing), credentials, time, headers }))
    }

    /// Whether another attempt makes sense now.
    pub(in super::super) async fn apply(&self, remedy: &Remedy) -> bool {
        match remedy {
            Remedy::Clock(now) => {
                self.clock.set(*now);
                true
            }
            Remedy::Credentials(expired) => self.credentials.replace(expired).await,
        }
    }
}

impl Seal {
    /// The refusal as it may be told, without what the endpoint quotes of the request: the token is among it. And what may
    /// help.
    pub(in super::super) fn examine(&self, refused: Refused, answer: &Response<Bytes>) -> (Refused, Option<Remedy>) {
        let remedy = match fault(&refused, answer.headers()) {
            Some(Fault::Signature) => self.wrong_clock(answer.headers()).map(Remedy::Clock),
            Some(Fault::Expired) => Some(Remedy::Credentials(self.credentials.clone())),
            _ => None,
        };
        let text = without_secrets(&refused.text, &self.headers).into_owned();
        (Refused { text, signing: Some(Arc::clone(&self.signing)), ..refused }, remedy)
    }

    /// The endpoint's time, if it is another one.
    fn wrong_clock(&self, answer: &HeaderMap) -> Option<SystemTime> {
        let date = DateTime::from_str(answer.get(DATE)?.to_str().ok()?, Format::HttpDate).ok()?;
        let now = SystemTime::try_from(date).ok().filter(|_| (0..LAST_SECOND).contains(&date.secs()))?;
        (seconds_between(self.time, now).unsigned_abs() > MAX_CLOCK_ERROR_SECONDS).then_some(now)
    }
}

impl Remedy {
    pub(in super::super) fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The request with its signature.
fn signed(
    mut request: Request<Bytes>,
    signing: &Signing,
    credentials: &Credentials,
    time: SystemTime,
) -> Result<Request<Bytes>, String> {
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&signing.region)
        .name(&signing.service)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| Causes(&error).to_string())?
        .into();
    let headers = request.headers().iter().filter(|(name, _)| is_signed(name));
    let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let (method, uri) = (request.method().as_str(), request.uri().to_string());
    let signable = SignableRequest::new(method, uri, headers, SignableBody::Bytes(request.body()));
    let signature = signable.and_then(|signable| sign(signable, &parameters));
    let (instructions, _) = signature.map_err(|error| Causes(&error).to_string())?.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    if let Some(authorization) = request.headers_mut().get_mut(AUTHORIZATION) {
        authorization.set_sensitive(true);
    }
    Ok(request)
}

/// The host is, too. Others may be changed on the way by a proxy.
fn is_signed(name: &http::HeaderName) -> bool {
    *name == CONTENT_TYPE || *name == CONTENT_ENCODING || name.as_str().starts_with("x-aws-")
}

#[cfg(test)]
mod tests;
