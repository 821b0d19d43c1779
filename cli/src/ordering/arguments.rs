//! What `ordering` can be told.

use std::path::PathBuf;

use super::carrier::CarrierName;
use super::faults::FaultLevel;
use super::publisher::PublisherName;
use crate::input;

/// Compare carriers, parallelization factors and publishers: which combination keeps each group's order?
///
/// One row a run: the events are published to a stream, and a mapping invokes the consumer, whose business code takes a
/// few random milliseconds. The mapping is adversarial: with a ParallelizationFactor above 1, any two records with
/// different partition keys may run at once. With --faults, puts are throttled, refused, lost, answered too late, or done
/// twice on their way, as a seed decides, and publishers give up on an attempt after 300 ms. With
/// OTEL_EXPORTER_OTLP_ENDPOINT set, the spans of all runs also go there, as those of `kinetrace demo` do.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace ordering
  kinetrace ordering --limit 3000 --publisher ordered --json ordering.json
  kinetrace ordering --carrier envelope,partition-key --parallelization-factor 10 --batch-size 100
  kinetrace ordering --publisher ordered,ordered-aggregated --carrier envelope,aggregate
  kinetrace ordering --publisher ordered,ordered-aggregated,put-record,put-records --faults heavy --reshard
  kinetrace ordering --input orders.ndjson --group-by customer_id
  kinetrace ordering --limit 600 --publisher ordered --endpoint-url http://localhost:4568
  kinetrace ordering --records 1000000 --carrier envelope --publisher ordered-aggregated \\
    --parallelization-factor 10 --batch-size 100 --faults heavy --reshard --no-work

Exit code: 0 if every combination that should keep order does, 1 if one does not, 2 on an error, 3 if all of them do but
spans did not reach the collector of this command, so that nobody knows whether every trace is whole. Spans that the
receiver at OTEL_EXPORTER_OTLP_ENDPOINT does not take change no exit code.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) input: input::Arguments,
    /// Take the first N events only [default: 3000, or all with --records]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) limit: Option<u64>,
    /// Publish so many records in each run, and begin anew when the events are at an end
    ///
    /// Nothing is kept of a record that is settled, so the number is bounded by time and not by memory. A run that takes
    /// longer than a few seconds says on standard error how far it is.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) records: Option<u64>,
    /// Shards of the stream
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub(super) shards: u16,
    /// Where the trace context travels
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values = ["none", "envelope", "member", "aggregate", "partition-key", "partition-key-only"])]
    pub(super) carrier: Vec<CarrierName>,
    /// Batches of one shard that may run at once, each 1 to 10
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values = ["1", "10"], value_parser = clap::value_parser!(u16).range(1..=10))]
    pub(super) parallelization_factor: Vec<u16>,
    /// Who publishes
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values = ["ordered", "put-records"])]
    pub(super) publisher: Vec<PublisherName>,
    /// Records per invocation
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(super) batch_size: u16,
    /// What goes wrong between publisher and embedded Kinesis
    #[arg(long, value_name = "LEVEL", default_value = "none")]
    pub(super) faults: FaultLevel,
    /// Split and merge shards while records are published
    #[arg(long)]
    pub(super) reshard: bool,
    /// How many records may be in the stream and not settled before publishers wait
    ///
    /// What they are ahead lies in the embedded stream, and so in memory. Fewer than the batches of all invocations at once
    /// hold up the consumer.
    #[arg(long, value_name = "N", default_value_t = 8192, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) ahead: u64,
    /// Let the built-in consumer's business code take no time: for long runs, and for the pace of all else
    #[arg(long, conflicts_with = "bootstrap")]
    pub(super) no_work: bool,
    /// Decides how long records take, which idle partition key goes next, and which put meets which fault
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Another Kinesis than the embedded one: kinesis-local, LocalStack, or what else speaks its API
    ///
    /// Each run makes a stream there, and deletes it; functions, mapping and collector stay here. Credentials and region
    /// come from the AWS_* variables, if there are any; AWS itself wants them, and charges for the stream. --reshard works
    /// there as well, --faults only on the embedded one.
    #[arg(long, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,
    /// An own consumer to run instead of the built-in one: the `bootstrap` that would be deployed
    #[arg(long, value_name = "FILE")]
    pub(super) bootstrap: Option<PathBuf>,
    /// Write the rows there, as a JSON array
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
}
