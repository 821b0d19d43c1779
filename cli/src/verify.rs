//! `verify`: the checker on any history.

use std::path::PathBuf;
use std::time::Duration;

use kinetrace_testbed::checker::{CheckerSettings, Conclusion, HOSTS_CLOCK_TOLERANCE, History, Verdict};

use crate::outcome::{Failure, Outcome};
use crate::say::say;

/// Check a history: was anything lost, misplaced, out of order, processed twice at a time, or untraced?
///
/// A history is what the producer and the consumer log, one JSON object a line: files, directories of them, or standard
/// input. They may be as CloudWatch gives them out: `aws logs tail`, `filter-log-events` and `get-log-events`, the CSV or
/// JSON of a query of Logs Insights, `sam logs`, an export to S3, what a subscription delivers through Firehose; in text or
/// JSON, compressed with gzip or not. Other lines are skipped. What is missing or cut off is counted and named: what that
/// leaves open is not said to hold. Functions that read one stream are checked each by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace demo --history run.ndjson && kinetrace verify --history run.ndjson
  aws logs tail PRODUCER_LOG_GROUP --since 1h >  pair.log    (names: outputs of the stack)
  aws logs tail CONSUMER_LOG_GROUP --since 1h >> pair.log
  kinetrace verify --history pair.log
  aws logs filter-log-events --log-group-name PRODUCER_LOG_GROUP > producer.json
  aws logs tail CONSUMER_LOG_GROUP --since 1h | kinetrace verify --history producer.json -
  aws s3 sync s3://BUCKET/EXPORT export && kinetrace verify --history export
  kinetrace verify --history pair.log --excerpt              (the producer counted before that hour)
  kinetrace verify --history pair.log --clock-tolerance 20   (hosts whose clocks are further apart)
  kinetrace verify --history traced.ndjson --baseline untraced.ndjson

Exit code: 0 if every property holds, 1 if one does not or if the history is incomplete, 2 if it cannot be read.")]
pub(crate) struct Arguments {
    /// A history: files, directories of files, or - for standard input
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    history: Vec<PathBuf>,
    /// A history of the same events without tracing: shards, payloads and outcomes must be the same
    #[arg(long, value_name = "PATH", num_args = 1..)]
    baseline: Vec<PathBuf>,
    /// By how much the clocks of two hosts may differ, in milliseconds; 0 for a run on one host
    ///
    /// What is out of order, or overlaps, by no more than this is not a violation, and is counted separately. Processings of one
    /// invocation have one clock, and no tolerance.
    #[arg(long, value_name = "MS", default_value_t = default_tolerance())]
    clock_tolerance: u64,
    /// The history begins in the middle: counts may begin anywhere, and must be without gaps from there
    #[arg(long)]
    excerpt: bool,
}

fn default_tolerance() -> u64 {
    u64::try_from(HOSTS_CLOCK_TOLERANCE.as_millis()).unwrap_or_default()
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let settings = CheckerSettings {
        clock_tolerance: Duration::from_millis(arguments.clock_tolerance),
        excerpt: arguments.excerpt,
        ..CheckerSettings::default()
    };
    let history = History::read(&arguments.history, settings)?;
    let skipped = history.skipped;
    if arguments.baseline.is_empty() {
        let verdict = history.checker.finish();
        say!("{verdict}");
        say_skipped(skipped);
        return Ok(conclude(verdict.conclusion(), &verdict));
    }
    let baseline = History::read(&arguments.baseline, settings)?;
    let (verdict, difference) = history.checker.finish_beside(baseline.checker);
    say!("{verdict}");
    say_skipped(skipped);
    say!("\n{}: {} of {} records differ from the baseline", difference.name, difference.violations, difference.checked);
    for example in &difference.examples {
        say!("  {example}");
    }
    let conclusion = if difference.holds() { verdict.conclusion() } else { Conclusion::Violated };
    Ok(conclude(conclusion, &verdict))
}

/// A log that holds nothing else needs no such line.
fn say_skipped(lines: u64) {
    if lines > 0 {
        say!("\n{lines} other lines were skipped");
    }
}

pub(crate) fn conclude(conclusion: Conclusion, verdict: &Verdict) -> Outcome {
    let sentence = match conclusion {
        Conclusion::Holds => "order kept, nothing lost",
        Conclusion::Violated if verdict.completeness.is_complete() => "VIOLATED",
        Conclusion::Violated => "VIOLATED, and the history is INCOMPLETE",
        Conclusion::Incomplete => {
            "INCOMPLETE: nothing that is there is a violation, but the history does not tell everything"
        }
    };
    say!("\nverdict: {sentence}");
    if conclusion == Conclusion::Holds { Outcome::Holds } else { Outcome::DoesNotHold }
}
