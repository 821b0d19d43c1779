//! `ordering`: carriers, parallelization factors and publishers, compared.

mod carrier;
mod created;
mod endpoint;
mod faults;
mod generations;
mod lines;
mod memory;
mod observer;
mod ordered;
mod pace;
mod progress;
mod publication;
mod put_record;
mod put_records;
mod records;
mod row;
mod run;
mod table;
mod traces;

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use kinetrace_producer::Record;

use crate::say::say;
use crate::{Failure, Outcome, forwarding, input};
use carrier::CarrierName;
use endpoint::Endpoint;
use faults::{ATTEMPT_TIMEOUT, FaultLevel};
use records::Records;
use row::Row;
use run::{Run, Variant};

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
    input: input::Arguments,
    /// Take the first N events only [default: 3000, or all with --records]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Publish so many records in each run, and begin anew when the events are at an end
    ///
    /// Nothing is kept of a record that is settled, so the number is bounded by time and not by memory. A run that takes
    /// longer than a few seconds says on standard error how far it is.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    records: Option<u64>,
    /// Shards of the stream
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=50))]
    shards: u16,
    /// Where the trace context travels
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values = ["none", "envelope", "member", "aggregate", "partition-key", "partition-key-only"])]
    carrier: Vec<CarrierName>,
    /// Batches of one shard that may run at once, each 1 to 10
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values = ["1", "10"], value_parser = clap::value_parser!(u16).range(1..=10))]
    parallelization_factor: Vec<u16>,
    /// Who publishes
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values = ["ordered", "put-records"])]
    publisher: Vec<PublisherName>,
    /// Records per invocation
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    batch_size: u16,
    /// What goes wrong between publisher and embedded Kinesis
    #[arg(long, value_name = "LEVEL", default_value = "none")]
    faults: FaultLevel,
    /// Split and merge shards while records are published
    #[arg(long)]
    reshard: bool,
    /// How many records may be in the stream and not settled before publishers wait
    ///
    /// What they are ahead lies in the embedded stream, and so in memory. Fewer than the batches of all invocations at once
    /// hold up the consumer.
    #[arg(long, value_name = "N", default_value_t = 8192, value_parser = clap::value_parser!(u64).range(1..))]
    ahead: u64,
    /// Let the built-in consumer's business code take no time: for long runs, and for the pace of all else
    #[arg(long, conflicts_with = "bootstrap")]
    no_work: bool,
    /// Decides how long records take, which idle partition key goes next, and which put meets which fault
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Another Kinesis than the embedded one: kinesis-local, LocalStack, or what else speaks its API
    ///
    /// Each run makes a stream there, and deletes it; functions, mapping and collector stay here. Credentials and region
    /// come from the AWS_* variables, if there are any; AWS itself wants them, and charges for the stream. --reshard works
    /// there as well, --faults only on the embedded one.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// An own consumer to run instead of the built-in one: the `bootstrap` that would be deployed
    #[arg(long, value_name = "FILE")]
    bootstrap: Option<PathBuf>,
    /// Write the rows there, as a JSON array
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Who publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PublisherName {
    /// `kinetrace_producer::Publisher`.
    Ordered,
    /// The same with aggregation: records of a group that wait for an earlier one travel as one record.
    OrderedAggregated,
    /// `PutRecord`, one record after the other, each awaited before the next; retries are the SDK's.
    PutRecord,
    /// `PutRecords` as most programs call it: 500 records a request, and the failed ones again.
    PutRecords,
}

impl PublisherName {
    pub(crate) fn name(self) -> &'static str {
        match self {
            PublisherName::Ordered => "ordered",
            PublisherName::OrderedAggregated => "ordered-aggregated",
            PublisherName::PutRecord => "put-record",
            PublisherName::PutRecords => "put-records",
        }
    }

    /// Whether it is the library's, which promises order.
    fn is_of_library(self) -> bool {
        matches!(self, PublisherName::Ordered | PublisherName::OrderedAggregated)
    }
}

/// How many events are taken unless it is said otherwise.
const LIMIT: u64 = 3000;

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let mut input = arguments.input.read()?;
    let limit = arguments.limit.or(arguments.records.is_none().then_some(LIMIT));
    input.records.truncate(limit.map_or(Ok(usize::MAX), usize::try_from)?);
    let records = Records::new(&input.records, arguments.records.map(usize::try_from).transpose()?);
    // Opened before the runs: a path that cannot be written should not cost minutes.
    let json = arguments.json.as_deref().map(create).transpose()?;
    let kinesis = Endpoint::connect(&arguments).await?;
    say!(
        "{} events from {}, {}grouped by `{}`; {} shards of {}, batch size {}, {}, seed {}\n",
        input.records.len(),
        input.name,
        arguments.records.map_or(String::new(), |count| format!("repeated up to {count} records, ")),
        input.group_by,
        arguments.shards,
        arguments.endpoint_url.as_deref().unwrap_or("the embedded Kinesis"),
        arguments.batch_size,
        in_words(&arguments),
        arguments.seed
    );
    if !has_a_pair(&input.records) && records.len() <= input.records.len() {
        say!(
            "no group has two events, so nothing can get out of order: take more events, or another field to group by\n"
        );
    }
    let forwarder = forwarding::start().await?;
    let variants = variants(&arguments);
    let mut rows = Vec::with_capacity(variants.len());
    for (index, variant) in variants.iter().enumerate() {
        eprintln!("run {} of {}: {variant}", index + 1, variants.len());
        let kinesis = &kinesis.open().await?;
        let run = Run { kinesis, records, arguments: &arguments, variant: *variant, forwarder: forwarder.as_ref() };
        rows.push(run.execute().await?);
    }
    say!("\n{}", table::draw(&rows));
    if let Some((path, file)) = json {
        serde_json::to_writer_pretty(file, &rows)
            .map_err(|error| format!("cannot write --json {}: {error}", path.display()))?;
    }
    let outcome = conclude(&rows);
    forwarding::finish(forwarder.as_ref()).await;
    Ok(outcome)
}

/// What goes wrong in all of the runs.
fn in_words(arguments: &Arguments) -> String {
    match (arguments.faults, arguments.reshard) {
        (FaultLevel::None, false) => "no faults".to_owned(),
        (FaultLevel::None, true) => "no faults but resharding".to_owned(),
        (level, reshard) => format!("faults {}, attempts end after {ATTEMPT_TIMEOUT:?}", level.name(reshard)),
    }
}

/// Whether there is anything to keep in order.
fn has_a_pair(records: &[Record]) -> bool {
    let mut groups = HashSet::new();
    records.iter().any(|record| !groups.insert(&record.partition_key))
}

/// Every combination, carriers outermost, so that the rows to compare stand together.
fn variants(arguments: &Arguments) -> Vec<Variant> {
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

fn create(path: &Path) -> Result<(&Path, File), Failure> {
    let file = File::create(path).map_err(|error| format!("cannot write --json {}: {error}", path.display()))?;
    Ok((path, file))
}

/// The command claims that the order-safe combinations keep order, payloads and traces, and that the known-bad one shows
/// that the comparison can tell: a check that never fails proves nothing.
fn conclude(rows: &[Row]) -> Outcome {
    let (safe, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.should_keep_order());
    let broken = safe.iter().filter(|row| !row.is_clean()).count();
    if safe.is_empty() {
        say!("none of these combinations should keep order");
    } else {
        say!("{} of the {} combinations that should keep order do", safe.len() - broken, safe.len());
    }
    if !others.is_empty() {
        let disordered = others.iter().filter(|row| !row.keeps_order()).count();
        say!("{disordered} of the {} others do not (they promise nothing)", others.len());
    }
    let blind = rows.iter().any(Row::should_have_shown_disorder);
    if blind {
        say!("partition-key-only scattered nothing: these events cannot tell good from bad");
    }
    let in_the_dark: u64 = safe.iter().filter(|row| row.is_in_the_dark()).map(|row| row.spans_lost).sum();
    if in_the_dark > 0 {
        say!(
            "spans lost: {in_the_dark} did not reach the collector, so nobody knows whether every trace is whole; that says \
             nothing about order"
        );
    }
    match (broken == 0 && !blind, in_the_dark > 0) {
        (false, _) => Outcome::DoesNotHold,
        (true, true) => Outcome::CannotBeSeen,
        (true, false) => Outcome::Holds,
    }
}
