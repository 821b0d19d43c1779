//! Why a record was not published, and what its caller can do.

use std::fmt;
use std::sync::Arc;

use kinetrace::__private::one_line;
use kinetrace::history::{PutOutcome, Timestamp};
use kinetrace::{Order, Record};

/// The record was not published, or nobody knows. It comes back as it was handed in.
///
/// # What to do with it
///
/// By default nothing of its key is published before the caller has this error and that of every other record that came
/// back with it; then the key goes on with what the caller hands in ([`FailurePolicy`](crate::FailurePolicy)). So a
/// service has one task at a time for a key, which hands in its records and hears their fate, and hands in
/// again what came back before anything newer:
///
/// ```no_run
/// use kinetrace_producer::{Publisher, DeliveryError, Record, SendError};
///
/// /// Publishes the records of a key, one after another, through outages. Those that Kinesis will never take end up in
/// /// `poison`.
/// async fn publish(
///     publisher: &Publisher,
///     records: Vec<Record>,
///     poison: &mut Vec<SendError>,
/// ) -> Result<(), Box<SendError>> {
///     for record in records {
///         let mut next = Some(record);
///         while let Some(record) = next.take() {
///             let Err(mut error) = publisher.send(record).await else { break };
///             match error.reason {
///                 _ if error.permanent => poison.push(*error),
///                 // Its time was up. It has been told now, so its key is not halted any more.
///                 DeliveryError::Put { .. } => next = error.record.take(),
///                 // Another record of this key, by another task; or nothing that would help.
///                 _ => return Err(error),
///             }
///         }
///     }
///     Ok(())
/// }
/// ```
///
/// With several records of a key in flight, by [`Publisher::enqueue`](crate::Publisher::enqueue), it is the same: once all
/// deliveries have been awaited, what came back goes again in its order.
///
/// A record whose outcome is [`PutOutcome::Unknown`] may be in the stream already. ProduceStart in again it is another
/// record, of which [`Order`] does not tell that it has the same content.
#[derive(Debug)]
#[non_exhaustive]
pub struct SendError {
    /// The record; `None` only with [`DeliveryError::Abandoned`].
    pub record: Option<Record>,
    /// Its number among those of its key, if it got as far as that.
    pub order: Option<Order>,
    /// Why.
    pub reason: DeliveryError,
    /// `Unknown` if an attempt ended without an answer: Kinesis may have the record even so.
    pub outcome: PutOutcome,
    /// Whether it would come back however often it was handed in: it does not fit, or Kinesis refused it for what is in it.
    /// Otherwise the same record may be taken another time, after an outage for instance.
    pub permanent: bool,
    /// When it was given up, by this machine's clock; the caller may have asked much later.
    pub settled_at: Timestamp,
}

/// Why a record was not published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The Tokio runtime was shut down before the record's fate was known.
    #[error("the runtime ended before an answer came")]
    Abandoned,
    /// Time was up for [`Publisher::close_within`](crate::Publisher::close_within).
    #[error("the publisher was closed before an answer came")]
    Closed,
    /// The time of its [`Batch`](crate::Batch) was up before it was sent.
    #[error("the time of its batch was up before it was sent")]
    Expired,
    /// The partition key is empty or has more than 256 characters.
    #[error("a partition key has 1 to 256 characters, this one {0}")]
    PartitionKey(usize),
    /// The buffer was full until the caller's time was up. Nothing was sent.
    #[error("no room in the publisher's buffer before time was up")]
    NoRoom,
    /// The record is larger than the stream takes, even without a context.
    #[error(
        "data and partition key have {size} bytes, the stream takes {limit}; \
         if the stream's limit was raised, tell the publisher by max_record_bytes"
    )]
    TooLarge {
        /// Data and partition key, in bytes.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The stream ignores partition keys, and the publisher was not told to go on
    /// ([`AutoDistribution`](crate::AutoDistribution)). Nothing is sent.
    #[error("the publisher was stopped: {0}; once that is mended, go on with a new publisher")]
    Stopped(Arc<str>),
    /// An earlier record of the key could not be published, and order forbids to go on without it. The key goes on as
    /// [`FailurePolicy`](crate::FailurePolicy) says, or by [`Publisher::resume`](crate::Publisher::resume); within a
    /// [`Batch`](crate::Batch), with the next one.
    #[error("the key is halted because an earlier record of it could not be published: {0}")]
    Halted(Arc<str>),
    /// So many keys are halted that the publisher begins no other: it could not remember one more that it had to halt.
    #[error(
        "{0} keys are halted, and no other begins before some of them go on: await the deliveries of their records, or \
         resume them"
    )]
    TooManyHalted(usize),
    /// Kinesis refused it for good, or it was refused or could not be sent until time was up.
    #[error("after {attempts} attempt(s): {cause}")]
    Put {
        /// How often it was tried.
        attempts: u32,
        /// What the last attempt said.
        cause: Arc<str>,
    },
}

impl DeliveryError {
    /// `error.type` of spans and metrics: one of few, what dashboards count by.
    pub(crate) fn error_type(&self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Closed => "closed",
            Self::Expired => "expired",
            Self::PartitionKey(_) => "partition_key",
            Self::NoRoom => "no_room",
            Self::TooLarge { .. } => "too_large",
            Self::Stopped(_) => "stopped",
            Self::Halted(_) => "halted",
            Self::TooManyHalted(_) => "too_many_halted",
            Self::Put { .. } => "put",
        }
    }
}

/// Of a partition key in an error's text, in bytes. One that was refused for its length may have any.
const MAX_KEY_SHOWN: usize = 256;

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.record {
            Some(record) => {
                let key = one_line(&record.partition_key, MAX_KEY_SHOWN);
                write!(f, "a record of the key \"{key}\" {}: {}", self.verdict(), self.reason)
            }
            None => f.write_str(&self.without_key()),
        }
    }
}

impl std::error::Error for SendError {}

impl SendError {
    /// Nothing is left that could tell the record's fate.
    pub(crate) fn abandoned(order: Option<Order>) -> Self {
        let (reason, outcome, settled_at) = (DeliveryError::Abandoned, PutOutcome::Unknown, Timestamp::now());
        Self { record: None, order, reason, outcome, permanent: false, settled_at }
    }

    /// What happened, without the key: for logs and answers that must not have keys in them, because keys may be personal
    /// data.
    #[must_use]
    pub fn without_key(&self) -> String {
        format!("a record {}: {}", self.verdict(), self.reason)
    }

    fn verdict(&self) -> &'static str {
        match self.outcome {
            PutOutcome::Unknown => "may not have been published",
            _ => "was not published",
        }
    }
}
