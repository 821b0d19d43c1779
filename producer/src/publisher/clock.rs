//! What time it is, and how to wait for another.

use std::time::Instant;

/// By the runtime's clock, by which the publisher also sleeps: tests stop it, and have hours pass.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

pub(super) async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
