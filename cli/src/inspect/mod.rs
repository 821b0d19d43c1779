//! `inspect`: what records carry.
//!
//! ```text
//! file ─▶ source ─▶ opened (gzip, UTF-16) ─▶ input ─▶ value ─▶ event, api, discarded, firehose, kafka; raw ─▶ line, with a hint
//! ```

mod api;
mod blob;
mod compression;
mod discarded;
mod event;
mod firehose;
pub(crate) mod hint;
mod input;
mod kafka;
mod line;
mod lines;
mod object;
mod opened;
pub(crate) mod part;
pub(crate) mod propagator;
mod raw;
mod recognised;
#[cfg(test)]
mod samples;
mod source;
mod strangers;
mod value;

use std::io::{self, Write as _};
use std::path::PathBuf;

use kinetrace::__private::Causes;
use kinetrace::kafka::HeaderReader;
use kinetrace::{Propagators, Reader};
use kinetrace_testbed::printable::{Printable, PrintableJson};

use crate::outcome::{Failure, Outcome};
use input::InputError;
use line::{Place, Reading};
use part::Part;
use propagator::EVERY;
use source::Source;

/// Print the context and the payload of each record of an input, one JSON line each.
///
/// An input is recognised by what is in it: Lambda events of Kinesis or Kafka, one or several; the array of EventBridge Pipes; a discarded batch
/// from the on-failure destination; what `aws kinesis get-records` prints, or one of its records, or the input of
/// `put-records`; Firehose events; what `kcat -C -J` prints; header lines; and the data of one record, as bytes or in base64. It may be gzip or UTF-16, lie in a
/// message of SQS, SNS or EventBridge, or among the lines of a log. The member `input` says what it was taken for.
///
/// A record that is an aggregate has a line for each record in it, told apart by `sub_index`. `propagator` says by which
/// propagator a context was read, and `hint` what keeps one from being read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace inspect events/kinesis-batch.json
  aws s3 cp s3://BUCKET/aws/lambda/… - | kinetrace inspect      (a discarded batch)
  aws kinesis get-records --shard-iterator \"$ITERATOR\" | kinetrace inspect
  kcat -C -J -e -b BROKER -t flights | kinetrace inspect        (records of a Kafka topic)
  kinetrace inspect event.json | jq -r 'select(.trace_id == null) | [.index, .hint] | @tsv'
  kinetrace inspect --propagators b3 event.json                 (as a consumer with OTEL_PROPAGATORS=b3)
  kinetrace inspect --strip-foreign events/kinesis-datadog.json | jq -r '.payload_base64 | @base64d'

Exit code: 0 if every record could be read, 1 if one could not, 2 if an input is nothing that holds records.")]
pub(crate) struct Arguments {
    /// What holds the records; `-`, or no file, for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read contexts as a consumer with these OTEL_PROPAGATORS does [default: every propagator there is]
    #[arg(long, value_name = "LIST", value_parser = propagator::chosen)]
    propagators: Option<Propagators>,
    /// Show payloads without the members in which others put a context, as KINETRACE_STRIP_FOREIGN delivers them
    #[arg(long)]
    strip_foreign: bool,
    /// Take each file for the data of one record, as it is, whatever it looks like
    #[arg(long)]
    raw: bool,
}

/// An input holds no records that can be told.
#[derive(Debug, thiserror::Error)]
enum InspectError {
    #[error("cannot read {input}")]
    Read { input: Source, source: io::Error },
    #[error("{input} holds no event of Kinesis or Kafka, and no records in another form: {source}")]
    Input { input: Source, source: InputError },
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let propagators = arguments.propagators.clone().map_or_else(|| Propagators::parse(EVERY), Ok)?;
    let reader = Reader::default().strip_foreign(arguments.strip_foreign).for_propagators(&propagators);
    let headers = HeaderReader::default().for_propagators(&propagators);
    let reading = Reading { reader, headers, propagators, is_chosen: arguments.propagators.is_some() };
    let mut inputs: Vec<_> = arguments.files.iter().map(|path| Source::named(path)).collect();
    if inputs.is_empty() {
        inputs.push(Source::StandardInput);
    }
    let mut outcome = Outcome::Holds;
    let mut failed: Option<InspectError> = None;
    for input in inputs {
        match parts(&input, arguments.raw) {
            Ok(parts) => match print(&input, parts, &reading)? {
                Printed::All => {}
                Printed::NotAll => outcome = Outcome::DoesNotHold,
                // As in `| head`.
                Printed::Unwanted => break,
            },
            Err(error) => {
                // The last one is left to `main`.
                if let Some(earlier) = failed.replace(error) {
                    tell(&earlier);
                }
            }
        }
    }
    failed.map_or(Ok(outcome), |error| Err(error.into()))
}

fn parts(input: &Source, raw: bool) -> Result<Vec<Part>, InspectError> {
    let bytes = input.read().map_err(|source| InspectError::Read { input: input.clone(), source })?;
    if raw {
        return Ok(input::one_record(bytes));
    }
    input::parts(bytes).map_err(|source| InspectError::Input { input: input.clone(), source })
}

/// How much of an input was printed.
enum Printed {
    All,
    NotAll,
    /// Nobody reads any more.
    Unwanted,
}

fn print(input: &Source, parts: Vec<Part>, reading: &Reading) -> Result<Printed, serde_json::Error> {
    let file = input.file();
    let several = parts.len() > 1;
    let mut printed = Printed::All;
    let mut out = io::stdout().lock();
    let mut index = 0;
    for part in parts {
        for record in part.records {
            match record {
                Ok(record) => {
                    for line in reading.lines(record, Place { file: file.as_deref(), input: &part.taken_for, index }) {
                        if writeln!(out, "{}", PrintableJson(&serde_json::to_string(&line)?)).is_err() {
                            return Ok(Printed::Unwanted);
                        }
                    }
                }
                Err(reason) => {
                    // The reason has the place in its event.
                    let place = if several { format!(" (index {index})") } else { String::new() };
                    eprintln!("error: {input}: {}{place}", Printable(&reason));
                    printed = Printed::NotAll;
                }
            }
            index += 1;
        }
        for note in part.notes {
            eprintln!("{input}: {}", Printable(&note));
        }
        for command in part.commands {
            // On a line by itself, because people copy it.
            eprintln!("  {}", Printable(&command));
        }
    }
    Ok(printed)
}

fn tell(error: &InspectError) {
    eprintln!("error: {}", Printable(&Causes(error).to_string()));
}
