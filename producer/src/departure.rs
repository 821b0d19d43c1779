//! Whether a request has left this machine.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_kinesis::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_kinesis::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_kinesis::error::BoxError;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt as _;

/// An interceptor of one request. The records are in its body, and no HTTP client asks for that before it has a
/// connection to write to. So whatever fails before (no credentials, no address, a refused connection, a TLS handshake, a
/// timeout of any of these) was surely not sent, however the error is wrapped.
///
/// The client gets a body that it has to read as a stream: bytes that are taken by another way would not be noticed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Departure(Arc<AtomicBool>);

impl Departure {
    /// Whether some of it may have reached Kinesis.
    pub(crate) fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Intercept for Departure {
    fn name(&self) -> &'static str {
        "Departure"
    }

    /// After the last use of the bytes, which is signing them.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.request_mut().body_mut();
        let began = Arc::clone(&self.0);
        let watched = mem::replace(body, SdkBody::taken()).map_frame(move |frame| {
            began.store(true, Ordering::Release);
            frame
        });
        *body = SdkBody::from_body_1_x(watched);
        Ok(())
    }
}
