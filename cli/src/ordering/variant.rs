//! What is varied between runs.

use std::fmt;

use super::arguments::Arguments;
use super::carrier::CarrierName;
use super::publisher::PublisherName;

/// What distinguishes a run from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variant {
    pub(super) carrier: CarrierName,
    pub(super) publisher: PublisherName,
    pub(super) parallelization_factor: u16,
}

impl Variant {
    /// Whether the combination promises order.
    pub(super) fn should_keep_order(self) -> bool {
        self.publisher.is_of_library() && self.carrier.keeps_order(self.parallelization_factor)
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
pub(super) fn all(arguments: &Arguments) -> Vec<Variant> {
    let mut variants = Vec::new();
    for &carrier in &arguments.carrier {
        for &publisher in &arguments.publisher {
            for &parallelization_factor in &arguments.parallelization_factor {
                variants.push(Variant { carrier, publisher, parallelization_factor });
            }
        }
    }
    variants
}
