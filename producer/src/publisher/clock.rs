//! What time it is.

use std::time::Instant;

/// By the runtime's clock, by which the publisher also sleeps: tests stop it, and have hours pass.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
