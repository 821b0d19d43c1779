//! The function, as the mapping sees it.

use std::fmt::Display;
use std::future::Future;

use bytes::Bytes;

/// Something that can be invoked with an event.
pub trait Invoke: Send + Sync + 'static {
    /// Why there is no answer: the function returned an error, timed out, or exited.
    type Error: Display + Send;

    /// Runs the function once, synchronously. The mapping keeps at most `parallelization_factor` calls per shard open;
    /// it enforces no timeout of its own.
    fn invoke(&self, event: Bytes) -> impl Future<Output = Result<Bytes, Self::Error>> + Send;
}
