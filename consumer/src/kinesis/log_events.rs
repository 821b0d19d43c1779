//! Log events that a subscription of CloudWatch Logs put into the stream.

use std::io::{self, Read as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flate2::bufread::MultiGzDecoder;
use kinetrace::__private::JsonFault;
use serde::Deserialize;
use serde_json::Value;

use crate::from_record::FromRecord;
use crate::record::Record;

/// The payload, unpacked, as a subscription filter of CloudWatch Logs writes it: gzip of one JSON object
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>).
///
/// As an argument of a handler it fails a record that is anything else. Messages that CloudWatch Logs sends to see whether
/// the stream takes them have [no events](Self::events).
///
/// ```
/// use kinetrace_consumer::Failure;
/// use kinetrace_consumer::kinesis::LogEvents;
///
/// async fn handle(logs: LogEvents) -> Result<(), Failure> {
///     for event in logs.events {
///         println!("{}: {}", logs.log_group, event.message);
///     }
///     Ok(())
/// }
/// # let _ = kinetrace_consumer::run(handle);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEvents {
    /// The account that the log group belongs to.
    pub owner: String,
    /// The log group's name.
    pub log_group: String,
    /// The log stream's name.
    pub log_stream: String,
    /// The names of the subscription filters that let the events pass.
    pub subscription_filters: Vec<String>,
    /// In their order. None of a control message, which only tries whether the stream takes it.
    pub events: Vec<LogEvent>,
    /// Whether it is such a message.
    pub is_control_message: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEvent {
    /// Unique among log events.
    pub id: String,
    /// When it happened, to the millisecond; `None` if that is missing, odd or before 1970.
    pub timestamp: Option<SystemTime>,
    /// What was logged.
    pub message: String,
}

/// The most that a payload may have when it is unpacked, in bytes. What subscriptions write is far below, and a megabyte of
/// gzip may become a gigabyte.
pub const MAX_UNPACKED: usize = 32 * 1024 * 1024;

/// The payload is not what a subscription writes. The text quotes nothing of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogEventsError {
    /// It does not begin as gzip does.
    #[error("the payload is not gzip, so no subscription of CloudWatch Logs wrote it: take the `Record`, or `Json`")]
    NotGzip,
    /// It is gzip, and cannot be unpacked.
    #[error("the payload is gzip that cannot be unpacked: it was cut or changed on its way")]
    Damaged(#[source] io::Error),
    /// It is larger than [`MAX_UNPACKED`].
    #[error("the payload has more than {MAX_UNPACKED} bytes when it is unpacked, which no subscription writes")]
    TooLarge,
    /// It is not the object of a subscription.
    #[error("the payload is not an object of log events, as a subscription of CloudWatch Logs writes it: {}", JsonFault(.0))]
    NotLogEvents(serde_json::Error),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    message_type: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    log_group: String,
    #[serde(default)]
    log_stream: String,
    #[serde(default)]
    subscription_filters: Vec<String>,
    log_events: Vec<WireEvent>,
}

#[derive(Deserialize)]
struct WireEvent {
    #[serde(default)]
    id: String,
    #[serde(default)]
    timestamp: Value,
    message: String,
}

const GZIP: &[u8] = &[0x1f, 0x8b];

impl LogEvents {
    /// Unpacks a payload.
    ///
    /// # Errors
    ///
    /// It is not what a subscription writes, or is larger than [`MAX_UNPACKED`] when it is unpacked.
    pub fn unpack(payload: &[u8]) -> Result<Self, LogEventsError> {
        let json = unzip(payload)?;
        let wire: Wire = serde_json::from_slice(&json).map_err(LogEventsError::NotLogEvents)?;
        let is_control_message = wire.message_type == "CONTROL_MESSAGE";
        let events = if is_control_message { Vec::new() } else { wire.log_events };
        Ok(Self {
            owner: wire.owner,
            log_group: wire.log_group,
            log_stream: wire.log_stream,
            subscription_filters: wire.subscription_filters,
            events: events.into_iter().map(LogEvent::from).collect(),
            is_control_message,
        })
    }
}

fn unzip(payload: &[u8]) -> Result<Vec<u8>, LogEventsError> {
    if !payload.starts_with(GZIP) {
        return Err(LogEventsError::NotGzip);
    }
    let mut json = Vec::new();
    let limit = MAX_UNPACKED as u64 + 1;
    MultiGzDecoder::new(payload).take(limit).read_to_end(&mut json).map_err(LogEventsError::Damaged)?;
    if json.len() > MAX_UNPACKED { Err(LogEventsError::TooLarge) } else { Ok(json) }
}

impl From<WireEvent> for LogEvent {
    fn from(WireEvent { id, timestamp, message }: WireEvent) -> Self {
        let millis = timestamp.as_u64().or_else(|| timestamp.as_str()?.parse().ok());
        let since = millis.map(Duration::from_millis);
        Self { id, timestamp: since.and_then(|since| UNIX_EPOCH.checked_add(since)), message }
    }
}

impl<S> FromRecord<S> for LogEvents {
    type Rejection = LogEventsError;

    fn from_record(record: &Record, _: &S) -> Result<Self, LogEventsError> {
        Self::unpack(&record.payload)
    }
}

#[cfg(test)]
mod tests;
