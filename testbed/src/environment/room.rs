//! How much of what processes write may wait until it is read.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// What a line takes in addition to its text.
const OF_A_LINE: usize = 128;

/// Room for lines that were written and are not dealt with, shared by its clones. A process that writes more is held up, as at any pipe.
#[derive(Debug, Clone)]
pub struct Room {
    bytes: usize,
    free: Arc<Semaphore>,
}

impl Room {
    /// Of so many bytes. One line always fits.
    pub fn new(bytes: usize) -> Self {
        let bytes = bytes.clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Self { bytes, free: Arc::new(Semaphore::new(bytes)) }
    }

    /// The line with this text is dealt with. To be called once for each line.
    pub fn free(&self, line: &str) {
        self.free.add_permits(self.size(line));
    }

    /// Waits until there is room for the line.
    pub(super) async fn take(&self, line: &str) {
        let size = u32::try_from(self.size(line)).unwrap_or(u32::MAX);
        // It is never closed.
        if let Ok(permits) = self.free.acquire_many(size).await {
            permits.forget();
        }
    }

    fn size(&self, line: &str) -> usize {
        (line.len() + OF_A_LINE).min(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_does_not_fit_waits_until_a_line_is_dealt_with_and_one_line_always_fits() {
        for bytes in [1, 2 * OF_A_LINE, 10_000] {
            let (room, text) = (Room::new(bytes), "x".repeat(9_000));
            room.take(&text).await;
            let mut next = Box::pin(room.take(&text));
            let polled = std::future::poll_fn(|context| std::task::Poll::Ready(next.as_mut().poll(context))).await;
            assert!(polled.is_pending(), "{bytes}");
            room.free(&text);
            next.await;
        }
    }
}
