//! What every client is given, and what it says of a record.

use std::pin::Pin;
use std::time::Duration;

use super::publisher::Publisher;

/// So long a client waits for an answer, of a broker that may fail to give one. The clients' own times are half a minute and
/// more; a run would wait for its hangs most of the time.
pub(super) const ATTEMPT_TIMEOUT: Duration = crate::ordering::faults::ATTEMPT_TIMEOUT;

/// So long a client waits before it tries again: at first, and at most.
pub(super) const BACKOFF: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(100)];

/// Nothing is given up in a run, or it would show what the time was, and not what the client does.
pub(super) const DELIVERY_TIMEOUT: Duration = Duration::from_secs(600);

/// A request holds so much of a partition, so that a run of some thousand records has requests enough for the faults.
pub(super) const BATCH_BYTES: usize = 4_096;

/// A topic that has grown is noticed so soon. The clients' own times are five minutes.
pub(super) const METADATA_MAX_AGE: Duration = Duration::from_millis(100);

/// Where a client writes to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings<'a> {
    pub(super) bootstrap_servers: &'a str,
    pub(super) topic: &'a str,
    pub(super) publisher: Publisher,
    /// Whether the broker is one that may fail to answer.
    pub(super) is_faulty: bool,
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) partition: i32,
    /// `None` where the broker says that it has the record, and no longer where.
    pub(super) offset: Option<i64>,
}

/// The fate of a record: where it is, or why that is not known.
pub(super) type Delivery = Result<Placed, String>;

/// Resolves once the fate of a record is known.
pub(super) type Pending = Pin<Box<dyn Future<Output = Delivery> + Send>>;
