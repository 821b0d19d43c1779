//! `verify`: the checker on any history.

use std::path::PathBuf;

use kinetrace_testbed::checker::{History, check, compare};

use crate::say::say;
use crate::{Failure, Outcome};

/// Check a history: was anything lost, misplaced, out of order, processed twice at a time, or untraced?
///
/// A history is what the producer and the consumer log, one JSON object a line: files, or the CloudWatch output of a
/// deployed pair. Other lines are skipped.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace demo --history run.ndjson && kinetrace verify --history run.ndjson
  aws logs tail PRODUCER_LOG_GROUP --since 1h >  pair.log    (names: outputs of the stack)
  aws logs tail CONSUMER_LOG_GROUP --since 1h >> pair.log
  kinetrace verify --history pair.log
  kinetrace verify --history traced.ndjson --baseline untraced.ndjson

Exit code: 0 if every property holds, 1 if one does not, 2 if the history cannot be read.")]
pub(crate) struct Arguments {
    /// A history; may be given more than once, for the producer's and the consumer's log
    #[arg(long, value_name = "FILE", required = true)]
    history: Vec<PathBuf>,
    /// A history of the same events without tracing: shards, payloads and outcomes must be the same
    #[arg(long, value_name = "FILE")]
    baseline: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let history = History::read(&arguments.history)?;
    let verdict = check(&history.events);
    say!("{verdict}");
    let mut holds = verdict.holds();
    if !arguments.baseline.is_empty() {
        let baseline = History::read(&arguments.baseline)?;
        let difference = compare(&baseline.events, &history.events);
        say!(
            "\n{}: {} of {} records differ from the baseline",
            difference.name,
            difference.violations,
            difference.checked
        );
        for example in &difference.examples {
            say!("  {example}");
        }
        holds &= difference.holds();
    }
    say!("\nverdict: {}", if holds { "order kept, nothing lost" } else { "VIOLATED" });
    Ok(if holds { Outcome::Holds } else { Outcome::DoesNotHold })
}
