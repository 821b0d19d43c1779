//! How large an event may be.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>

/// Of a synchronous invocation.
pub(super) const LARGEST_EVENT: usize = 6 * 1024 * 1024;

/// Of an asynchronous invocation.
pub(super) const LARGEST_ASYNCHRONOUS_EVENT: usize = 1024 * 1024;
