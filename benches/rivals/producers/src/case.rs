//! The rows of the table.

use crate::arguments::Arguments;
use crate::load::Load;
use crate::producer::Producer;

/// What Kinesis does to a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Faults {
    None,
    /// One entry in twenty is refused as of a shard over its limit, whatever is in it.
    Throttled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) faults: Faults,
    pub(crate) load: Load,
    pub(crate) producer: Producer,
}

const MANY_KEYS: usize = 10_000;
const HOT_KEYS: usize = 4;

/// A few seconds' work.
const RECORDS: usize = 50_000;

/// async-kinesis waits for a quarter of a second after each refusal.
const THROTTLED_RECORDS: usize = 10_000;

/// Of a publisher that sends one record of each of the hot keys at a time.
const ONE_BY_ONE_RECORDS: usize = 2_000;

const SMOKE_RECORDS: usize = 600;

impl Case {
    pub(crate) fn all(arguments: &Arguments) -> Vec<Self> {
        let mut cases = Vec::new();
        for faults in [Faults::None, Faults::Throttled] {
            for keys in [MANY_KEYS, HOT_KEYS] {
                cases.extend(arguments.only.iter().map(|&producer| {
                    let records = records(faults, keys, producer, arguments.smoke);
                    Self { faults, load: Load { keys, records }, producer }
                }));
            }
        }
        cases
    }
}

fn records(faults: Faults, keys: usize, producer: Producer, smoke: bool) -> usize {
    match faults {
        _ if smoke => SMOKE_RECORDS,
        _ if keys == HOT_KEYS && producer.is_one_by_one() => ONE_BY_ONE_RECORDS,
        Faults::None => RECORDS,
        Faults::Throttled => THROTTLED_RECORDS,
    }
}
