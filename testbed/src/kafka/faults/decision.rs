//! What happens to one Produce request.

use std::time::Duration;

/// What happens to a Produce request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decision {
    /// What goes wrong; without a fault the broker writes the records, and its answer arrives.
    pub fault: Option<Fault>,
    /// How long the request waits before anything else happens to it, and every later one of its connection with it: so a
    /// broker treats a client that is over its quota.
    pub throttled: Option<Duration>,
}

/// What happens to a Produce request as a whole: to the batches of all partitions in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `NOT_LEADER_OR_FOLLOWER`; nothing is written. Clients look for the leader and try again.
    ErrorBefore,
    /// `NOT_ENOUGH_REPLICAS`; nothing is written.
    Unavailable,
    /// `REQUEST_TIMED_OUT`, although the records are written.
    ErrorAfter,
    /// No answer, until the client gives up; nothing is written.
    HangBefore,
    /// No answer, until the client gives up; the records are written.
    HangAfter,
    /// The connection closes without an answer; nothing is written.
    ResetBefore,
    /// The connection closes without an answer; the records are written.
    ResetAfter,
}

impl Fault {
    /// All of them, in the order in which they are declared.
    pub const ALL: [Self; 7] = [
        Self::ErrorBefore,
        Self::Unavailable,
        Self::ErrorAfter,
        Self::HangBefore,
        Self::HangAfter,
        Self::ResetBefore,
        Self::ResetAfter,
    ];

    /// Whether the broker has the records nevertheless.
    pub fn writes(self) -> bool {
        matches!(self, Self::ErrorAfter | Self::HangAfter | Self::ResetAfter)
    }
}

impl From<Fault> for Decision {
    fn from(fault: Fault) -> Self {
        Self { fault: Some(fault), throttled: None }
    }
}
