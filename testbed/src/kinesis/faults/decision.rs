//! What happens to one put.

use std::time::Duration;

/// What happens to a PutRecord or a PutRecords.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// What happens to the call as a whole; without a fault Kinesis gets it, and its answer arrives.
    pub fault: Option<Fault>,
    /// What happens to each entry of a PutRecords that Kinesis gets; those beyond the list pass.
    pub entries: Vec<Option<EntryFault>>,
    /// How long the call waits before anything else happens to it.
    pub delay: Option<Duration>,
    /// For [`Fault::Late`]: how many further puts Kinesis gets first.
    pub late_by: u8,
    /// For [`Fault::Duplicate`]: the answer is about the second copy, not the first.
    pub tells_second: bool,
}

/// What happens to a call as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 400 ProvisionedThroughputExceededException: Kinesis does not have it.
    Throttled,
    /// 500 InternalFailure; Kinesis does not have it.
    ErrorBefore,
    /// 503 ServiceUnavailable; Kinesis does not have it.
    Unavailable,
    /// 500 InternalFailure, although Kinesis has it.
    ErrorAfter,
    /// No answer, until the client gives up; Kinesis does not have it.
    HangBefore,
    /// No answer, until the client gives up; Kinesis has it.
    HangAfter,
    /// The connection closes without an answer; Kinesis does not have it.
    ResetBefore,
    /// The connection closes without an answer; Kinesis has it.
    ResetAfter,
    /// Kinesis has it twice, and the answer names one copy.
    Duplicate,
    /// The connection closes without an answer, and Kinesis has it some puts later, when the client may know
    /// the result of a second attempt, and of the records after that.
    Late,
}

impl Fault {
    /// All of them, in the order in which they are declared.
    pub const ALL: [Self; 10] = [
        Self::Throttled,
        Self::ErrorBefore,
        Self::Unavailable,
        Self::ErrorAfter,
        Self::HangBefore,
        Self::HangAfter,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::Duplicate,
        Self::Late,
    ];
}

/// What happens to one entry of a PutRecords; Kinesis does not have it, and may have the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryFault {
    /// Its shard is over its limit.
    Throttled,
    /// A fault of Kinesis' own.
    InternalFailure,
}

impl EntryFault {
    /// All of them, in the order in which they are declared.
    pub const ALL: [Self; 2] = [Self::Throttled, Self::InternalFailure];

    /// The entry's error code
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsResultEntry.html>).
    pub fn code(self) -> &'static str {
        match self {
            EntryFault::Throttled => "ProvisionedThroughputExceededException",
            EntryFault::InternalFailure => "InternalFailure",
        }
    }
}

impl From<Fault> for Decision {
    fn from(fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::default() }
    }
}

impl<const N: usize> From<[Option<EntryFault>; N]> for Decision {
    fn from(entries: [Option<EntryFault>; N]) -> Self {
        Self { entries: entries.into(), ..Self::default() }
    }
}
