//! How records get to the function.

use std::fmt;

use kinetrace_testbed::event_source_mapping::{Settings, kafka};

/// A mapping, what it reads, and how the function is configured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mapping {
    pub(crate) batch_size: usize,
    pub(crate) source: Source,
    /// `KINETRACE_MAX_CONCURRENCY`.
    pub(crate) at_once: usize,
    pub(crate) records: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Stream {
        parallelization_factor: usize,
        /// Whether the publisher packs records into aggregates.
        packed: bool,
    },
    Topic(Retried),
}

/// How a mapping of a topic retries, and the answer that fits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retried {
    /// Whole batches, on demand.
    OnDemand,
    /// Whole batches or halves, by provisioned pollers.
    Halves,
    /// The items that the function named, by provisioned pollers.
    Items(kafka::Reading),
    /// Whole batches, by pollers that would read items: the function names none.
    Whole(kafka::Reading),
}

impl Retried {
    /// `KINETRACE_KAFKA_ANSWER`.
    pub(crate) fn answer(self) -> &'static str {
        match self {
            Retried::OnDemand | Retried::Halves | Retried::Whole(_) => "error",
            Retried::Items(_) => "items",
        }
    }

    fn mode(self) -> kafka::Mode {
        let report_batch_item_failures = match self {
            Retried::OnDemand => return kafka::Mode::OnDemand,
            Retried::Halves => None,
            Retried::Items(reading) | Retried::Whole(reading) => Some(reading),
        };
        kafka::Mode::Provisioned(kafka::Provisioned {
            bisect_batch_on_function_error: true,
            report_batch_item_failures,
            ..kafka::Provisioned::default()
        })
    }
}

impl Mapping {
    pub(crate) fn of_stream(self, parallelization_factor: usize, seed: u64) -> Settings {
        Settings { batch_size: self.batch_size, parallelization_factor, seed, ..Settings::of_template() }
    }

    /// `redelivers` is whether what was done may come again.
    pub(crate) fn of_topic(self, retried: Retried, seed: u64, redelivers: bool) -> kafka::Settings {
        kafka::Settings {
            batch_size: self.batch_size,
            pollers: 3,
            mode: retried.mode(),
            redelivery_percent: if redelivers { 10 } else { 0 },
            seed,
            ..kafka::Settings::default()
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Stream { parallelization_factor, packed } => {
                write!(f, "factor {parallelization_factor}{}", if *packed { ", packed" } else { "" })
            }
            Source::Topic(Retried::OnDemand) => write!(f, "on demand"),
            Source::Topic(Retried::Halves) => write!(f, "halves"),
            Source::Topic(Retried::Items(reading)) => write!(f, "items, {}", name_of(*reading)),
            Source::Topic(Retried::Whole(reading)) => write!(f, "error, {}", name_of(*reading)),
        }
    }
}

fn name_of(reading: kafka::Reading) -> &'static str {
    match reading {
        kafka::Reading::Rewind => "rewind",
        kafka::Reading::Items => "items",
        kafka::Reading::ItemsLater => "later",
    }
}
