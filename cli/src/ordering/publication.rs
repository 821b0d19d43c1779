//! What every publisher is given.

use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::{DisplayErrorContext, ProvideErrorMetadata as _, SdkError};
use kinetrace::Telemetry;
use kinetrace::history::PutOutcome;

use super::carrier::CarrierName;
use super::lines::Lines;
use super::pace::Pace;
use super::records::Records;
use crate::outcome::Failure;

/// Records to be put into a stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Publication<'a> {
    pub(super) client: &'a Client,
    pub(super) stream: &'a str,
    pub(super) records: Records<'a>,
    pub(super) carrier: CarrierName,
    pub(super) telemetry: &'a Telemetry,
    pub(super) pace: &'a Pace,
    /// Where the fate of each record is reported.
    pub(super) lines: &'a Lines<'a>,
    /// How many records may be in the stream and not settled.
    pub(super) ahead: usize,
    /// How long an attempt may take, unless the publisher's own time will do.
    pub(super) attempt_timeout: Option<Duration>,
}

/// Calls that failed in a row, the SDK's retries not counted, after which a program gives up on the endpoint.
pub(super) const FAILURES: usize = 10;

/// What a call that failed says of its records, if another may succeed.
pub(super) fn outcome<E>(error: SdkError<E>) -> Result<PutOutcome, Failure>
where
    E: std::error::Error + aws_sdk_kinesis::error::ProvideErrorMetadata + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(answer) if answer.raw().status().is_server_error() => Ok(PutOutcome::Unknown),
        SdkError::ServiceError(_) if error.code() == Some("ProvisionedThroughputExceededException") => {
            Ok(PutOutcome::Failed)
        }
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            Ok(PutOutcome::Unknown)
        }
        _ => Err(DisplayErrorContext(error).to_string().into()),
    }
}
