//! `ordering --transport kafka`: clients and carriers, compared.
//!
//! ```text
//! records ─▶ created ─▶ producer ─▶ broker, with faults ─▶ mapping ─▶ consumer function
//!               └────────── lines ───────▶ observer ◀─────────── its log ─┘
//! ```

mod carrier;
mod client;
mod created;
mod endpoint;
mod krafka_producer;
mod legs;
mod observer;
mod producer;
mod publish;
mod publisher;
#[cfg(feature = "rdkafka")]
mod rdkafka_producer;
mod run;
mod sent;
mod variant;

use kinetrace_testbed::collector::Forwarder;

use super::arguments::Arguments;
use super::records::Records;
use super::row::Row;
use crate::outcome::Failure;
use run::Run;
use variant::Variant;

/// What goes wrong in all of the runs.
pub(super) fn in_words(arguments: &Arguments) -> String {
    format!("faults {}", variant::faults(arguments))
}

/// The runs to be made.
#[derive(Debug)]
pub(super) struct Runs(Vec<Variant>);

impl Runs {
    /// Refuses names that are not Kafka's, and publishers that are not built in.
    pub(super) fn prepare(arguments: &Arguments) -> Result<Self, String> {
        variant::all(arguments).map(Self)
    }

    /// Makes them, one after the other.
    pub(super) async fn execute(
        self,
        arguments: &Arguments,
        records: Records<'_>,
        forwarder: Option<&Forwarder>,
    ) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::with_capacity(self.0.len());
        for (index, variant) in self.0.iter().enumerate() {
            eprintln!("run {} of {}: {variant}", index + 1, self.0.len());
            rows.push(Run { arguments, records, variant: *variant, forwarder }.execute().await?);
        }
        Ok(rows)
    }
}
