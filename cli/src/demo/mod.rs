//! `demo`: one real file through producer function, stream, mapping and consumer function.

mod callers;
#[cfg(feature = "kafka")]
mod kafka;
mod kinesis;
mod world;

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kinetrace::history::{Event, Produce};
use kinetrace_testbed::checker::{Verdict, check};
use kinetrace_testbed::collector::{Collector, Forwarder};
use kinetrace_testbed::printable::Printable;

use crate::joined::{Joined, joined, process_span};
use crate::outcome::{Failure, Outcome};
use crate::say::say;
use crate::transport::Transport;
use crate::{forwarding, input, trace_tree};
use world::{Ran, World};

/// Send one real file through stream and Lambda: a trace per event, and a verdict on order.
///
/// Everything runs on this machine: an embedded Kinesis or Kafka, execution environments as child processes with the real Lambda
/// runtime, spans over OTLP. With OTEL_EXPORTER_OTLP_ENDPOINT set, the spans also go there, over HTTP as protobuf, with
/// the headers of OTEL_EXPORTER_OTLP_HEADERS; both have variants for traces (OTEL_EXPORTER_OTLP_TRACES_...). The command
/// then ends when all of them have been taken, or a receiver that takes none for half a minute has been given up. It says
/// how many were not taken, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace demo
  kinetrace demo --input orders.ndjson --group-by customer_id
  kinetrace demo --transport kafka
  kinetrace demo --transport kafka --bootstrap-servers localhost:9092
  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 kinetrace demo

Exit code: 0 if every event was processed in order and joined to its trace, 1 if not, 2 on an error, 3 if order was kept
and nothing lost, but spans did not reach the collector of this command, so that nobody knows whether every trace is whole.
Spans that the receiver at OTEL_EXPORTER_OTLP_ENDPOINT does not take change no exit code.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: input::Arguments,
    /// Take the first N events only
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// What carries the records; kafka needs a program that was built with it (`--features kafka`)
    #[arg(long, value_name = "NAME", default_value = "kinesis")]
    transport: Transport,
    /// Another Kafka than the embedded one, as host:port; of several, any that answers
    ///
    /// The demo makes a topic there, and deletes it.
    #[arg(long, value_name = "LIST")]
    bootstrap_servers: Option<String>,
    /// An own consumer to run instead of the built-in one: the `bootstrap` that would be deployed
    #[arg(long, value_name = "FILE")]
    bootstrap: Option<PathBuf>,
    /// Write the history there, for `kinetrace verify`
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
}

pub(crate) async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let Arguments { transport, bootstrap_servers, .. } = &arguments;
    transport.refuse_foreign(&[("--bootstrap-servers", bootstrap_servers.is_some(), Transport::Kafka)])?;
    transport.is_built_in("demo")?;
    let started = Instant::now();
    let mut input = arguments.input.read()?;
    input.records.truncate(arguments.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX));
    let count = input.records.len();
    // Opened before the run: a path that cannot be written should not cost its verdict.
    let history = arguments.history.as_deref().map(create_history).transpose()?;
    say!("1. {count} events from {}, grouped by `{}`", Printable(&input.name), Printable(&input.group_by));

    let forwarder = forwarding::start().await?;
    let collector = start_collector(forwarder.as_ref()).await?;
    let world =
        World { collector: &collector, forwarder: forwarder.as_ref(), bootstrap: arguments.bootstrap.as_deref() };
    let Ran { produced, events } = match arguments.transport {
        Transport::Kinesis => kinesis::run(world, input).await?,
        #[cfg(feature = "kafka")]
        Transport::Kafka => kafka::run(world, arguments.bootstrap_servers.as_deref(), input).await?,
        #[cfg(not(feature = "kafka"))]
        Transport::Kafka => return Err(Transport::Kafka.is_built_in("demo").err().unwrap_or_default().into()),
    };

    let verdict = check(&events);
    let spans = collector.spans();
    say!("5. {} spans reached the collector; the trace of one event:\n", spans.len());
    say!("{}", one_trace(&collector, &produced).trim_end());
    say!("\n6. the checker, on {} lines of history:\n\n{verdict}\n", events.len());
    if let Some((path, file)) = history {
        write_history(path, file, &events)?;
        say!("   written to {0}; check it again with `kinetrace verify --history {0}`\n", path.display());
    }
    let outcome = conclude(&verdict, joined(&spans, &produced), count, started.elapsed());
    forwarding::finish(forwarder.as_ref()).await;
    Ok(outcome)
}

async fn start_collector(forwarder: Option<&Forwarder>) -> Result<Collector, Failure> {
    Ok(match forwarder {
        Some(forwarder) => Collector::start_forwarding_by(forwarder).await?,
        None => Collector::start().await?,
    })
}

/// The trace of an event in the middle of the run, when nothing starts or ends any more.
fn one_trace(collector: &Collector, produced: &[Produce]) -> String {
    let spans = collector.spans();
    let middle = produced.iter().skip(produced.len() / 2).find_map(|line| process_span(&spans, line));
    match middle {
        Some(span) => trace_tree::draw(&collector.trace(&span.trace_id)),
        None => "   none: no process span arrived\n".to_owned(),
    }
}

fn create_history(path: &Path) -> Result<(&Path, File), Failure> {
    Ok((path, File::create(path).map_err(|error| cannot_write(path, &error))?))
}

fn cannot_write(path: &Path, error: &io::Error) -> String {
    format!("cannot write --history {}: {error}", path.display())
}

fn write_history(path: &Path, file: File, events: &[Event]) -> Result<(), Failure> {
    let failed = |error| cannot_write(path, &error);
    let mut file = BufWriter::new(file);
    for event in events {
        writeln!(file, "{}", serde_json::to_string(event)?).map_err(failed)?;
    }
    Ok(file.flush().map_err(failed)?)
}

fn conclude(verdict: &Verdict, joined: Joined, count: usize, took: Duration) -> Outcome {
    let keeps_order = verdict.holds() && verdict.totals.processed == count;
    let Joined { whole, .. } = joined;
    say!("{whole} of {count} events have one trace from producer to consumer, seen in {:.1} s", took.as_secs_f64());
    let (outcome, sentence) = judge(keeps_order, joined, count);
    say!("verdict: {sentence}");
    outcome
}

/// A span that did not arrive says nothing about order, nor about its trace.
fn judge(keeps_order: bool, Joined { whole, unseen }: Joined, count: usize) -> (Outcome, String) {
    if !keeps_order || whole + unseen != count {
        return (Outcome::DoesNotHold, "VIOLATED, see above".to_owned());
    }
    if unseen > 0 {
        let sentence = format!(
            "order kept, nothing lost; of {unseen} events spans did not reach the collector, so nobody knows whether their \
             traces are whole"
        );
        return (Outcome::CannotBeSeen, sentence);
    }
    (Outcome::Holds, "order kept, nothing lost, every trace whole".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_did_not_arrive_are_told_apart_from_order_that_is_lost_and_from_traces_that_are_broken() {
        let table = [
            (true, 3, 0, Outcome::Holds, "every trace whole"),
            (true, 1, 2, Outcome::CannotBeSeen, "order kept, nothing lost; of 2 events spans did not reach"),
            (true, 1, 1, Outcome::DoesNotHold, "VIOLATED"),
            (false, 3, 0, Outcome::DoesNotHold, "VIOLATED"),
            (false, 1, 2, Outcome::DoesNotHold, "VIOLATED"),
        ];
        for (keeps_order, whole, unseen, outcome, text) in table {
            let (judged, sentence) = judge(keeps_order, Joined { whole, unseen }, 3);
            assert_eq!(judged, outcome, "{keeps_order} {whole} {unseen}");
            assert!(sentence.contains(text), "{sentence}");
        }
    }
}
