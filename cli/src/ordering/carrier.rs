//! The carriers of the comparison: those of the library, none, and the one that was tried first.

use clap::ValueEnum;
use kinetrace::Carrier;

/// Where the trace context travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CarrierName {
    /// Nowhere.
    None,
    /// In an envelope around the payload.
    Envelope,
    /// Spliced in as the payload's first member.
    Member,
    /// Spliced in as the payload's first member, as Datadog's tracers write it.
    Datadog,
    /// In the tags of an aggregated record of one.
    Aggregate,
    /// In the partition key, with the group's hash as explicit hash key.
    PartitionKey,
    /// In the partition key and nothing else: known to be bad, here for comparison.
    PartitionKeyOnly,
}

impl CarrierName {
    pub(super) fn name(self) -> &'static str {
        match self {
            CarrierName::None => "none",
            CarrierName::Envelope => "envelope",
            CarrierName::Member => "member",
            CarrierName::Datadog => "datadog",
            CarrierName::Aggregate => "aggregate",
            CarrierName::PartitionKey => "partition-key",
            CarrierName::PartitionKeyOnly => "partition-key-only",
        }
    }

    /// The library's carrier. It has none that forgets the explicit hash key.
    pub(super) fn of_library(self) -> Option<Carrier> {
        match self {
            CarrierName::Envelope => Some(Carrier::Envelope),
            CarrierName::Member => Some(Carrier::Member),
            CarrierName::Datadog => Some(Carrier::Datadog),
            CarrierName::Aggregate => Some(Carrier::Aggregate),
            CarrierName::PartitionKey => Some(Carrier::PartitionKey),
            CarrierName::None | CarrierName::PartitionKeyOnly => None,
        }
    }

    /// Whether it carries anything.
    pub(super) fn carries_context(self) -> bool {
        self != CarrierName::None
    }

    /// Whether a group can stay in order: its records need one partition key, or one reader of the shard.
    pub(super) fn keeps_order(self, parallelization_factor: u16) -> bool {
        match self {
            CarrierName::None
            | CarrierName::Envelope
            | CarrierName::Member
            | CarrierName::Datadog
            | CarrierName::Aggregate => true,
            CarrierName::PartitionKey => parallelization_factor == 1,
            CarrierName::PartitionKeyOnly => false,
        }
    }
}
