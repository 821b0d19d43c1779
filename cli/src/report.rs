//! `report`: the page of a run that is over, in one file.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kinetrace_testbed::checker::{CheckerSettings, HOSTS_CLOCK_TOLERANCE, History};
use kinetrace_testbed::collector::{ReadSpans, ReadSpansError, read_spans};

use crate::outcome::{Failure, Outcome};
use crate::page::Model;
use crate::page::report::Report;
use crate::say::say;
use crate::verify::conclude;

/// Write the page of a run that is over: one HTML file that needs nothing else.
///
/// It shows what `kinetrace local` shows live: which record was where, when, why it came again, and what the checker says. It
/// reads whatever `verify` reads, also what CloudWatch gives out of a deployed pair.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kinetrace demo --history run.ndjson && kinetrace report --history run.ndjson --output report.html
  aws logs tail PRODUCER_LOG_GROUP --since 1h >  pair.log    (names: outputs of the stack)
  aws logs tail CONSUMER_LOG_GROUP --since 1h >> pair.log
  kinetrace report --history pair.log --excerpt --output incident.html

Exit code: 0 if every property holds, 1 if one does not or if the history is incomplete, 2 if the file cannot be made.")]
pub(crate) struct Arguments {
    /// A history: files, directories of files, or - for standard input
    #[arg(long, value_name = "PATH", required = true, num_args = 1..)]
    history: Vec<PathBuf>,
    /// Spans of the run: OTLP in JSON, as a collector's file exporter writes it, or what Jaeger saves; packed with gzip or not
    #[arg(long, value_name = "FILE", num_args = 1..)]
    spans: Vec<PathBuf>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// What the page is called [default: the first path of the history]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The last so many records are on the page; the verdict is on all
    #[arg(long, value_name = "RECORDS", default_value_t = 100_000)]
    keep: usize,
    /// By how much the clocks of two hosts may differ, in milliseconds; 0 for a run on one host
    #[arg(long, value_name = "MS", default_value_t = default_tolerance())]
    clock_tolerance: u64,
    /// The history begins in the middle: counts may begin anywhere, and must be without gaps from there
    #[arg(long)]
    excerpt: bool,
}

/// So many violations of each property lead to their records.
const MOST_NAMED: usize = 100;

fn default_tolerance() -> u64 {
    u64::try_from(HOSTS_CLOCK_TOLERANCE.as_millis()).unwrap_or_default()
}

/// The page cannot be made.
#[derive(Debug, thiserror::Error)]
enum ReportError {
    #[error("cannot read --spans {path}")]
    ReadSpans { path: PathBuf, source: io::Error },
    #[error("--spans {path}")]
    Spans { path: PathBuf, source: ReadSpansError },
    #[error("cannot write --output {path}")]
    Write { path: PathBuf, source: io::Error },
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let settings = CheckerSettings {
        clock_tolerance: Duration::from_millis(arguments.clock_tolerance),
        excerpt: arguments.excerpt,
        most_named: MOST_NAMED,
        ..CheckerSettings::default()
    };
    let mut model = Model::of_history(&title(arguments), arguments.keep);
    let history = History::read_with(&arguments.history, settings, |event| model.event(event))?;
    let mut cut = Vec::new();
    for path in &arguments.spans {
        let ReadSpans { spans, cut_lines, .. } = spans(path)?;
        model.spans(spans);
        if cut_lines > 0 {
            cut.push(format!("lines of spans in {} that were cut: {cut_lines}", path.display()));
        }
    }
    model.finish();
    let verdict = history.checker.finish();
    model.verdict(&verdict);
    let report = Report::of(&mut model)?;
    write(&arguments.output, &report.html)?;
    say!("{}: {} bytes", arguments.output.display(), report.html.len());
    for omitted in cut.iter().chain(&report.omitted) {
        say!("left out: {omitted}");
    }
    Ok(conclude(verdict.conclusion(), &verdict))
}

fn title(arguments: &Arguments) -> String {
    let first = arguments.history.first().map(|path| path.display().to_string());
    arguments.title.clone().or(first).unwrap_or_default()
}

fn spans(path: &Path) -> Result<ReadSpans, ReportError> {
    let bytes = std::fs::read(path).map_err(|source| ReportError::ReadSpans { path: path.to_owned(), source })?;
    read_spans(&bytes).map_err(|source| ReportError::Spans { path: path.to_owned(), source })
}

fn write(path: &Path, html: &str) -> Result<(), ReportError> {
    std::fs::write(path, html).map_err(|source| ReportError::Write { path: path.to_owned(), source })
}
