//! What time it is for a mapping.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The machine's clock, which never goes back, and goes on with the runtime's where a test moves that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    started: Instant,
    millis: i64,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { started: Instant::now(), millis: machine() }
    }

    /// Milliseconds since the Unix epoch.
    pub(super) fn now(self) -> i64 {
        let elapsed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.millis.saturating_add(elapsed).max(machine())
    }

    /// Waits until it is that time; for ever if there is none.
    pub(super) async fn until(self, millis: Option<i64>) {
        match millis.map(|millis| u64::try_from(millis.saturating_sub(self.now()))) {
            Some(wait) => tokio::time::sleep(Duration::from_millis(wait.unwrap_or_default())).await,
            None => std::future::pending().await,
        }
    }
}

fn machine() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
