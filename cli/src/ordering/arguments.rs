//! What `ordering` can be told.

use std::path::PathBuf;

use super::faults::FaultLevel;
use super::grow::Grow;
use crate::input;
use crate::outcome::Failure;
use crate::pipeline::consumer_bootstrap;
use crate::transport::Transport;

/// How many records may be in the stream and not settled, unless it is said otherwise.
const AHEAD: usize = 8_192;

/// Compare carriers, parallelization factors and publishers: which combination keeps each group's order?
///
/// One row a run: the events are published to a stream, and a mapping invokes the consumer, whose business code takes a
/// few random milliseconds. The mapping is adversarial: with a ParallelizationFactor above 1, any two records with
/// different partition keys may run at once. With --faults, puts are throttled, refused, lost, answered too late, or done
/// twice on their way, as a seed decides, and publishers give up on an attempt after 300 ms. With
/// OTEL_EXPORTER_OTLP_ENDPOINT set, the spans of all runs also go there, as those of `kinetrace demo` do.
///
/// With --transport kafka the records go through the partitions of a topic, which the mapping reads side by side, each in its
/// order. Carriers and publishers are others there; nothing divides a partition by key.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace ordering
  kinetrace ordering --limit 3000 --publisher ordered --json ordering.json
  kinetrace ordering --carrier envelope,partition-key --parallelization-factor 10 --batch-size 100
  kinetrace ordering --publisher ordered,ordered-aggregated --carrier envelope,aggregate
  kinetrace ordering --publisher ordered,ordered-aggregated,put-record,put-records --faults heavy --reshard
  kinetrace ordering --input orders.ndjson --group-by customer_id
  kinetrace ordering --limit 600 --publisher ordered --endpoint-url http://localhost:4568
  kinetrace ordering --transport kafka --faults heavy --grow
  kinetrace ordering --transport kafka --carrier headers --publisher krafka --grow at-once
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
    /// What carries the records; kafka needs a program that was built with it (`--features kafka`)
    #[arg(long, value_name = "NAME", default_value = "kinesis")]
    pub(super) transport: Transport,
    /// Shards of the stream, or partitions of the topic
    #[arg(long, visible_alias = "partitions", value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=50))]
    pub(super) shards: u16,
    /// Where the trace context travels [default: all]
    ///
    /// On Kinesis: none, envelope, member, datadog, aggregate, partition-key, partition-key-only. On Kafka: none, headers, and
    /// key, which puts it in place of the record's key and is here for comparison.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) carrier: Vec<String>,
    /// Batches of one shard that may run at once, each 1 to 10 [default: 1,10]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=10))]
    pub(super) parallelization_factor: Vec<u16>,
    /// Who publishes [default on Kinesis: ordered,put-records; on Kafka: all that are built in]
    ///
    /// On Kinesis: ordered, ordered-aggregated, put-record, put-records. On Kafka: krafka; and with `--features rdkafka`
    /// rdkafka, which is that client as it comes, rdkafka-one-in-flight, and rdkafka-idempotent, which also has Java's
    /// partitioner.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) publisher: Vec<String>,
    /// Records per invocation [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(super) batch_size: Option<u16>,
    /// What goes wrong between publisher and embedded Kinesis or broker
    #[arg(long, value_name = "LEVEL", default_value = "none")]
    pub(super) faults: FaultLevel,
    /// Split and merge shards while records are published
    #[arg(long)]
    pub(super) reshard: bool,
    /// Add partitions to the topic while records are published
    ///
    /// drained: publishers stop, and go on with the new partitions once all records before them are processed. at-once:
    /// nobody waits, as when an operator adds partitions by day; that moves keys while their records are on their way.
    #[arg(long, value_name = "HOW", num_args = 0..=1, default_missing_value = "drained")]
    pub(super) grow: Option<Grow>,
    /// How many records may be in the stream and not settled before publishers wait [default: 8192]
    ///
    /// What they are ahead lies in the embedded stream, and so in memory. Fewer than the batches of all invocations at once
    /// hold up the consumer.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) ahead: Option<u64>,
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
    /// Another Kafka than the embedded one, as host:port; of several, any that answers
    ///
    /// Each run makes a topic there, and deletes it. --grow works there as well, --faults only on the embedded one.
    #[arg(long, value_name = "LIST")]
    pub(super) bootstrap_servers: Option<String>,
    /// An own consumer to run instead of the built-in one: the `bootstrap` that would be deployed
    #[arg(long, value_name = "FILE")]
    pub(super) bootstrap: Option<PathBuf>,
    /// Write the rows there, as a JSON array
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn batch_size(&self) -> u16 {
        self.batch_size.unwrap_or(1)
    }

    pub(super) fn ahead(&self) -> usize {
        self.ahead.map_or(AHEAD, |ahead| usize::try_from(ahead).unwrap_or(usize::MAX))
    }

    /// The consumer's executable and its arguments.
    pub(super) fn consumer(&self) -> Result<(PathBuf, Vec<String>), Failure> {
        let seed = self.seed.to_string();
        let mut own = vec!["bootstrap", "benchmark", "--seed", &seed];
        own.extend(self.no_work.then_some("--no-work"));
        consumer_bootstrap(self.bootstrap.as_deref(), &own)
    }
}
