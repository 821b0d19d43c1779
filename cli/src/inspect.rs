//! `inspect`: what the records of a Lambda event carry.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::{Extraction, Propagators, Reader};
use kinetrace_consumer::KinesisEvent;
use kinetrace_consumer::event::EventRecord;
use kinetrace_testbed::printable::{Printable, PrintableJson};
use opentelemetry::trace::TraceContextExt as _;
use serde::Serialize;

use crate::{Failure, Outcome};

/// Print the context and the payload of each record of a Lambda event, one JSON line each. Reads standard input.
///
/// A record that is an aggregate has a line for each record in it, told apart by `sub_index`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace inspect < events/kinesis-batch.json
  kinetrace inspect < event.json | jq -r 'select(.trace_id == null) | .index'
  kinetrace inspect --strip-foreign < events/kinesis-datadog.json | jq -r '.payload_base64 | @base64d'

Exit code: 0 if every record could be read, 1 if one could not, 2 if the input is no Kinesis event.")]
pub(crate) struct Arguments {
    /// Show payloads without the members in which others put a context, as KINETRACE_STRIP_FOREIGN delivers them
    #[arg(long)]
    strip_foreign: bool,
}

/// Whatever the producer uses. Of several contexts in one record, that of the last propagator counts.
const EVERY_PROPAGATOR: &str = "xray,b3multi,b3,tracecontext";

/// A line of the output. Ids are lower-case hex.
#[derive(Debug, Serialize)]
struct Line {
    index: usize,
    /// The place in an aggregated record; 0 for others.
    sub_index: u64,
    format: String,
    trace_id: Option<String>,
    span_id: Option<String>,
    sampled: Option<bool>,
    tracestate: Option<String>,
    partition_key: Option<Arc<str>>,
    payload_base64: String,
}

/// Standard input is no Kinesis event.
#[derive(Debug, thiserror::Error)]
enum InspectError {
    #[error("cannot read standard input")]
    Read(#[from] io::Error),
    #[error("standard input is no Kinesis event: {0}")]
    Event(#[from] serde_json::Error),
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input).map_err(InspectError::Read)?;
    let event: KinesisEvent = serde_json::from_slice(&input).map_err(InspectError::Event)?;
    let propagators = Propagators::parse(EVERY_PROPAGATOR)?;
    let reader = Reader::default().strip_foreign(arguments.strip_foreign);
    let mut outcome = Outcome::Holds;
    let mut out = io::stdout().lock();
    for (index, record) in event.records.into_iter().enumerate() {
        match record {
            Ok(record) => {
                for line in lines(index, record, reader, &propagators) {
                    if writeln!(out, "{}", PrintableJson(&serde_json::to_string(&line)?)).is_err() {
                        // Nobody reads any more, as behind `| head`.
                        return Ok(outcome);
                    }
                }
            }
            Err(bad) => {
                eprintln!("error: {}", Printable(&bad.to_string()));
                outcome = Outcome::DoesNotHold;
            }
        }
    }
    Ok(outcome)
}

fn lines(
    index: usize,
    record: EventRecord,
    reader: Reader,
    propagators: &Propagators,
) -> impl Iterator<Item = Line> + use<'_> {
    let EventRecord { data, partition_key, .. } = record;
    let extractions = reader.records(data, partition_key.clone()).into_iter();
    extractions.map(move |extraction| line(index, extraction, partition_key.clone(), propagators))
}

fn line(index: usize, extraction: Extraction, partition_key: Option<Arc<str>>, propagators: &Propagators) -> Line {
    let Extraction { format, fields, payload, user_record, .. } = extraction;
    let context = propagators.extract(&fields);
    let span = Some(context.span().span_context().clone()).filter(|span| span.is_valid());
    Line {
        index,
        sub_index: user_record.as_ref().map_or(0, |own| own.sub_sequence_number),
        format: format.to_string(),
        trace_id: span.as_ref().map(|span| span.trace_id().to_string()),
        span_id: span.as_ref().map(|span| span.span_id().to_string()),
        sampled: span.as_ref().map(|span| span.is_sampled()),
        tracestate: span.map(|span| span.trace_state().header()).filter(|header| !header.is_empty()),
        partition_key: user_record.map(|own| own.partition_key).or(partition_key),
        payload_base64: BASE64.encode(payload),
    }
}
