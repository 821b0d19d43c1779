//! The function, as the mapping sees it.

use std::fmt::Display;
use std::future::Future;

use bytes::Bytes;

/// The size of the event of one synchronous invocation.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024;

/// Something that can be invoked with an event.
pub trait Invoke: Send + Sync + 'static {
    /// Why there is no answer: the function returned an error, timed out, or exited.
    type Error: Display + Send;

    /// Runs the function once, synchronously. The mapping of a stream keeps at most `parallelization_factor` calls per
    /// shard open, that of a topic one per partition; it enforces no timeout of its own.
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Bytes, Self::Error>> + Send;

    /// The same for an invocation that has a number, by which [`Happening`](super::Happening) names it. By default, nothing is
    /// done with the number.
    fn invoke_numbered(
        &self,
        invocation: u64,
        event: Bytes,
    ) -> impl Future<Output = Result<Bytes, Self::Error>> + Send {
        let _ = invocation;
        self.invoke(event)
    }
}
