//! `ordering`: carriers, parallelization factors and publishers, compared.

mod arguments;
mod carrier;
mod created;
mod endpoint;
mod faults;
mod feeds;
mod flags;
mod generations;
mod grow;
#[cfg(feature = "kafka")]
mod kafka;
mod lines;
pub(crate) mod memory;
mod observed;
mod observer;
mod ordered;
mod pace;
mod progress;
mod publication;
mod publisher;
mod put_record;
mod put_records;
mod records;
mod row;
mod run;
mod shards;
mod table;
mod traces;
mod trimmer;
mod variant;

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

use kinetrace_producer::Record;
use kinetrace_testbed::collector::Forwarder;

use crate::forwarding;
use crate::outcome::{Failure, Outcome};
use crate::say::say;
#[cfg(feature = "kafka")]
use crate::transport::Transport;
pub(crate) use arguments::Arguments;
use endpoint::Endpoint;
use faults::{ATTEMPT_TIMEOUT, FaultLevel};
use records::Records;
use row::Row;
use run::Run;
use variant::Variant;

/// How many events are taken unless it is said otherwise.
const LIMIT: u64 = 3000;

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    flags::check(&arguments)?;
    let mut input = arguments.input.read()?;
    let limit = arguments.limit.or(arguments.records.is_none().then_some(LIMIT));
    input.records.truncate(limit.map_or(Ok(usize::MAX), usize::try_from)?);
    let records = Records::new(&input.records, arguments.records.map(usize::try_from).transpose()?);
    // Opened before the runs: a path that cannot be written should not cost minutes.
    let json = arguments.json.as_deref().map(create).transpose()?;
    let runs = Runs::prepare(&arguments).await?;
    say!(
        "{} events from {}, {}grouped by `{}`; {}, seed {}\n",
        input.records.len(),
        input.name,
        arguments.records.map_or(String::new(), |count| format!("repeated up to {count} records, ")),
        input.group_by,
        in_words(&arguments),
        arguments.seed
    );
    if !has_a_pair(&input.records) && records.len() <= input.records.len() {
        say!(
            "no group has two events, so nothing can get out of order: take more events, or another field to group by\n"
        );
    }
    let forwarder = forwarding::start().await?;
    let rows = runs.execute(&arguments, records, forwarder.as_ref()).await?;
    say!("\n{}", table::draw(&rows));
    if let Some((path, file)) = json {
        serde_json::to_writer_pretty(file, &rows)
            .map_err(|error| format!("cannot write --json {}: {error}", path.display()))?;
    }
    let outcome = conclude(&rows);
    forwarding::finish(forwarder.as_ref()).await;
    Ok(outcome)
}

/// The runs to be made, now that all names are known, and another Kinesis has answered.
enum Runs {
    Kinesis(Endpoint, Vec<Variant>),
    #[cfg(feature = "kafka")]
    Kafka(kafka::Runs),
}

impl Runs {
    async fn prepare(arguments: &Arguments) -> Result<Self, Failure> {
        #[cfg(feature = "kafka")]
        if arguments.transport == Transport::Kafka {
            return Ok(Self::Kafka(kafka::Runs::prepare(arguments)?));
        }
        Ok(Self::Kinesis(Endpoint::connect(arguments).await?, variant::all(arguments)?))
    }

    async fn execute(
        self,
        arguments: &Arguments,
        records: Records<'_>,
        forwarder: Option<&Forwarder>,
    ) -> Result<Vec<Row>, Failure> {
        match self {
            Self::Kinesis(endpoint, variants) => rows(arguments, (endpoint, variants), records, forwarder).await,
            #[cfg(feature = "kafka")]
            Self::Kafka(runs) => runs.execute(arguments, records, forwarder).await,
        }
    }
}

/// Makes all runs on Kinesis, one after the other.
async fn rows(
    arguments: &Arguments,
    (endpoint, variants): (Endpoint, Vec<Variant>),
    records: Records<'_>,
    forwarder: Option<&Forwarder>,
) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::with_capacity(variants.len());
    for (index, variant) in variants.iter().enumerate() {
        eprintln!("run {} of {}: {variant}", index + 1, variants.len());
        let kinesis = &endpoint.open().await?;
        let run = Run { kinesis, records, arguments, variant: *variant, forwarder };
        rows.push(run.execute().await?);
    }
    Ok(rows)
}

/// What the records pass through in all of the runs.
fn in_words(arguments: &Arguments) -> String {
    let Arguments { shards, .. } = arguments;
    #[cfg(feature = "kafka")]
    if arguments.transport == Transport::Kafka {
        let whose = arguments.bootstrap_servers.as_deref().unwrap_or("the embedded broker");
        return format!("{shards} partitions of {whose}, {}", kafka::in_words(arguments));
    }
    let whose = arguments.endpoint_url.as_deref().unwrap_or("the embedded Kinesis");
    format!("{shards} shards of {whose}, batch size {}, {}", arguments.batch_size(), faults_in_words(arguments))
}

/// What goes wrong in all of the runs on Kinesis.
fn faults_in_words(arguments: &Arguments) -> String {
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
        say!("a carrier that takes the key's place scattered nothing: these events cannot tell good from bad");
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
