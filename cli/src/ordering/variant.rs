//! What is varied between runs.

use std::fmt;

use super::arguments::Arguments;
use super::carrier::CarrierName;
use super::flags::named;
use super::publisher::PublisherName;
use super::row::{Combination, Promise};
use crate::transport::Transport;

/// What is compared unless it is said otherwise.
const CARRIERS: [CarrierName; 7] = [
    CarrierName::None,
    CarrierName::Envelope,
    CarrierName::Member,
    CarrierName::Datadog,
    CarrierName::Aggregate,
    CarrierName::PartitionKey,
    CarrierName::PartitionKeyOnly,
];
const PUBLISHERS: [PublisherName; 2] = [PublisherName::Ordered, PublisherName::PutRecords];
const PARALLELIZATION_FACTORS: [u16; 2] = [1, 10];

/// What distinguishes a run from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) carrier: CarrierName,
    pub(super) publisher: PublisherName,
    pub(super) parallelization_factor: u16,
}

impl Variant {
    /// The combination that a row is about.
    pub(super) fn combination(self, arguments: &Arguments) -> Combination {
        let Self { carrier, publisher, parallelization_factor } = self;
        Combination {
            carrier: carrier.name(),
            publisher: publisher.name(),
            parallelization_factor: Some(parallelization_factor),
            batch_size: arguments.batch_size(),
            faults: arguments.faults.name(arguments.reshard).to_owned(),
            promise: Promise {
                keeps_order: publisher.is_of_library() && carrier.keeps_order(parallelization_factor),
                carries_context: carrier.carries_context(),
                scatters: carrier == CarrierName::PartitionKeyOnly,
            },
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { carrier, publisher, parallelization_factor } = self;
        write!(f, "carrier {}, publisher {}, ", carrier.name(), publisher.name())?;
        write!(f, "ParallelizationFactor {parallelization_factor}")
    }
}

/// Every combination, carriers outermost, so that the rows to compare stand together.
///
/// # Errors
/// A name that is not one of Kinesis'.
pub(super) fn all(arguments: &Arguments) -> Result<Vec<Variant>, String> {
    let carriers = named(Transport::Kinesis, "--carrier", &arguments.carrier, &CARRIERS)?;
    let publishers = named(Transport::Kinesis, "--publisher", &arguments.publisher, &PUBLISHERS)?;
    let given = &arguments.parallelization_factor[..];
    let factors = if given.is_empty() { &PARALLELIZATION_FACTORS } else { given };
    let mut variants = Vec::new();
    for carrier in carriers {
        for &publisher in &publishers {
            for &parallelization_factor in factors {
                variants.push(Variant { carrier, publisher, parallelization_factor });
            }
        }
    }
    Ok(variants)
}
